"""The fixture ``cognito_triggers``: handlers of a suite take part in its run."""

from __future__ import annotations

import pytest

from tests.plugin.conftest import Inner

SUITE = """
import pytest
from harness.emulator import Triggers

def confirm(event, context):
    event["response"]["autoConfirmUser"] = True
    return event

@pytest.fixture(scope="session")
def cognito_triggers():
    return Triggers(pre_sign_up=confirm)

def test_confirmed_at_once(cognito_signed_up, cognito_actions):
    shown = cognito_actions.admin_get_user(cognito_signed_up.username)
    assert shown["UserStatus"] == "CONFIRMED"
"""


@pytest.mark.parametrize("target", ["emulator", "server"])
def test_handlers_take_part(inner: Inner, target: str) -> None:
    """Where the run starts the emulator, in process or over HTTP, its handlers decide."""
    inner(f"--cognito-target={target}", source=SUITE).assert_outcomes(passed=1)
