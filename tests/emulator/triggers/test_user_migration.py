"""UserMigration: users come from another directory when they first sign in or forgot a password."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, as_dict, refused
from tests.emulator.support.trigger_handlers import (
    Event,
    Recorder,
    engine_with,
    raising,
    returning,
)
from tests.emulator.support.walker import Walker, new_client, new_pool, new_walker, tokens_of

NOT_AUTHORIZED, NOT_FOUND = "NotAuthorizedException", "UserNotFoundException"
WRONG, UNKNOWN = "Incorrect username or password.", "User does not exist."
HIDING = {"PreventUserExistenceErrors": "ENABLED"}
BOB = {"email": "bob@example.com", "email_verified": "true"}
CONFIRMED = {"userAttributes": BOB, "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS"}
TOTP = {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}}
SMS = {
    "MfaConfiguration": "OPTIONAL",
    "SmsMfaConfiguration": {
        "SmsConfiguration": {
            "SnsCallerArn": "arn:aws:iam::123456789012:role/sms",
            "ExternalId": "pool",
        }
    },
}


def stranger(
    engine: Engine, client: dict[str, Any] | None = None, name: str = "bob", **pool: Any
) -> Walker:
    """Return somebody whom a new pool does not know."""
    pool_id = new_pool(engine, **pool)
    made = new_client(engine, pool_id, **(client or {}))
    return Walker(engine, pool_id, made["ClientId"], name)


def forget(walker: Walker, **members: Any) -> dict[str, Any]:
    """Say that the password is forgotten."""
    return walker.call(
        "ForgotPassword", ClientId=walker.client_id, Username=walker.username, **members
    )


def shown(walker: Walker) -> tuple[str, dict[str, str]]:
    """Return the status and the attributes of the user."""
    user = walker.administer("AdminGetUser")
    attributes = as_dict(user["UserAttributes"])
    attributes.pop("sub")
    return user["UserStatus"], attributes


class TestSignIn:
    """The first sign-in of somebody whom only the other directory knows."""

    @pytest.mark.fact("T004", "T005")
    @pytest.mark.parametrize("admin", [False, True])
    def test_confirmed_user_signs_in_at_once(self, admin: bool) -> None:
        """The user is made with the attributes of the other directory, and gets tokens."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder))
        walker.admin = admin
        tokens_of(walker.by_password())
        assert shown(walker) == ("CONFIRMED", BOB)
        assert recorder.sources == ["UserMigration_Authentication"]
        assert walker.engine.outbox.messages() == []

    @pytest.mark.fact("T004")
    def test_known_user_is_not_asked_for(self) -> None:
        """After the migration the pool's own record counts, and a wrong password is wrong."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder))
        tokens_of(walker.by_password())
        tokens_of(walker.by_password())
        with refused(NOT_AUTHORIZED, WRONG):
            walker.by_password(PASSWORD=OTHER_PASSWORD)
        assert len(recorder.events) == 1

    @pytest.mark.fact("T006")
    def test_password_is_kept_whatever_the_policy(self) -> None:
        """The password of the other directory signs in by SRP later, even if it is too weak."""
        walker = stranger(engine_with(user_migration=Recorder(CONFIRMED)))
        walker.password = "weak"
        tokens_of(walker.by_password())
        proof = walker.proof(walker.start_srp())
        tokens_of(walker.respond("PASSWORD_VERIFIER", **proof))

    @pytest.mark.fact("T004")
    @pytest.mark.parametrize(("client", "code"), [({}, NOT_FOUND), (HIDING, None)])
    def test_srp_hands_over_no_password(self, client: dict[str, Any], code: str | None) -> None:
        """A sign-in by SRP migrates nobody: it has no password to hand over."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder), client)
        if code is None:
            walker.start_srp()
        else:
            with refused(code, UNKNOWN):
                walker.start_srp()
        assert recorder.events == []

    @pytest.mark.fact("T024")
    def test_preferred_password_in_user_auth_migrates(self) -> None:
        """USER_AUTH with a password hands it over too."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder))
        parameters = {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}
        tokens_of(walker.initiate("USER_AUTH", USERNAME="bob", **parameters))
        assert recorder.sources == ["UserMigration_Authentication"]

    @pytest.mark.fact("N023", "T004")
    @pytest.mark.parametrize("preferred", ["PASSWORD_SRP", "EMAIL_OTP", None])
    def test_other_first_factors_migrate_nobody(self, preferred: str | None) -> None:
        """Without a password in the request nobody is asked for."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder), HIDING)
        srp_a = walker.exchange.public_hex
        walker.initiate("USER_AUTH", USERNAME="bob", PREFERRED_CHALLENGE=preferred, SRP_A=srp_a)
        assert recorder.events == []

    @pytest.mark.fact("T005")
    @pytest.mark.parametrize("status", [None, "RESET_REQUIRED", "FORCE_CHANGE_PASSWORD"])
    def test_any_other_status_needs_a_new_password(self, status: str | None) -> None:
        """Unless the handler says CONFIRMED, the user has to set a new password first."""
        answer = {**CONFIRMED, "finalUserStatus": status}
        walker = stranger(engine_with(user_migration=Recorder(answer)))
        with refused("PasswordResetRequiredException"):
            walker.by_password()
        assert shown(walker)[0] == "RESET_REQUIRED"
        code = forget(walker) and walker.engine.outbox.messages()[0].code
        walker.call(
            "ConfirmForgotPassword",
            ClientId=walker.client_id,
            Username="bob",
            ConfirmationCode=code,
            Password=OTHER_PASSWORD,
        )
        tokens_of(walker.by_password(PASSWORD=OTHER_PASSWORD))

    def test_mfa_follows(self) -> None:
        """Where the pool demands MFA, a migrated user sets it up like any other."""
        engine = engine_with(user_migration=Recorder(CONFIRMED))
        walker = stranger(engine)
        walker.call("SetUserPoolMfaConfig", UserPoolId=walker.user_pool_id, **TOTP)
        assert walker.by_password()["ChallengeName"] == "MFA_SETUP"

    @pytest.mark.fact("T024")
    def test_other_triggers_run_as_for_any_user(self) -> None:
        """PreAuthentication and what follows see the new user; sign-up triggers do not run."""
        recorder = Recorder()
        others = ("pre_authentication", "post_authentication", "pre_token_generation")
        never = ("pre_sign_up", "post_confirmation", "custom_message")
        engine = engine_with(
            user_migration=Recorder(CONFIRMED), **dict.fromkeys((*others, *never), recorder)
        )
        walker = stranger(engine, HIDING)
        tokens_of(walker.by_password())
        assert recorder.sources == [
            "PreAuthentication_Authentication",
            "PostAuthentication_Authentication",
            "TokenGeneration_Authentication",
        ]
        assert recorder.requests[0]["userNotFound"] is False
        assert recorder.requests[0]["userAttributes"]["email"] == "bob@example.com"

    @pytest.mark.fact("T013")
    def test_event_is_complete(self) -> None:
        """The event has name and password as they were sent, and ClientMetadata as validation."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder))
        walker.call(
            "InitiateAuth",
            ClientId=walker.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "bob", "PASSWORD": PASSWORD},
            ClientMetadata={"tenant": "blue"},
        )
        assert recorder.events == [
            {
                "version": "1",
                "region": "us-east-1",
                "userPoolId": walker.user_pool_id,
                "userName": "bob",
                "callerContext": {
                    "awsSdkVersion": "aws-sdk-unknown-unknown",
                    "clientId": walker.client_id,
                },
                "triggerSource": "UserMigration_Authentication",
                "request": {"password": PASSWORD, "validationData": {"tenant": "blue"}},
                "response": {
                    "userAttributes": None,
                    "forceAliasCreation": None,
                    "enableSMSMFA": None,
                    "finalUserStatus": None,
                    "messageAction": None,
                    "desiredDeliveryMediums": None,
                },
            }
        ]


class TestUnknownEverywhere:
    """What a client sees of somebody whom the other directory does not know either."""

    @pytest.mark.fact("T012")
    @pytest.mark.parametrize("answer", [{}, {"userAttributes": {}}, {"userAttributes": None}])
    def test_empty_response_is_as_without_the_trigger(self, answer: dict[str, Any]) -> None:
        """A client that hides who exists gets the error of a wrong password."""
        engine = engine_with(user_migration=Recorder(answer))
        with refused(NOT_AUTHORIZED, WRONG):
            stranger(engine, HIDING).by_password()
        with refused(NOT_FOUND, UNKNOWN):
            stranger(engine).by_password()
        assert engine.triggers.failures == []

    @pytest.mark.fact("T012")
    def test_empty_response_after_a_forgotten_password(self) -> None:
        """A client that hides who exists gets a made-up delivery, and nothing is sent."""
        engine = engine_with(user_migration=Recorder())
        assert forget(stranger(engine, HIDING))["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
        with refused(NOT_FOUND, "Username/client id combination not found."):
            forget(stranger(engine))
        assert engine.outbox.messages() == []

    @pytest.mark.fact("T010")
    @pytest.mark.parametrize("client", [{}, HIDING])
    @pytest.mark.parametrize("attempt", [Walker.by_password, forget])
    def test_error_reaches_the_caller(self, client: dict[str, Any], attempt: Any) -> None:
        """The handler's own words do, whether or not the client hides who exists."""
        walker = stranger(engine_with(user_migration=raising(ValueError("Bad password"))), client)
        with refused(
            "UserLambdaValidationException", "UserMigration failed with error Bad password."
        ):
            attempt(walker)
        with refused(NOT_FOUND):
            walker.administer("AdminGetUser")

    @pytest.mark.fact("T011")
    @pytest.mark.parametrize("client", [{}, HIDING])
    @pytest.mark.parametrize(
        "answer",
        [
            None,
            {},
            {"response": None},
            {"response": {"userAttributes": []}},
            {"response": {"userAttributes": {"email": 7}}},
            {"response": {"userAttributes": BOB, "desiredDeliveryMediums": ["PIGEON"]}},
            {"response": {"userAttributes": BOB, "messageAction": "SHOUT"}},
            {"response": {"userAttributes": BOB, "somethingElse": True}},
        ],
    )
    def test_response_that_cannot_be_read(self, client: dict[str, Any], answer: Any) -> None:
        """Cognito says which app client it was, even where it hides who exists."""
        walker = stranger(engine_with(user_migration=returning(answer)), client)
        text = f"Exception migrating user in app client {walker.client_id}"
        with refused(NOT_FOUND, text):
            walker.by_password()
        assert walker.engine.triggers.failures[0].reason

    @pytest.mark.fact("T011", "T023")
    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            ({"userAttributes": {"sub": "x"}}, "sub"),
            ({"userAttributes": {"custom:shoe": "43"}}, "custom:shoe"),
            ({"userAttributes": {"email_verified": "true"}}, "email"),
            ({"userAttributes": {**BOB, "username": "robert"}}, "sign in by an alias"),
            ({"userAttributes": BOB, "enableSMSMFA": True}, "enableSMSMFA"),
        ],
    )
    def test_user_that_cannot_be_made(self, answer: dict[str, Any], why: str) -> None:
        """The client learns no more than that; the reason is kept."""
        engine = engine_with(user_migration=Recorder(answer))
        with refused(NOT_AUTHORIZED, WRONG):
            stranger(engine, HIDING).by_password()
        walker = stranger(engine)
        text = f"Exception migrating user in app client {walker.client_id}"
        with refused(NOT_FOUND, text):
            walker.by_password()
        assert all(why in failure.reason for failure in engine.triggers.failures)
        assert len(engine.triggers.failures) == 2


