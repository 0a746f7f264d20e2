"""Builds the requests of an honest client from what the model knows."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import cache
from typing import Any

from harness.srp.client import (
    ClientExchange,
    claim_signature,
    format_timestamp,
    make_device_verifier,
)
from tests.properties.machine.passkey_requests import RIGHT, proof_of_passkey
from tests.properties.model.demands import (
    DEVICE_PASSWORD_VERIFIER,
    DEVICE_SRP_AUTH,
    MFA_SETUP,
    NEW_PASSWORD_REQUIRED,
    PASSWORD_VERIFIER,
    SELECT_CHALLENGE,
    SELECT_MFA_TYPE,
    factors_of,
)
from tests.properties.model.devices import secret_of
from tests.properties.model.first_factors import FIRST_FACTORS, available
from tests.properties.model.first_proofs import CODE_KEYS
from tests.properties.model.records import (
    BY_PASSWORD,
    EMAIL_OTP,
    PASSWORD,
    PASSWORD_SRP,
    SMS,
    SMS_OTP,
    TOTP,
    WEB_AUTHN,
    Account,
    Claim,
    Client,
    Device,
    Pending,
    Token,
)
from tests.properties.model.totp import STEP, totp_code
from tests.properties.model.world import World, secret_hash

Draft = tuple[str, dict[str, Any]]


@cache
def exchange() -> ClientExchange:
    """Return one small secret a for all sign-ins; SRP_A may repeat (A159, D105)."""
    return ClientExchange(secret=0x9E3779B97F4A7C15)


def with_hash(client: Client, name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return USERNAME and, if the client has a secret, SECRET_HASH."""
    digest = secret_hash(client, name)
    return {"USERNAME": name, **given, **({} if digest is None else {"SECRET_HASH": digest})}


def named(client: Client, account: Account, **members: Any) -> dict[str, Any]:
    """Return ClientId, Username and, if needed, SecretHash, for the operations with codes."""
    digest = secret_hash(client, account.name)
    params = {"ClientId": client.client_id, "Username": account.name, **members}
    return params if digest is None else {**params, "SecretHash": digest}


def by_administrator(account: Account, **members: Any) -> dict[str, Any]:
    """Return UserPoolId and Username, for administrators' operations."""
    return {"UserPoolId": account.pool.pool_id, "Username": account.name, **members}


def attributes(account: Account) -> list[dict[str, str]]:
    """Return UserAttributes of a new user."""
    given = {"email": account.email, "phone_number": account.phone}
    return [{"Name": name, "Value": value} for name, value in given.items() if value]


def code(account: Account, purpose: str) -> str:
    """Return the code that was sent for a purpose, or a made-up one."""
    sent = account.codes.get(purpose)
    return sent.value if sent else "000000"


def begin(
    client: Client,
    account: Account,
    flow: tuple[str, bool],
    name: str,
    device: str | None,
    preferred: str | None = None,
) -> Draft:
    """Return InitiateAuth or, if the flow says so, AdminInitiateAuth."""
    wanted = FLOW_PROOFS.get(flow[0], preferred)
    given = {
        **_password_proof(account, wanted),
        **({} if device is None else {"DEVICE_KEY": device}),
    }
    if flow[0] == "USER_AUTH" and preferred is not None:
        given["PREFERRED_CHALLENGE"] = preferred
    params = {
        "ClientId": client.client_id,
        "AuthFlow": flow[0],
        "AuthParameters": with_hash(client, name, given),
    }
    if not flow[1]:
        return "InitiateAuth", params
    return "AdminInitiateAuth", {"UserPoolId": client.pool.pool_id, **params}


#: How each flow proves the password.
FLOW_PROOFS = {
    "USER_PASSWORD_AUTH": PASSWORD,
    "ADMIN_USER_PASSWORD_AUTH": PASSWORD,
    "USER_SRP_AUTH": PASSWORD_SRP,
}


