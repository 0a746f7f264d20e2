"""Pools with passkeys, and users of them with a software authenticator."""

from __future__ import annotations

import base64
import json
from typing import Any

from fido2.webauthn import PublicKeyCredentialCreationOptions

from harness.emulator.domain.pools import Pool
from harness.emulator.domain.users import User
from harness.emulator.engine import Engine
from harness.emulator.rules.passkeys import CHALLENGE_BYTES, request_options
from harness.users.passkey import Passkey
from tests.emulator.support.walker import Walker, new_pool, new_walker, tokens_of

PARTY = "example.com"
MULTI = "MULTI_FACTOR_WITH_USER_VERIFICATION"
SIGN_IN = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}


def passkey_pool(engine: Engine, *, mode: str = "OFF", **settings: Any) -> str:
    """Create a pool that allows passkeys; the settings are those of WebAuthnConfiguration."""
    pool_id = new_pool(engine, Policies=SIGN_IN)
    configure(engine, pool_id, mode=mode, **{"RelyingPartyId": PARTY, **settings})
    return pool_id


def configure(engine: Engine, pool_id: str, *, mode: str = "OFF", **settings: Any) -> None:
    """Set a pool's WebAuthnConfiguration; with MFA, TOTP is the second factor."""
    factors = {} if mode == "OFF" else {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    engine.call(
        "SetUserPoolMfaConfig",
        {
            "UserPoolId": pool_id,
            "MfaConfiguration": mode,
            **factors,
            "WebAuthnConfiguration": settings,
        },
    )


class PasskeyUser:
    """A signed-in user who can register passkeys."""

    def __init__(
        self, engine: Engine, pool_id: str, username: str = "alice", **walker: Any
    ) -> None:
        self.engine = engine
        self.walker: Walker = new_walker(engine, pool_id=pool_id, username=username, **walker)
        self.access_token: str = tokens_of(self.walker.by_password())["AccessToken"]

    @property
    def pool(self) -> Pool:
        """The pool."""
        return self.engine.pools[self.walker.user_pool_id]

    @property
    def user(self) -> User:
        """The record of the user."""
        user = self.engine.find_user(self.pool, self.walker.username)
        assert user is not None
        return user

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        """Call an operation with the user's access token."""
        return self.walker.call(operation, **{"AccessToken": self.access_token, **params})

    def start(self) -> dict[str, Any]:
        """Begin a registration, and return its options."""
        options: dict[str, Any] = self.call("StartWebAuthnRegistration")
        return dict(options["CredentialCreationOptions"])

    def complete(self, credential: Any) -> None:
        """Complete a registration."""
        assert self.call("CompleteWebAuthnRegistration", Credential=credential) == {}

    def register(self, **how: Any) -> Passkey:
        """Register a new passkey."""
        passkey = Passkey.create(self.start(), **how)
        self.complete(passkey.registration)
        return passkey

    def listed(self, **params: Any) -> list[dict[str, Any]]:
        """Return the user's passkeys as the API shows them."""
        return list(self.call("ListWebAuthnCredentials", **params)["Credentials"])

    def options(self) -> dict[str, Any]:
        """Return the options of a sign-in."""
        challenge = self.engine.random.bytes(CHALLENGE_BYTES)
        return request_options(self.pool, list(self.user.passkeys), challenge)


def as_text(credential: dict[str, Any]) -> str:
    """Return CREDENTIAL of a WEB_AUTHN response."""
    return json.dumps(credential)


def decoded(text: str) -> bytes:
    """Return the bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def registered_again(passkey: Passkey, options: dict[str, Any]) -> dict[str, Any]:
    """Return the credential of another registration of the same passkey, as no browser makes it."""
    parsed = PublicKeyCredentialCreationOptions.from_dict(options)
    return passkey._registered(parsed, None)