class TestNames:
    """The username of a migrated user, and the aliases of others."""

    @pytest.mark.fact("T014")
    def test_email_address_becomes_the_attribute(self) -> None:
        """Where addresses are usernames, the sub is the username, as after a sign-up."""
        answer = {**CONFIRMED, "userAttributes": {"email_verified": "true"}}
        engine = engine_with(user_migration=Recorder(answer))
        walker = stranger(engine, name="bob@example.com", UsernameAttributes=["email"])
        tokens_of(walker.by_password())
        user = walker.administer("AdminGetUser")
        assert user["Username"] == as_dict(user["UserAttributes"])["sub"]
        assert shown(walker)[1] == BOB

    @pytest.mark.fact("T014")
    def test_handler_names_the_user_of_an_alias(self) -> None:
        """Who signs in by an alias gets the username that the handler returns."""
        answer = {**CONFIRMED, "userAttributes": {**BOB, "username": "robert"}}
        engine = engine_with(user_migration=Recorder(answer))
        walker = stranger(engine, name="bob@example.com", AliasAttributes=["email"])
        tokens_of(walker.by_password())
        assert walker.administer("AdminGetUser")["Username"] == "robert"
        assert shown(walker)[1] == BOB

    @pytest.mark.fact("T014")
    @pytest.mark.parametrize("username", [None, "alice", "r@example.com"])
    def test_alias_without_a_usable_username(self, username: str | None) -> None:
        """No username, one that is taken and another address make no user."""
        attributes = BOB if username is None else {**BOB, "username": username}
        engine = engine_with(user_migration=Recorder({**CONFIRMED, "userAttributes": attributes}))
        alice = new_walker(engine, AliasAttributes=["email"])
        walker = Walker(engine, alice.user_pool_id, alice.client_id, "bob@example.com")
        text = f"Exception migrating user in app client {walker.client_id}"
        with refused(NOT_FOUND, text):
            walker.by_password()

    @pytest.mark.fact("T008")
    @pytest.mark.parametrize("force", [None, False, True])
    def test_alias_of_another_user_moves_by_force_only(self, force: bool | None) -> None:
        """Without forceAliasCreation the user is not migrated; with it the alias is theirs."""
        attributes = {"email": "alice@example.com", "email_verified": "true"}
        answer = {**CONFIRMED, "userAttributes": attributes, "forceAliasCreation": force}
        engine = engine_with(user_migration=Recorder(answer))
        alice = new_walker(engine, AliasAttributes=["email"])
        bob = Walker(engine, alice.user_pool_id, alice.client_id, "bob")
        if force:
            tokens_of(bob.by_password())
            bob.username = "alice@example.com"
            assert bob.administer("AdminGetUser")["Username"] == "bob"
            assert shown(alice)[1]["email_verified"] == "false"
        else:
            with refused(NOT_FOUND):
                bob.by_password()

    def test_user_who_came_meanwhile_counts(self) -> None:
        """A handler that makes the user itself leaves nothing to migrate."""
        walkers: list[Walker] = []

        def creating(event: Event, context: Any) -> Event:
            (walker,) = walkers
            walker.administer("AdminCreateUser", TemporaryPassword=OTHER_PASSWORD)
            return {**event, "response": CONFIRMED}

        walkers.append(stranger(engine_with(user_migration=creating)))
        with refused(NOT_AUTHORIZED, WRONG):
            walkers[0].by_password()
        assert shown(walkers[0])[0] == "FORCE_CHANGE_PASSWORD"


