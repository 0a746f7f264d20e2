"""The model of signing up, confirming and creating users."""

from __future__ import annotations

from tests.properties.model.case import (
    ALIAS_EXISTS,
    CODE_MISMATCH,
    INVALID_PARAMETER,
    INVALID_PASSWORD,
    NOT_AUTHORIZED,
    USERNAME_EXISTS,
    Answer,
    Case,
    Params,
)
from tests.properties.model.checks import (
    alias_is_taken,
    authorized,
    client_proof,
    code_of,
    limit,
    new_password,
    user_named,
    user_of_pool,
)
from tests.properties.model.first_factors import available, may_be_without_password
from tests.properties.model.records import (
    CONFIRMED,
    EMAIL_OTP,
    FORCE_CHANGE_PASSWORD,
    SIGN_UP,
    UNCONFIRMED,
    VERIFICATION,
    Account,
    Client,
    Pool,
    SignUpSession,
)
from tests.properties.model.rules import Finding, Rule
from tests.properties.model.world import World


def _new_account(case: Case, pool: Pool, params: Params, password: str | None) -> Account:
    """Return the new user; with email aliases, the username is not an email address (A018)."""
    if password:
        new_password(case, password)
    name = params["Username"]
    attributes = {pair["Name"]: pair["Value"] for pair in params["UserAttributes"]}
    taken = any(other.name == name and not other.deleted for other in pool.accounts)
    case.refuse(Rule.NAME, taken, USERNAME_EXISTS)
    case.refuse(Rule.NAME, pool.alias and "@" in name, INVALID_PARAMETER)
    email, phone = attributes["email"], attributes.get("phone_number")
    needed = not password and not may_be_without_password(pool, email, phone)
    case.refuse(Rule.NO_PASSWORD, needed, INVALID_PARAMETER, INVALID_PASSWORD)
    account = Account(pool, name, email, phone, password or None)
    case.account = account
    return account


def _open_session(
    world: World, client: Client, account: Account, answer: Answer, *, confirmed: bool
) -> None:
    """Record Session of SignUp or ConfirmSignUp; only clients with USER_AUTH get one (A009)."""
    text = answer.get("Session")
    if text is None:
        return
    if "USER_AUTH" not in client.flows:
        raise Finding("a session for a client without USER_AUTH", [Rule.ISSUED])
    expires = world.now + client.session_seconds
    number, outs = account.password_number, account.sign_outs
    world.sign_ups[text] = SignUpSession(client, account, expires, confirmed, number, outs)


def _alias_is_free(case: Case, account: Account) -> None:
    """A verified email address is an alias of only one user (A025, A043, A059)."""
    case.refuse(Rule.NAME, alias_is_taken(account), ALIAS_EXISTS)


def sign_up(world: World, params: Params) -> Case:
    """SignUp: an unconfirmed user, and a code (A004, A006)."""
    case, client = Case(), world.clients[params["ClientId"]]
    client_proof(case, client, params["Username"], params.get("SecretHash"))
    account = _new_account(case, client.pool, params, params.get("Password"))

    def accepted(answer: Answer) -> None:
        account.pool.accounts.append(account)
        world.receive(account, SIGN_UP)
        _open_session(world, client, account, answer, confirmed=False)

    case.then = accepted
    return case


def admin_create_user(world: World, params: Params) -> Case:
    """AdminCreateUser: a user with a temporary password, or with none (A054, A059, N054)."""
    case, pool = Case(), world.pools[params["UserPoolId"]]
    account = _new_account(case, pool, params, params.get("TemporaryPassword"))
    account.status, account.temporary_since = FORCE_CHANGE_PASSWORD, world.now
    given = {pair["Name"]: pair["Value"] for pair in params["UserAttributes"]}
    contacts = ("email", "phone_number")
    account.verified |= {name for name in contacts if given.get(f"{name}_verified") == "true"}
    _alias_is_free(case, account)

    def accepted(answer: Answer) -> None:
        pool.accounts.append(account)
        if account.password is None:  # The status of such a user is unknown.
            account.status, account.temporary_since = answer["User"]["UserStatus"], None

    case.then = accepted
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

    before = _session_of_sign_up(world, case, client, account, params.get("Session"))

    def accepted(answer: Answer) -> None:
        account.status = CONFIRMED
        account.verified.add("email")
        del account.codes[SIGN_UP]
        may, must = _signs_in_by_code(client, account)
        if before is not None:
            before.spent, may, must = True, True, True
        if not must <= ("Session" in answer) <= may:
            raise Finding("a session that nothing gives, or none where one is due", [Rule.ISSUED])
        _open_session(world, client, account, answer, confirmed=True)

    case.then = accepted
    return case


def _signs_in_by_code(client: Client, account: Account) -> tuple[bool, bool]:
    """Return whether the code of the sign-up may sign in, and whether it must (N024)."""
    if "USER_AUTH" not in client.flows:
        return False, False
    offered = available(account)
    return EMAIL_OTP in offered.possible, EMAIL_OTP in offered.certain


def _session_of_sign_up(
    world: World, case: Case, client: Client, account: Account, text: str | None
) -> SignUpSession | None:
    """Check Session of ConfirmSignUp: the one of this user's SignUp, if any (A009)."""
    if text is None:
        return None
    before = world.sign_ups.get(text)
    if case.refuse(Rule.SESSION, before is None or before.confirmed, NOT_AUTHORIZED):
        return None
    assert before is not None
    foreign = before.client is not client or before.account is not account
    case.refuse(Rule.SESSION_OWNER, foreign, NOT_AUTHORIZED)
    case.refuse(Rule.SESSION_ONCE, before.spent, NOT_AUTHORIZED)
    case.refuse(Rule.SESSION_ENDS, world.now >= before.expires, NOT_AUTHORIZED)
    changed = before.password_number != account.password_number
    case.perhaps(changed or before.sign_outs != account.sign_outs, NOT_AUTHORIZED)
    return before


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
