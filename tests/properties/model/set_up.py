"""The model of setting up TOTP and of enabling and disabling second factors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.properties.model.case import (
    ENABLE_TOTP,
    INVALID_PARAMETER,
    NOT_AUTHORIZED,
    RESET_PASSWORD,
    TOTP_NOT_FOUND,
    Answer,
    Case,
    Params,
)
from tests.properties.model.checks import authorized, session_of, user_of_pool
from tests.properties.model.demands import MFA_SETUP, due
from tests.properties.model.first_factors import keys_of
from tests.properties.model.records import (
    PASSKEY_MFA,
    RESET_REQUIRED,
    SMS,
    TOTP,
    Account,
    Pending,
)
from tests.properties.model.rules import Rule
from tests.properties.model.totp import totp_steps
from tests.properties.model.world import World


def associate_software_token(world: World, params: Params) -> Case:
    """AssociateSoftwareToken by session or access token: a new secret, not in use yet (A206)."""
    case = Case()
    if "Session" in params:
        pending = _setting_up(world, case, params)
        if pending is not None:
            _factor_of_pool(case, pending)
            case.then = lambda answer: _put_again(world, pending, answer, verified=False)
        return case
    account = authorized(world, case, params["AccessToken"])
    if account is not None:
        missing = TOTP not in account.pool.factors
        case.refuse(Rule.FACTOR, missing, TOTP_NOT_FOUND)
        case.then = lambda answer: _keep(account, answer["SecretCode"])
    return case


def _factor_of_pool(case: Case, pending: Pending) -> None:
    missing = TOTP not in pending.client.pool.factors
    case.refuse(Rule.FACTOR, missing, TOTP_NOT_FOUND)


def _keep(account: Account, secret: str) -> None:
    account.pending_secret = secret


def verify_software_token(world: World, params: Params) -> Case:
    """VerifySoftwareToken by session or access token: puts the secret in use (A207)."""
    case = Case()
    too_long = len(params["UserCode"]) > 6  # Sign-in codes have eight digits.
    case.refuse(Rule.TOTP, too_long, INVALID_PARAMETER)
    if "Session" in params:
        return _verify_within(world, case, params)
    account = authorized(world, case, params["AccessToken"])
    if account is None:
        return case
    use = _first_code(world, case, account, account.pending_secret, params["UserCode"])

    def accepted(_answer: Answer) -> None:
        use()
        account.pending_secret = None

    case.then = accepted
    return case


def _verify_within(world: World, case: Case, params: Params) -> Case:
    """A session verifies the secret that was issued in it."""
    pending = _setting_up(world, case, params)
    if pending is None or pending.progress is None:
        return case
    account = pending.progress.account
    use = _first_code(world, case, account, pending.secret, params["UserCode"])

    def accepted(answer: Answer) -> None:
        use()
        _put_again(world, pending, answer, verified=True)

    case.then = accepted
    return case


def _setting_up(world: World, case: Case, params: Params) -> Pending | None:
    """Check a set-up step within a sign-in, which never replaces an existing factor."""
    pending = session_of(world, case, params["Session"], MFA_SETUP)
    if pending is None or pending.progress is None:
        return None
    case.refuse(Rule.SET_UP, due(pending.progress) != MFA_SETUP, NOT_AUTHORIZED)
    # A reset stops the response that follows. Whether it also stops the set-up is unknown.
    reset = pending.progress.account.status == RESET_REQUIRED
    case.perhaps(reset, RESET_PASSWORD, NOT_AUTHORIZED)
    return pending


def _put_again(world: World, pending: Pending, answer: Answer, *, verified: bool) -> None:
    """Record the same challenge under a new session; the old session is invalid (A206)."""
    pending.spent = True
    world.put(
        replace(
            pending,
            session=answer["Session"],
            expires=world.now + pending.client.session_seconds,
            secret=answer.get("SecretCode", pending.secret),
            verified=verified,
            spent=False,
        )
    )


def _first_code(
    world: World, case: Case, account: Account, secret: str | None, code: str
) -> Callable[[], None]:
    """Check the first code of a secret; return a function that puts the secret in use."""
    steps = totp_steps(secret, code, world.now) if secret else []
    if not case.refuse(Rule.SET_UP, secret is None, TOTP_NOT_FOUND):
        case.refuse(Rule.TOTP, not steps, ENABLE_TOTP)

    def use() -> None:
        account.secret, account.spent = secret, {steps[0]}
        # Where MFA is optional, the user enables it (A240); no list changes (M106).
        account.undecided = account.pool.mode == "ON"

    return use


def set_user_mfa_preference(world: World, params: Params) -> Case:
    """SetUserMFAPreference and AdminSetUserMFAPreference (A235 to A241)."""
    case = Case()
    if "AccessToken" in params:
        account = authorized(world, case, params["AccessToken"])
    else:
        account = case.account = user_of_pool(world, case, params)
    if account is None:
        return case
    members = (
        (SMS, "SMSMfaSettings"),
        (TOTP, "SoftwareTokenMfaSettings"),
        (PASSKEY_MFA, "WebAuthnMfaSettings"),
    )
    wanted = {factor: params[member] for factor, member in members if member in params}
    ready = {
        TOTP: account.secret is not None,
        SMS: account.phone is not None and bool(account.pool.factors),
        PASSKEY_MFA: _has_passkey_for_mfa(case, account, wanted),
    }
    unfit = any(setting["Enabled"] and not ready[factor] for factor, setting in wanted.items())
    case.refuse(Rule.FACTOR, unfit, INVALID_PARAMETER)
    preferred = {name: setting.get("PreferredMfa", False) for name, setting in wanted.items()}
    off = [preferred[name] and not setting["Enabled"] for name, setting in wanted.items()]
    several = sum(preferred.values()) > 1
    case.refuse(Rule.FACTOR, several or any(off), INVALID_PARAMETER)

    def accepted(_answer: Answer) -> None:
        account.undecided = account.undecided and TOTP not in wanted
        for factor, setting in wanted.items():
            (account.factors.add if setting["Enabled"] else account.factors.discard)(factor)
            if preferred[factor]:
                account.preferred = factor
            elif account.preferred == factor:
                account.preferred = None

    case.then = accepted
    return case


def _has_passkey_for_mfa(case: Case, account: Account, wanted: dict[str, Params]) -> bool:
    """Return whether a passkey may be switched on for MFA beside another factor (N036)."""
    others = [setting for factor, setting in wanted.items() if factor != PASSKEY_MFA]
    beside = any(setting["Enabled"] for setting in others)
    keys = keys_of(account)
    # Whether a passkey fits that did not verify the user at its registration is unknown.
    unsure = wanted.get(PASSKEY_MFA, {}).get("Enabled", False) and bool(keys)
    case.perhaps(unsure and not any(key.verified for key in keys), INVALID_PARAMETER)
    # So is whether it may stay on alone, once the other factors are switched off.
    alone = PASSKEY_MFA in account.factors and PASSKEY_MFA not in wanted
    case.perhaps(alone and bool(others) and not beside, INVALID_PARAMETER)
    return beside and account.pool.party.counts_as_mfa and bool(keys)
