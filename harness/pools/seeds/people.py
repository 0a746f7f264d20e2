"""The people of a seed file, with everything that they sign in with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.clock import Clock
from harness.errors import ConfigurationError
from harness.flows.api.caller import AppClient
from harness.redaction import Secret
from harness.users.authenticator import Authenticator
from harness.users.device import Device
from harness.users.person import Person, SignInName

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.users.passkey import Passkey

__all__ = ["SeededPerson", "SeededUser", "find_user", "secrets_of", "seeded_person"]

#: The members of a seed document that are secret, wherever they are.
_SECRETS = frozenset({"hash", "password", "private_key", "salt", "secret", "verifier"})


@dataclass(frozen=True)
class SeededUser:
    """The entry of a user in a seed document, and that of their pool."""

    pool: Mapping[str, Any] = field(repr=False)
    entry: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class SeededPerson:
    """A person of a seed file, who is a user of its pool already.

    Attributes:
        person: username, password and attributes. Without a password in the file, the password is
            empty.
        app: the app client to sign in through.
        authenticator: their authenticator app; ``None`` without a TOTP secret in the file.
        devices: their devices that have a password in the file.
        passkeys: their passkeys that have a private key in the file.
    """

    person: Person
    app: AppClient
    authenticator: Authenticator | None = None
    devices: tuple[Device, ...] = ()
    passkeys: tuple[Passkey, ...] = ()

    @property
    def device(self) -> Device | None:
        """The first of the devices; ``None`` without any."""
        return self.devices[0] if self.devices else None

    @property
    def passkey(self) -> Passkey | None:
        """The first of the passkeys; ``None`` without any."""
        return self.passkeys[0] if self.passkeys else None


def find_user(document: Mapping[str, Any], username: str, pool_id: str | None) -> SeededUser:
    """Return the user of a seed document.

    Args:
        document: the document.
        username: their username in it.
        pool_id: the pool; not needed if the name is in one pool only.

    Raises:
        ConfigurationError: there is no such pool or user, or the name is in several pools.
    """
    ids = [str(pool["id"]) for pool in document["pools"]]
    if pool_id is not None and pool_id not in ids:
        raise ConfigurationError("cognito_seeded_person: pool", given=pool_id, allowed=ids)
    users = [
        SeededUser(pool, entry)
        for pool in document["pools"]
        if pool_id in (None, pool["id"])
        for entry in pool.get("users", ())
    ]
    found = [user for user in users if user.entry["username"] == username]
    if len(found) == 1:
        return found[0]
    if found:
        pools = [str(user.pool["id"]) for user in found]
        hint = "the name is in several pools; give one as pool=..."
        raise ConfigurationError("cognito_seeded_person", given=username, allowed=pools, hint=hint)
    names = [str(user.entry["username"]) for user in users]
    raise ConfigurationError("cognito_seeded_person", given=username, allowed=names)


def secrets_of(document: Any) -> list[Secret]:
    """Return every secret of a seed document, so that those who listen for secrets know them.

    What is not as a document has it is passed over; the emulator refuses it later.
    """
    found: list[Secret] = []
    places: list[Any] = [document]
    while places:
        place = places.pop()
        if isinstance(place, dict):
            found += [
                Secret(value)
                for name, value in place.items()
                if name in _SECRETS and isinstance(value, str)
            ]
            more = place.get("added_secrets")
            found += [Secret(str(value)) for value in more] if isinstance(more, list) else []
        if isinstance(place, (dict, list)):
            places += place.values() if isinstance(place, dict) else place
    return found


def seeded_person(
    client: CognitoIdentityProviderClient,
    user: SeededUser,
    clock: Clock,
    app_client: str | None = None,
) -> SeededPerson:
    """Return the person of a user, with new objects for the same secrets.

    Args:
        client: a boto3 client of the emulator with the pool; tells what the file does not fix.
        user: the user.
        clock: gives the time of TOTP codes.
        app_client: the name or id of the app client; not needed if the pool has only one.

    Raises:
        ConfigurationError: the pool has no such app client, or several and none is named.
    """
    entry, totp = user.entry, user.entry.get("totp")
    app = _app(client, user.pool["id"], app_client)
    return SeededPerson(
        _person(user),
        app,
        None if totp is None else Authenticator(Secret(totp["secret"].rstrip("=")), clock),
        tuple(
            Device(
                device["key"],
                user.pool["device_group_key"],
                Secret(device["password"]),
                device.get("name"),
            )
            for device in entry.get("devices", ())
            if "password" in device
        ),
        tuple(
            _passkey(client, user, passkey)
            for passkey in entry.get("passkeys", ())
            if "private_key" in passkey
        ),
    )


def _person(user: SeededUser) -> Person:
    entry = user.entry
    username = str(entry["username"])
    attributes = {name: _text(value) for name, value in entry.get("attributes", {}).items()}
    kind: SignInName = "username"
    email, number = attributes.get("email", ""), attributes.get("phone_number")
    if not email and "@" in username:
        kind, email = "email", username
    elif number is None and username.startswith("+"):
        kind, number = "phone_number", username
    return Person(
        username=username,
        email=email,
        phone_number=number,
        given_name=attributes.get("given_name", username),
        password=Secret(entry.get("password", "")),
        attributes=attributes,
        sign_in_name=kind,
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _app(client: CognitoIdentityProviderClient, pool_id: str, wanted: str | None) -> AppClient:
    pages = client.get_paginator("list_user_pool_clients").paginate(UserPoolId=pool_id)
    names = {
        found["ClientId"]: found["ClientName"]
        for page in pages
        for found in page["UserPoolClients"]
    }
    chosen = [one for one, name in names.items() if wanted in (None, one, name)]
    if len(chosen) != 1:
        hint = f"name one app client of {pool_id} as client=..."
        allowed = sorted(names.values())
        raise ConfigurationError("app client", given=wanted, allowed=allowed, hint=hint)
    described = client.describe_user_pool_client(UserPoolId=pool_id, ClientId=chosen[0])
    secret = described["UserPoolClient"].get("ClientSecret")
    return AppClient(pool_id, chosen[0], None if secret is None else Secret(secret))


def _passkey(
    client: CognitoIdentityProviderClient, user: SeededUser, entry: Mapping[str, Any]
) -> Passkey:
    # fido2 takes long to import, and few people have a passkey.
    from harness.users.passkey import Passkey

    pool_id, username = user.pool["id"], user.entry["username"]
    found = client.admin_get_user(UserPoolId=pool_id, Username=username)["UserAttributes"]
    party = entry.get("relying_party_id") or _party(client, pool_id)
    return Passkey.restored(
        Secret(entry["private_key"]),
        credential_id=entry["credential_id"],
        relying_party_id=party,
        user_handle=next(each["Value"] for each in found if each["Name"] == "sub"),
        counter=entry.get("sign_count", 0),
        verifies_user=entry.get("user_verified", True),
    )


def _party(client: CognitoIdentityProviderClient, pool_id: str) -> str:
    """Return the id of the pool's relying party: RelyingPartyId, or its domain (N010)."""
    mfa = client.get_user_pool_mfa_config(UserPoolId=pool_id)
    configured = mfa.get("WebAuthnConfiguration", {}).get("RelyingPartyId")
    if configured:
        return configured
    pool = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    region = pool_id.partition("_")[0]
    prefixed = f"{pool.get('Domain')}.auth.{region}.amazoncognito.com"
    return pool.get("CustomDomain") or prefixed
