"""PreTokenGeneration in its versions: what it may change in which token."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import refused
from tests.emulator.support.trigger_handlers import Recorder, engine_with
from tests.emulator.support.walker import (
    OPT_IN,
    Walker,
    claims_of,
    new_engine,
    new_pool,
    new_walker,
    tokens_of,
)

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:claims"
LATER = ("V2_0", "V3_0")
USER_SCOPE = "aws.cognito.signin.user.admin"
INVALID, UNRECOGNISED = "InvalidLambdaResponseException", "Unrecognizable lambda output"


def config(version: str, arn: str = FUNCTION) -> dict[str, Any]:
    """Return LambdaConfig with a version of the trigger."""
    return {"PreTokenGenerationConfig": {"LambdaArn": arn, "LambdaVersion": version}}


def signed_in(
    handler: Any, version: str = "V2_0", **pool: Any
) -> tuple[dict[str, Any], dict[str, Any], Walker]:
    """Sign in; return the claims of the ID token and of the access token."""
    engine = engine_with(pre_token_generation=handler)
    walker = new_walker(engine, LambdaConfig=config(version), **pool)
    tokens = tokens_of(walker.by_password())
    return claims_of(tokens["IdToken"]), claims_of(tokens["AccessToken"]), walker


def changing(**details: Any) -> Recorder:
    """Return a handler of a later version that returns these changes."""
    return Recorder({"claimsAndScopeOverrideDetails": details})


@pytest.mark.fact("T016")
@pytest.mark.parametrize(
    ("version", "number", "member", "scopes"),
    [
        ("V1_0", "1", "claimsOverrideDetails", {}),
        ("V2_0", "2", "claimsAndScopeOverrideDetails", {"scopes": [USER_SCOPE]}),
        ("V3_0", "3", "claimsAndScopeOverrideDetails", {"scopes": [USER_SCOPE]}),
    ],
)
def test_event_is_that_of_the_version(
    version: str, number: str, member: str, scopes: dict[str, Any]
) -> None:
    """The pool's LambdaVersion decides about the event's version, scopes and response."""
    recorder = Recorder()
    signed_in(recorder, version)
    (event,) = recorder.events
    assert (event["version"], event["response"]) == (number, {member: None})
    groups: dict[str, Any] = {
        "groupsToOverride": [],
        "iamRolesToOverride": [],
        "preferredRole": None,
    }
    request = dict(event["request"])
    assert request.pop("userAttributes")["email"] == "alice@example.com"
    assert request == {"groupConfiguration": groups, **scopes}


def test_event_without_a_version_is_the_first() -> None:
    """A handler of all pools gets version 1 where LambdaConfig says nothing."""
    recorder = Recorder()
    tokens_of(new_walker(engine_with(pre_token_generation=recorder)).by_password())
    assert recorder.events[0]["version"] == "1"


@pytest.mark.fact("T016")
@pytest.mark.parametrize("version", LATER)
def test_claims_of_each_token_change_separately(version: str) -> None:
    """What is added to one token is not added to the other, and likewise removed."""
    identity, access, _ = signed_in(
        changing(
            idTokenGeneration={
                "claimsToAddOrOverride": {"tenant": "blue"},
                "claimsToSuppress": ["email"],
            },
            accessTokenGeneration={"claimsToAddOrOverride": {"plan": "gold"}},
        ),
        version,
    )
    assert (identity["tenant"], access["plan"]) == ("blue", "gold")
    assert not {"plan", "email"} & identity.keys()
    assert "tenant" not in access


@pytest.mark.fact("T016")
def test_changes_are_made_again_at_each_refresh() -> None:
    """A refresh asks the trigger again, and its tokens have the changes too."""
    recorder = changing(accessTokenGeneration={"scopesToAdd": ["shop/read"]})
    _, _, walker = signed_in(recorder)
    token = tokens_of(walker.by_password())["RefreshToken"]
    answer = walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=token)
    claims = claims_of(tokens_of(answer)["AccessToken"])
    assert claims["scope"] == f"{USER_SCOPE} shop/read"
    assert recorder.sources[-1] == "TokenGeneration_RefreshTokens"


@pytest.mark.fact("T019")
@pytest.mark.parametrize(
    ("added", "suppressed", "expected"),
    [
        (["openid", "shop/read"], [], f"{USER_SCOPE} openid shop/read"),
        ([USER_SCOPE], [], USER_SCOPE),
        (["openid"], [USER_SCOPE], "openid"),
        (["openid"], ["openid"], USER_SCOPE),
        ([], ["profile"], USER_SCOPE),
        ([], [USER_SCOPE], ""),
    ],
)
def test_scopes_change(added: list[str], suppressed: list[str], expected: str) -> None:
    """Scopes are added to the access token and removed from it; removing wins."""
    identity, access, _ = signed_in(
        changing(accessTokenGeneration={"scopesToAdd": added, "scopesToSuppress": suppressed})
    )
    assert access["scope"] == expected
    assert "scope" not in identity


@pytest.mark.fact("T019", "A072")
def test_token_without_its_scope_calls_nothing() -> None:
    """Whoever suppresses the scope of Cognito's own API cannot use it with that token."""
    engine = engine_with(
        pre_token_generation=changing(accessTokenGeneration={"scopesToSuppress": [USER_SCOPE]})
    )
    walker = new_walker(engine, LambdaConfig=config("V2_0"))
    token = tokens_of(walker.by_password())["AccessToken"]
    with refused("NotAuthorizedException", "Access Token does not have required scopes"):
        walker.call("GetUser", AccessToken=token)


