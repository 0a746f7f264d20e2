"""The model of second factors and new passwords: their challenges and their set-up."""

from __future__ import annotations

from dataclasses import replace

from tests.properties.model.case import (
    CODE_MISMATCH,
    EXPIRED_CODE,
    INVALID_PARAMETER,
    NOT_AUTHORIZED,
    TOTP_NOT_FOUND,
    Answer,
    Case,
    Params,
)
from tests.properties.model.checks import (
    administrators_client,
    client_proof,
    new_password,
    owner_of,
    presented,
    session_of,
)
from tests.properties.model.demands import factors_of
from tests.properties.model.progress import follow, with_mfa
from tests.properties.model.records import (
    CONFIRMED,
    FORCE_CHANGE_PASSWORD,
    Account,
    Pending,
    Progress,
)
from tests.properties.model.rules import Rule
from tests.properties.model.totp import totp_steps
from tests.properties.model.world import World


def _answered(
    world: World, params: Params
) -> tuple[Case, Pending | None, Progress | None, dict[str, str]]:
    """Apply the checks for every response with a session."""
    case, responses = Case(), params["ChallengeResponses"]
    client = world.clients[params["ClientId"]]
    administrators_client(case, client, params)
    client_proof(case, client, responses["USERNAME"], responses.get("SECRET_HASH"))
    pending = session_of(world, case, params.get("Session"), params["ChallengeName"])
    if pending is None:
        return case, None, None, responses
    owner_of(world, case, pending, params)
    return case, pending, pending.progress, responses


def software_token_mfa(world: World, params: Params) -> Case:
    """SOFTWARE_TOKEN_MFA (A224 to A227)."""
    case, pending, progress, responses = _answered(world, params)
    if pending is None or progress is None:
        return case
    account = progress.account
    device = presented(case, account, responses.get("DEVICE_KEY"), world)
    step = _totp(world, case, account, responses["SOFTWARE_TOKEN_MFA_CODE"])

    def accepted(answer: Answer) -> None:
        pending.spent = True
        account.spent.add(step)
        follow(world, with_mfa(progress, device, responses["USERNAME"]), answer)

    case.then = accepted
    return case


def _totp(world: World, case: Case, account: Account, code: str) -> int:
    """Return the step that the code uses up, or -1 if it may not."""
    if case.refuse(Rule.FACTOR, account.secret is None, TOTP_NOT_FOUND) or account.secret is None:
        return -1
    steps = totp_steps(account.secret, code, world.now)
    if case.refuse(Rule.TOTP, not steps, CODE_MISMATCH):
        return -1
    left = [step for step in steps if step not in account.spent]
    if case.refuse(Rule.TOTP_ONCE, not left, EXPIRED_CODE):
        return -1
    # Whether an older step is valid after a newer one was used is unknown (A227).
    case.perhaps(left[0] < max(account.spent, default=0), EXPIRED_CODE, CODE_MISMATCH)
    return left[0]


def sms_mfa(world: World, params: Params) -> Case:
    """SMS_MFA; the right code also verifies the phone number (A225, A233)."""
    case, pending, progress, responses = _answered(world, params)
    if pending is None or progress is None:
        return case
    device = presented(case, progress.account, responses.get("DEVICE_KEY"), world)
    wrong = responses["SMS_MFA_CODE"] != pending.code
    case.refuse(Rule.ONE_TIME_CODE, wrong, CODE_MISMATCH)

    def accepted(answer: Answer) -> None:
        pending.spent = True
        progress.account.verified.add("phone_number")
        follow(world, with_mfa(progress, device, responses["USERNAME"]), answer)

    case.then = accepted
    return case


def select_mfa_type(world: World, params: Params) -> Case:
    """SELECT_MFA_TYPE: one of the user's own factors (A175)."""
    case, pending, progress, responses = _answered(world, params)
    if pending is None or progress is None:
        return case
    chosen = responses["ANSWER"]
    case.refuse(Rule.FACTOR, chosen not in factors_of(progress.account), INVALID_PARAMETER)

    def accepted(answer: Answer) -> None:
        pending.spent = True
        follow(world, replace(progress, chosen=chosen), answer)

    case.then = accepted
    return case


def new_password_required(world: World, params: Params) -> Case:
    """NEW_PASSWORD_REQUIRED; the rest of the sign-in has no device (A168, A169, D096)."""
    case, pending, progress, responses = _answered(world, params)
    if pending is None or progress is None:
        return case
    account = progress.account
    new_password(case, responses["NEW_PASSWORD"])
    over = account.status != FORCE_CHANGE_PASSWORD
    over = over or account.password_number != progress.password_number
    case.refuse(Rule.SESSION_ENDS, over, NOT_AUTHORIZED)

    def accepted(answer: Answer) -> None:
        pending.spent = True
        account.set_password(responses["NEW_PASSWORD"])
        account.status = CONFIRMED
        number, named = account.password_number, responses["USERNAME"]
        left = replace(progress, device=None, named=named, password_number=number)
        follow(world, left, answer)

    case.then = accepted
    return case


def mfa_setup(world: World, params: Params) -> Case:
    """MFA_SETUP, which a verified TOTP secret completes (A207)."""
    case, pending, progress, responses = _answered(world, params)
    if pending is None or progress is None:
        return case
    case.refuse(Rule.SET_UP, not pending.verified, TOTP_NOT_FOUND)
    # Whether it matters that the user has replaced the secret since is unknown.
    case.perhaps(progress.account.secret != pending.secret, TOTP_NOT_FOUND)

    def accepted(answer: Answer) -> None:
        pending.spent = True
        follow(world, with_mfa(progress, None, responses["USERNAME"]), answer)

    case.then = accepted
    return case
