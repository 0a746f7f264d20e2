"""Seed files: pools with fixed ids and their users, made all at once and given back as a document.

The document is a public contract with a version and a JSON Schema, ``seed.schema.json``.
"""

from __future__ import annotations

from harness.emulator.seeds.exporting import ExportedSeed, export_seed
from harness.emulator.seeds.form import schema_text
from harness.emulator.seeds.making import SeedReport, apply_seed, apply_seed_again
from harness.emulator.seeds.refused import SeedRefused

__all__ = [
    "ExportedSeed",
    "SeedRefused",
    "SeedReport",
    "apply_seed",
    "apply_seed_again",
    "export_seed",
    "schema_text",
]