class TestMessages:
    """The welcome message of a migrated user."""

    @pytest.mark.fact("T007")
    @pytest.mark.parametrize(
        ("mediums", "expected"),
        [
            (None, ["SMS"]),
            (["SMS"], ["SMS"]),
            (["EMAIL"], ["EMAIL"]),
            (["EMAIL", "SMS"], ["EMAIL", "SMS"]),
        ],
    )
    def test_it_goes_by_the_mediums(self, mediums: list[str] | None, expected: list[str]) -> None:
        """By SMS unless the handler says otherwise, without the password."""
        attributes = {**BOB, "phone_number": "+15550001111"}
        answer = {"userAttributes": attributes, "finalUserStatus": "CONFIRMED"}
        engine = engine_with(user_migration=Recorder({**answer, "desiredDeliveryMediums": mediums}))
        tokens_of(stranger(engine).by_password())
        messages = engine.outbox.messages()
        assert sorted(message.medium for message in messages) == sorted(expected)
        assert {message.body for message in messages} == {"Your username is bob."}
        assert {message.code for message in messages} == {""}

    @pytest.mark.fact("T007")
    def test_it_precedes_the_code_of_a_forgotten_password(self) -> None:
        """Only SUPPRESS keeps it back there too."""
        answer = {"userAttributes": BOB, "desiredDeliveryMediums": ["EMAIL"]}
        engine = engine_with(user_migration=Recorder(answer))
        forget(stranger(engine))
        kinds = [message.kind for message in engine.outbox.messages()]
        assert kinds == ["forgot_password", "invitation"]

    @pytest.mark.fact("T007")
    def test_suppress_sends_nothing(self) -> None:
        """SUPPRESS keeps it back."""
        answer = {**CONFIRMED, "desiredDeliveryMediums": ["EMAIL"]}
        engine = engine_with(user_migration=Recorder(answer))
        tokens_of(stranger(engine).by_password())
        assert engine.outbox.messages() == []