@pytest.mark.fact("T019")
@pytest.mark.parametrize("scope", ["two words", "", " ", "tab\there"])
def test_scope_with_a_blank_is_refused(scope: str) -> None:
    """A scope has no blank, which would make two of it."""
    with refused(INVALID, UNRECOGNISED):
        signed_in(changing(accessTokenGeneration={"scopesToAdd": [scope]}))


#: Claims that stay as they are, by the token that has them.
_FIXED = ["sub", "iss", "exp", "iat", "jti", "auth_time", "event_id", "origin_jti", "token_use"]


@pytest.mark.fact("T017")
@pytest.mark.parametrize("name", [*_FIXED, "aud", "cognito:username"])
def test_protected_claims_of_the_id_token_stay(name: str) -> None:
    """A handler neither sets nor removes what the token is identified by."""
    changes = {"claimsToAddOrOverride": {name: "forged"}}
    identity, _, _ = signed_in(changing(idTokenGeneration=changes))
    without, _, _ = signed_in(changing(idTokenGeneration={"claimsToSuppress": [name]}))
    assert identity[name] != "forged"
    assert name in without


@pytest.mark.fact("T017")
@pytest.mark.parametrize("name", [*_FIXED, "client_id", "username", "scope", "device_key"])
def test_protected_claims_of_the_access_token_stay(name: str) -> None:
    """Scopes have members of their own, so that the claim cannot be replaced either."""
    devices: dict[str, Any] = {"devices": OPT_IN} if name == "device_key" else {}
    changes = {"claimsToAddOrOverride": {name: "forged"}}
    _, access, _ = signed_in(changing(accessTokenGeneration=changes), **devices)
    suppressing = changing(accessTokenGeneration={"claimsToSuppress": [name]})
    _, without, _ = signed_in(suppressing, **devices)
    assert access[name] != "forged"
    assert name in without


@pytest.mark.fact("T017")
@pytest.mark.parametrize(
    "name",
    [
        *("acr", "amr", "at_hash", "azp", "nbf", "nonce", "identities", "version"),
        *("cognito:mine", "cognito:groups", "cognito:roles", "dev:shoe"),
    ],
)
@pytest.mark.parametrize("token", ["idTokenGeneration", "accessTokenGeneration"])
def test_protected_claims_are_not_added(name: str, token: str) -> None:
    """Names that mean something to Cognito cannot be made up."""
    changes = {token: {"claimsToAddOrOverride": {name: "forged"}}}
    identity, access, _ = signed_in(changing(**changes))
    assert name not in identity
    assert name not in access


