"""Passkeys of a signed-in user: registering, listing and deleting them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from harness import Actions, Passkey, Tokens, check, delete_passkey, every_passkey
from scenarios.support import expectations, factor_refusals
from scenarios.support.answers import (
    attributes_in,
    expect_equal,
    expect_member,
    expect_number,
    member_of,
    the_only,
    username_of,
)
from scenarios.support.choices import choice
from scenarios.support.first_factors import ChoiceSignIn
from scenarios.support.installed import needs_botocore
from scenarios.support.members import Member
from scenarios.support.passkeys import (
    WrongCredential,
    listed_ids,
    not_discoverable,
    of_another_kind,
    of_another_origin,
    of_another_relying_party,
    register_for,
    started_registration,
    without_transports,
)
from scenarios.support.pool_under_test import (
    ORDINARY_SESSIONS,
    RELYING_PARTY,
    first_factors_without,
    requires,
)
from scenarios.support.refusals import Refusal, refused
from scenarios.support.variants import Client, FirstFactors, Mfa, varied
from scenarios.support.watching import TimePasses

pytestmark = pytest.mark.cognito_needs("admin")

BY_PASSKEY = [FirstFactors.PASSKEY]
#: How many passkeys a user can have (N045).
MOST_PASSKEYS = 20


@pytest.fixture
def signed_in(by_choice: ChoiceSignIn, newcomer: Callable[[], Member]) -> Tokens:
    """The tokens of a new user."""
    return by_choice.tokens(newcomer())


def expect_none(actions: Actions, tokens: Tokens) -> None:
    """Expect that the user has no passkey."""
    expect_number(listed_ids(actions, tokens.access), 0, "passkeys", by="ListWebAuthnCredentials")


@requires(RELYING_PARTY)
@varied(mfa=[Mfa.OFF], client=Client, first_factors=BY_PASSKEY)
def test_options_describe_user_and_relying_party(
    by_choice: ChoiceSignIn, signed_in: Tokens
) -> None:
    """The options of a registration name the user, the relying party, and what keys may be."""
    actions = by_choice.actions
    options = started_registration(actions, signed_in.access)
    party = member_of(options, "rp.id", of="the options")
    expect_member(options, "rp.name", party, of="the options", facts="N041")
    user = actions.get_user(signed_in.access)
    sub = attributes_in(user, "UserAttributes", of="GetUser")["sub"]
    encoded = base64.urlsafe_b64encode(sub.encode()).rstrip(b"=").decode()
    expect_member(options, "user.id", encoded, of="the options", facts="N041")
    name = username_of(actions, signed_in.username)
    expect_member(options, "user.displayName", name, of="the options", facts="N041")
    algorithms = [one["alg"] for one in options["pubKeyCredParams"]]
    expect_equal("the algorithms", algorithms, [-7, -257], facts="N041, N045")
    selection = member_of(options, "authenticatorSelection", of="the options")
    expect_member(selection, "residentKey", "required", of="the options", facts="N041")
    again = started_registration(actions, signed_in.access)
    fresh = options["challenge"] != again["challenge"]
    check(fresh, "two registrations have the same challenge", facts="N041")


# AdminGetUserAuthFactors is of that release.
@needs_botocore("1.43.56")
@requires(RELYING_PARTY)
@varied(mfa=[Mfa.OFF], client=Client, first_factors=BY_PASSKEY)
def test_registered_passkey_is_listed_until_it_is_deleted(
    by_choice: ChoiceSignIn, signed_in: Tokens
) -> None:
    """A passkey is listed, a factor of its user, excluded from new options, and can be deleted."""
    actions, access = by_choice.actions, signed_in.access
    passkey = register_for(actions, signed_in)
    listed = the_only(every_passkey(actions, access), "passkeys", by="ListWebAuthnCredentials")
    what = "ListWebAuthnCredentials"
    expect_member(listed, "CredentialId", passkey.credential_id, of=what, facts="N046")
    expect_member(listed, "RelyingPartyId", passkey.relying_party_id, of=what, facts="N046")
    expect_member(listed, "AuthenticatorTransports", ["internal"], of=what, facts="N046")
    check(
        bool(member_of(listed, "FriendlyCredentialName", of=what)),
        "the passkey has no name",
        facts="N046",
    )
    expect_factors(actions, signed_in, passkey=True)
    excluded = started_registration(actions, access)["excludeCredentials"]
    ids = [one["id"] for one in excluded]
    expect_equal("excludeCredentials", ids, [passkey.credential_id], facts="N041")
    delete_passkey(actions, access, passkey)
    expect_none(actions, signed_in)
    expect_factors(actions, signed_in, passkey=False)


def expect_factors(actions: Actions, tokens: Tokens, *, passkey: bool) -> None:
    """Expect whether WEB_AUTHN is a factor of the user, by both operations that tell (N048)."""
    for answer, name in (
        (actions.get_user_auth_factors(tokens.access), "GetUserAuthFactors"),
        (actions.admin_get_user_auth_factors(tokens.username), "AdminGetUserAuthFactors"),
    ):
        factors = member_of(answer, "ConfiguredUserAuthFactors", of=name)
        for factor, there in (("PASSWORD", True), ("WEB_AUTHN", passkey)):
            got = factor in factors
            expect_equal(f"{factor} among the factors of {name}", got, there, facts="N048")


@requires(RELYING_PARTY)
@varied(
    mfa=[Mfa.OFF],
    first_factors=BY_PASSKEY,
    wrong=(of_another_origin, of_another_relying_party, not_discoverable, without_transports),
)
def test_wrong_credential_is_not_registered(
    by_choice: ChoiceSignIn, signed_in: Tokens, wrong: WrongCredential
) -> None:
    """A credential of another page or relying party, or without what it must have, is refused."""
    expected: dict[WrongCredential, Refusal] = {
        of_another_origin: factor_refusals.WRONG_ORIGIN,
        of_another_relying_party: factor_refusals.WRONG_RELYING_PARTY,
    }
    actions, access = by_choice.actions, signed_in.access
    credential = wrong(started_registration(actions, access))
    with refused(expected.get(wrong, factor_refusals.CREDENTIAL_INVALID)):
        actions.complete_web_authn_registration(access, credential)
    expect_none(actions, signed_in)


@requires(RELYING_PARTY)
@varied(mfa=[Mfa.OFF], first_factors=BY_PASSKEY)
def test_credential_of_the_other_ceremony_is_not_registered(
    by_choice: ChoiceSignIn, signed_in: Tokens
) -> None:
    """Client data of a sign-in, or nothing of what a credential has, register nothing."""
    actions, access = by_choice.actions, signed_in.access
    credential = Passkey.create(started_registration(actions, access)).registration
    with refused(factor_refusals.CREDENTIAL_INVALID):
        actions.complete_web_authn_registration(access, of_another_kind(credential))
    empty: list[dict[str, Any]] = [{}, {"id": "x", "response": {}}]
    for nothing in empty:
        with refused(factor_refusals.CREDENTIAL_INVALID):
            actions.complete_web_authn_registration(access, nothing)
    expect_none(actions, signed_in)


@requires(RELYING_PARTY)
@varied(mfa=[Mfa.OFF], client=Client, first_factors=BY_PASSKEY)
def test_challenge_of_a_registration_is_good_only_once(
    by_choice: ChoiceSignIn, signed_in: Tokens
) -> None:
    """A second credential for a challenge that was used is refused."""
    actions, access = by_choice.actions, signed_in.access
    options = started_registration(actions, access)
    first, second = Passkey.create(options), Passkey.create(options)
    actions.complete_web_authn_registration(access, first.registration)
    with refused(factor_refusals.REGISTRATION_OVER):
        actions.complete_web_authn_registration(access, second.registration)
    registered = listed_ids(actions, access)
    expect_equal("the passkeys of the user", registered, [first.credential_id], facts="N044")


@requires(RELYING_PARTY)
@varied(mfa=[Mfa.OFF], first_factors=BY_PASSKEY)
def test_challenge_of_another_user_registers_nothing(
    by_choice: ChoiceSignIn, newcomer: Callable[[], Member], signed_in: Tokens
) -> None:
    """A credential for the challenge of another user's registration is refused."""
    actions, another = by_choice.actions, by_choice.tokens(newcomer())
    started_registration(actions, signed_in.access)
    theirs = Passkey.create(started_registration(actions, another.access))
    with refused(factor_refusals.REGISTRATION_OVER):
        actions.complete_web_authn_registration(signed_in.access, theirs.registration)
    expect_none(actions, signed_in)


