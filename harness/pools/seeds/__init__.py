"""Seed files: read with the templates that they name, and written."""

from __future__ import annotations
