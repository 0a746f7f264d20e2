"""A sign-in on its way: what was proven so far, and the answer that follows from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from harness.emulator import refusals
from harness.emulator.domain import codes
from harness.emulator.domain import next_challenge as challenges
from harness.emulator.domain.next_challenge import (
    DeviceFacts,
    Facts,
    factors_to_choose,
    next_challenge,
)
from harness.emulator.domain.users import FORCE_CHANGE_PASSWORD
from harness.emulator.sign_in.completion import sign_in_result
from harness.emulator.sign_in.first_factor import check_state
from harness.emulator.stores.sessions import Session
from harness.emulator.stores.srp_challenges import DeviceSignIn

if TYPE_CHECKING:
    from harness.emulator.domain.custom_rounds import CustomRounds
    from harness.emulator.domain.devices import TrackedDevice
    from harness.emulator.domain.passwords import PasswordRecord
    from harness.emulator.domain.pools import AppClient, Pool
    from harness.emulator.domain.totp import SoftwareToken
    from harness.emulator.domain.users import User
    from harness.emulator.engine import Caller, Engine

#: Where a second factor reaches the user; the software token needs no address.
DESTINATION = {challenges.SMS_MFA: "phone_number", challenges.EMAIL_OTP: "email"}
#: Digits of a one-time code (A187 for e-mail; six by SMS).
CODE_DIGITS = {challenges.SMS_MFA: 6, challenges.EMAIL_OTP: 8}


@dataclass(frozen=True, eq=False)
class Attempt:
    """A sign-in whose first factor is proven.

    Attributes:
        password: what was proven by it.
        answered_as: USERNAME of the newest answer, to which a new device is bound (D081).
        device: the confirmed device that the newest request presented (D057).
        code: the SMS or e-mail code that was sent for the pending challenge.
        pending_token, verified_token: the software token that is set up in it, and once a code of
            it was taken.
        custom: the rounds of a custom sign-in, which may do without the password (A180).
        sign_outs: how often the user had been signed out everywhere when it began.
    """

    client: AppClient
    user: User
    password: PasswordRecord | None
    answered_as: str
    device: TrackedDevice | None = None
    chosen_factor: str | None = None
    mfa_passed: bool = False
    device_proven: bool = False
    code: str | None = field(default=None, repr=False)
    pending_token: SoftwareToken | None = None
    verified_token: SoftwareToken | None = None
    custom: CustomRounds | None = None
    sign_outs: int = 0

    @classmethod
    def begin(
        cls, client: AppClient, user: User, answered_as: str, device: TrackedDevice | None
    ) -> Attempt:
        """The attempt of a user who has just proven his password."""
        return cls(client, user, user.password, answered_as, device, sign_outs=user.sign_outs)

    def after(self, challenge: str) -> Attempt:
        """The attempt once a challenge is passed, so that a custom sign-in can be told of it."""
        if self.custom is None:
            return self
        return replace(self, custom=self.custom.after(challenge))

    @property
    def pool(self) -> Pool:
        """The pool of client and user."""
        return self.client.pool

    @property
    def by_password(self) -> bool:
        """Whether the password is what was proven first."""
        return self.custom is None or self.custom.password_proven

    @property
    def interrupted(self) -> bool:
        """Whether the password was replaced, or the user signed out, since the sign-in began."""
        replaced = self.by_password and self.user.password is not self.password
        return replaced or self.user.sign_outs != self.sign_outs

    def require_uninterrupted(self) -> None:
        """Refuse a sign-in that does not count any more, before anything of its answer is spent."""
        if self.interrupted:
            raise refusals.session_invalid()

    def require_standing(self) -> None:
        """Refuse a user who was deleted, kept out, signed out or given another password meanwhile.

        For the moment after the triggers: they took their time, and may have done it themselves.
        """
        if self.user not in self.pool.users:
            if self.client.hides_user_existence:
                raise refusals.incorrect_username_or_password()
            raise refusals.user_not_found()
        check_state(self.client, self.user)
        self.require_uninterrupted()

    def facts(self, engine: Engine) -> Facts:
        """What decides about the next challenge, as things stand now."""
        pool, user, by_password = self.pool, self.user, self.by_password
        return Facts(
            temporary_password=by_password and user.status == FORCE_CHANGE_PASSWORD,
            mfa_mode=pool.mfa.mode if by_password else "OFF",
            enabled_factors=_reachable(user, user.mfa.listed()),
            available_factors=_reachable(user, pool.mfa.factors()),
            preferred_factor=user.mfa.preferred,
            chosen_factor=self.chosen_factor,
            device=self._device_facts(engine),
            mfa_passed=self.mfa_passed,
            device_proven=self.device_proven,
        )

    def _device_facts(self, engine: Engine) -> DeviceFacts | None:
        tracking = self.pool.device_configuration
        if self.device is None or tracking is None:
            return None
        proven = self.device.mfa_proven or not engine.settings.remembered_device_needs_mfa
        replaces = proven and tracking["ChallengeRequiredOnNewDevice"]
        return DeviceFacts(remembered=self.device.remembered, may_replace_mfa=replaces)


def _reachable(user: User, factors: list[str]) -> tuple[str, ...]:
    """The factors by which the user can be asked: with a token, a number or an address."""
    return tuple(
        factor
        for factor in factors
        if (
            user.attributes.get(DESTINATION[factor])
            if factor in DESTINATION
            else user.software_token
        )
    )


def proceed(engine: Engine, caller: Caller, attempt: Attempt) -> dict[str, Any]:
    """Answer with the next challenge and a Session, or with tokens."""
    challenge = next_challenge(attempt.facts(engine))
    custom = attempt.custom
    if custom is not None and not custom.completed and challenge in _AFTER_CUSTOM:
        # Not above: the rounds end where they began, in proceed.
        from harness.emulator.sign_in.challenges.custom import go_on

        return go_on(engine, caller, attempt, custom)
    if challenge is None:
        return sign_in_result(engine, caller, attempt)
    return _PUT[challenge](engine, attempt, challenge)


#: What has its place behind the rounds of a custom sign-in: tokens, and the device (D091).
_AFTER_CUSTOM = (None, challenges.DEVICE_SRP_AUTH)


def put_challenge(
    engine: Engine, attempt: Attempt, challenge: str, parameters: Mapping[str, str]
) -> dict[str, Any]:
    """Open a session for a challenge and answer with it (A140, A145)."""
    text, _ = open_session(engine, attempt, challenge)
    return {
        "ChallengeName": challenge,
        "Session": text,
        "ChallengeParameters": dict(parameters),
    }


def open_session(engine: Engine, attempt: Attempt, challenge: str) -> tuple[str, Session]:
    """Open a session that keeps the attempt; it lives for AuthSessionValidity (A140)."""
    now = engine.clock.time()
    session = Session(
        pool_id=attempt.pool.pool_id,
        client_id=attempt.client.client_id,
        username=attempt.user.username,
        challenge=challenge,
        expires_at=now + attempt.client.session_seconds,
        facts={"attempt": attempt},
    )
    return engine.sessions.open(session, now), session


def _put_new_password(engine: Engine, attempt: Attempt, challenge: str) -> dict[str, Any]:
    """NEW_PASSWORD_REQUIRED with what is there and what is missing (A167)."""
    user = attempt.user
    missing = [name for name in attempt.pool.schema.required if not user.attributes.get(name)]
    parameters = {
        "USER_ID_FOR_SRP": user.username,
        "requiredAttributes": _json([f"userAttributes.{name}" for name in missing]),
        "userAttributes": _json(user.attributes),
    }
    return put_challenge(engine, attempt, challenge, parameters)


def _put_mfa_setup(engine: Engine, attempt: Attempt, challenge: str) -> dict[str, Any]:
    """MFA_SETUP with what can be set up within a sign-in: the software token (A170, A234)."""
    possible = [f for f in attempt.pool.mfa.factors() if f == challenges.SOFTWARE_TOKEN_MFA]
    parameters = {"MFAS_CAN_SETUP": _json(possible), "USER_ID_FOR_SRP": attempt.user.username}
    return put_challenge(engine, attempt, challenge, parameters)


def _put_select_mfa(engine: Engine, attempt: Attempt, challenge: str) -> dict[str, Any]:
    choice = factors_to_choose(attempt.facts(engine))
    parameters = {
        "MFAS_CAN_CHOOSE": _json(list(choice)),
        "USER_ID_FOR_SRP": attempt.user.username,
    }
    return put_challenge(engine, attempt, challenge, parameters)


def _put_software_token(engine: Engine, attempt: Attempt, challenge: str) -> dict[str, Any]:
    """SOFTWARE_TOKEN_MFA; the friendly name only if one was given (A171, A172)."""
    token = attempt.user.software_token
    named = {"FRIENDLY_DEVICE_NAME": token.friendly_name} if token and token.friendly_name else {}
    parameters = {**named, "USER_ID_FOR_SRP": attempt.user.username}
    return put_challenge(engine, attempt, challenge, parameters)


def _put_one_time_code(engine: Engine, attempt: Attempt, challenge: str) -> dict[str, Any]:
    """Send a code and say where it went (A173, A174); it lives as long as its session (A232)."""
    code = engine.random.digits(CODE_DIGITS[challenge])
    attribute = DESTINATION[challenge]
    sent = codes.deliver(engine, attempt.pool, attempt.user, codes.MFA, attribute, code)
    parameters = {
        "CODE_DELIVERY_DELIVERY_MEDIUM": sent["DeliveryMedium"],
        "CODE_DELIVERY_DESTINATION": sent["Destination"],
        "USER_ID_FOR_SRP": attempt.user.username,
    }
    return put_challenge(engine, replace(attempt, code=code), challenge, parameters)


def _put_device_srp(engine: Engine, attempt: Attempt, challenge: str) -> dict[str, Any]:
    """DEVICE_SRP_AUTH; the sign-in is also found without its Session (section D, 2)."""
    text, session = open_session(engine, attempt, challenge)
    assert attempt.device is not None
    waiting = DeviceSignIn(attempt, session)
    engine.device_sign_ins.wait(attempt.user, attempt.device, waiting, engine.clock.time())
    parameters = {"USERNAME": attempt.user.username, "DEVICE_KEY": attempt.device.key}
    return {"ChallengeName": challenge, "Session": text, "ChallengeParameters": parameters}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


_PUT: dict[str, Callable[[Engine, Attempt, str], dict[str, Any]]] = {
    challenges.NEW_PASSWORD_REQUIRED: _put_new_password,
    challenges.MFA_SETUP: _put_mfa_setup,
    challenges.SELECT_MFA_TYPE: _put_select_mfa,
    challenges.SOFTWARE_TOKEN_MFA: _put_software_token,
    challenges.SMS_MFA: _put_one_time_code,
    challenges.EMAIL_OTP: _put_one_time_code,
    challenges.DEVICE_SRP_AUTH: _put_device_srp,
}