@pytest.mark.fact("T009")
def test_sms_mfa_is_asked_for() -> None:
    """enableSMSMFA makes the first sign-in, and each later one, ask for a code by SMS."""
    answer = {
        **CONFIRMED,
        "userAttributes": {**BOB, "phone_number": "+15550001111"},
        "enableSMSMFA": True,
    }
    engine = engine_with(user_migration=Recorder(answer))
    walker = stranger(engine)
    walker.call("SetUserPoolMfaConfig", UserPoolId=walker.user_pool_id, **SMS)
    assert walker.by_password()["ChallengeName"] == "SMS_MFA"
    assert walker.administer("AdminGetUser")["PreferredMfaSetting"] == "SMS_MFA"


class TestForgottenPassword:
    """A password that is forgotten before the user was ever here."""

    @pytest.mark.fact("T004", "T005", "T013")
    def test_code_goes_to_the_contact_of_the_other_directory(self) -> None:
        """The event has no password; the new one signs in."""
        recorder = Recorder({"userAttributes": BOB, "messageAction": "SUPPRESS"})
        engine = engine_with(user_migration=recorder)
        walker = stranger(engine)
        details = forget(walker, ClientMetadata={"tenant": "blue"})["CodeDeliveryDetails"]
        assert details["Destination"] == "b***@e***"
        assert recorder.sources == ["UserMigration_ForgotPassword"]
        assert recorder.requests == [{"validationData": None, "clientMetadata": {"tenant": "blue"}}]
        assert shown(walker) == ("RESET_REQUIRED", BOB)
        (message,) = engine.outbox.messages()
        walker.call(
            "ConfirmForgotPassword",
            ClientId=walker.client_id,
            Username="bob",
            ConfirmationCode=message.code,
            Password=OTHER_PASSWORD,
        )
        tokens_of(walker.by_password(PASSWORD=OTHER_PASSWORD))
        assert len(recorder.events) == 1

    def test_contact_must_be_verified(self) -> None:
        """Without a verified contact there is no way to send a code, as for any user."""
        answer = {"userAttributes": {"email": "bob@example.com"}, "messageAction": "SUPPRESS"}
        walker = stranger(engine_with(user_migration=Recorder(answer)))
        with refused("InvalidParameterException"):
            forget(walker)

    def test_confirmation_asks_nobody(self) -> None:
        """A code for somebody unknown is wrong, and the other directory is not asked."""
        recorder = Recorder(CONFIRMED)
        walker = stranger(engine_with(user_migration=recorder), HIDING)
        with refused("CodeMismatchException"):
            walker.call(
                "ConfirmForgotPassword",
                ClientId=walker.client_id,
                Username="bob",
                ConfirmationCode="123456",
                Password=PASSWORD,
            )
        assert recorder.events == []
