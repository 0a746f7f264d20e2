"""Continue a sign-in: put the next challenge, or issue the tokens and the device."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from harness.emulator.api.request import Caller
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.devices import TrackedDevice
from harness.emulator.domain.grants import Grant
from harness.emulator.domain.next_challenge import DEVICE_SRP_AUTH, next_challenge
from harness.emulator.rules.first_factors import require_still_enough
from harness.emulator.rules.tokens import claims_override, issue_refresh_token, new_tokens
from harness.emulator.service import Service
from harness.emulator.sign_in.challenges import custom
from harness.emulator.sign_in.challenges.table import CHALLENGES
from harness.emulator.sign_in.put import Outcome, Result
from harness.emulator.triggers.sign_in import post_authentication

#: Ends a sign-in in which everything is proven.
Finish: TypeAlias = Callable[[Service, Caller, Attempt], Result]

#: What follows the rounds of a custom sign-in: the tokens, or the proof of the device (D091).
_AFTER_CUSTOM = (None, DEVICE_SRP_AUTH)


def proceed(
    service: Service, caller: Caller, outcome: Outcome, finish: Finish | None = None
) -> Result:
    """Return the challenge that was put, or else the next challenge or the end of the sign-in.

    Args:
        service: the service.
        caller: who signs in.
        outcome: the sign-in so far.
        finish: ends a complete sign-in; by default with its tokens, as in the API.
    """
    while isinstance(outcome, Attempt):
        outcome = _step(service, caller, outcome, finish or _sign_in_result)
    return outcome


def _step(service: Service, caller: Caller, attempt: Attempt, finish: Finish) -> Outcome:
    name = next_challenge(attempt.facts(service.settings))
    rounds = attempt.custom
    if rounds is not None and not rounds.completed and name in _AFTER_CUSTOM:
        return custom.continue_rounds(service, attempt, rounds)
    if name is None:
        return finish(service, caller, attempt)
    put = CHALLENGES[name].put
    assert put is not None, name
    return put(service, attempt)


def _sign_in_result(service: Service, caller: Caller, attempt: Attempt) -> Result:
    """Return AuthenticationResult of a complete sign-in (A176, D055).

    The triggers run first: if they refuse, nothing changes, and a user whom they sign out gets no
    tokens.
    """
    if service.runs_trigger(attempt.pool, "PostAuthentication"):
        post_authentication(service.triggers, attempt)
    override = claims_override(service, attempt.client, attempt.user)
    attempt.require_standing()
    if attempt.by_other_factor:
        require_still_enough(attempt)
    device, issued = _device(service, caller, attempt)
    grant = Grant(
        origin_jti=service.random.uuid(),
        event_id=service.random.uuid(),
        user=attempt.user,
        client_id=attempt.client.client_id,
        device_key=device.key if device else None,
        auth_time=int(service.clock.time()),
    )
    attempt.pool.grants.add(grant)
    result = new_tokens(service, attempt.client, grant, override)
    result["RefreshToken"] = issue_refresh_token(service, attempt.client, grant)
    if device is not None and issued:
        result["NewDeviceMetadata"] = {
            "DeviceKey": device.key,
            "DeviceGroupKey": attempt.pool.device_group_key,
        }
    return {"AuthenticationResult": result, "ChallengeParameters": {}}


def _device(
    service: Service, caller: Caller, attempt: Attempt
) -> tuple[TrackedDevice | None, bool]:
    """Return the sign-in's device and whether it is new; ``None`` without tracking (D055)."""
    if attempt.pool.device_configuration is None:
        return None, False
    now = service.clock.time()
    if attempt.device is not None:
        attempt.device.use(now, caller.source_ip, mfa_passed=attempt.mfa_passed)
        return attempt.device, False
    device = TrackedDevice(
        key=f"{attempt.pool.region}_{service.random.uuid()}",
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
    """Return the owner of a new device: the username, or the alias of the last response (D081)."""
    named_user = attempt.pool.users.by_username(attempt.answered_as)
    return attempt.user.username if named_user is attempt.user else attempt.answered_as