def _password_proof(account: Account, wanted: str | None) -> dict[str, str]:
    """Return PASSWORD or SRP_A; a user without a password makes one up."""
    if wanted == PASSWORD:
        return {"PASSWORD": account.password or "Never-set-7!"}
    return {"SRP_A": exchange().public_hex} if wanted == PASSWORD_SRP else {}


def respond(pending: Pending, name: str, responses: dict[str, Any]) -> Draft:
    """Return RespondToAuthChallenge or AdminRespondToAuthChallenge."""
    client = pending.client
    params = {
        "ClientId": client.client_id,
        "ChallengeName": pending.challenge,
        "ChallengeResponses": with_hash(client, name, responses),
    }
    if pending.session is not None:
        params["Session"] = pending.session
    if not pending.admin:
        return "RespondToAuthChallenge", params
    return "AdminRespondToAuthChallenge", {"UserPoolId": client.pool.pool_id, **params}


#: The challenges whose responses may present a device.
TAKE_DEVICE_KEY = (
    *(PASSWORD_VERIFIER, TOTP, SMS),
    *(SELECT_CHALLENGE, EMAIL_OTP, SMS_OTP, WEB_AUTHN),
)


def answer(
    world: World, pending: Pending, *, alias: bool = False, device: str | None = None, **how: Any
) -> Draft:
    """Return the response to a challenge, or the next step of a set-up, with the right proof.

    Args:
        how: ``step``: the TOTP step, relative to the current one; ``skew``: how many seconds the
            client's clock is ahead; ``secret``: another secret for the SRP proof; ``chosen``: the
            first factor; ``signature``: what is wrong with the proof of a passkey.
    """
    progress = pending.progress
    if pending.challenge == MFA_SETUP and not pending.verified and not how.get("early"):
        return _set_up(world, pending)
    name = _name(pending, alias)
    given = _proof(world, pending, how)
    if pending.challenge in (DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER):
        assert progress is not None
        assert progress.device is not None
        given["DEVICE_KEY"] = device or progress.device.key
    elif device is not None and pending.challenge in TAKE_DEVICE_KEY:
        given["DEVICE_KEY"] = device
    return respond(pending, name, given)


def _name(pending: Pending, alias: bool) -> str:
    if pending.progress is None:
        return pending.block.ident if pending.block else "nobody"
    account = pending.progress.account
    return account.email if alias else account.name


def _proof(world: World, pending: Pending, how: dict[str, Any]) -> dict[str, Any]:
    account = pending.progress.account if pending.progress else None
    if pending.block is not None:
        device = pending.progress.device if pending.progress else None
        known = device.password if device else account.password if account else "anything"
        return claim(world, pending, how.get("secret") or known or "", how.get("skew", 0))
    if pending.challenge == SELECT_CHALLENGE:
        chosen = how.get("chosen") or _choice(world, account)
        return {"ANSWER": chosen, **_password_proof_of(account, chosen)}
    if pending.challenge in CODE_KEYS:
        return {CODE_KEYS[pending.challenge]: pending.code or "00000000"}
    if pending.challenge == WEB_AUTHN:
        return {"CREDENTIAL": proof_of_passkey(world, pending, how.get("signature", RIGHT))}
    assert account is not None
    if pending.challenge == TOTP:
        secret = account.secret or account.pending_secret or "A" * 32
        return {"SOFTWARE_TOKEN_MFA_CODE": totp_code(secret, chosen_step(world, account, how))}
    if pending.challenge == SMS:
        return {"SMS_MFA_CODE": pending.code}
    if pending.challenge == SELECT_MFA_TYPE:
        return {"ANSWER": (factors_of(account) or [TOTP])[-1]}
    if pending.challenge == NEW_PASSWORD_REQUIRED:
        return {"NEW_PASSWORD": fresh_password(account)}
    return {"SRP_A": exchange().public_hex} if pending.challenge == DEVICE_SRP_AUTH else {}


def _choice(world: World, account: Account | None) -> str:
    """Return one of the first factors that the user has, each time another one."""
    usable = available(account).certain if account else BY_PASSWORD
    ordered = [factor for factor in FIRST_FACTORS if factor in usable] or [PASSWORD]
    return ordered[len(world.pendings) % len(ordered)]