@pytest.mark.fact("T018")
def test_audience_of_an_access_token_is_its_client() -> None:
    """aud can be added to the access token only with the id of the app client."""

    def with_audience(event: dict[str, Any], context: Any) -> dict[str, Any]:
        audience = event["callerContext"]["clientId"]
        changes = {"accessTokenGeneration": {"claimsToAddOrOverride": {"aud": audience}}}
        return {**event, "response": {"claimsAndScopeOverrideDetails": changes}}

    _, access, walker = signed_in(with_audience)
    assert access["aud"] == walker.client_id
    forged = {"claimsToAddOrOverride": {"aud": "another"}}
    _, access, _ = signed_in(changing(accessTokenGeneration=forged))
    assert "aud" not in access


COMPLEX: dict[str, Any] = {
    "flag": False,
    "long": 9223372036854775807,
    "real": 1.5e308,
    "list": ["a", 1, True],
    "object": {"a": {"b": ["c"]}},
    "nothing": None,
}


@pytest.mark.fact("T020")
def test_claims_may_have_any_value() -> None:
    """Numbers, booleans, lists and objects reach both tokens as they are."""
    changes = {"claimsToAddOrOverride": COMPLEX}
    identity, access, _ = signed_in(
        changing(idTokenGeneration=changes, accessTokenGeneration=changes)
    )
    assert {name: identity[name] for name in COMPLEX} == COMPLEX
    assert {name: access[name] for name in COMPLEX} == COMPLEX


@pytest.mark.fact("T020")
@pytest.mark.parametrize("value", [["true"], {"value": True}])
def test_some_claims_of_the_id_token_are_simple(value: Any) -> None:
    """email_verified and the like keep their value where an object or a list is returned."""
    changes = {"claimsToAddOrOverride": {"email_verified": value, "address": value}}
    identity, access, _ = signed_in(
        changing(idTokenGeneration=changes, accessTokenGeneration=changes)
    )
    assert identity["email_verified"] is True
    assert "address" not in identity
    assert access["address"] == value


@pytest.mark.fact("T020")
def test_first_version_takes_texts_only() -> None:
    """A value that is no text is not for version 1."""
    details = {"claimsOverrideDetails": {"claimsToAddOrOverride": {"flag": False}}}
    with refused(INVALID, UNRECOGNISED):
        signed_in(Recorder(details), "V1_0")


@pytest.mark.fact("T022")
def test_removing_a_claim_wins() -> None:
    """A claim that is both set and removed is not there."""
    changes = {"claimsToAddOrOverride": {"plan": "gold"}, "claimsToSuppress": ["plan"]}
    identity, access, _ = signed_in(
        changing(idTokenGeneration=changes, accessTokenGeneration=changes)
    )
    assert "plan" not in identity
    assert "plan" not in access


def _member(engine: Engine, walker: Walker) -> None:
    """Put the user into a group with a role."""
    role = "arn:aws:iam::123456789012:role/shop"
    pool = {"UserPoolId": walker.user_pool_id, "GroupName": "shop"}
    walker.call("CreateGroup", **pool, RoleArn=role, Precedence=1)
    walker.call("AdminAddUserToGroup", **pool, Username=walker.username)


