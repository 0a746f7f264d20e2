"""Tokens that PreTokenGeneration changes: what it may change in which token, by its version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harness import (
    Actions,
    Person,
    ProvisionedPool,
    Tokens,
    check,
    create_by_admin,
    given_pool_or_none,
)
from harness import unverified_claims as claims_of
from scenarios.support.answers import expect_equal
from scenarios.support.changed_tokens import TOKEN_FUNCTION, TokenChanges
from scenarios.support.expectations import API_SCOPE
from scenarios.support.members import Member, MemberSignIn, new_app_client
from scenarios.support.pool_under_test import CHOSEN_NAMES, REFRESHING, requires
from scenarios.support.refusals import Refusal, refused
from scenarios.support.renewal import WAYS_TO_RENEW, Renewal
from scenarios.support.variants import Client, Devices, Flow, Mfa, varied

pytestmark = [pytest.mark.cognito_needs("admin", "provisioning"), requires(CHOSEN_NAMES)]

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:change-tokens"
FIRST, LATER = "V1_0", ("V2_0", "V3_0")
#: What an access token without the scope of Cognito's API is told.
NO_SCOPE = Refusal(
    "NotAuthorizedException", ("Access Token does not have required scopes",), "A072, T019"
)
UNTRACKED = [Devices.NOT_TRACKED]
FORGED = "forged"
#: The claims of each token that nothing else replaces, though a function says so.
FIXED = ("sub", "iss", "token_use", "auth_time", "exp", "iat", "jti", "origin_jti")
FIXED_IN_ID = (*FIXED, "aud", "cognito:username")
FIXED_IN_ACCESS = (*FIXED, "client_id", "username", "scope")

TokensOf = Callable[[TokenChanges], Tokens]


@pytest.fixture
def changed(
    request: pytest.FixtureRequest,
    with_triggers: None,
    cognito_actions: Actions,
    cognito_person: Person,
    cognito_pool: ProvisionedPool,
    version: str,
) -> Iterator[Actions]:
    """The operations on a new pool with a version of the function, and with the person in it."""
    if given_pool_or_none(request.config) is not None:
        pytest.skip("makes a pool of its own, which says nothing about a given one")
    admin, spec = cognito_actions.admin, cognito_pool.spec
    config: Any = {"PreTokenGenerationConfig": {"LambdaArn": FUNCTION, "LambdaVersion": version}}
    wanted = spec.create_user_pool_request() | {"LambdaConfig": config}
    pool_id = admin.create_user_pool(**wanted)["UserPool"]["Id"]
    app = new_app_client(cognito_actions, spec, pool_id)
    actions = Actions(cognito_actions.client, app, admin)
    create_by_admin(actions, cognito_person)
    yield actions
    admin.delete_user_pool(UserPoolId=pool_id)


@pytest.fixture
def tokens_with(changed: Actions, cognito_person: Person, sign_in: MemberSignIn) -> TokensOf:
    """Signs the person in, with these changes to their tokens."""
    through = sign_in.through(changed)

    def tokens(changes: TokenChanges) -> Tokens:
        TOKEN_FUNCTION.changes(cognito_person, changes)
        return through(Member(cognito_person)).tokens

    return tokens


def adding(**claims: Any) -> dict[str, Any]:
    """Return the changes to one token that add or replace claims."""
    return {"claimsToAddOrOverride": claims}


def suppressing(*names: str) -> dict[str, Any]:
    """Return the changes to one token that remove claims."""
    return {"claimsToSuppress": list(names)}


@varied(mfa=[Mfa.OFF], devices=UNTRACKED, client=Client, flow=Flow, version=(FIRST, *LATER))
def test_claims_change_in_the_token_they_are_for(tokens_with: TokensOf, version: str) -> None:
    """The ID token loses and gets claims in every version, the access token in later ones alone."""
    plan = ["gold", 7]
    identity = {**adding(tenant="blue"), **suppressing("email")}
    tokens = tokens_with(TokenChanges(identity, adding(plan=plan)))
    of_id, of_access = claims_of(tokens.id), claims_of(tokens.access)
    expect_equal("tenant of the ID token", of_id.get("tenant"), "blue", facts="T016")
    check("email" not in of_id, "the ID token has the suppressed claim email", facts="T016")
    expected = None if version == FIRST else plan
    expect_equal("plan of the access token", of_access.get("plan"), expected, facts="T016, T020")
    for name, claims in (("plan", of_id), ("tenant", of_access)):
        check(name not in claims, f"{name} is in the token of another use", facts="T016")


@varied(mfa=[Mfa.OFF], devices=UNTRACKED, flow=Flow, version=LATER)
def test_claim_that_is_added_and_suppressed_is_not_there(
    tokens_with: TokensOf, version: str
) -> None:
    """To suppress a claim wins over adding it."""
    both = {**adding(plan="gold"), **suppressing("plan")}
    tokens = tokens_with(TokenChanges(both, both))
    for use, token in (("ID", tokens.id), ("access", tokens.access)):
        there = "plan" in claims_of(token)
        check(not there, f"the {use} token has the suppressed claim plan", facts="T022")


@varied(mfa=[Mfa.OFF], devices=UNTRACKED, flow=Flow, version=(FIRST, *LATER))
def test_claims_that_identify_a_token_stay(tokens_with: TokensOf, version: str) -> None:
    """No function says whose a token is, who issued it, for whom, and until when."""
    changes = TokenChanges(
        adding(**dict.fromkeys(FIXED_IN_ID, FORGED)),
        adding(**dict.fromkeys(FIXED_IN_ACCESS, FORGED)),
    )
    _expect_own_claims(tokens_with(changes))
    gone = TokenChanges(suppressing(*FIXED_IN_ID), suppressing(*FIXED_IN_ACCESS))
    _expect_own_claims(tokens_with(gone))


def _expect_own_claims(tokens: Tokens) -> None:
    for use, token, names in (
        ("ID", tokens.id, FIXED_IN_ID),
        ("access", tokens.access, FIXED_IN_ACCESS),
    ):
        claims = claims_of(token)
        for name in names:
            check(name in claims, f"a function removed {name} of the {use} token", facts="T017")
            forged = claims[name] == FORGED
            check(not forged, f"a function replaced {name} of the {use} token", facts="T017")


@varied(mfa=[Mfa.OFF], devices=UNTRACKED, flow=Flow, version=LATER)
def test_audience_of_an_access_token_is_its_app_client(tokens_with: TokensOf, version: str) -> None:
    """A function can add ``aud`` to an access token, but no other app client's."""
    claims = claims_of(tokens_with(TokenChanges(access=adding(aud=FORGED))).access)
    check("aud" not in claims, "the access token is for another app client", facts="T018")
    client_id = claims["client_id"]
    claims = claims_of(tokens_with(TokenChanges(access=adding(aud=client_id))).access)
    expect_equal("aud of the access token", claims.get("aud"), client_id, facts="T018")


