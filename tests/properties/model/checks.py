"""The rules that many operations share."""

from __future__ import annotations

from collections.abc import Mapping

from tests.properties.model.case import (
    CODE_MISMATCH,
    EXPIRED_CODE,
    INVALID_PARAMETER,
    LIMIT_EXCEEDED,
    NOT_AUTHORIZED,
    NOT_FOUND,
    RESET_PASSWORD,
    USER_NOT_CONFIRMED,
    USER_NOT_FOUND,
    Case,
    Params,
)
from tests.properties.model.records import (
    RESET_REQUIRED,
    UNCONFIRMED,
    Account,
    Claim,
    Client,
    Device,
    Pending,
    Progress,
    Token,
)
from tests.properties.model.rules import Rule
from tests.properties.model.world import World, secret_hash

#: The shortest password of these pools; the other requirements of their policy are always met.
SHORTEST = 8
#: How far TIMESTAMP may be from now, in seconds (section D, 4).
TOLERANCE = 300


def alias_is_taken(account: Account) -> bool:
    """Return whether the user's email address is the alias of another user already (A025)."""
    others = [other for other in account.pool.accounts if other is not account]
    return account.pool.alias and any(
        other.email == account.email
        for other in others
        if not other.deleted and "email" in other.verified
    )


def user_named(case: Case, client: Client, name: str) -> Account | None:
    """Return the named user; a client that hides users never calls one unknown (A041, A100)."""
    account = client.pool.find(name)
    codes = [NOT_AUTHORIZED, CODE_MISMATCH] if client.hides else [NOT_AUTHORIZED, USER_NOT_FOUND]
    case.refuse(Rule.USER, account is None, *codes)
    return account


def client_proof(case: Case, client: Client, name: str, given: str | None) -> None:
    """Require SECRET_HASH if the client has a secret (A119 to A124)."""
    needed = secret_hash(client, name)
    case.refuse(Rule.CLIENT_SECRET, needed is not None and needed != given, NOT_AUTHORIZED)


def administrators_client(case: Case, client: Client, params: Params) -> None:
    """Require that the pool and the client that an administrator names belong together (A067)."""
    other = params.get("UserPoolId", client.pool.pool_id) != client.pool.pool_id
    case.refuse(Rule.CLIENT_POOL, other, NOT_FOUND)


def user_of_pool(world: World, case: Case, params: Params) -> Account | None:
    """Return the user whom an administrator names (A064)."""
    account = world.pools[params["UserPoolId"]].find(params["Username"])
    case.refuse(Rule.USER, account is None, USER_NOT_FOUND)
    return account


def may_sign_in(case: Case, client: Client, account: Account) -> None:
    """Check the states that keep a user out whatever they know (A103, A127 to A129)."""
    case.refuse(Rule.ENABLED, not account.enabled, NOT_AUTHORIZED)
    case.refuse(Rule.CONFIRMED, account.status == UNCONFIRMED, USER_NOT_CONFIRMED)
    hidden = NOT_AUTHORIZED if client.hides else RESET_PASSWORD
    case.refuse(Rule.RESET, account.status == RESET_REQUIRED, hidden)


def locked(case: Case, account: Account) -> None:
    """Allow a lock from the fifth wrong password on; the model does not keep its times (A132)."""
    case.perhaps(account.failures >= 5, NOT_AUTHORIZED)


def still_good(world: World, case: Case, account: Account) -> None:
    """A temporary password expires after seven days (A061)."""
    since = account.temporary_since
    over = since is not None and world.now >= since + 7 * 86_400
    case.refuse(Rule.TEMPORARY, over, NOT_AUTHORIZED)


def new_password(case: Case, password: str) -> None:
    """Check the password policy (A030)."""
    case.refuse(Rule.POLICY, len(password) < SHORTEST, "InvalidPasswordException")


def code_of(world: World, case: Case, account: Account, purpose: str, given: str) -> None:
    """Check the code of a purpose: sent, unused, not replaced, in time, and right."""
    code = account.codes.get(purpose)
    if code is None or world.now >= code.expires:
        case.refuse(Rule.CODE_ENDS, True, EXPIRED_CODE)
    elif code.value != given:
        case.refuse(Rule.CODE, True, CODE_MISMATCH)


def limit(case: Case, account: Account, operation: str, calls: int, now: float) -> None:
    """Allow a refusal after this many calls an hour (A289)."""
    case.perhaps(account.calls(operation, now) >= calls, LIMIT_EXCEEDED)


def presented(case: Case, account: Account, key: str | None, world: World) -> Device | None:
    """Return the device of DEVICE_KEY; a pool without tracking ignores it (D106, section D, 21)."""
    if key is None or account.pool.tracking is None:
        return None
    return own_device(world, case, account, key)


def own_device(world: World, case: Case, account: Account, key: str) -> Device | None:
    """Return a confirmed device of this user that was not forgotten (D106)."""
    device = world.devices.get(key)
    wrong = (
        device is None or device.account is not account or not device.confirmed or device.forgotten
    )
    return None if case.refuse(Rule.DEVICE, wrong, NOT_FOUND) else device


