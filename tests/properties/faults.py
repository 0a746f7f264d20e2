"""Faults to plant in the emulator, one at a time, to check that the state machine finds them.

The emulator has no switch for them: a test patches them in and removes them again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.emulator.domain import attempt
from harness.emulator.domain.codes import CodeBook, PendingCode
from harness.emulator.domain.devices import DeviceBook, TrackedDevice
from harness.emulator.domain.grants import GrantBook
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.domain.totp import SoftwareToken, TotpOutcome, step_of
from harness.emulator.domain.users import User
from harness.emulator.operations import passwords
from harness.emulator.stores.sessions import Session, Sessions
from harness.emulator.stores.srp_challenges import DeviceChallenge, SrpChallenges, UserChallenge
from tests.properties.fault import Fault, Patch, replace_everywhere, with_each_engine
from tests.properties.first_factor_faults import FIRST_FACTOR_FAULTS
from tests.properties.model.rules import Rule


def _totp_step_again(patch: Patch) -> None:
    accept = SoftwareToken.accept

    def forgetful(self: SoftwareToken, code: str, now: float) -> TotpOutcome:
        self._spent.clear()
        return accept(self, code, now)

    patch.setattr(SoftwareToken, "accept", forgetful)


def _totp_of_anybody(patch: Patch) -> None:
    accept, everybody = SoftwareToken.accept, list[SoftwareToken]()
    with_each_engine(patch, everybody.clear)

    def generous(self: SoftwareToken, code: str, now: float) -> TotpOutcome:
        everybody.append(self)
        verdict = accept(self, code, now)
        if any(token._fits(code, step_of(now)) for token in everybody):
            return TotpOutcome.ACCEPTED if verdict is TotpOutcome.MISMATCH else verdict
        return verdict

    patch.setattr(SoftwareToken, "accept", generous)


def _session_again(patch: Patch) -> None:
    def keep(self: Sessions, session: Session) -> None:
        return None

    patch.setattr(Sessions, "use", keep)


def _session_for_ever(patch: Patch) -> None:
    find = Sessions.find

    def timeless(self: Sessions, text: str, now: float) -> Session:
        return find(self, text, 0.0)

    patch.setattr(Sessions, "find", timeless)


def _any_code(patch: Patch) -> None:
    check = CodeBook.check

    def trusting(
        self: CodeBook, kind: str, code: str, now: float, attribute: str = ""
    ) -> PendingCode:
        pending = self.find(kind, attribute)
        return check(self, kind, pending.value if pending else code, now, attribute)

    patch.setattr(CodeBook, "check", trusting)


def _any_proof(challenge: type[UserChallenge] | type[DeviceChallenge]) -> Callable[[Patch], None]:
    def plant(patch: Patch) -> None:
        def believe(self: Any, given_signature: str, timestamp: str) -> bool:
            return True

        patch.setattr(challenge, "proven_by", believe)

    return plant


def _srp_challenge_again(patch: Patch) -> None:
    def keep(self: SrpChallenges, challenge: object) -> None:
        return None

    patch.setattr(SrpChallenges, "spend", keep)


def _revoked_tokens(patch: Patch) -> None:
    def keep(self: GrantBook, user: User) -> None:
        return None

    patch.setattr(GrantBook, "revoke_all", keep)


def _disabled_user(patch: Patch) -> None:
    original = attempt.check_state

    def blind(client: UserPoolClient, user: User) -> None:
        enabled, user.enabled = user.enabled, True
        try:
            original(client, user)
        finally:
            user.enabled = enabled

    replace_everywhere(patch, original, blind)


def _device_of_anybody(patch: Patch) -> None:
    issue, confirmed = DeviceBook.issue, DeviceBook.confirmed
    everything: dict[str, TrackedDevice] = {}
    with_each_engine(patch, everything.clear)

    def note(self: DeviceBook, device: TrackedDevice) -> None:
        everything[device.key] = device
        issue(self, device)

    def find(self: DeviceBook, key: str) -> TrackedDevice:
        if key in everything:
            self._devices.setdefault(key, everything[key])
        return confirmed(self, key)

    patch.setattr(DeviceBook, "issue", note)
    patch.setattr(DeviceBook, "confirmed", find)


def _touched_by_refusal(patch: Patch) -> None:
    check = passwords._check_previous

    def touch_first(user: User, previous: str | None) -> None:
        user.touch(user.modified + 1)
        check(user, previous)

    patch.setattr(passwords, "_check_previous", touch_first)


FAULTS = [
    Fault(
        "totp-step-again",
        "a TOTP code is accepted as often as it is sent",
        _totp_step_again,
        Rule.TOTP_ONCE,
        seed=5,
    ),
    Fault(
        "totp-of-anybody",
        "a TOTP code of any user's secret is accepted",
        _totp_of_anybody,
        Rule.TOTP,
        seed=4,
    ),
    Fault(
        "session-again",
        "a session can be answered again after a success",
        _session_again,
        Rule.SESSION_ONCE,
        seed=4,
    ),
    Fault(
        "session-for-ever",
        "a session does not expire",
        _session_for_ever,
        Rule.SESSION_ENDS,
        seed=4,
    ),
    Fault(
        "any-code",
        "whatever is entered counts as the code that was sent",
        _any_code,
        Rule.CODE,
        seed=3,
    ),
    Fault(
        "any-password-proof",
        "PASSWORD_CLAIM_SIGNATURE of a user is not checked",
        _any_proof(UserChallenge),
        Rule.PROOF,
        seed=1,
    ),
    Fault(
        "any-device-proof",
        "PASSWORD_CLAIM_SIGNATURE of a device is not checked",
        _any_proof(DeviceChallenge),
        Rule.PROOF,
        seed=2,
    ),
    Fault(
        "srp-challenge-again",
        "a SECRET_BLOCK can be answered again after a success",
        _srp_challenge_again,
        Rule.CHALLENGE_ONCE,
        seed=2,
    ),
    Fault(
        "device-of-anybody",
        "the device key of another user is taken for one's own",
        _device_of_anybody,
        Rule.DEVICE,
        seed=2,
    ),
    Fault(
        "revoked-tokens",
        "signing out, disabling and deleting revoke no tokens",
        _revoked_tokens,
        Rule.TOKEN_REVOKED,
        seed=5,
    ),
    Fault(
        "disabled-user",
        "a disabled user may sign in",
        _disabled_user,
        Rule.ENABLED,
        seed=1,
    ),
    Fault(
        "trace-of-a-refusal",
        "a refused ChangePassword moves the date of the last change",
        _touched_by_refusal,
        Rule.UNCHANGED,
        seed=1,
    ),
    *FIRST_FACTOR_FAULTS,
]
