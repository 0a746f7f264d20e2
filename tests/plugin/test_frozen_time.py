"""The plugin's fixtures under frozen time, in process and served by the run."""

from __future__ import annotations

import pytest

from tests.plugin.conftest import Inner

SOURCE = '''
import time
from datetime import datetime, timezone

import pytest
import time_machine
from freezegun import freeze_time

from harness import DeviceTracking

FUTURE = datetime(2030, 1, 1, 0, 0, 15, tzinfo=timezone.utc)
PAST = datetime(1999, 1, 1, 0, 0, 15, tzinfo=timezone.utc)
pytestmark = pytest.mark.cognito_pool(mfa="ON", device_tracking=DeviceTracking())


def freezegun(moment):
    return freeze_time(moment)


def machine(moment):
    return time_machine.travel(moment, tick=False)


@pytest.fixture(params=[freezegun, machine])
def freeze(request):
    """Whichever library freezes the time."""
    return request.param


@pytest.fixture(params=[FUTURE, PAST])
def moment(request, freeze):
    """A frozen moment, from before the ladder of the fixtures to the end."""
    with freeze(request.param):
        yield request.param


def test_frozen_before(moment, cognito_tracked_device, cognito_clock, cognito_sign_in,
                       cognito_sign_in_context, cognito_auth_flow):
    """The whole ladder is of the frozen moment."""
    assert time.time() == moment.timestamp()
    assert abs(cognito_clock.time() - time.time()) < 300
    result = cognito_sign_in.run(cognito_sign_in_context, cognito_auth_flow)
    assert result.tokens.access


def test_frozen_later(cognito_enrolled, cognito_sign_in, cognito_sign_in_context,
                      cognito_auth_flow, cognito_clock, freeze):
    """A user of the real time signs in at other times, and at the real time again."""
    for moment in (FUTURE, PAST):
        with freeze(moment):
            assert cognito_sign_in.run(cognito_sign_in_context, cognito_auth_flow).tokens.access
            assert abs(cognito_clock.time() - time.time()) < 3600
    assert cognito_sign_in.run(cognito_sign_in_context, cognito_auth_flow).tokens.access
    assert abs(cognito_clock.time() - time.time()) < 3600


def test_mailbox(freeze, cognito_actions, cognito_signed_up, cognito_mailbox):
    """A code that was sent at a frozen moment is found, counted from that moment."""
    from harness.users.mailboxes.base import time_of

    with freeze(PAST):
        since = time_of(cognito_mailbox)
        cognito_actions.resend_confirmation_code(cognito_signed_up.username)
        code = cognito_mailbox.newest_code(cognito_signed_up.username, since=since)
        assert code.sent_at >= since
'''


@pytest.mark.parametrize("target", ["emulator", "server"])
def test_fixtures_follow_the_test(inner: Inner, target: str) -> None:
    """Users, codes, devices and the mailbox are of the time that the test sees."""
    result = inner("-q", f"--cognito-target={target}", source=SOURCE)
    result.assert_outcomes(passed=8)