@choice("N044")
@requires(RELYING_PARTY, ORDINARY_SESSIONS)
@pytest.mark.cognito_needs("clock")
@varied(mfa=[Mfa.OFF], first_factors=BY_PASSKEY)
def test_challenge_of_a_registration_expires(
    by_choice: ChoiceSignIn, signed_in: Tokens, time_passes: TimePasses
) -> None:
    """A credential is refused that comes long after its challenge."""
    actions, access = by_choice.actions, signed_in.access
    passkey = Passkey.create(started_registration(actions, access))
    time_passes(15 * expectations.MINUTE + expectations.SECOND)
    with refused(factor_refusals.REGISTRATION_OVER):
        actions.complete_web_authn_registration(access, passkey.registration)
    expect_none(actions, signed_in)


@requires(RELYING_PARTY)
@pytest.mark.cognito_needs("provisioning")
@varied(mfa=[Mfa.OFF], client=Client, first_factors=BY_PASSKEY)
def test_registration_ends_with_the_client_that_began_it(
    by_choice: ChoiceSignIn,
    newcomer: Callable[[], Member],
    through_another_client: Actions,
) -> None:
    """A token of another app client completes no registration."""
    member, actions = newcomer(), by_choice.actions
    tokens = by_choice.tokens(member)
    other = by_choice.through(through_another_client).tokens(member)
    passkey = Passkey.create(started_registration(actions, tokens.access))
    with refused(factor_refusals.REGISTRATION_OF_ANOTHER_CLIENT):
        actions.complete_web_authn_registration(other.access, passkey.registration)
    expect_none(actions, tokens)


