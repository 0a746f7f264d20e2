"""Tokens: what libraries read in them, and that nobody can change them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from harness import (
    Actions,
    PoolPeople,
    RefreshTokenRotation,
    Secret,
    Tokens,
    check,
    exchange_refresh_token,
)
from harness import unverified_claims as claims_of
from scenarios.support import expectations, refusals
from scenarios.support.acceptance import accepted
from scenarios.support.answers import expect_member, member_of
from scenarios.support.forgery import header_of, with_claims, without_signature
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.pool_under_test import (
    ORDINARY_LIFETIMES,
    RECOVERY,
    REFRESHING,
    REVOCATION,
    flows_allowed,
    requires,
)
from scenarios.support.refusals import Refusal, refused
from scenarios.support.renewal import WAYS_TO_RENEW, Renewal
from scenarios.support.variants import Client, Devices, Mfa, varied
from scenarios.support.watching import TimePasses

pytestmark = pytest.mark.cognito_needs("admin")

UNTRACKED = [Devices.NOT_TRACKED]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: The claims that a token must have, with their types in JSON (A245, A247).
_OF_BOTH = {
    "sub": str,
    "iss": str,
    "token_use": str,
    "auth_time": int,
    "exp": int,
    "iat": int,
}
_OF_ACCESS = {**_OF_BOTH, "client_id": str, "scope": str, "username": str}
_OF_ID = {**_OF_BOTH, "aud": str, "cognito:username": str}
#: Those that the app client must be able to read.
_OF_CONTACTS = {
    "email": str,
    "email_verified": bool,
    "phone_number": str,
    "phone_number_verified": bool,
}


@pytest.fixture
def tokens(member: Member, sign_in: MemberSignIn) -> Tokens:
    """The tokens of a sign-in."""
    return sign_in(member).tokens


def test_issuer_is_the_url_of_the_pool(cognito_actions: Actions, tokens: Tokens) -> None:
    """Both tokens have the one issuer that libraries compare exactly and find the keys under."""
    pool_id = cognito_actions.app.user_pool_id
    region = pool_id.partition("_")[0]
    issuer = f"https://cognito-idp.{region}.amazonaws.com/{pool_id}"
    for use, token in _both(tokens).items():
        found = claims_of(token)["iss"]
        what = f"the issuer of the {use} token is {found}, not {issuer}"
        check(found == issuer, what, facts="A249")


def test_claims_have_the_types_that_libraries_expect(people: PoolPeople, tokens: Tokens) -> None:
    """Times are whole numbers, verified flags are booleans, and everything else is a string."""
    shown = {
        name
        for contact in people.verified
        for name in (contact, f"{contact}_verified")
        if people.may_read(name)
    }
    of_id = {**_OF_ID, **{name: _OF_CONTACTS[name] for name in sorted(shown)}}
    for use, expected in (("access", _OF_ACCESS), ("ID", of_id)):
        claims = claims_of(_both(tokens)[use])
        for name, kind in expected.items():
            found = type(claims.get(name))
            what = f"{name} of the {use} token is {found.__name__}, not {kind.__name__}"
            check(found is kind, what, facts="A245, A247")


def test_access_token_says_nothing_about_the_person(tokens: Tokens) -> None:
    """An access token has no attributes of its user, and no ``aud``."""
    claims = claims_of(tokens.access)
    for name in ("email", "email_verified", "given_name", "cognito:username", "aud"):
        check(name not in claims, f"the access token has the claim {name}", facts="A245")


@requires(REVOCATION)
def test_every_token_has_an_id_and_all_of_a_sign_in_an_origin(tokens: Tokens) -> None:
    """``origin_jti`` is that of the sign-in, ``jti`` of one token, and both are UUIDs."""
    access, identity = claims_of(tokens.access), claims_of(tokens.id)
    for claims in (access, identity):
        check("origin_jti" in claims, "a token has no origin_jti", facts="A250")
        check("jti" in claims, "a token has no jti", facts="A250")
    check(
        access["origin_jti"] == identity["origin_jti"],
        "the tokens of one sign-in have different origins",
        facts="A250",
    )
    ids = (access["origin_jti"], access["jti"], identity["jti"])
    check(len(set(ids)) == 3, "two tokens have the same id", facts="A250")
    for found in ids:
        check(bool(UUID.fullmatch(found)), "the id of a token is no UUID", facts="A250")


def test_tokens_are_signed_with_two_keys(tokens: Tokens) -> None:
    """Access and ID tokens are signed with RS256, each with a key of its own."""
    headers = [header_of(token) for token in _both(tokens).values()]
    for header in headers:
        members = ", ".join(sorted(header))
        check(header.keys() == {"alg", "kid"}, f"a header has {members}", facts="A244")
        check(header["alg"] == "RS256", f"a token is signed with {header['alg']}", facts="A244")
    different = headers[0]["kid"] != headers[1]["kid"]
    check(different, "access and ID token are signed with one key", facts="A244")


@requires(REFRESHING)
def test_refresh_token_is_sealed(tokens: Tokens) -> None:
    """A refresh token is encrypted: it has five parts, and nobody can read claims in it."""
    parts = tokens.refresh.reveal().split(".")
    check(len(parts) == 5, f"the refresh token has {len(parts)} parts, not 5", facts="A254")
    header = header_of(tokens.refresh)
    check("enc" in header, "the refresh token is not encrypted", facts="A254")


def in_anothers_name(token: Secret, another: Tokens) -> Secret:
    """Return the token with the user of another one."""
    theirs = claims_of(another.access)
    return with_claims(token, sub=theirs["sub"], username=theirs["username"])


def unsigned(token: Secret, another: Tokens) -> Secret:
    """Return the token as one that says that it needs no signature."""
    return without_signature(token)


FORGERIES: dict[Callable[[Secret, Tokens], Secret], Refusal] = {
    in_anothers_name: refusals.FORGED_ACCESS_TOKEN,
    unsigned: refusals.UNSIGNED_ACCESS_TOKEN,
}


@varied(devices=UNTRACKED, forge=FORGERIES)
def test_changed_access_token_is_refused(
    another_member: Member,
    cognito_actions: Actions,
    forge: Callable[[Secret, Tokens], Secret],
    sign_in: MemberSignIn,
    tokens: Tokens,
) -> None:
    """An access token that somebody has changed is refused, and the one that was issued works."""
    with refused(FORGERIES[forge]):
        cognito_actions.get_user(forge(tokens.access, sign_in(another_member).tokens))
    _works(cognito_actions, tokens)


@requires(REFRESHING)
@varied(devices=UNTRACKED, renew=WAYS_TO_RENEW)
def test_tokens_stay_dead_when_the_user_is_enabled_again(
    cognito_actions: Actions,
    member: Member,
    renew: Renewal,
    sign_in: MemberSignIn,
    tokens: Tokens,
) -> None:
    """AdminDisableUser revokes the tokens, and AdminEnableUser brings none of them back."""
    actions, username = cognito_actions, member.person.username
    actions.admin_disable_user(username)
    actions.admin_enable_user(username)
    with refused(refusals.ACCESS_TOKEN_REVOKED):
        actions.get_user(tokens.access)
    with refused(refusals.REFRESH_TOKEN_REVOKED):
        renew(actions, tokens)
    sign_in.works_for(member)


@requires(REFRESHING)
@pytest.mark.cognito_needs("provisioning")
@varied(devices=UNTRACKED, renew=WAYS_TO_RENEW)
def test_refresh_token_of_another_app_client_is_refused(
    renew: Renewal, through_another_client: Actions, tokens: Tokens
) -> None:
    """A refresh token is good only at the app client that it was issued to."""
    with refused(refusals.REFRESH_TOKEN_OF_ANOTHER_CLIENT):
        renew(through_another_client, tokens)


@requires(REFRESHING)
@pytest.mark.cognito_pool(token_revocation=False)
def test_tokens_cannot_be_revoked_where_the_client_says_so(
    cognito_actions: Actions, tokens: Tokens
) -> None:
    """With EnableTokenRevocation off, tokens have no origin, and RevokeToken is refused."""
    for name in ("origin_jti", "jti"):
        there = name in claims_of(tokens.access)
        check(not there, f"the access token has {name} without revocation", facts="A251")
    with refused(refusals.REVOCATION_OFF):
        cognito_actions.revoke_token(tokens.refresh)
    _works(cognito_actions, tokens)


@requires(REFRESHING, REVOCATION)
@varied(devices=UNTRACKED)
def test_revoking_twice_is_no_error(cognito_actions: Actions, tokens: Tokens) -> None:
    """RevokeToken accepts a token that it has revoked before."""
    cognito_actions.revoke_token(tokens.refresh)
    with accepted("a refresh token that was revoked before", facts="A268"):
        cognito_actions.revoke_token(tokens.refresh)
    with refused(refusals.ACCESS_TOKEN_REVOKED):
        cognito_actions.get_user(tokens.access)


@requires(RECOVERY)
@varied(devices=UNTRACKED)
def test_token_works_for_nobody_who_has_to_choose_a_password(
    cognito_actions: Actions, member: Member, tokens: Tokens
) -> None:
    """After AdminResetUserPassword an access token of before changes and reads nothing."""
    cognito_actions.admin_reset_user_password(member.person.username)
    with refused(refusals.RESET_REQUIRED_WITH_A_TOKEN):
        cognito_actions.get_user(tokens.access)


@requires(REFRESHING, flows_allowed("ALLOW_USER_PASSWORD_AUTH"))
@varied(mfa=[Mfa.OFF], devices=UNTRACKED, client=[Client.PUBLIC])
def test_answer_with_tokens_has_what_sdks_read(cognito_actions: Actions, member: Member) -> None:
    """InitiateAuth returns TokenType Bearer and no challenge; a refresh returns no new token."""
    proof = {"USERNAME": member.person.sign_in_as, "PASSWORD": member.person.password.reveal()}
    answer = cognito_actions.initiate_auth("USER_PASSWORD_AUTH", proof)
    check("ChallengeName" not in answer, "tokens came with a challenge", facts="A176")
    empty = answer.get("ChallengeParameters") == {}
    check(empty, "ChallengeParameters beside tokens is not empty", facts="A176")
    result = member_of(answer, "AuthenticationResult", of="InitiateAuth")
    expect_member(result, "TokenType", "Bearer", of="InitiateAuth", facts="A255")
    refreshing = {"REFRESH_TOKEN": member_of(result, "RefreshToken", of="InitiateAuth")}
    again = cognito_actions.initiate_auth("REFRESH_TOKEN_AUTH", refreshing)
    renewed = member_of(again, "AuthenticationResult", of="InitiateAuth")
    check("RefreshToken" not in renewed, "a refresh returned a refresh token", facts="A260")


@pytest.mark.cognito_needs("clock")
@varied(devices=UNTRACKED)
@pytest.mark.cognito_pool(
    refresh_token_rotation=RefreshTokenRotation(60), auth_flows=("ALLOW_USER_SRP_AUTH",)
)
def test_rotated_refresh_token_is_good_for_the_time_of_grace(
    cognito_actions: Actions, time_passes: TimePasses, tokens: Tokens
) -> None:
    """With RetryGracePeriodSeconds, a rotated token works once more until that time is over."""
    exchange_refresh_token(cognito_actions, tokens)
    time_passes(50)
    with accepted("a rotated refresh token in its time of grace", facts="A265"):
        exchange_refresh_token(cognito_actions, tokens)
    time_passes(11)
    with refused(refusals.REFRESH_TOKEN_ROTATED_OUT):
        exchange_refresh_token(cognito_actions, tokens)


@pytest.mark.cognito_needs("clock")
@requires(ORDINARY_LIFETIMES)
@varied(devices=UNTRACKED)
@pytest.mark.cognito_pool(
    refresh_token_rotation=RefreshTokenRotation(), auth_flows=("ALLOW_USER_SRP_AUTH",)
)
def test_rotation_makes_no_sign_in_longer(
    cognito_actions: Actions, time_passes: TimePasses, tokens: Tokens
) -> None:
    """A refresh token of a rotation ends when the first one of its sign-in would have ended."""
    time_passes(expectations.REFRESH_TOKEN_LIFETIME - expectations.MINUTE)
    renewed = exchange_refresh_token(cognito_actions, tokens)
    time_passes(expectations.MINUTE + expectations.SECOND)
    with refused(refusals.REFRESH_TOKEN_EXPIRED):
        exchange_refresh_token(cognito_actions, renewed)


def _works(actions: Actions, tokens: Tokens) -> None:
    with accepted("the access token that was issued", facts="A071"):
        user = actions.get_user(tokens.access)
    expect_member(user, "Username", tokens.username, of="GetUser", facts="A071")


def _both(tokens: Tokens) -> dict[str, Secret]:
    return {"access": tokens.access, "ID": tokens.id}
