"""The end of a sign-in: tokens, and the device that it used or that it issues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.grants import Grant
from harness.emulator.rules.tokens import (
    access_token,
    group_claims,
    id_token,
    issue_refresh_token,
    lifetime,
)
from harness.emulator.triggers.sign_in import post_authentication
from harness.emulator.triggers.tokens import ClaimsOverride, pre_token_generation

if TYPE_CHECKING:
    from harness.emulator.domain.attempt import Attempt
    from harness.emulator.domain.pools import AppClient
    from harness.emulator.domain.users import User
    from harness.emulator.engine import Caller, Engine


def sign_in_result(engine: Engine, caller: Caller, attempt: Attempt) -> dict[str, Any]:
    """AuthenticationResult of a sign-in in which everything was proven (A176, D055).

    The triggers come first: what they refuse changes nothing, and whom they sign out gets nothing.
    """
    post_authentication(engine, attempt)
    override = claims_override(engine, attempt.client, attempt.user)
    attempt.require_standing()
    device, issued = _device(engine, caller, attempt)
    grant = Grant(
        origin_jti=engine.random.uuid(),
        event_id=engine.random.uuid(),
        user=attempt.user,
        client_id=attempt.client.client_id,
        device_key=device.key if device else None,
        auth_time=int(engine.clock.time()),
    )
    attempt.pool.grants.add(grant)
    result = new_tokens(engine, attempt.client, grant, override)
    result["RefreshToken"] = issue_refresh_token(engine, attempt.client, grant)
    if device is not None and issued:
        result["NewDeviceMetadata"] = {
            "DeviceKey": device.key,
            "DeviceGroupKey": attempt.pool.device_group_key,
        }
    return {"AuthenticationResult": result, "ChallengeParameters": {}}


def claims_override(engine: Engine, client: AppClient, user: User) -> ClaimsOverride:
    """What PreTokenGeneration changes in the tokens that are about to be made."""
    return pre_token_generation(engine, client, user, group_claims(client.pool, user))


def new_tokens(
    engine: Engine, client: AppClient, grant: Grant, override: ClaimsOverride
) -> dict[str, Any]:
    """AuthenticationResult with new access and ID tokens (A255)."""
    return {
        "AccessToken": access_token(engine, client, grant, override),
        "IdToken": id_token(engine, client, grant, override),
        "ExpiresIn": lifetime(client, "AccessToken"),
        "TokenType": "Bearer",
    }


def _device(engine: Engine, caller: Caller, attempt: Attempt) -> tuple[TrackedDevice | None, bool]:
    """The device of the sign-in and whether it is new; nobody has one without tracking (D055)."""
    if attempt.pool.device_configuration is None:
        return None, False
    now = engine.clock.time()
    if attempt.device is not None:
        attempt.device.use(now, caller.source_ip, mfa_passed=attempt.mfa_passed)
        return attempt.device, False
    device = TrackedDevice(
        key=f"{attempt.pool.region}_{engine.random.uuid()}",
        owner=_owner(attempt),
        created=now,
        modified=now,
        authenticated=now,
        source_ip=caller.source_ip,
        sdk=caller.sdk,
        mfa_proven=attempt.mfa_passed,
    )
    attempt.user.devices.issue(device)
    return device, True


def _owner(attempt: Attempt) -> str:
    """Whom a new device is bound to: an alias in the last answer stays an alias (D081)."""
    named = attempt.pool.users.by_username(attempt.answered_as)
    return attempt.user.username if named is attempt.user else attempt.answered_as