@requires(first_factors_without("WEB_AUTHN"))
@varied(mfa=[Mfa.OFF], first_factors=[FirstFactors.PASSWORD])
def test_passkeys_must_be_allowed(by_choice: ChoiceSignIn, signed_in: Tokens) -> None:
    """Where WEB_AUTHN is no first factor, StartWebAuthnRegistration is refused."""
    with refused(factor_refusals.PASSKEYS_OFF):
        by_choice.actions.start_web_authn_registration(signed_in.access)


@pytest.mark.cognito_pool(relying_party_id=None)
@varied(mfa=[Mfa.OFF], first_factors=BY_PASSKEY)
def test_passkeys_need_a_relying_party(by_choice: ChoiceSignIn, signed_in: Tokens) -> None:
    """A pool with neither RelyingPartyId nor a domain registers no passkeys."""
    with refused(factor_refusals.NO_RELYING_PARTY):
        by_choice.actions.start_web_authn_registration(signed_in.access)


@requires(RELYING_PARTY)
@varied(mfa=[Mfa.OFF], first_factors=BY_PASSKEY)
def test_user_has_twenty_passkeys_at_most(by_choice: ChoiceSignIn, signed_in: Tokens) -> None:
    """Twenty passkeys can be registered, are listed page by page, and one more is refused."""
    actions = by_choice.actions
    made = sorted(register_for(actions, signed_in).credential_id for _ in range(MOST_PASSKEYS))
    with refused(factor_refusals.TOO_MANY_PASSKEYS):
        actions.start_web_authn_registration(signed_in.access)
    page = actions.list_web_authn_credentials(signed_in.access, max_results=3)
    first = member_of(page, "Credentials", of="ListWebAuthnCredentials")
    expect_number(first, 3, "passkeys", by="ListWebAuthnCredentials with MaxResults 3")
    rest = actions.list_web_authn_credentials(
        signed_in.access, next_token=member_of(page, "NextToken", of="ListWebAuthnCredentials")
    )
    both = [*first, *member_of(rest, "Credentials", of="ListWebAuthnCredentials")]
    ids = sorted(one["CredentialId"] for one in both)
    expect_equal("the passkeys on both pages", ids, made, facts="N045, N046")


@requires(RELYING_PARTY)
@varied(mfa=[Mfa.OFF], client=Client, first_factors=BY_PASSKEY)
def test_passkey_of_another_user_cannot_be_deleted(
    by_choice: ChoiceSignIn, newcomer: Callable[[], Member], signed_in: Tokens
) -> None:
    """A passkey that is another user's, or nobody's, is unknown to DeleteWebAuthnCredential."""
    actions, another = by_choice.actions, by_choice.tokens(newcomer())
    theirs = register_for(actions, another)
    for unknown in (theirs.credential_id, "bm9ib2R5LWhhcy10aGlz"):
        with refused(factor_refusals.UNKNOWN_PASSKEY):
            delete_passkey(actions, signed_in.access, unknown)
    kept = listed_ids(actions, another.access)
    expect_equal("the passkeys of the other user", kept, [theirs.credential_id], facts="N047")