@varied(mfa=[Mfa.OFF], devices=UNTRACKED, flow=Flow, version=LATER)
def test_scopes_are_added(tokens_with: TokensOf, version: str) -> None:
    """An access token has the scopes that a function adds, after its own."""
    tokens = tokens_with(TokenChanges(access={"scopesToAdd": ["shop/read", "openid"]}))
    scope = claims_of(tokens.access)["scope"]
    expect_equal("scope", scope, f"{API_SCOPE} shop/read openid", facts="T019")


@varied(mfa=[Mfa.OFF], devices=UNTRACKED, flow=Flow, version=LATER)
def test_token_without_the_scope_of_the_api_calls_nothing(
    changed: Actions, tokens_with: TokensOf, version: str
) -> None:
    """Whoever suppresses the scope of Cognito's own API cannot use it with that token."""
    tokens = tokens_with(TokenChanges(access={"scopesToSuppress": [API_SCOPE]}))
    with refused(NO_SCOPE):
        changed.get_user(tokens.access)


@varied(mfa=[Mfa.OFF], devices=UNTRACKED, flow=Flow, version=(FIRST, *LATER))
def test_groups_change_in_both_tokens(tokens_with: TokensOf, version: str) -> None:
    """The groups of a function replace those of the pool, in every version."""
    tokens = tokens_with(TokenChanges(groups=("staff", "sales")))
    for use, token in (("ID", tokens.id), ("access", tokens.access)):
        found = claims_of(token).get("cognito:groups")
        expect_equal(f"groups of the {use} token", found, ["staff", "sales"], facts="T016")


@requires(REFRESHING)
@varied(mfa=[Mfa.OFF], devices=UNTRACKED, renew=WAYS_TO_RENEW, version=(FIRST, *LATER))
def test_refreshed_tokens_are_changed_too(
    changed: Actions, cognito_person: Person, renew: Renewal, tokens_with: TokensOf, version: str
) -> None:
    """A refresh asks the function again, so its tokens have the changes of now."""
    tokens = tokens_with(TokenChanges(adding(tenant="blue")))
    TOKEN_FUNCTION.changes(cognito_person, TokenChanges(adding(tenant="green")))
    renewed = renew(changed, tokens)
    found = claims_of(renewed.id).get("tenant")
    expect_equal("tenant of the refreshed ID token", found, "green", facts="T016")
