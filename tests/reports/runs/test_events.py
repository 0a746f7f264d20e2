"""The rows of a sequence diagram follow from the calls of a scenario."""

from __future__ import annotations

import pytest

from harness.reports.runs.events import Event, events_of, merged, span
from harness.reports.runs.recorded_call import RecordedCall
from tests.reports.runs.records import START, call, sign_in_calls


def rows(*calls: dict[str, object]) -> list[Event]:
    """Return the rows of these calls."""
    steps = events_of([RecordedCall.of(members) for members in calls])
    return [event for step in steps for event in step.events]


def test_a_sign_in_has_its_lanes() -> None:
    """Requests, challenges, errors, messages and codes stand between the right lanes."""
    found = [
        (event.kind, event.source, event.target, event.text) for event in rows(*sign_in_calls())
    ]
    assert found == [
        ("ask", "client", "Cognito", "SignUp"),
        ("answer", "Cognito", "client", "UserConfirmed, CodeDeliveryDetails"),
        ("derived", "Cognito", "mailbox", "code"),
        ("derived", "mailbox", "client", "code"),
        ("ask", "client", "Cognito", "ConfirmSignUp"),
        ("answer", "Cognito", "client", "done"),
        ("ask", "client", "Cognito", "InitiateAuth"),
        ("challenge", "Cognito", "client", "SOFTWARE_TOKEN_MFA"),
        ("derived", "authenticator", "client", "TOTP code"),
        ("ask", "client", "Cognito", "RespondToAuthChallenge"),
        ("error", "Cognito", "client", "CodeMismatchException"),
        ("pause", "client", "client", "1 h 5 min later"),
        ("derived", "authenticator", "client", "TOTP code"),
        ("ask", "client", "Cognito", "RespondToAuthChallenge"),
        ("answer", "Cognito", "client", "tokens"),
    ]


@pytest.mark.parametrize(
    ("members", "row"),
    [
        (call("AssociateSoftwareToken"), ("client", "authenticator", "TOTP secret")),
        (call("VerifySoftwareToken"), ("authenticator", "client", "TOTP code")),
        (call("ConfirmDevice"), ("device", "client", "verifier")),
        (
            call("X", parameters={"ChallengeName": "DEVICE_PASSWORD_VERIFIER"}),
            ("device", "client", "proof"),
        ),
        (
            call("X", answer={"AuthenticationResult": {"NewDeviceMetadata": {"DeviceKey": "k"}}}),
            ("client", "device", "new key"),
        ),
        (call("AdminCreateUser"), ("Cognito", "mailbox", "invitation")),
        (
            call("X", answer={"ChallengeParameters": {"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS"}}),
            ("Cognito", "mailbox", "code"),
        ),
    ],
)
def test_what_others_do_is_derived(members: dict[str, object], row: tuple[str, str, str]) -> None:
    """The authenticator app, the device and the mailbox take part where a call shows it."""
    found = [event for event in rows(members) if event.kind == "derived"]
    assert [(event.source, event.target, event.text) for event in found] == [row]


@pytest.mark.parametrize(
    "members",
    [
        call("AdminCreateUser", parameters={"MessageAction": "SUPPRESS"}),
        call("AssociateSoftwareToken", outcome="NotAuthorizedException"),
        call("X", answer={"AuthenticationResult": "no object", "ChallengeParameters": [1]}),
    ],
)
def test_what_has_not_happened_is_not_shown(members: dict[str, object]) -> None:
    """A message that is not sent, and what an error did not cause, have no row."""
    assert [event for event in rows(members) if event.kind == "derived"] == []


def test_repeated_calls_are_counted() -> None:
    """Calls that repeat the one before them with the same outcome are one step with a number."""
    calls = [call("GetUser", place) for place in range(5)] + [call("GetUser", 6, outcome="X")]
    steps = merged(events_of([RecordedCall.of(members) for members in calls]))
    assert [(step.times, step.call.outcome) for step in steps] == [(5, "ok"), (1, "X")]


def test_a_clock_that_was_set_back_is_said() -> None:
    """A call that starts long before the one before it says that the clock went back."""
    (pause,) = [event for event in rows(call("A", 90), call("B", 0)) if event.kind == "pause"]
    assert pause.text == "the clock goes back by 1 min 30 s"
    assert call("A")["started_at"] == START


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0004, "0.4 ms"),
        (0.0123, "12 ms"),
        (0.0996, "0.10 s"),
        (3.2, "3.20 s"),
        (12.34, "12.3 s"),
        (59.97, "1 min"),
        (90, "1 min 30 s"),
        (3_599.9, "1 h"),
        (3_900, "1 h 5 min"),
        (90_000, "1 d 1 h"),
        (-2, "-2.00 s"),
    ],
)
def test_a_time_has_its_two_largest_units(seconds: float, text: str) -> None:
    """A time is shown in units that a person compares."""
    assert span(seconds) == text
