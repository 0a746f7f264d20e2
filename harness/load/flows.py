"""The flows of a load run: the same sign-ins as everywhere else, with people of the crowd."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from harness.errors import ScenarioFailure, UnexpectedResult
from harness.flows.quotas import throttles
from harness.flows.sign_up import confirm_by_code, sign_up
from harness.flows.tokens import Tokens, refresh
from harness.load.crowd import NobodyToTake
from harness.load.flow_names import FLOWS
from harness.load.results import CallFailed
from harness.redaction import Secret

if TYPE_CHECKING:
    from harness.load.crowd import Guest
    from harness.load.session import LoadSession
    from harness.users.authenticator import Authenticator

__all__ = ["STEPS", "run_flow"]

#: The errors of a wrong TOTP code; the second comes after too many.
_WRONG_CODE = ("CodeMismatchException", "NotAuthorizedException")


#: The flows that need no TOTP code of their person, and leave those who have one to others.
_WITHOUT_CODE = ("WrongCodeProbing",)
#: A block in which nothing is sent.
Waiting = Callable[[], AbstractContextManager[object]]


def run_flow(session: LoadSession, name: str, *, waiting: Waiting = nullcontext) -> None:
    """Run a flow once, and count how it ended.

    A call that is throttled or fails ends the flow; it is counted already.

    Args:
        session: the means of this process.
        name: the name of the flow.
        waiting: surrounds the time before the flow begins, in which it can be given up.

    Raises:
        NobodyToTake: this process has no people for the flow.
        CallFailed: the flow ended with an error of another kind, whose name is all that it tells:
            Locust shows it in its log, files and page, and its text may quote a secret.
    """
    try:
        with ExitStack() as held:
            with waiting():
                guest = _begin(session, name, held)
            STEPS[name](session, guest)
    except ClientError as error:
        session.recorder.flows[name, _outcome(session, error)] += 1
    except BotoCoreError:
        session.recorder.flows[name, "failed"] += 1
    except ScenarioFailure as failure:
        session.recorder.flow_failed(name, str(failure))
        session.recorder.flows[name, "failed"] += 1
    except NobodyToTake:
        session.recorder.flows[name, "failed"] += 1
        raise
    except Exception as error:
        session.recorder.flows[name, "failed"] += 1
        raise CallFailed(type(error).__name__) from None
    else:
        session.recorder.flows[name, "done"] += 1


def _outcome(session: LoadSession, error: ClientError) -> str:
    if throttles(error.response):
        return "throttled"
    # An error that the profile expects ends the flow as it should.
    return "done" if session.recorder.was_refusal else "failed"


def _begin(session: LoadSession, name: str, held: ExitStack) -> Guest | None:
    """Wait for a person, and pass the gate with them.

    Whoever waited inside the gate, for half a minute for a TOTP code, would keep others waiting.
    """
    kind = FLOWS[name]
    while True:
        session.gate.wait_until_open()
        with ExitStack() as taken:
            guest = None
            if kind is not None:
                ready = name not in _WITHOUT_CODE
                guest = taken.enter_context(session.crowd.taken(kind, ready=ready))
            # It may have been closed meanwhile, and the person may go to another process.
            if session.gate.is_open:
                taken.enter_context(session.gate.passed())
                held.enter_context(taken.pop_all())
                return guest


def _sign_up_storm(session: LoadSession, _: Guest | None) -> None:
    person = session.newcomers.make()
    sign_up(session.actions, person)
    if session.mailbox is not None:
        confirm_by_code(session.actions, person, session.mailbox)


def _srp_sign_in(session: LoadSession, guest: Guest | None) -> None:
    _sign_in(session, guest, "PASSWORD_VERIFIER")


def _totp_sign_in(session: LoadSession, guest: Guest | None) -> None:
    _sign_in(session, guest, "PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA")


def _remembered_device_sign_in(session: LoadSession, guest: Guest | None) -> None:
    _sign_in(session, guest, "PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")


def _refresh(session: LoadSession, guest: Guest | None) -> None:
    assert guest is not None
    person = guest.person
    if person.refresh_token is None:
        raise UnexpectedResult("a prepared person has no refresh token")
    nothing = Secret("")
    tokens = Tokens(nothing, nothing, person.refresh_token, 0)
    device_key = None if person.device is None else person.device.key
    refresh(session.actions, tokens, device_key=device_key, username=person.internal_username)


def _wrong_code_probing(session: LoadSession, guest: Guest | None) -> None:
    assert guest is not None
    authenticator = guest.context.authenticator
    progress = session.sign_in.run(guest.context, "USER_SRP_AUTH", until="SOFTWARE_TOKEN_MFA")
    assert authenticator is not None
    responses = {
        "USERNAME": progress.username,
        "SOFTWARE_TOKEN_MFA_CODE": _wrong_code(authenticator),
    }
    try:
        with session.recorder.expecting(*_WRONG_CODE):
            session.sign_in.submit(progress, responses)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _WRONG_CODE:
            raise
    else:
        raise UnexpectedResult("a wrong TOTP code was accepted")


def _sign_in(session: LoadSession, guest: Guest | None, *expected: str) -> None:
    assert guest is not None
    steps = session.sign_in.run(guest.context, "USER_SRP_AUTH").steps
    if steps != expected:
        raise UnexpectedResult(
            f"the challenges were {' > '.join(steps)}, not {' > '.join(expected)}"
        )


def _wrong_code(authenticator: Authenticator) -> str:
    """Return a code that is right in no time step near the present."""
    right = {authenticator.peek(offset) for offset in range(-2, 3)}
    return next(code for code in map("{:06}".format, range(len(right) + 1)) if code not in right)


#: What each flow does, by the name of its Locust user.
STEPS: Mapping[str, Callable[[LoadSession, Guest | None], None]] = {
    "SignUpStorm": _sign_up_storm,
    "SrpSignIn": _srp_sign_in,
    "TotpSignIn": _totp_sign_in,
    "RememberedDeviceSignIn": _remembered_device_sign_in,
    "Refresh": _refresh,
    "WrongCodeProbing": _wrong_code_probing,
}
