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


@pytest.mark.parametrize("target", ["emulator", "server"])
def test_triggers_of_another_type_end_the_run(inner: Inner, target: str) -> None:
    """A fixture that returns something else is one line, and no test runs."""
    source = SUITE.replace("Triggers(pre_sign_up=confirm)", '{"pre_sign_up": confirm}')
    result = inner(f"--cognito-target={target}", source=source)
    text = result.stdout.str() + result.stderr.str()
    assert "triggers: cannot use 'dict'; it must be None or harness.emulator.Triggers(" in text
    assert "Traceback" not in text
    result.assert_outcomes()
