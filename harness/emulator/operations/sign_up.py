"""SignUp, ConfirmSignUp and ResendConfirmationCode."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.attributes import (
    check_client_writes,
    from_pairs,
    mark_verified,
    sign_in_values,
    take_aliases,
    without_blanks,
)
from harness.emulator.domain.codes import RESEND, SIGN_UP
from harness.emulator.domain.contacts import VERIFIED_FLAG
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.users import CONFIRMED, UNCONFIRMED, User
from harness.emulator.rules.delivery import check_delivery, send_code, simulated_delivery
from harness.emulator.rules.hourly_limits import count_hourly
from harness.emulator.rules.password_policy import check_policy
from harness.emulator.rules.registration import (
    check_username,
    internal_name,
    needs_no_password,
    new_user,
    verification_attribute,
    with_login,
)
from harness.emulator.service import Handler, Service
from harness.emulator.sign_in.after_sign_up import after_confirmation, after_sign_up, find_sign_up
from harness.emulator.triggers.sign_up import SignUpDecision, post_confirmation, pre_sign_up


def sign_up(service: Service, request: Request) -> dict[str, Any]:
    """Register a user, and send a verification code unless PreSignUp confirms (A004 to A029)."""
    client = service.proven_client(request)
    pool = client.pool
    with pool.lock:
        attributes = _sign_up_attributes(client, request)
        _check_password(client, attributes, request.params.get("Password"))
        sub = service.random.sub()
        username = internal_name(pool, request.params["Username"], sub)
        decision = pre_sign_up(service.triggers, pool, request, username, attributes)
        _check_free(service, pool, request.params["Username"], attributes)
        return _register(
            service, client, request, sub, {**attributes, **decision.flags()}, decision
        )


def _register(
    service: Service,
    client: UserPoolClient,
    request: Request,
    sub: str,
    attributes: dict[str, str],
    decision: SignUpDecision,
) -> dict[str, Any]:
    """Create the user; an alias that PreSignUp verified moves here even from another user.

    Contacts are unverified from the start, and shown so (M131).
    """
    pool = client.pool
    target = None if decision.confirmed else verification_attribute(pool, attributes)
    if target is not None:
        check_delivery(service, pool, target, SIGN_UP)
    take_aliases(pool, None, attributes)
    unverified = {flag: "false" for name, flag in VERIFIED_FLAG.items() if attributes.get(name)}
    user = new_user(
        service,
        pool,
        request.params["Username"],
        sub=sub,
        status=CONFIRMED if decision.confirmed else UNCONFIRMED,
        attributes={**unverified, **attributes},
        password=request.params.get("Password") or None,
    )
    result: dict[str, Any] = {"UserConfirmed": decision.confirmed, "UserSub": user.sub}
    if target is not None:
        result["CodeDeliveryDetails"] = send_code(service, pool, user, SIGN_UP, target)
    if decision.confirmed:
        post_confirmation(service.triggers, pool, user)
        return result
    return {**result, **after_sign_up(service, client, user)}


def _sign_up_attributes(client: UserPoolClient, request: Request) -> dict[str, str]:
    """Return the new user's attributes, checked against app client and schema."""
    pool, username = client.pool, request.params["Username"]
    if pool.admin_create_user_only:
        raise refusals.sign_up_not_permitted()
    check_username(pool, username)
    sent = without_blanks(from_pairs(request.params.get("UserAttributes")))
    check_client_writes(client, sent)
    if "preferred_username" in sent and "preferred_username" in pool.alias_attributes:
        raise refusals.preferred_username_at_sign_up()
    attributes = with_login(pool, username, sent)
    pool.schema.check_new(attributes)
    pool.schema.check_required(attributes)
    return attributes


def _check_password(
    client: UserPoolClient, attributes: dict[str, str], password: str | None
) -> None:
    """Check the password; a missing one is refused as too short, unless none is needed (N054).

    What Cognito says to a user who needs a password and sends none is unknown.
    """
    if password or not needs_no_password(client, attributes):
        check_policy(client.pool, password or "")


def _check_free(service: Service, pool: Pool, username: str, attributes: dict[str, str]) -> None:
    """Refuse names that are taken; an alias counts only once it is confirmed (A012, A025)."""
    if service.find_user(pool, username) is not None:
        raise refusals.username_exists()
    for name, value in sign_in_values(pool, attributes).items():
        if pool.users.by_alias(name, value) is not None:
            raise refusals.sign_in_name_exists(name)


def confirm_sign_up(service: Service, request: Request) -> dict[str, Any]:
    """Confirm a user with the verification code (A036 to A045)."""
    client = service.proven_client(request)
    pool = client.pool
    with pool.lock:
        user = _user_to_confirm(service, client, request.params["Username"])
        now = service.clock.time()
        count_hourly(user, "ConfirmSignUp", now)
        if user.status != UNCONFIRMED:
            raise refusals.cannot_be_confirmed(user.status)
        code = user.codes.check(SIGN_UP, request.params["ConfirmationCode"], now)
        text = request.params.get("Session")
        session = find_sign_up(service, client, user, text) if text else None
        force = request.params.get("ForceAliasCreation", False)
        mark_verified(pool, user, code.attribute, force=force)
        user.codes.spend(SIGN_UP)
        user.status = CONFIRMED
        user.touch(now)
        post_confirmation(service.triggers, pool, user)
        return after_confirmation(service, client, user, session, code.attribute)


def _user_to_confirm(service: Service, client: UserPoolClient, username: str) -> User:
    """Return the user; refuse one that does not exist or is disabled (A041, A042)."""
    user = service.find_user(client.pool, username)
    if user is not None and user.enabled:
        return user
    if client.hides_user_existence:
        raise refusals.code_mismatch()
    raise refusals.user_not_found() if user is None else refusals.user_disabled()


def resend_confirmation_code(service: Service, request: Request) -> dict[str, Any]:
    """Send a new verification code; the old one becomes invalid (A046 to A052)."""
    client = service.proven_client(request)
    pool, username = client.pool, request.params["Username"]
    with pool.lock:
        user = service.find_user(pool, username)
        if user is None or not user.enabled:
            if client.hides_user_existence:
                return {"CodeDeliveryDetails": simulated_delivery(pool, username)}
            raise (
                refusals.username_client_combination_not_found()
                if user is None
                else refusals.user_disabled()
            )
        return {"CodeDeliveryDetails": _resend(service, pool, user)}


def _resend(service: Service, pool: Pool, user: User) -> dict[str, str]:
    if user.status != UNCONFIRMED:
        raise refusals.already_confirmed()
    target = verification_attribute(pool, user.attributes)
    if target is None:
        raise refusals.cannot_resend_codes()
    count_hourly(user, "ResendConfirmationCode", service.clock.time())
    return send_code(service, pool, user, RESEND, target)


OPERATIONS: dict[str, Handler] = {
    "SignUp": sign_up,
    "ConfirmSignUp": confirm_sign_up,
    "ResendConfirmationCode": resend_confirmation_code,
}
