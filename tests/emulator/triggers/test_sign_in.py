"""PreAuthentication, PostAuthentication and PreTokenGeneration in sign-ins and refreshes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, refused
from tests.emulator.support.trigger_handlers import Recorder, engine_with, raising
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
    """PreAuthentication runs once for each sign-in, before anything is checked.

    This was measured on a real pool, for right and wrong passwords, known and unknown users,
    user and administrator operations, as was the message of a refusal.
    """

    @pytest.fixture
    def recorder(self) -> Recorder:
        """The handler."""
        return Recorder()

    def test_event_has_metadata_and_user(self, recorder: Recorder) -> None:
        """ClientMetadata arrives as validationData, and the user's attributes are present."""
        walker = new_walker(engine_with(pre_authentication=recorder))
        initiate(walker)
        assert recorder.sources == ["PreAuthentication_Authentication"]
        (request,) = recorder.requests
        assert request.pop("userAttributes")["cognito:user_status"] == "CONFIRMED"
        assert request == {"validationData": METADATA}

    @pytest.mark.parametrize("admin", [False, True])
    def test_runs_for_right_and_wrong_passwords(self, recorder: Recorder, admin: bool) -> None:
        """PreAuthentication runs whether the password is right or wrong."""
        walker = new_walker(engine_with(pre_authentication=recorder), admin=admin)
        tokens_of(walker.by_password())
        with refused(WRONG, "Incorrect username or password."):
            walker.by_password(PASSWORD="wrong")
        assert len(recorder.events) == 2
        assert recorder.requests[0]["validationData"] is None

    @pytest.mark.parametrize("password", [PASSWORD, "wrong"])
    def test_error_refuses_without_counting_an_attempt(self, password: str) -> None:
        """The trigger's error is returned, and no failed attempt is counted for the user."""
        walker = new_walker(engine_with(pre_authentication=raising(ValueError("LOCKED"))))
        for _ in range(8):
            with refused(DENIED, "PreAuthentication failed with error LOCKED."):
                walker.by_password(PASSWORD=password)

    def test_unknown_user_runs_it_only_if_hidden(self, recorder: Recorder) -> None:
        """PreAuthentication runs for an unknown user only if the client hides existence."""
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

    def test_request_with_missing_parameters_does_not_run_it(self, recorder: Recorder) -> None:
        """PreAuthentication does not run for a request that lacks parameters."""
        walker = new_walker(engine_with(pre_authentication=recorder))
        with refused("InvalidParameterException", "Missing required parameter PASSWORD"):
            walker.initiate("USER_PASSWORD_AUTH", USERNAME="alice")
        assert recorder.events == []

    def test_srp_runs_it_once_at_the_beginning(self, recorder: Recorder) -> None:
        """With SRP, PreAuthentication runs at the beginning, not again at the proof."""
        walker = new_walker(engine_with(pre_authentication=recorder))
        challenge = walker.start_srp()
        assert len(recorder.events) == 1
        tokens_of(walker.respond("PASSWORD_VERIFIER", **walker.proof(challenge)))
        assert len(recorder.events) == 1

    def test_user_auth_runs_it_at_the_beginning(self, recorder: Recorder) -> None:
        """With USER_AUTH it runs at the beginning, with or without a preferred factor."""
        walker = new_walker(engine_with(pre_authentication=recorder))
        challenge = walker.initiate("USER_AUTH", USERNAME="alice")
        session = challenge["Session"]
        tokens_of(walker.respond("SELECT_CHALLENGE", session, ANSWER="PASSWORD", PASSWORD=PASSWORD))
        walker.initiate(
            "USER_AUTH", USERNAME="alice", PASSWORD=PASSWORD, PREFERRED_CHALLENGE="PASSWORD"
        )
        assert len(recorder.events) == 2

    def test_refresh_does_not_run_it(self, recorder: Recorder) -> None:
        """A refresh does not run PreAuthentication."""
        walker = new_walker(engine_with(pre_authentication=recorder))
        refresh = tokens_of(walker.by_password())["RefreshToken"]
        walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=refresh)
        assert len(recorder.events) == 1

    def test_changes_to_the_user_count(self) -> None:
        """Changes that the handler makes to the user count in this sign-in."""

        def disable(event: Any, context: Any) -> Any:
            walker.administer("AdminDisableUser")
            return event

        walker = new_walker(engine_with(pre_authentication=disable))
        with refused(WRONG, "User is disabled."):
            walker.by_password()


