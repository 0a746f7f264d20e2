"""A sign-in in progress: what is proven so far, and whether it may continue."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from harness.emulator import refusals
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.domain.custom_rounds import CustomRounds
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.next_challenge import (
    CUSTOM_CHALLENGE,
    PASSWORD,
    PASSWORD_VERIFIER,
    SMS_MFA,
    SOFTWARE_TOKEN_MFA,
    DeviceFacts,
    Facts,
    in_order,
    reachable,
)
from harness.emulator.domain.passkeys import PasskeyRecord
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
    """Refuse a user who may not sign in even with the right password (A127 to A129, A103)."""
    if not user.enabled:
        raise refusals.user_disabled()
    if user.status == UNCONFIRMED:
        raise refusals.user_not_confirmed()
    if user.status == RESET_REQUIRED:
        if client.hides_user_existence:
            raise refusals.incorrect_username_or_password().because(
                "an administrator has reset the password"
            )
        raise refusals.password_reset_required()


def presented_device(pool: Pool, user: User, key: str | None) -> TrackedDevice | None:
    """Return the confirmed device of a DEVICE_KEY; refuse an unknown key (D106).

    A pool that does not track devices ignores the key (section D, 21).
    """
    if key is None or pool.device_configuration is None:
        return None
    return user.devices.confirmed(key)


def switched_on(pool: Pool, user: User) -> tuple[str, ...]:
    """Return the second factors that a user has switched on and can use.

    A software token still counts after the pool turns TOTP off (A203); a factor with codes that
    the pool does not send is passed over (https://github.com/aws-amplify/amplify-js/issues/11260).
    """
    enabled = user.mfa.enabled | ({SMS_MFA} if user.sms_by_settings else set())
    on = enabled & {SOFTWARE_TOKEN_MFA, *pool.mfa.factors()}
    token = user.software_token
    if token is not None and token.undecided and pool.mfa.mode == "ON":
        on.add(SOFTWARE_TOKEN_MFA)
    return _reachable(user, on)


def _reachable(user: User, factors: Collection[str]) -> tuple[str, ...]:
    has_token = user.software_token is not None
    return reachable(in_order(factors), user.attributes, software_token=has_token)


@dataclass(frozen=True, eq=False)
class Attempt:
    """A sign-in whose first factor is proven.

    Attributes:
        password: the user's password when the sign-in began: the one that was proven, if one was.
        answered_as: USERNAME of the newest challenge response; a new device is bound to it (D081).
        device: the confirmed device that the newest request presented (D057).
        code: the SMS or email code that was sent for the pending challenge.
        sent_to: the address or number that it was sent to.
        new_email: the address that MFA_SETUP sets up, before the code sent there is accepted.
        new_phone: the phone number that the pages of managed login set up, likewise.
        pending_token: the software token that MFA_SETUP sets up, before a code of it is accepted.
        verified_token: that software token once a code of it is accepted.
        custom: the rounds of a custom sign-in, which may skip the password (A180).
        sign_outs: the user's number of global sign-outs when the attempt began.
        first_factor: what was proven first in USER_AUTH: EMAIL_OTP, SMS_OTP, WEB_AUTHN, or
            PASSWORD, also by SRP.
        passkey: the passkey that was proven, if one was; the tokens need it to be there still.
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
    sent_to: str | None = field(default=None, repr=False)
    new_email: str | None = None
    new_phone: str | None = None
    pending_token: SoftwareToken | None = None
    verified_token: SoftwareToken | None = None
    custom: CustomRounds | None = None
    sign_outs: int = 0
    first_factor: str = PASSWORD
    passkey: PasskeyRecord | None = None

    @property
    def attempt(self) -> Attempt:
        """Itself; other things that a session is about have one inside, or none."""
        return self

    @classmethod
    def begin(
        cls, client: UserPoolClient, user: User, answered_as: str, device: TrackedDevice | None
    ) -> Attempt:
        """Return the attempt of a user who has just proven the password."""
        return cls(client, user, user.password, answered_as, device, sign_outs=user.sign_outs)

    def after(self, challenge: str) -> Attempt:
        """Return the attempt after a passed challenge; a custom sign-in records it as a round."""
        if self.custom is None:
            return self
        return replace(self, custom=self.custom.after(challenge))

    @property
    def pool(self) -> Pool:
        """The pool of client and user."""
        return self.client.pool

    @property
    def by_password(self) -> bool:
        """Whether the password is the first factor."""
        if self.custom is not None:
            return self.custom.password_proven
        return self.first_factor == PASSWORD

    @property
    def by_other_factor(self) -> bool:
        """Whether a code or a passkey is the first factor."""
        return self.custom is None and self.first_factor != PASSWORD

    @property
    def interrupted(self) -> bool:
        """Whether the password was replaced, or the user signed out, since the sign-in began."""
        replaced = self.by_password and self.user.password is not self.password
        return replaced or self.user.sign_outs != self.sign_outs

    def require_uninterrupted(self) -> None:
        """Refuse an interrupted sign-in, before anything in the challenge response is spent."""
        if self.interrupted:
            raise refusals.session_invalid().because(
                "the password was changed, or the user signed out, since the sign-in began"
            )

    def require_standing(self) -> None:
        """Refuse a user who was deleted, disabled, signed out or given a new password.

        Call this after triggers: they take time, and their handlers may change the user.
        """
        if self.user not in self.pool.users:
            if self.client.hides_user_existence:
                raise refusals.incorrect_username_or_password()
            raise refusals.user_not_found()
        check_state(self.client, self.user)
        self.require_uninterrupted()

    def facts(self, settings: EmulatorSettings) -> Facts:
        """Return the present facts that decide the next challenge."""
        pool, user, by_password = self.pool, self.user, self.by_password
        return Facts(
            temporary_password=by_password and user.status == FORCE_CHANGE_PASSWORD,
            mfa_mode=pool.mfa.mode if by_password else "OFF",
            enabled_factors=switched_on(pool, user),
            available_factors=_reachable(user, pool.mfa.factors()),
            preferred_factor=user.mfa.preferred,
            chosen_factor=self.chosen_factor,
            device=self._device_facts(settings),
            mfa_passed=self.mfa_passed,
            device_proven=self.device_proven,
        )

    def _device_facts(self, settings: EmulatorSettings) -> DeviceFacts | None:
        tracking = self.pool.device_configuration
        if self.device is None or tracking is None:
            return None
        proven = self.device.mfa_proven or not settings.remembered_device_needs_mfa
        replaces = proven and tracking["ChallengeRequiredOnNewDevice"]
        return DeviceFacts(remembered=self.device.remembered, may_replace_mfa=replaces)


@dataclass(frozen=True)
class CustomSignIn:
    """A sign-in by custom challenges.

    Attributes:
        name: the internal username, or the name that was sent where there is no such user.
        attempt: ``None`` for an unknown user in a client that hides which users exist (A100).
        srp_a: SRP_A of the first request, kept until PASSWORD_VERIFIER.
        device_key: DEVICE_KEY of the first request, kept until PASSWORD_VERIFIER.
    """

    client: UserPoolClient
    name: str
    attempt: Attempt | None
    rounds: CustomRounds
    srp_a: str | None = field(default=None, repr=False)
    device_key: str | None = None

    def possible_challenges(self) -> tuple[str, ...]:
        """Return the challenges that DefineAuthChallenge may choose next.

        The password can only be the first one, and MFA follows it automatically (A180).
        """
        begins = self.rounds.password_asked and len(self.rounds.results) == 1
        return (PASSWORD_VERIFIER, CUSTOM_CHALLENGE) if begins else (CUSTOM_CHALLENGE,)


@dataclass(frozen=True)
class FirstFactorSignIn:
    """A sign-in by USER_AUTH that waits for the choice of a first factor, or for its proof.

    A password is proven with the choice, so it needs no such session.

    Attributes:
        user: ``None`` for an unknown user in a client that hides which users exist (N022).
        name: the internal username, or the name that was sent where there is no such user.
        factor: EMAIL_OTP, SMS_OTP or WEB_AUTHN, or SELECT_CHALLENGE before the choice.
        secret: the code that was sent, or the challenge of WebAuthn in base64url; empty before
            the choice.
        device_key: DEVICE_KEY of the newest request.
        sign_outs: the user's number of global sign-outs when the sign-in began.
        destination: where the code was sent.
    """

    client: UserPoolClient
    user: User | None
    name: str
    factor: str
    secret: str = field(default="", repr=False)
    device_key: str | None = None
    sign_outs: int = 0
    destination: str | None = field(default=None, repr=False)

    @property
    def attempt(self) -> None:
        """No factor is proven yet."""
        return