def _password_proof_of(account: Account | None, chosen: str) -> dict[str, str]:
    if account is not None:
        return _password_proof(account, chosen)
    nobody = {PASSWORD: {"PASSWORD": "anything"}, PASSWORD_SRP: {"SRP_A": exchange().public_hex}}
    return nobody.get(chosen, {})


def chosen_step(world: World, account: Account, how: dict[str, Any]) -> int:
    """Return the requested TOTP step, or the oldest unused one."""
    present = int(world.now // STEP)
    if how.get("step") is not None:
        return present + int(how["step"])
    window = range(present - 1, present + 2)
    return next((step for step in window if step not in account.spent), present)


def claim(world: World, pending: Pending, secret: str, skew: float) -> dict[str, Any]:
    """Sign the block of a verifier challenge; the model remembers what was signed."""
    block = pending.block
    assert block is not None
    moment = world.now + skew
    timestamp = format_timestamp(datetime.fromtimestamp(moment, timezone.utc))
    key = exchange().key(block.prefix, block.ident, secret, block.salt, block.server_public)
    signature = claim_signature(key, block.prefix, block.ident, block.text, timestamp)
    world.claims[signature] = Claim(block, secret, timestamp, moment)
    return {
        "PASSWORD_CLAIM_SECRET_BLOCK": block.text,
        "PASSWORD_CLAIM_SIGNATURE": signature,
        "TIMESTAMP": timestamp,
    }


def _set_up(world: World, pending: Pending) -> Draft:
    assert pending.progress is not None
    if pending.secret is None:
        return "AssociateSoftwareToken", {"Session": pending.session}
    code = totp_code(pending.secret, int(world.now // STEP))
    return "VerifySoftwareToken", {"Session": pending.session, "UserCode": code}


def setup_code(world: World, account: Account, step: int = 0) -> str:
    """Return a code of the secret that is being set up."""
    secret = account.pending_secret or account.secret or "A" * 32
    return totp_code(secret, int(world.now // STEP) + step)


def fresh_password(account: Account) -> str:
    """Return a password that no other user has and that this user has not had."""
    where = account.pool.pool_id[-3:]
    return f"Secret-{account.password_number + 1}-of-{account.name}-in-{where}!"


def confirm_device(world: World, device: Device, token: Token) -> Draft:
    """Return ConfirmDevice with a verifier of the device's secret."""
    salt = int.from_bytes(device.key.encode()[-8:], "big")
    verifier = make_device_verifier(device.group_key, device.key, secret_of(device), salt)
    world.verifiers[verifier.password_verifier] = device.key
    config = {"Salt": verifier.salt, "PasswordVerifier": verifier.password_verifier}
    return "ConfirmDevice", {
        "AccessToken": token.text,
        "DeviceKey": device.key,
        "DeviceSecretVerifierConfig": config,
    }


def refresh(token: Token, *, rotating: bool, with_device: bool) -> Draft:
    """Return REFRESH_TOKEN_AUTH, or GetTokensFromRefreshToken for a client that rotates."""
    grant = token.grant
    key = grant.device.key if grant.device and with_device else None
    if rotating:
        params = {"ClientId": grant.client.client_id, "RefreshToken": token.text}
        params.update({} if key is None else {"DeviceKey": key})
        return "GetTokensFromRefreshToken", with_secret(grant.client, params)
    given = {"REFRESH_TOKEN": token.text, **({} if key is None else {"DEVICE_KEY": key})}
    digest = secret_hash(grant.client, grant.account.name)
    given.update({} if digest is None else {"SECRET_HASH": digest})
    return "InitiateAuth", {
        "ClientId": grant.client.client_id,
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": given,
    }


def with_secret(client: Client, params: dict[str, Any]) -> dict[str, Any]:
    """Add ClientSecret, for the operations that take the secret itself."""
    return params if client.secret is None else {**params, "ClientSecret": client.secret}
