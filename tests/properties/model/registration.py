"""The model of signing up, confirming and creating users."""

from __future__ import annotations

from tests.properties.model.case import (
    ALIAS_EXISTS,
    CODE_MISMATCH,
    INVALID_PARAMETER,
    NOT_AUTHORIZED,
    USERNAME_EXISTS,
    Answer,
    Case,
    Params,
)
from tests.properties.model.checks import (
    authorized,
    client_proof,
    code_of,
    limit,
    new_password,
    user_named,
    user_of_pool,
)
from tests.properties.model.records import (
    CONFIRMED,
    FORCE_CHANGE_PASSWORD,
    SIGN_UP,
    UNCONFIRMED,
    VERIFICATION,
    Account,
    Client,
    Pool,
)
from tests.properties.model.rules import Rule
from tests.properties.model.world import World


def _new_account(case: Case, pool: Pool, params: Params, password: str) -> Account:
    """Return the new user; with email aliases, the username is not an email address (A018)."""
    name = params["Username"]
    attributes = {pair["Name"]: pair["Value"] for pair in params["UserAttributes"]}
    taken = any(other.name == name and not other.deleted for other in pool.accounts)
    case.refuse(Rule.NAME, taken, USERNAME_EXISTS)
    case.refuse(Rule.NAME, pool.alias and "@" in name, INVALID_PARAMETER)
    account = Account(pool, name, attributes["email"], attributes.get("phone_number"), password)
    case.account = account
    return account


def _alias_is_free(case: Case, account: Account) -> None:
    """A verified email address is an alias of only one user (A025, A043, A059)."""
    owners = [
        other
        for other in account.pool.accounts
        if other is not account and not other.deleted and "email" in other.verified
    ]
    taken = account.pool.alias and any(other.email == account.email for other in owners)
    case.refuse(Rule.NAME, taken, ALIAS_EXISTS)


def sign_up(world: World, params: Params) -> Case:
    """SignUp: an unconfirmed user, and a code (A004, A006)."""
    case, client = Case(), world.clients[params["ClientId"]]
    client_proof(case, client, params["Username"], params.get("SecretHash"))
    new_password(case, params["Password"])
    account = _new_account(case, client.pool, params, params["Password"])

    def accepted(_answer: Answer) -> None:
        account.pool.accounts.append(account)
        world.receive(account, SIGN_UP)

    case.then = accepted
    return case


def admin_create_user(world: World, params: Params) -> Case:
    """AdminCreateUser: a user with a temporary password and a verified address (A054, A059)."""
    case, pool = Case(), world.pools[params["UserPoolId"]]
    new_password(case, params["TemporaryPassword"])
    account = _new_account(case, pool, params, params["TemporaryPassword"])
    account.status, account.temporary_since = FORCE_CHANGE_PASSWORD, world.now
    account.verified.add("email")
    _alias_is_free(case, account)
    case.then = lambda _answer: pool.accounts.append(account)
    return case


def confirm_sign_up(world: World, params: Params) -> Case:
    """ConfirmSignUp: the newest sign-up code, once (A036 to A049)."""
    case, client = Case(), world.clients[params["ClientId"]]
    client_proof(case, client, params["Username"], params.get("SecretHash"))
    account = _user_of_code(case, client, params["Username"])
    if account is None:
        return case
    case.account = account
    case.refuse(Rule.STATE, account.status != UNCONFIRMED, NOT_AUTHORIZED)
    code_of(world, case, account, SIGN_UP, params["ConfirmationCode"])
    limit(case, account, "ConfirmSignUp", 15, world.now)
    _alias_is_free(case, account)

    def accepted(_answer: Answer) -> None:
        account.status = CONFIRMED
        account.verified.add("email")
        del account.codes[SIGN_UP]

    case.then = accepted
    return case


def _user_of_code(case: Case, client: Client, name: str) -> Account | None:
    """Return who sends a code; a client that hides users hides a disabled user too (A052)."""
    account = user_named(case, client, name)
    disabled = account is not None and not account.enabled
    hidden = CODE_MISMATCH if client.hides else NOT_AUTHORIZED
    case.refuse(Rule.ENABLED, disabled, hidden)
    return account


def resend_confirmation_code(world: World, params: Params) -> Case:
    """ResendConfirmationCode: the old code becomes invalid (A046 to A052)."""
    case, client = Case(), world.clients[params["ClientId"]]
    client_proof(case, client, params["Username"], params.get("SecretHash"))
    account = client.pool.find(params["Username"])
    if client.hides and (account is None or not account.enabled):
        return case  # It looks like a success, but sends nothing.
    account = user_named(case, client, params["Username"])
    if account is None:
        return case
    case.account = account
    case.refuse(Rule.ENABLED, not account.enabled, NOT_AUTHORIZED)
    case.refuse(Rule.STATE, account.status != UNCONFIRMED, INVALID_PARAMETER)
    limit(case, account, "ResendConfirmationCode", 5, world.now)
    case.then = lambda _answer: _receive(world, account, SIGN_UP)
    return case


def _receive(world: World, account: Account, purpose: str) -> None:
    world.receive(account, purpose)


def admin_confirm_sign_up(world: World, params: Params) -> Case:
    """AdminConfirmSignUp: confirms without a code, and verifies nothing (A053)."""
    case = Case()
    account = case.account = user_of_pool(world, case, params)
    if account is None:
        return case
    case.refuse(Rule.STATE, account.status != UNCONFIRMED, NOT_AUTHORIZED)

    def accepted(_answer: Answer) -> None:
        account.status = CONFIRMED
        account.codes.pop(SIGN_UP, None)

    case.then = accepted
    return case


def get_user_attribute_verification_code(world: World, params: Params) -> Case:
    """GetUserAttributeVerificationCode for the email address."""
    case = Case()
    account = authorized(world, case, params["AccessToken"])
    if account is not None:
        limit(case, account, "GetUserAttributeVerificationCode", 5, world.now)
        case.then = lambda _answer: _receive(world, account, VERIFICATION)
    return case


def verify_user_attribute(world: World, params: Params) -> Case:
    """VerifyUserAttribute for the email address: the newest code, once."""
    case = Case()
    account = authorized(world, case, params["AccessToken"])
    if account is None:
        return case
    code_of(world, case, account, VERIFICATION, params["Code"])
    limit(case, account, "VerifyUserAttribute", 15, world.now)
    _alias_is_free(case, account)

    def accepted(_answer: Answer) -> None:
        account.verified.add("email")
        del account.codes[VERIFICATION]

    case.then = accepted
    return case
