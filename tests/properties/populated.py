"""Populates an emulator with pools, clients and users in every state, with everything open."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from typing import Any

from harness.clock import VirtualClock
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.domain.passkeys import PasskeyRecord
from harness.emulator.engine import Engine
from harness.srp.client import ClientExchange
from tests.emulator.support.choosing import (
    CHOICE,
    ask,
    choose,
    chooser,
    options_of,
    passkeys_in,
    register,
)
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, START, pairs
from tests.emulator.support.user_import import ImportJob
from tests.emulator.support.walker import (
    ALWAYS,
    Walker,
    device_verifier,
    new_client,
    new_pool,
    new_walker,
)
from tests.properties.live_values import LiveValues

#: An access token signed by someone else, one without a signature, and one that is not a token.
_FOREIGN_TOKENS = ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.AAAA", "eyJhbGciOiJub25lIn0.e30.", "a.b.c")


def populated_engine(engine: Engine | None = None) -> tuple[Engine, LiveValues]:
    """Populate an engine, new or given, and return it with the live values for requests."""
    clock = VirtualClock(START, frozen=True)
    engine = engine or Engine(clock=clock, settings=EmulatorSettings(seed=1))
    live = LiveValues()
    live.add("Password", PASSWORD, OTHER_PASSWORD)
    _tracking_pool(engine, live)
    _required_mfa_pool(engine, live)
    _choice_pool(engine, live)
    live.add("AccessToken", *_FOREIGN_TOKENS)
    live.add("Code", *(message.code for message in engine.outbox.messages()))
    return engine, live


def _tracking_pool(engine: Engine, live: LiveValues) -> None:
    """Create a pool with OPTIONAL MFA of every kind, tracked devices, one user in each state."""
    settings: dict[str, Any] = {
        "mfa": "OPTIONAL",
        "factors": ("SoftwareToken", "Sms", "Email"),
        "devices": ALWAYS,
        "AliasAttributes": ["email", "phone_number"],
        "Schema": [{"Name": "team", "AttributeDataType": "String", "Mutable": True}],
    }
    alice = new_walker(engine, attributes={"phone_number": "+15550001234"}, **settings)
    alice.exchange = _exchange()
    live.add("ResourceArn", engine.pools[alice.user_pool_id].arn)
    _name(live, alice)
    _group(engine, live, alice)
    _with_device(engine, live, alice)
    _in_other_states(engine, live, alice)
    _signing_in(live, alice)


def _name(live: LiveValues, walker: Walker) -> None:
    live.add("UserPoolId", walker.user_pool_id)
    live.add("ClientId", walker.client_id)
    live.add("Username", walker.username)


def _group(engine: Engine, live: LiveValues, alice: Walker) -> None:
    live.add("GroupName", "staff")
    engine.call("CreateGroup", {"UserPoolId": alice.user_pool_id, "GroupName": "staff"})
    alice.administer("AdminAddUserToGroup", GroupName="staff")


def _with_device(engine: Engine, live: LiveValues, alice: Walker) -> None:
    """Add two devices: one that is remembered and one that is not confirmed yet."""
    tokens = alice.by_password()["AuthenticationResult"]
    secret = alice.enrol(tokens)
    live.add("Code", alice.code(secret))
    alice.confirm_device(tokens)
    live.learn(tokens)
    config = _verifier_config()
    live.add("Salt", config["Salt"])
    live.add("PasswordVerifier", config["PasswordVerifier"])


@functools.cache
def _exchange() -> ClientExchange:
    """Return one value of A for all examples; computing it takes longer than most requests."""
    return ClientExchange()


@functools.cache
def _verifier_config() -> dict[str, str]:
    return device_verifier("-group", "us-east-1_0")


def _in_other_states(engine: Engine, live: LiveValues, alice: Walker) -> None:
    pool = {"UserPoolId": alice.user_pool_id}
    email = pairs(email="bob@example.com")
    names = {"ClientId": alice.client_id, "Username": "bob"}
    engine.call("SignUp", {**names, "Password": PASSWORD, "UserAttributes": email})
    temporary = {"TemporaryPassword": PASSWORD, "UserAttributes": pairs(email="carol@example.com")}
    engine.call("AdminCreateUser", {**pool, "Username": "carol", **temporary})
    engine.call("AdminCreateUser", {**pool, "Username": "dave", **temporary})
    engine.call("AdminDisableUser", {**pool, "Username": "dave"})
    live.add("Username", "bob", "carol", "dave", "alice@example.com", "nobody")
    carol = Walker(engine, alice.user_pool_id, alice.client_id, "carol")
    live.learn(carol.by_password())


def _signing_in(live: LiveValues, alice: Walker) -> None:
    """Start sign-ins that wait for a TOTP code, for the password's proof, and for the device."""
    live.learn(alice.by_password())
    live.learn(alice.start_srp())
    live.add("SrpA", alice.exchange.public_hex)
    live.add("Answer", "SOFTWARE_TOKEN_MFA", "PASSWORD", "PASSWORD_SRP", "SMS_MFA", "EMAIL_OTP")
    live.add("Answer", "SMS_OTP", "WEB_AUTHN")
    live.add("Timestamp", alice.timestamp())
    key = live.fill({"DEVICE_KEY": _newest_device(alice)})["DEVICE_KEY"]
    challenge = alice.by_password(DEVICE_KEY=key)
    live.learn(challenge)
    if challenge.get("ChallengeName") == "DEVICE_SRP_AUTH":
        session = challenge["Session"]
        live.learn(alice.respond("DEVICE_SRP_AUTH", session, DEVICE_KEY=key, SRP_A="ab" * 384))


