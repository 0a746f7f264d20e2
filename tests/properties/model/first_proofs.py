"""The model of EMAIL_OTP, SMS_OTP and WEB_AUTHN as the first factor: what proves them."""

from __future__ import annotations

from tests.properties.model.case import (
    CODE_MISMATCH,
    INVALID_PARAMETER,
    NOT_AUTHORIZED,
    Answer,
    Case,
    Params,
)
from tests.properties.model.checks import (
    administrators_client,
    alias_is_taken,
    client_proof,
    owner_of,
    presented,
    session_of,
)
from tests.properties.model.demands import second_factor
from tests.properties.model.first_factors import available, counts_as_mfa, set_up
from tests.properties.model.progress import begin, follow
from tests.properties.model.records import CONTACTS, Account, Key, Pending, Signed
from tests.properties.model.rules import Rule
from tests.properties.model.world import World

#: The key of each code in ChallengeResponses (N027).
CODE_KEYS = {"EMAIL_OTP": "EMAIL_OTP_CODE", "SMS_OTP": "SMS_OTP_CODE"}


def sign_in_code(world: World, params: Params) -> Case:
    """EMAIL_OTP and SMS_OTP: the code of this session, as often as it takes (N029, N030)."""
    case, pending = _answered(world, params)
    if pending is None:
        return case
    given = params["ChallengeResponses"][CODE_KEYS[params["ChallengeName"]]]
    if pending.progress is None:
        case.refuse(Rule.USER, True, CODE_MISMATCH, NOT_AUTHORIZED)
        return case
    case.refuse(Rule.SIGN_IN_CODE, given != pending.code, CODE_MISMATCH)
    return _verifying(_proven(world, case, pending, params, "code"), pending, params)


def _verifying(case: Case, pending: Pending, params: Params) -> Case:
    """Let the right code verify its contact too, unless it is the alias of another user."""
    assert pending.progress is not None
    account, contact = pending.progress.account, CONTACTS[params["ChallengeName"]]
    proven = case.then

    def accepted(answer: Answer) -> None:
        if contact != "email" or not alias_is_taken(account):
            account.verified.add(contact)
        proven(answer)

    case.then = accepted
    return case


def web_authn(world: World, params: Params) -> Case:
    """WEB_AUTHN: a passkey of the user signs the challenge of the session (N052)."""
    case, pending = _answered(world, params)
    if pending is None:
        return case
    case.when_refused = lambda _code: _tried(pending)
    if pending.progress is None:
        case.refuse(Rule.USER, True, NOT_AUTHORIZED)
        return case
    account = pending.progress.account
    signed = world.signed.get(params["ChallengeResponses"]["CREDENTIAL"])
    key = _key_of(case, account, signed)
    if key is None or signed is None:
        return case
    _check_signature(case, pending, signed, key)
    unverified = not signed.verified
    needed = account.pool.party.requires_verification or second_factor(account) is not None
    case.refuse(Rule.USER_VERIFIED, unverified and needed, NOT_AUTHORIZED)
    then = _proven(world, case, pending, params, "passkey").then

    def accepted(answer: Answer) -> None:
        key.count = signed.count
        then(answer)

    case.then = accepted
    return case


def _key_of(case: Case, account: Account, signed: Signed | None) -> Key | None:
    """Return the passkey of a proof, if this user has it for the pool's relying party."""
    key = account.passkeys.get(signed.credential_id) if signed else None
    wrong = key is None or key.deleted or key.party_id != account.pool.party.party_id
    return None if case.refuse(Rule.PASSKEY, wrong, NOT_AUTHORIZED) else key


def _check_signature(case: Case, pending: Pending, signed: Signed, key: Key) -> None:
    party = key.account.pool.party
    case.refuse(Rule.PASSKEY, signed.party_id != party.party_id, NOT_AUTHORIZED)
    case.refuse(Rule.ORIGIN, signed.origin != party.origin, NOT_AUTHORIZED)
    other = signed.challenge != pending.options.get("challenge")
    case.refuse(Rule.PASSKEY_PROOF, other or signed.forged, NOT_AUTHORIZED)
    stale = signed.count <= key.count and (signed.count, key.count) != (0, 0)
    case.refuse(Rule.COUNTER, stale, NOT_AUTHORIZED)
    # Whether a challenge is good for another try after a wrong proof is unknown.
    case.perhaps(pending.refused, NOT_AUTHORIZED)


def _answered(world: World, params: Params) -> tuple[Case, Pending | None]:
    """Apply the checks for every response; the user may have lost the factor meanwhile."""
    case, client = Case(), world.clients[params["ClientId"]]
    responses, challenge = params["ChallengeResponses"], params["ChallengeName"]
    administrators_client(case, client, params)
    client_proof(case, client, responses["USERNAME"], responses.get("SECRET_HASH"))
    pending = session_of(world, case, params.get("Session"), challenge)
    if pending is None:
        return case, None
    if pending.progress is None:
        case.refuse(Rule.SESSION_OWNER, pending.client is not client, NOT_AUTHORIZED)
        return case, pending
    owner_of(world, case, pending, params)
    _still_a_factor(case, pending.progress.account, challenge)
    return case, pending


def _still_a_factor(case: Case, account: Account, challenge: str) -> None:
    """Refuse a factor that MFA or a temporary password rules out meanwhile.

    Whether one that the pool or the user has given up meanwhile still counts is unknown.
    """
    ruled_out = challenge not in available(account).possible
    given_up = challenge not in set_up(account).possible
    codes = (NOT_AUTHORIZED, INVALID_PARAMETER)  # The latter for a temporary password (N021).
    case.refuse(Rule.FIRST_FACTOR, ruled_out and not given_up, *codes)
    case.perhaps(ruled_out, *codes)


def _proven(world: World, case: Case, pending: Pending, params: Params, by: str) -> Case:
    """Let the sign-in go on; a passkey that counts as MFA satisfies it (N033)."""
    assert pending.progress is not None
    progress, responses = pending.progress, params["ChallengeResponses"]
    account, client, admin = progress.account, progress.client, progress.admin
    alone = not case.must
    device = presented(case, account, responses.get("DEVICE_KEY", pending.carried), world)
    tried = case.when_refused
    mfa = {"mfa"} if by == "passkey" and counts_as_mfa(account) else set()

    def accepted(answer: Answer) -> None:
        pending.spent = True
        proven, named = {by, *mfa}, responses["USERNAME"]
        follow(world, begin(client, account, device, named, admin=admin, proven=proven), answer)

    def refused(code: str) -> None:
        tried(code)
        if alone:  # The same challenge may be responded to again without the device (D106).
            pending.carried = None

    case.then, case.when_refused = accepted, refused
    return case


def _tried(pending: Pending) -> None:
    pending.refused = True
