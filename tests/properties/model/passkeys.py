"""The model of passkeys: registered, listed, deleted, and what the service tells browsers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.properties.model.case import (
    INVALID_PARAMETER,
    NO_REGISTRATION,
    NOT_ENABLED,
    NOT_FOUND,
    OTHER_CLIENT,
    OTHER_ORIGIN,
    OTHER_PARTY,
    Answer,
    Case,
    Params,
)
from tests.properties.model.checks import authorized, user_of_pool
from tests.properties.model.first_factors import fitting_keys, keys_of, set_up
from tests.properties.model.records import (
    BY_PASSWORD,
    PASSKEY_MFA,
    PASSWORD,
    WEB_AUTHN,
    Account,
    Key,
    Pool,
    Registration,
    Signed,
)
from tests.properties.model.rules import Finding, Rule
from tests.properties.model.world import World

#: How long a registration certainly stays open, and when it has certainly ended, in seconds. The
#: options have a timeout of a minute (N041); how long the service itself waits is unknown.
OPEN_FOR, ENDED_AFTER = 60, 3_600


def start_registration(world: World, params: Params) -> Case:
    """StartWebAuthnRegistration: options with a new challenge; it replaces the last one (N040)."""
    case = Case()
    account = authorized(world, case, params["AccessToken"])
    if account is None:
        return case
    _enabled(case, account.pool)
    client = world.access[params["AccessToken"]].grant.client

    def accepted(answer: Answer) -> None:
        options = answer["CredentialCreationOptions"]
        world.challenge(options["challenge"])
        party_id = account.pool.party.party_id
        excluded = {entry["id"] for entry in options.get("excludeCredentials", [])}
        owned = {key.credential_id for key in keys_of(account)}
        if options["rp"]["id"] != party_id or excluded != owned:
            raise Finding("other options of a registration were due", [Rule.PASSKEY])
        account.registration = Registration(client, options, party_id, world.now)

    case.then = accepted
    return case


def _enabled(case: Case, pool: Pool) -> None:
    """Require that passkeys are a first factor of the pool (N044)."""
    case.refuse(Rule.FIRST_FACTOR, WEB_AUTHN not in pool.allowed, NOT_ENABLED)


def complete_registration(world: World, params: Params) -> Case:
    """CompleteWebAuthnRegistration: a credential for the challenge that is open (N042 to N044)."""
    case = Case()
    account = authorized(world, case, params["AccessToken"])
    if account is None:
        return case
    _enabled(case, account.pool)
    client = world.access[params["AccessToken"]].grant.client
    registration = account.registration
    signed = world.signed[text_of(params["Credential"])]
    if registration is None:
        case.refuse(Rule.REGISTRATION, True, NO_REGISTRATION)
        return case
    other_client = registration.client is not client
    case.refuse(Rule.REGISTRATION, other_client, OTHER_CLIENT, NO_REGISTRATION)
    _time_left(world, case, registration)
    _fits(case, account, registration, signed)

    def accepted(_answer: Answer) -> None:
        account.registration = None
        made = Key(account, signed.party_id, signed.authenticator, signed.count, signed.verified)
        account.passkeys[made.credential_id] = made
        world.keys.append(made)

    case.then, case.when_refused = accepted, lambda _code: _tried(registration)
    return case


def _time_left(world: World, case: Case, registration: Registration) -> None:
    age = world.now - registration.started
    case.refuse(Rule.REGISTRATION, age >= ENDED_AFTER, NO_REGISTRATION)
    # Whether a registration is good for another try after a wrong credential is unknown.
    case.perhaps(age >= OPEN_FOR or registration.refused, NO_REGISTRATION)


def _tried(registration: Registration) -> None:
    registration.refused = True


def _fits(case: Case, account: Account, registration: Registration, signed: Signed) -> None:
    """Check a credential against the registration and the pool as it is now."""
    party = account.pool.party
    other = signed.challenge != registration.challenge
    case.refuse(Rule.REGISTRATION, other, NO_REGISTRATION, INVALID_PARAMETER)
    at_home = signed.origin == party.origin
    case.refuse(Rule.ORIGIN, not at_home, OTHER_ORIGIN, OTHER_PARTY)
    case.refuse(Rule.PASSKEY, signed.party_id != party.party_id, OTHER_PARTY, OTHER_ORIGIN)
    unverified = party.requires_verification and not signed.verified
    case.refuse(Rule.USER_VERIFIED, unverified, INVALID_PARAMETER)
    # The id of the relying party may have changed since the registration was started.
    case.perhaps(registration.party_id != party.party_id, OTHER_PARTY, NO_REGISTRATION)
    known = any(signed.credential_id in other.passkeys for other in account.pool.accounts)
    case.perhaps(known, INVALID_PARAMETER)


def text_of(credential: Mapping[str, Any]) -> str:
    """Return the text by which the model knows a new credential."""
    response = credential["response"]
    return f"{response['clientDataJSON']} {response['attestationObject']}"


def list_credentials(world: World, params: Params) -> Case:
    """ListWebAuthnCredentials: the passkeys of the user and no others (N046)."""
    case = Case()
    account = authorized(world, case, params["AccessToken"])

    def accepted(answer: Answer) -> None:
        assert account is not None
        shown = {entry["CredentialId"]: entry["RelyingPartyId"] for entry in answer["Credentials"]}
        owned = {key.credential_id: key.party_id for key in account.passkeys.values()}
        if shown != owned:
            raise Finding("ListWebAuthnCredentials showed other passkeys", [Rule.RECORD])

    case.then = accepted
    return case


def delete_credential(world: World, params: Params) -> Case:
    """DeleteWebAuthnCredential: a passkey of the user (N047)."""
    case = Case()
    account = authorized(world, case, params["AccessToken"])
    if account is None:
        return case
    key = account.passkeys.get(params["CredentialId"])
    if case.refuse(Rule.PASSKEY, key is None, NOT_FOUND) or key is None:
        return case

    def accepted(_answer: Answer) -> None:
        key.deleted = True
        del account.passkeys[key.credential_id]
        if not fitting_keys(account):  # Nobody could switch them on for MFA now (N036).
            account.factors.discard(PASSKEY_MFA)

    case.then = accepted
    return case


def get_user_auth_factors(world: World, params: Params) -> Case:
    """GetUserAuthFactors and AdminGetUserAuthFactors: what the user has set up (N048)."""
    case = Case()
    if "AccessToken" in params:
        account = authorized(world, case, params["AccessToken"])
    else:
        account = case.account = user_of_pool(world, case, params)

    def accepted(answer: Answer) -> None:
        assert account is not None
        if not shows_factors(account, answer["ConfiguredUserAuthFactors"]):
            raise Finding("other authentication factors were shown", [Rule.FIRST_FACTOR])

    case.then = accepted
    return case


def shows_factors(account: Account, listed: list[str]) -> bool:
    """Return whether ConfiguredUserAuthFactors agrees with the model."""
    factors, shown = set_up(account), set(listed) - {"SOFTWARE_TOKEN"}
    names = {PASSWORD if factor in BY_PASSWORD else factor for factor in factors.certain}
    possible = names | factors.open
    token = ("SOFTWARE_TOKEN" in listed) == (account.secret is not None)
    return token and names <= shown <= possible and len(set(listed)) == len(listed)


def check_request(
    world: World, pool: Pool, account: Account | None, options: Mapping[str, Any]
) -> None:
    """Check CREDENTIAL_REQUEST_OPTIONS: for this pool and the passkeys of this user (N049)."""
    world.challenge(options["challenge"])
    named = {entry["id"] for entry in options.get("allowCredentials", [])}
    owned = {key.credential_id for key in keys_of(account)} if account else named
    wanted = "required" if pool.party.requires_verification else options["userVerification"]
    shown = (options["rpId"], options["userVerification"], named)
    if shown != (pool.party.party_id, wanted, owned):
        raise Finding("other options of a passkey were due", [Rule.PASSKEY])