def _newest_device(alice: Walker) -> str:
    listed = alice.administer("AdminListDevices")["Devices"]
    return str(listed[-1]["DeviceKey"])


def _required_mfa_pool(engine: Engine, live: LiveValues) -> None:
    """Create a pool with mandatory MFA, emails as usernames, and a client with a secret."""
    pool_id = new_pool(engine, mfa="ON", UsernameAttributes=["email"])
    client = new_client(engine, pool_id, GenerateSecret=True, PreventUserExistenceErrors="ENABLED")
    erin = new_walker(engine, username="erin@example.com", pool_id=pool_id, client=client)
    _name(live, erin)
    live.add("SecretHash", erin.secret_hash(erin.username))
    names = {"UserPoolId": pool_id, "ClientId": erin.client_id}
    added = engine.call("AddUserPoolClientSecret", names)["ClientSecretDescriptor"]
    live.add("ClientSecretId", added["ClientSecretId"])
    live.add("JobId", ImportJob(engine, pool_id).upload("no header").id)
    live.learn(erin.by_password())


def _choice_pool(engine: Engine, live: LiveValues) -> None:
    """Create a pool with every first factor, and start sign-ins that wait for a choice or a proof.

    It has no MFA, which codes as first factors exclude.
    """
    frank = new_walker(
        engine, username="frank", attributes={"phone_number": "+15550005678"}, **CHOICE
    )
    frank.administer(
        "AdminUpdateUserAttributes", UserAttributes=pairs(phone_number_verified="true")
    )
    frank.exchange = _exchange()
    _name(live, frank)
    _with_passkey(engine, live, frank)
    _with_pages(engine, live, frank)
    live.learn(choose(frank))
    for factor in ("EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "PASSWORD_SRP"):
        preference = {"PREFERRED_CHALLENGE": factor, "SRP_A": frank.exchange.public_hex}
        live.learn(choose(frank, **preference))


def _with_pages(engine: Engine, live: LiveValues, frank: Walker) -> None:
    """Add a domain with managed login, and a style for the app client."""
    pool = {"UserPoolId": frank.user_pool_id}
    engine.call("CreateUserPoolDomain", {**pool, "Domain": "shop", "ManagedLoginVersion": 2})
    names = {**pool, "ClientId": frank.client_id, "UseCognitoProvidedValues": True}
    style = engine.call("CreateManagedLoginBranding", names)["ManagedLoginBranding"]
    live.add("Domain", "shop", "store", "auth.example.com")
    live.add("ManagedLoginBrandingId", style["ManagedLoginBrandingId"])


def _with_passkey(engine: Engine, live: LiveValues, frank: Walker) -> None:
    """Add a passkey, and begin the registration of another one."""
    passkeys_in(frank)
    pool = engine.pools[frank.user_pool_id]
    user, client = pool.users.by_username("frank"), pool.clients[frank.client_id]
    assert user is not None
    passkey, credential = _registered()
    # Not by the API: making a pool's first token takes longer than most examples.
    user.passkeys.by_id[passkey.credential_id] = replace(passkey)
    engine.passkey_registrations.begin(client, user, "c" * 22, engine.clock.time())
    live.add("CredentialId", passkey.credential_id)
    live.add("Credential", credential, "{}", "[1")


@functools.cache
def _registered() -> tuple[PasskeyRecord, str]:
    """Return a passkey of the pool's relying party, and an old response of it."""
    clock = VirtualClock(START, frozen=True)
    walker = chooser(Engine(clock=clock, settings=EmulatorSettings(seed=1)))
    passkeys_in(walker)
    authenticator = register(walker, walker.by_password()["AuthenticationResult"])
    user = walker.engine.pools[walker.user_pool_id].users.by_username(walker.username)
    assert user is not None
    (passkey,) = user.passkeys
    return passkey, json.dumps(authenticator.sign(options_of(ask(walker, "WEB_AUTHN"))))
