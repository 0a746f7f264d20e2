"""A sign-in under way: what has been proven so far, and whether it may go on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from harness.emulator import refusals
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.domain.custom_rounds import CustomRounds
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.next_challenge import (
    CUSTOM_CHALLENGE,
    PASSWORD_VERIFIER,
    DeviceFacts,
    Facts,
    in_order,
    reachable,
)
from harness.emulator.domain.passwords import PasswordRecord
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.totp import SoftwareToken
from harness.emulator.domain.users import (
    FORCE_CHANGE_PASSWORD,
    RESET_REQUIRED,
    UNCONFIRMED,
    User,
)


def check_state(client: UserPoolClient, user: User) -> None:
    """Refuse users who may not sign in, whatever their password is (A127 to A129, A103)."""
    if not user.enabled:
        raise refusals.user_disabled()
    if user.status == UNCONFIRMED:
        raise refusals.user_not_confirmed()
    if user.status == RESET_REQUIRED:
        if client.hides_user_existence:
            raise refusals.incorrect_username_or_password()
        raise refusals.password_reset_required()


def presented_device(pool: Pool, user: User, key: str | None) -> TrackedDevice | None:
    """Return the confirmed device of a DEVICE_KEY; an unknown key is refused (D106).

    A pool that does not track devices ignores the key (section D, 21).
    """
    if key is None or pool.device_configuration is None:
        return None
    return user.devices.confirmed(key)


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

    client: UserPoolClient
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
        cls, client: UserPoolClient, user: User, answered_as: str, device: TrackedDevice | None
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
        """Refuse a user who was deleted, disabled, signed out or given a new password.

        For the moment after the triggers: they take time, and may have done it themselves.
        """
        if self.user not in self.pool.users:
            if self.client.hides_user_existence:
                raise refusals.incorrect_username_or_password()
            raise refusals.user_not_found()
        check_state(self.client, self.user)
        self.require_uninterrupted()

    def facts(self, settings: EmulatorSettings) -> Facts:
        """Return what decides about the next challenge, as things stand now."""
        pool, user, by_password = self.pool, self.user, self.by_password
        return Facts(
            temporary_password=by_password and user.status == FORCE_CHANGE_PASSWORD,
            mfa_mode=pool.mfa.mode if by_password else "OFF",
            enabled_factors=self._reachable(user.mfa.enabled),
            available_factors=self._reachable(pool.mfa.factors()),
            preferred_factor=user.mfa.preferred,
            chosen_factor=self.chosen_factor,
            device=self._device_facts(settings),
            mfa_passed=self.mfa_passed,
            device_proven=self.device_proven,
        )

    def _reachable(self, factors: Collection[str]) -> tuple[str, ...]:
        user = self.user
        has_token = user.software_token is not None
        return reachable(in_order(factors), user.attributes, software_token=has_token)

    def _device_facts(self, settings: EmulatorSettings) -> DeviceFacts | None:
        tracking = self.pool.device_configuration
        if self.device is None or tracking is None:
            return None
        proven = self.device.mfa_proven or not settings.remembered_device_needs_mfa
        replaces = proven and tracking["ChallengeRequiredOnNewDevice"]
        return DeviceFacts(remembered=self.device.remembered, may_replace_mfa=replaces)


@dataclass(frozen=True)
class CustomSignIn:
    """Who signs in by custom challenges, and how far he is.

    Attributes:
        name: the internal user name, or the one that was typed where it is nobody's.
        attempt: ``None`` for nobody, whom the client does not tell from others (A100).
        srp_a, device_key: of the request that began it, until the password is asked for.
    """

    client: UserPoolClient
    name: str
    attempt: Attempt | None
    rounds: CustomRounds
    srp_a: str | None = field(default=None, repr=False)
    device_key: str | None = None

    def possible_challenges(self) -> tuple[str, ...]:
        """What DefineAuthChallenge may ask for next.

        The password can only come first, and MFA follows it by itself (A180).
        """
        begins = self.rounds.password_asked and len(self.rounds.results) == 1
        return (PASSWORD_VERIFIER, CUSTOM_CHALLENGE) if begins else (CUSTOM_CHALLENGE,)
