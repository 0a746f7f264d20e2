"""Migrated users: their names, their messages, their MFA, and passwords that were forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, as_dict, refused
from tests.emulator.support.migration import (
    BOB,
    CONFIRMED,
    HIDING,
    NOT_AUTHORIZED,
    NOT_FOUND,
    SMS,
    WRONG,
    forget,
    shown,
    stranger,
)
from tests.emulator.support.trigger_handlers import (
    Event,
    Recorder,
    engine_with,
)
from tests.emulator.support.walker import Walker, new_walker, tokens_of


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