def grouped(handler: Recorder, version: str = "V2_0") -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the claims of a user in a group."""
    engine = engine_with(pre_token_generation=handler)
    walker = new_walker(engine, LambdaConfig=config(version))
    _member(engine, walker)
    tokens = tokens_of(walker.by_password())
    return claims_of(tokens["IdToken"]), claims_of(tokens["AccessToken"])


@pytest.mark.fact("T016")
def test_groups_change_in_both_tokens() -> None:
    """groupOverrideDetails replaces groups and roles."""
    groups = {"groupsToOverride": ["a", "b"], "iamRolesToOverride": ["r"], "preferredRole": "r"}
    handler = changing(groupOverrideDetails=groups)
    identity, access = grouped(handler)
    assert identity["cognito:groups"] == access["cognito:groups"] == ["a", "b"]
    assert (identity["cognito:roles"], identity["cognito:preferred_role"]) == (["r"], "r")
    given = handler.requests[0]["groupConfiguration"]
    assert given["groupsToOverride"] == ["shop"]


@pytest.mark.fact("T021")
@pytest.mark.parametrize("version", ["V1_0", "V2_0"])
def test_suppressed_groups_take_their_roles_along(version: str) -> None:
    """cognito:groups in claimsToSuppress removes the roles of the ID token too."""
    changes = {"claimsToSuppress": ["cognito:groups"]}
    details = {"claimsOverrideDetails": changes} if version == "V1_0" else {
        "claimsAndScopeOverrideDetails": {
            "idTokenGeneration": changes,
            "accessTokenGeneration": changes,
        }
    }  # fmt: skip
    identity, access = grouped(Recorder(details), version)
    assert not [name for name in identity if name.startswith("cognito:") and name[8:] != "username"]
    assert ("cognito:groups" in access) is (version == "V1_0")


@pytest.mark.parametrize(
    "details",
    [
        [1],
        {"claimsToAddOrOverride": {}},
        {"idTokenGeneration": {"scopesToAdd": ["a"]}},
        {"idTokenGeneration": []},
        {"accessTokenGeneration": {"scopesToAdd": "openid"}},
        {"accessTokenGeneration": {"claimsToAddOrOverride": []}},
        {"accessTokenGeneration": {"claimsToSuppress": [1]}},
        {"groupOverrideDetails": {"groups": []}},
    ],
)
def test_response_that_does_not_fit_is_refused(details: Any) -> None:
    """Unknown members and wrong types are Cognito's error."""
    with refused(INVALID, UNRECOGNISED):
        signed_in(Recorder({"claimsAndScopeOverrideDetails": details}))


@pytest.mark.parametrize("details", [None, {}, [], {"idTokenGeneration": None}])
def test_empty_response_changes_nothing(details: Any) -> None:
    """The samples of the guide have an empty list where nothing is changed."""
    identity, access, _ = signed_in(Recorder({"claimsAndScopeOverrideDetails": details}))
    assert (identity["email"], access["scope"]) == ("alice@example.com", USER_SCOPE)


class TestPool:
    """What CreateUserPool and UpdateUserPool take."""

    @pytest.mark.fact("T015")
    @pytest.mark.parametrize("version", LATER)
    def test_lite_plan_has_the_first_version_only(self, version: str) -> None:
        """Later versions need Essentials or Plus, also when a pool changes its plan."""
        engine = new_engine()
        with refused("FeatureUnavailableInTierException"):
            new_pool(engine, UserPoolTier="LITE", LambdaConfig=config(version))
        pool_id = new_pool(engine, LambdaConfig=config(version))
        with refused("FeatureUnavailableInTierException"):
            engine.call(
                "UpdateUserPool",
                {"UserPoolId": pool_id, "UserPoolTier": "LITE", "LambdaConfig": config(version)},
            )
        new_pool(engine, UserPoolTier="PLUS", LambdaConfig=config(version))
        new_pool(engine, UserPoolTier="LITE", LambdaConfig=config("V1_0"))

    @pytest.mark.fact("T025")
    def test_two_functions_for_one_trigger_are_refused(self) -> None:
        """PreTokenGeneration and PreTokenGenerationConfig name one function."""
        both = {"PreTokenGeneration": FUNCTION, **config("V2_0", f"{FUNCTION}2")}
        with refused("InvalidParameterException"):
            new_pool(new_engine(), LambdaConfig=both)
        new_pool(new_engine(), LambdaConfig={"PreTokenGeneration": FUNCTION, **config("V2_0")})

    def test_inbound_federation_is_not_emulated(self) -> None:
        """Nobody signs in by another provider here, so its trigger is not taken silently."""
        federation = {"LambdaArn": FUNCTION, "LambdaVersion": "V1_0"}
        with pytest.raises(Exception, match=r"LambdaConfig\.InboundFederation") as caught:
            new_pool(new_engine(), LambdaConfig={"InboundFederation": federation})
        assert getattr(caught.value, "status", None) == 501
