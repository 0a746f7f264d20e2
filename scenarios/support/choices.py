"""Open questions: what nobody knows of Cognito, and what the emulator does instead.

Such a scenario states a choice of the emulator, with the id of the fact or the choice in
``docs/fidelity.md``. It says nothing about another service, so it is skipped there, unless the run
asks the questions: ``pytest -m choice --cognito-target=aws``.
"""

from __future__ import annotations

import re

import pytest

from harness import Capability, Target


def choice(*ids: str) -> pytest.MarkDecorator:
    """Mark a scenario as a choice of the emulator.

    Args:
        ids: the facts of level ``unknown``, such as ``A160``, or the choices, such as ``choice 5``.
    """
    return pytest.mark.choice(*ids)


def why_not_asked(item: pytest.Item, target: Target, mark_expression: str) -> str | None:
    """Return why the run does not ask an open question, or ``None`` if it asks.

    Only an emulator of the run has a clock that can be moved.
    """
    marker = item.get_closest_marker("choice")
    if marker is None or Capability.CLOCK in target.capabilities:
        return None
    if re.search(r"(?<!\bnot )\bchoice\b", mark_expression):
        return None
    return (
        f"what Cognito does is not known ({', '.join(marker.args)}); "
        "the scenario states a choice of the emulator, and -m choice asks the service"
    )
