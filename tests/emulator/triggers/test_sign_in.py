"""PreAuthentication, PostAuthentication and PreTokenGeneration in sign-ins and refreshes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, refused
from tests.emulator.support.handlers import Recorder, engine_with, raising
from tests.emulator.support.walker import ALWAYS, Walker, claims_of, new_walker, tokens_of

METADATA = {"tenant": "blue"}
DENIED = "UserLambdaValidationException"
WRONG = "NotAuthorizedException"
HIDING = {"PreventUserExistenceErrors": "ENABLED"}


def initiate(walker: Walker, **parameters: str) -> dict[str, Any]:
    """Sign in by password with ClientMetadata."""
    return walker.call(
        "InitiateAuth",
        ClientId=walker.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD, **parameters},
        ClientMetadata=METADATA,
    )


class TestPreAuthentication:
    """PreAuthentication is asked once for each sign-in, before anything is judged.

    So it was measured on a real pool, for right and wrong passwords, known and unknown users,
    public and administrators' calls; the text of a refusal is from there as well.
    """

    @pytest.fixture
    def recorder(self) -> Recorder:
        """The handler."""
        return Recorder()

    def test_what_it_is_told(self, recorder: Recorder) -> None:
        """ClientMetadata arrives as validationData; the user is told of as he is."""
        walker = new_walker(engine_with(pre_authentication=recorder))
        initiate(walker)
        assert recorder.sources == ["PreAuthentication_Authentication"]
        (request,) = recorder.requests
        assert request.pop("userAttributes")["cognito:user_status"] == "CONFIRMED"
        assert request == {"validationData": METADATA}

    @pytest.mark.parametrize("admin", [False, True])
    def test_right_and_wrong_passwords(self, recorder: Recorder, admin: bool) -> None:
        """It does not matter whether the password is right."""
        walker = new_walker(engine_with(pre_authentication=recorder), admin=admin)
        tokens_of(walker.by_password())
        with refused(WRONG, "Incorrect username or password."):
            walker.by_password(PASSWORD="wrong")
        assert len(recorder.events) == 2
        assert recorder.requests[0]["validationData"] is None

    @pytest.mark.parametrize("password", [PASSWORD, "wrong"])
    def test_a_refusal(self, password: str) -> None:
        """Its error is the answer, and no attempt is counted against the user."""
        walker = new_walker(engine_with(pre_authentication=raising(ValueError("LOCKED"))))
        for _ in range(8):
            with refused(DENIED, "PreAuthentication failed with error LOCKED."):
                walker.by_password(PASSWORD=password)

    def test_somebody_unknown(self, recorder: Recorder) -> None:
        """Nobody is asked about unless the client hides who exists."""
        engine = engine_with(pre_authentication=recorder)
        open_one = new_walker(engine)
        hiding = new_walker(engine, client_settings=HIDING)
        with refused("UserNotFoundException"):
            initiate(open_one, USERNAME="nobody")
        assert recorder.events == []
        with refused(WRONG):
            initiate(hiding, USERNAME="nobody")
        tokens_of(initiate(hiding))
        assert [event["userName"] for event in recorder.events] == ["nobody", "alice"]
        assert [request["userNotFound"] for request in recorder.requests] == [True, False]
        assert recorder.requests[0]["userAttributes"] == {}

    def test_missing_parameters(self, recorder: Recorder) -> None:
        """What is no sign-in is not asked about."""
        walker = new_walker(engine_with(pre_authentication=recorder))
        with refused("InvalidParameterException", "Missing required parameter PASSWORD"):
            walker.initiate("USER_PASSWORD_AUTH", USERNAME="alice")
        assert recorder.events == []

    def test_srp(self, recorder: Recorder) -> None:
        """SRP is asked about when it begins, not again at the proof."""
        walker = new_walker(engine_with(pre_authentication=recorder))
        challenge = walker.start_srp()
        assert len(recorder.events) == 1
        tokens_of(walker.respond("PASSWORD_VERIFIER", **walker.proof(challenge)))
        assert len(recorder.events) == 1

    def test_a_choice(self, recorder: Recorder) -> None:
        """USER_AUTH is asked about when it begins, whether or not a factor is preferred."""
        walker = new_walker(engine_with(pre_authentication=recorder))
        challenge = walker.initiate("USER_AUTH", USERNAME="alice")
        session = challenge["Session"]
        tokens_of(walker.respond("SELECT_CHALLENGE", session, ANSWER="PASSWORD", PASSWORD=PASSWORD))
        walker.initiate(
            "USER_AUTH", USERNAME="alice", PASSWORD=PASSWORD, PREFERRED_CHALLENGE="PASSWORD"
        )
        assert len(recorder.events) == 2

    def test_refreshing(self, recorder: Recorder) -> None:
        """A refresh is no sign-in."""
        walker = new_walker(engine_with(pre_authentication=recorder))
        refresh = tokens_of(walker.by_password())["RefreshToken"]
        walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=refresh)
        assert len(recorder.events) == 1

    def test_it_may_change_the_user(self) -> None:
        """What the handler does to the user counts in the sign-in that it runs in."""

        def disable(event: Any, context: Any) -> Any:
            walker.administer("AdminDisableUser")
            return event

        walker = new_walker(engine_with(pre_authentication=disable))
        with refused(WRONG, "User is disabled."):
            walker.by_password()


class TestPostAuthentication:
    """PostAuthentication is told when everything is proven, before tokens are there."""

    @pytest.fixture
    def recorder(self) -> Recorder:
        """The handler."""
        return Recorder()

    def test_what_it_is_told(self, recorder: Recorder) -> None:
        """Without tracking no device is new, and metadata of InitiateAuth stays out."""
        walker = new_walker(engine_with(post_authentication=recorder))
        initiate(walker)
        assert recorder.sources == ["PostAuthentication_Authentication"]
        (request,) = recorder.requests
        assert request.pop("userAttributes")["email"] == "alice@example.com"
        assert request == {"newDeviceUsed": False}

    def test_only_success(self, recorder: Recorder) -> None:
        """A sign-in that fails is not told, one with more to prove only at its end."""
        walker = new_walker(engine_with(post_authentication=recorder), mfa="OPTIONAL")
        with refused(WRONG):
            walker.by_password(PASSWORD="wrong")
        assert recorder.events == []
        secret = walker.enrol(tokens_of(walker.by_password()))
        challenge = walker.by_password()
        assert len(recorder.events) == 1
        walker.call(
            "RespondToAuthChallenge",
            ClientId=walker.client_id,
            ChallengeName="SOFTWARE_TOKEN_MFA",
            Session=challenge["Session"],
            ChallengeResponses={
                "USERNAME": "alice",
                "SOFTWARE_TOKEN_MFA_CODE": walker.code(secret),
            },
            ClientMetadata=METADATA,
        )
        assert recorder.requests[1]["clientMetadata"] == METADATA

    def test_devices(self, recorder: Recorder) -> None:
        """Where devices are tracked, a sign-in without a known one uses a new one."""
        walker = new_walker(engine_with(post_authentication=recorder), devices=ALWAYS)
        device = walker.confirm_device(tokens_of(walker.by_password()))
        walker.by_device(device, walker.by_password(DEVICE_KEY=device.key))
        assert [request["newDeviceUsed"] for request in recorder.requests] == [True, False]

    def test_a_refusal(self) -> None:
        """Its error is the answer: there are no tokens."""
        walker = new_walker(engine_with(post_authentication=raising(ValueError("no"))))
        with refused(DENIED, "PostAuthentication failed with error no."):
            walker.by_password()


def overriding(**details: Any) -> Recorder:
    """A PreTokenGeneration handler with these claimsOverrideDetails."""
    return Recorder({"claimsOverrideDetails": details})


class TestPreTokenGeneration:
    """PreTokenGeneration changes what tokens say."""

    def claims(self, recorder: Recorder) -> tuple[dict[str, Any], dict[str, Any]]:
        """The claims of ID and access token of a user in a group with a role."""
        walker = new_walker(engine_with(pre_token_generation=recorder))
        walker.call(
            "CreateGroup",
            UserPoolId=walker.user_pool_id,
            GroupName="staff",
            RoleArn="arn:aws:iam::123456789012:role/staff",
            Precedence=1,
        )
        walker.administer("AdminAddUserToGroup", GroupName="staff")
        tokens = tokens_of(walker.by_password())
        return claims_of(tokens["IdToken"]), claims_of(tokens["AccessToken"])

    def test_what_it_is_told(self) -> None:
        """Attributes and groups, in event version 1."""
        recorder = Recorder()
        self.claims(recorder)
        assert recorder.sources == ["TokenGeneration_Authentication"]
        (request,) = recorder.requests
        assert request.pop("userAttributes")["email"] == "alice@example.com"
        role = "arn:aws:iam::123456789012:role/staff"
        assert request == {
            "groupConfiguration": {
                "groupsToOverride": ["staff"],
                "iamRolesToOverride": [role],
                "preferredRole": role,
            }
        }
        assert recorder.events[0]["response"] == {"claimsOverrideDetails": None}

    def test_claims(self) -> None:
        """Claims are added, replaced and left out in the ID token only."""
        identity, access = self.claims(
            overriding(
                claimsToAddOrOverride={"tenant": "blue", "email": "other@example.com"},
                claimsToSuppress=["email_verified"],
            )
        )
        assert (identity["tenant"], identity["email"]) == ("blue", "other@example.com")
        assert "email_verified" not in identity
        assert "tenant" not in access

    def test_groups(self) -> None:
        """Groups are replaced in both tokens, roles in the ID token."""
        details = {
            "groupsToOverride": ["a", "b"],
            "iamRolesToOverride": ["arn:aws:iam::123456789012:role/other"],
            "preferredRole": "arn:aws:iam::123456789012:role/other",
        }
        identity, access = self.claims(overriding(groupOverrideDetails=details))
        assert identity["cognito:groups"] == access["cognito:groups"] == ["a", "b"]
        assert identity["cognito:roles"] == details["iamRolesToOverride"]
        assert identity["cognito:preferred_role"] == details["preferredRole"]

    def test_no_groups(self) -> None:
        """An override without groups takes all of them away."""
        identity, access = self.claims(overriding(groupOverrideDetails={}))
        named = {"cognito:groups", "cognito:roles", "cognito:preferred_role"}
        assert not named & (identity.keys() | access.keys())

    @pytest.mark.parametrize(
        "claim", ["sub", "iss", "exp", "aud", "token_use", "cognito:username", "origin_jti"]
    )
    def test_protected_claims(self, claim: str) -> None:
        """What Cognito stands for can neither be replaced nor left out."""
        before, _ = self.claims(Recorder())
        after, _ = self.claims(
            overriding(claimsToAddOrOverride={claim: "x"}, claimsToSuppress=[claim])
        )
        assert after[claim] != "x"
        assert type(after[claim]) is type(before[claim])

    def test_nothing_said(self) -> None:
        """An unchanged event changes nothing."""
        identity, access = self.claims(Recorder())
        assert identity["cognito:groups"] == access["cognito:groups"] == ["staff"]
        assert identity["email"] == "alice@example.com"

    def test_tokens_still_work(self) -> None:
        """An access token with other groups is good for the API."""
        details = {"groupsToOverride": ["admins"]}
        handler = overriding(groupOverrideDetails=details)
        walker = new_walker(engine_with(pre_token_generation=handler))
        token = tokens_of(walker.by_password())["AccessToken"]
        assert walker.call("GetUser", AccessToken=token)["Username"] == "alice"

    def test_sources(self) -> None:
        """Each way to tokens has a source of its own."""
        recorder = Recorder()
        walker = new_walker(engine_with(pre_token_generation=recorder), devices=ALWAYS)
        tokens = tokens_of(walker.by_password())
        device = walker.confirm_device(tokens)
        refresh = {"REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": device.key}
        walker.initiate("REFRESH_TOKEN_AUTH", **refresh)
        walker.call(
            "GetTokensFromRefreshToken",
            ClientId=walker.client_id,
            RefreshToken=tokens["RefreshToken"],
            DeviceKey=device.key,
            ClientMetadata=METADATA,
        )
        walker.by_device(device, walker.by_password(DEVICE_KEY=device.key))
        walker.administer("AdminSetUserPassword", Password=PASSWORD, Permanent=False)
        challenge = walker.by_password()
        walker.respond("NEW_PASSWORD_REQUIRED", challenge["Session"], NEW_PASSWORD=OTHER_PASSWORD)
        assert [source.removeprefix("TokenGeneration_") for source in recorder.sources] == [
            "Authentication",
            "RefreshTokens",
            "RefreshTokens",
            "AuthenticateDevice",
            "NewPasswordChallenge",
        ]
        assert recorder.requests[2]["clientMetadata"] == METADATA

    def test_it_may_revoke_what_it_runs_for(self) -> None:
        """A sign-out by the handler ends the refresh that it runs in."""

        def sign_out(event: Any, context: Any) -> Any:
            if event["triggerSource"] == "TokenGeneration_RefreshTokens":
                walker.administer("AdminUserGlobalSignOut")
            return event

        walker = new_walker(engine_with(pre_token_generation=sign_out))
        refresh = tokens_of(walker.by_password())["RefreshToken"]
        with refused(WRONG, "Refresh Token has been revoked"):
            walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=refresh)