class TestPostAuthentication:
    """PostAuthentication runs when all is proven, before tokens are issued."""

    @pytest.fixture
    def recorder(self) -> Recorder:
        """The handler."""
        return Recorder()

    def test_event_without_tracking(self, recorder: Recorder) -> None:
        """Without tracking newDeviceUsed is false; metadata of InitiateAuth is missing."""
        walker = new_walker(engine_with(post_authentication=recorder))
        initiate(walker)
        assert recorder.sources == ["PostAuthentication_Authentication"]
        (request,) = recorder.requests
        assert request.pop("userAttributes")["email"] == "alice@example.com"
        assert request == {"newDeviceUsed": False}

    def test_runs_only_after_success(self, recorder: Recorder) -> None:
        """PostAuthentication runs only at the end of a successful sign-in."""
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

    def test_new_device_is_reported_with_tracking(self, recorder: Recorder) -> None:
        """If devices are tracked, a sign-in without a known device uses a new one."""
        walker = new_walker(engine_with(post_authentication=recorder), devices=ALWAYS)
        device = walker.confirm_device(tokens_of(walker.by_password()))
        walker.by_device(device, walker.by_password(DEVICE_KEY=device.key))
        assert [request["newDeviceUsed"] for request in recorder.requests] == [True, False]

    def test_error_refuses_the_sign_in(self) -> None:
        """The trigger's error is returned, and no tokens are issued."""
        walker = new_walker(engine_with(post_authentication=raising(ValueError("no"))))
        with refused(DENIED, "PostAuthentication failed with error no."):
            walker.by_password()


def overriding(**details: Any) -> Recorder:
    """Return a PreTokenGeneration handler with these claimsOverrideDetails."""
    return Recorder({"claimsOverrideDetails": details})


class TestPreTokenGeneration:
    """PreTokenGeneration changes the claims of tokens."""

    def claims(self, recorder: Recorder) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the claims of the ID and access token of a user in a group with a role."""
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

    def test_event_has_attributes_and_groups(self) -> None:
        """The event has attributes and groups, in version 1."""
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

    def test_claims_change_in_the_id_token_only(self) -> None:
        """Claims are added, replaced and suppressed only in the ID token."""
        identity, access = self.claims(
            overriding(
                claimsToAddOrOverride={"tenant": "blue", "email": "other@example.com"},
                claimsToSuppress=["email_verified"],
            )
        )
        assert (identity["tenant"], identity["email"]) == ("blue", "other@example.com")
        assert "email_verified" not in identity
        assert "tenant" not in access

    def test_groups_are_replaced_in_both_tokens(self) -> None:
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

    def test_override_without_groups_removes_them(self) -> None:
        """An override without groups removes all groups."""
        identity, access = self.claims(overriding(groupOverrideDetails={}))
        named = {"cognito:groups", "cognito:roles", "cognito:preferred_role"}
        assert not named & (identity.keys() | access.keys())

    @pytest.mark.parametrize(
        "claim", ["sub", "iss", "exp", "aud", "token_use", "cognito:username", "origin_jti"]
    )
    def test_protected_claims_stay(self, claim: str) -> None:
        """Protected claims can be neither replaced nor suppressed."""
        before, _ = self.claims(Recorder())
        after, _ = self.claims(
            overriding(claimsToAddOrOverride={claim: "x"}, claimsToSuppress=[claim])
        )
        assert after[claim] != "x"
        assert type(after[claim]) is type(before[claim])

    def test_unchanged_event_changes_nothing(self) -> None:
        """An unchanged event leaves the claims unchanged."""
        identity, access = self.claims(Recorder())
        assert identity["cognito:groups"] == access["cognito:groups"] == ["staff"]
        assert identity["email"] == "alice@example.com"

    def test_access_token_with_other_groups_is_accepted(self) -> None:
        """The API accepts an access token with replaced groups."""
        details = {"groupsToOverride": ["admins"]}
        handler = overriding(groupOverrideDetails=details)
        walker = new_walker(engine_with(pre_token_generation=handler))
        token = tokens_of(walker.by_password())["AccessToken"]
        assert walker.call("GetUser", AccessToken=token)["Username"] == "alice"

    def test_each_way_to_tokens_has_its_source(self) -> None:
        """Each way to tokens has its own trigger source."""
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

    def test_sign_out_by_the_handler_ends_its_refresh(self) -> None:
        """A sign-out by the handler ends the refresh that runs it."""

        def sign_out(event: Any, context: Any) -> Any:
            if event["triggerSource"] == "TokenGeneration_RefreshTokens":
                walker.administer("AdminUserGlobalSignOut")
            return event

        walker = new_walker(engine_with(pre_token_generation=sign_out))
        refresh = tokens_of(walker.by_password())["RefreshToken"]
        with refused(WRONG, "Refresh Token has been revoked"):
            walker.initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=refresh)
