"""What follows a proof: the next challenge, or tokens and perhaps a new device."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tests.properties.model.case import Answer
from tests.properties.model.demands import due
from tests.properties.model.records import (
    SMS,
    Account,
    Client,
    Device,
    Grant,
    Pending,
    Progress,
    Token,
)
from tests.properties.model.rules import Finding, Rule
from tests.properties.model.world import World

#: How many seconds tokens live in these pools, which is Cognito's default (A256).
ACCESS_SECONDS, REFRESH_SECONDS = 3_600, 30 * 86_400


def begin(
    client: Client,
    account: Account,
    device: Device | None,
    named: str,
    *,
    admin: bool,
    proven: Iterable[str] = ("password",),
) -> Progress:
    """Return a sign-in with a first factor; nothing is proven before SELECT_CHALLENGE is over."""
    passed = frozenset(proven)
    number, sign_outs = account.password_number, account.sign_outs
    return Progress(client, account, passed, device, named, admin, number, sign_outs)


def with_mfa(progress: Progress, device: Device | None, named: str) -> Progress:
    """Return the sign-in after its second factor; only this response's device counts (D057)."""
    passed = progress.passed | {"mfa"}
    if device is not progress.device:
        passed -= {"device"}
    return replace(progress, passed=passed, device=device, named=named)


def follow(world: World, progress: Progress, answer: Answer) -> None:
    """Check the response to an accepted proof against what is due, and learn from it."""
    expected, challenge = due(progress), answer.get("ChallengeName")
    result = answer.get("AuthenticationResult")
    if result is not None and expected is not None:
        raise Finding(f"tokens although {expected} was due", [Rule.EVERY_PROOF])
    if challenge != expected:
        raise Finding(f"{challenge} although {expected} was due", [Rule.ORDER])
    if result is not None:
        grant_tokens(world, progress, result)
    else:
        put(world, progress, answer)


def put(world: World, progress: Progress, answer: Answer) -> None:
    """Record a challenge with a session."""
    pending = Pending(
        challenge=answer["ChallengeName"],
        client=progress.client,
        progress=progress,
        expires=world.now + progress.client.session_seconds,
        session=answer["Session"],
        admin=progress.admin,
    )
    if pending.challenge == SMS:
        pending.code = world.receive(progress.account, "mfa").value
    if pending.session in world.sessions:
        raise Finding("a session was given twice", [Rule.SESSION_ONCE])
    world.put(pending)


def grant_tokens(world: World, progress: Progress, result: dict[str, Any]) -> None:
    """Check and record the end of a sign-in (A245 to A255, D055, D063, D101)."""
    account, device = progress.account, progress.device
    tracked = account.pool.tracking is not None
    metadata = result.get("NewDeviceMetadata")
    if (metadata is not None) != (tracked and device is None):
        raise Finding("NewDeviceMetadata, or none", [Rule.ISSUED])
    if metadata is not None:
        device = _new_device(world, progress, metadata)
    elif device is not None:
        device.mfa = device.mfa or ("mfa" in progress.passed and device.remembered)
    grant = Grant(progress.client, account, device)
    learn_access_token(world, grant, result)
    expires = world.now + REFRESH_SECONDS
    world.refresh[result["RefreshToken"]] = Token(result["RefreshToken"], grant, expires)


def _new_device(world: World, progress: Progress, metadata: dict[str, str]) -> Device:
    key, group_key = metadata["DeviceKey"], metadata["DeviceGroupKey"]
    if key in world.devices:
        raise Finding("a device key was given twice", [Rule.ISSUED])
    mfa = "mfa" in progress.passed
    device = Device(key, group_key, progress.account, progress.named, mfa)
    world.devices[key] = progress.account.devices[key] = device
    return device


def learn_access_token(world: World, grant: Grant, result: dict[str, Any]) -> None:
    """Record an access token; its claims must be those of its sign-in."""
    claims, id_claims = _claims(result["AccessToken"]), _claims(result["IdToken"])
    device = grant.device.key if grant.device else None
    shown = (
        claims["username"],
        claims["client_id"],
        claims.get("device_key"),
        claims["token_use"],
        claims["exp"],
        id_claims["cognito:username"],
        id_claims["aud"],
        id_claims["token_use"],
    )
    name, client_id = grant.account.name, grant.client.client_id
    expires = int(world.now) + ACCESS_SECONDS
    if shown != (name, client_id, device, "access", expires, name, client_id, "id"):
        raise Finding("the claims of the tokens are not those of the sign-in", [Rule.ISSUED])
    grant.origin = grant.origin or claims["origin_jti"]
    if {grant.origin} != {claims["origin_jti"], id_claims["origin_jti"]}:
        raise Finding("origin_jti changed within a sign-in", [Rule.ISSUED])
    world.access[result["AccessToken"]] = Token(result["AccessToken"], grant, expires)


def _claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * 3))
    return claims