def authorized(world: World, case: Case, text: str) -> Account | None:
    """Return the user of an access token (A073, A074, A272, A274)."""
    token = world.access.get(text)
    if case.refuse(Rule.TOKEN, token is None, NOT_AUTHORIZED) or token is None:
        return None
    account = token.grant.account
    case.refuse(Rule.TOKEN_ENDS, world.now >= token.expires, NOT_AUTHORIZED)
    case.refuse(Rule.TOKEN_REVOKED, token.grant.revoked, NOT_AUTHORIZED)
    case.account = account
    _owner_is_well(case, account)
    return account


def _owner_is_well(case: Case, account: Account) -> None:
    """Require that a token's user exists, is enabled, and need not recover a password (D072)."""
    case.refuse(Rule.USER, account.deleted, USER_NOT_FOUND)
    case.refuse(Rule.ENABLED, not account.enabled, NOT_AUTHORIZED)
    reset = account.status == RESET_REQUIRED
    case.refuse(Rule.RESET, reset, RESET_PASSWORD, NOT_AUTHORIZED)


def session_of(world: World, case: Case, text: str | None, challenge: str) -> Pending | None:
    """Return the challenge of a session, if it may still be responded to (A140 to A146)."""
    if case.refuse(Rule.SESSION, text is None, INVALID_PARAMETER):
        return None
    pending = world.sessions.get(text or "")
    if case.refuse(Rule.SESSION, pending is None, NOT_AUTHORIZED) or pending is None:
        return None
    case.refuse(Rule.SESSION_ONCE, pending.spent, NOT_AUTHORIZED)
    case.refuse(Rule.SESSION_ENDS, world.now >= pending.expires, NOT_AUTHORIZED)
    wrong_step = pending.challenge != challenge
    case.refuse(Rule.SESSION_STEP, wrong_step, NOT_AUTHORIZED, INVALID_PARAMETER)
    if pending.progress is not None:
        goes_on(case, pending.progress)
    return pending


def goes_on(case: Case, progress: Progress) -> None:
    """Check what stops a sign-in in progress."""
    account = progress.account
    case.account = account
    case.refuse(Rule.USER, account.deleted, USER_NOT_FOUND, NOT_AUTHORIZED)
    case.refuse(Rule.ENABLED, not account.enabled, NOT_AUTHORIZED)
    replaced = account.password_number != progress.password_number
    signed_out = account.sign_outs != progress.sign_outs
    if not progress.passed:  # Nothing is proven, so there is nothing that a sign-out could end.
        case.perhaps(replaced or signed_out, NOT_AUTHORIZED)
        return
    # Whether the session of a sign-up stands for its password is unknown.
    case.perhaps(replaced and "sign-up" in progress.passed, NOT_AUTHORIZED)
    replaced = replaced and "password" in progress.passed
    case.refuse(Rule.INTERRUPTED, replaced or signed_out, NOT_AUTHORIZED)


def owner_of(world: World, case: Case, pending: Pending, params: Params) -> None:
    """Check that a session belongs to its client and user, and that the user may sign in (A143)."""
    client = world.clients[params["ClientId"]]
    responses: Mapping[str, str] = params["ChallengeResponses"]
    named = client.pool.find(responses["USERNAME"])
    whose = pending.progress.account if pending.progress else None
    if whose is not None:
        may_sign_in(case, client, whose)
    case.refuse(Rule.SESSION_OWNER, pending.client is not client, NOT_AUTHORIZED)
    codes = (NOT_AUTHORIZED, *(() if client.hides else (USER_NOT_FOUND,)))
    case.refuse(Rule.SESSION_OWNER, named is None or named is not whose, *codes)


def proof_of(
    world: World, case: Case, pending: Pending, secret: str | None, responses: Mapping[str, str]
) -> None:
    """Check an SRP proof: over this block, with that secret, at about this time (D017, D026)."""
    claim = world.claims.get(responses["PASSWORD_CLAIM_SIGNATURE"])
    right = (
        claim is not None
        and claim.block is pending.block
        and claim.password == secret
        and claim.timestamp == responses["TIMESTAMP"]
    )
    far = claim is not None and _is_far(claim, world.now)
    case.perhaps(claim is not None and abs(claim.moment - world.now) == TOLERANCE, NOT_AUTHORIZED)
    case.refuse(Rule.PROOF, not right or far, NOT_AUTHORIZED)


def _is_far(claim: Claim, now: float) -> bool:
    return abs(claim.moment - now) > TOLERANCE


def refresh_token(
    world: World, case: Case, client: Client, text: str, device_key: str | None
) -> Token | None:
    """Check the use of a refresh token (A261 to A267, D114 to D121)."""
    token = world.refresh.get(text)
    foreign = token is None or token.grant.client is not client
    if case.refuse(Rule.TOKEN, foreign, NOT_AUTHORIZED) or token is None:
        return None
    grant, account = token.grant, token.grant.account
    case.account = account
    case.refuse(Rule.TOKEN_ENDS, world.now >= token.expires, NOT_AUTHORIZED)
    case.refuse(Rule.TOKEN_REVOKED, grant.revoked, NOT_AUTHORIZED)
    _owner_is_well(case, account)
    if grant.device is not None:
        device = grant.device
        wrong = device_key != device.key or not device.confirmed or device.forgotten
        case.refuse(Rule.TOKEN_DEVICE, wrong, NOT_AUTHORIZED)
    if token.rotated is not None and client.grace is not None:
        over = world.now >= token.rotated + client.grace
        case.refuse(Rule.TOKEN_ROTATED, over, "RefreshTokenReuseException")
    return token
