"""The tutorial again, with pip and the package index where the environment says so."""

from __future__ import annotations

from tests.docs.tutorial.test_tutorial import test_the_tutorial_works_to_the_letter

__all__ = ["test_the_tutorial_works_to_the_letter"]
