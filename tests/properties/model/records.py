"""What the model remembers of pools, clients, users, sign-ins and tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.users.passkey import Passkey

UNCONFIRMED = "UNCONFIRMED"
CONFIRMED = "CONFIRMED"
RESET_REQUIRED = "RESET_REQUIRED"
FORCE_CHANGE_PASSWORD = "FORCE_CHANGE_PASSWORD"

SMS = "SMS_MFA"
TOTP = "SOFTWARE_TOKEN_MFA"
#: What UserMFASettingList has for a user whose passkey counts as MFA (N037).
PASSKEY_MFA = "WEB_AUTHN_MFA"

#: The challenges that can be a first factor, and which of them need the password.
EMAIL_OTP, SMS_OTP, WEB_AUTHN = "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"
PASSWORD, PASSWORD_SRP = "PASSWORD", "PASSWORD_SRP"
BY_PASSWORD = frozenset({PASSWORD, PASSWORD_SRP})
#: The attribute that the code of a first factor goes to.
CONTACTS = {EMAIL_OTP: "email", SMS_OTP: "phone_number"}

#: The purposes of a code.
SIGN_UP, RECOVERY, VERIFICATION = "sign-up", "recovery", "verification"


@dataclass(frozen=True)
class Tracking:
    """DeviceConfiguration: ChallengeRequiredOnNewDevice and DeviceOnlyRememberedOnUserPrompt."""

    replaces_mfa: bool
    asks_user: bool


@dataclass(frozen=True)
class Party:
    """WebAuthnConfiguration: RelyingPartyId, UserVerification, FactorConfiguration."""

    party_id: str
    asks_for_verification: bool
    counts_as_mfa: bool

    @property
    def requires_verification(self) -> bool:
        """Whether the user has to be verified: a passkey that counts as MFA always does it."""
        return self.asks_for_verification or self.counts_as_mfa

    @property
    def origin(self) -> str:
        """The origin of the app."""
        return f"https://{self.party_id}"


@dataclass(eq=False)
class Pool:
    """A user pool.

    Attributes:
        mode: MfaConfiguration.
        alias: whether verified email addresses are aliases.
        allowed: AllowedFirstAuthFactors.
    """

    pool_id: str
    mode: str
    factors: tuple[str, ...]
    tracking: Tracking | None
    alias: bool
    allowed: tuple[str, ...]
    party: Party
    accounts: list[Account] = field(default_factory=list)

    def find(self, name: str) -> Account | None:
        """Return the user whom a name means (D104); a deleted user is not found."""
        present = [account for account in self.accounts if not account.deleted]
        for account in present:
            if account.name == name:
                return account
        if self.alias:
            for account in present:
                if account.email == name and "email" in account.verified:
                    return account
        return None


@dataclass(eq=False)
class Client:
    """An app client.

    Attributes:
        flows: the values of AuthFlow that it allows.
        hides: PreventUserExistenceErrors is ENABLED.
        grace: seconds that a replaced refresh token stays valid; ``None`` if there is no rotation.
    """

    pool: Pool
    client_id: str
    secret: str | None
    flows: frozenset[str]
    hides: bool
    session_seconds: int
    grace: int | None


@dataclass(eq=False)
class Code:
    """The newest code that was sent for a purpose."""

    value: str = field(repr=False)
    attribute: str
    expires: float


@dataclass(eq=False)
class Account:
    """One user, from sign-up to deletion.

    Attributes:
        password_number: counts the user's passwords; a proof of an older one proves nothing.
        temporary_since: when a temporary password was set, ``None`` for a permanent one.
        sign_outs: how often all tokens of the user were revoked.
        secret, pending_secret: the TOTP secret in use, and the one that is being set up by token.
        spent: TOTP steps that were accepted with the secret in use.
        undecided: the secret in use was verified where MFA is mandatory, and no preference has
            named it since.
        factors, preferred: UserMFASettingList and PreferredMfaSetting.
        passkeys: by CredentialId.
        registration: the registration of a passkey that was started last.
    """

    pool: Pool
    name: str
    email: str
    phone: str | None
    password: str | None = field(repr=False)
    status: str = UNCONFIRMED
    temporary_since: float | None = None
    password_number: int = 0
    enabled: bool = True
    sign_outs: int = 0
    deleted: bool = False
    verified: set[str] = field(default_factory=set)
    secret: str | None = field(default=None, repr=False)
    pending_secret: str | None = field(default=None, repr=False)
    spent: set[int] = field(default_factory=set)
    undecided: bool = False
    factors: set[str] = field(default_factory=set)
    preferred: str | None = None
    devices: dict[str, Device] = field(default_factory=dict)
    passkeys: dict[str, Key] = field(default_factory=dict)
    registration: Registration | None = None
    codes: dict[str, Code] = field(default_factory=dict)
    failures: int = 0
    hourly: dict[str, list[float]] = field(default_factory=dict)

    def set_password(self, password: str, *, temporary_since: float | None = None) -> None:
        """Replace the password; a recovery code that was sent before becomes invalid."""
        self.password, self.temporary_since = password, temporary_since
        self.password_number += 1
        self.codes.pop(RECOVERY, None)

    def calls(self, operation: str, now: float) -> int:
        """Count this call; return how often the user called the operation in the last hour."""
        recent = [moment for moment in self.hourly.get(operation, ()) if moment > now - 3_600]
        self.hourly[operation] = [*recent, now]
        return len(recent)


@dataclass(eq=False)
class Device:
    """A tracked device.

    Attributes:
        bound_to: the username in the last response of the sign-in that issued it (D081).
        mfa: the sign-in that issued it passed MFA, or one with it while it was remembered (D101).
    """

    key: str
    group_key: str
    account: Account
    bound_to: str
    mfa: bool
    password: str | None = field(default=None, repr=False)
    confirmed: bool = False
    remembered: bool = False
    forgotten: bool = False


@dataclass(frozen=True, eq=False)
class Progress:
    """What a sign-in has proven so far.

    Attributes:
        passed: ``password``, ``code``, ``passkey`` or ``sign-up`` as the first factor, ``mfa``,
            ``device``; empty as long as the user has proven nothing.
        device: the device that the newest response presented (D057).
        named: USERNAME of the newest response.
        chosen: the response to SELECT_MFA_TYPE.
    """

    client: Client
    account: Account
    passed: frozenset[str]
    device: Device | None
    named: str
    admin: bool
    password_number: int
    sign_outs: int
    chosen: str | None = None


@dataclass(frozen=True, eq=False)
class Block:
    """The parameters of an SRP challenge; the proof covers ``prefix`` and ``ident``."""

    text: str = field(repr=False)
    prefix: str
    ident: str
    salt: str
    server_public: str


@dataclass(eq=False)
class Pending:
    """A challenge that may be responded to once, until it expires.

    Attributes:
        progress: ``None`` for a challenge made up for an unknown user (A101).
        session: ``None`` for PASSWORD_VERIFIER of USER_SRP_AUTH, which has no session (D044).
        carried: DEVICE_KEY of InitiateAuth (section D, 6).
        code: the code that was sent.
        options: CREDENTIAL_REQUEST_OPTIONS of WEB_AUTHN, whose challenge the passkey signs.
        refused: whether a response was refused before.
        secret, verified: the TOTP secret that is set up in the sign-in, and whether it is
            verified.
    """

    challenge: str
    client: Client
    progress: Progress | None
    expires: float
    session: str | None = field(default=None, repr=False)
    block: Block | None = None
    carried: str | None = None
    code: str | None = field(default=None, repr=False)
    options: dict[str, Any] = field(default_factory=dict, repr=False)
    refused: bool = False
    secret: str | None = field(default=None, repr=False)
    verified: bool = False
    admin: bool = False
    spent: bool = False


@dataclass(frozen=True, eq=False)
class Claim:
    """What a client signed: a block, with a secret, at the time that it named."""

    block: Block
    password: str = field(repr=False)
    timestamp: str
    moment: float


@dataclass(eq=False)
class Grant:
    """A sign-in that gave tokens, and the device that it used or issued."""

    client: Client
    account: Account
    device: Device | None
    origin: str | None = None
    revoked: bool = False


@dataclass(eq=False)
class Token:
    """An access or refresh token; ``rotated``: when a newer refresh token replaced it."""

    text: str = field(repr=False)
    grant: Grant
    expires: float
    rotated: float | None = None


@dataclass(eq=False)
class Key:
    """A passkey: one credential of one user.

    Attributes:
        authenticator: signs with the private key, on the user's side.
        count: the signature counter of the last response that was accepted.
        verified: whether the registration verified the user.
        copy: a clone in the hands of a thief.
    """

    account: Account
    party_id: str
    authenticator: Passkey = field(repr=False)
    count: int
    verified: bool
    deleted: bool = False
    copy: Passkey | None = field(default=None, repr=False)

    @property
    def credential_id(self) -> str:
        """CredentialId, which the authenticator makes."""
        return self.authenticator.credential_id


@dataclass(eq=False)
class Registration:
    """A registration that was started, with the options that the service gave."""

    client: Client
    options: dict[str, Any] = field(repr=False)
    party_id: str
    started: float
    refused: bool = False

    @property
    def challenge(self) -> str:
        """The challenge that the authenticator has to return."""
        challenge: str = self.options["challenge"]
        return challenge


@dataclass(frozen=True, eq=False)
class Signed:
    """What an authenticator made: a new credential, or the proof of one.

    Attributes:
        challenge, party_id, origin: what the authenticator was told.
        verified: whether it verified the user.
        count: its signature counter.
        forged: whether the signature was changed afterwards.
    """

    authenticator: Passkey = field(repr=False)
    credential_id: str
    challenge: str
    party_id: str
    origin: str
    verified: bool
    count: int
    forged: bool = False


@dataclass(eq=False)
class SignUpSession:
    """Session of SignUp or, if ``confirmed``, of ConfirmSignUp, which replaces a first factor."""

    client: Client
    account: Account
    expires: float
    confirmed: bool
    password_number: int
    sign_outs: int
    spent: bool = False
