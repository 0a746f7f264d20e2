"""The forms of the page, without a script: what they change, what they refuse, where they lead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.emulator.control.page.choices import FAULTS
from harness.emulator.engine import Engine
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.state import StateFile
from harness.emulator.stores.faults import Fault
from tests.emulator.support.expect import PASSWORD, START
from tests.emulator.support.page import (
    follow,
    form_of,
    parsed,
    part,
    read,
    send,
    submit,
    user_query,
    words,
)
from tests.emulator.support.walker import Device, Walker, new_client, new_pool, new_walker


def notice_after(engine: Engine, given: HttpAnswer) -> str:
    """Return what the view says that a form has led to."""
    assert given.status == 303, given.body
    return words(part(follow(engine, given.headers["Location"]), "notice"))


class TestCreateUser:
    """The form that creates a user."""

    @pytest.fixture
    def pool_id(self, engine: Engine) -> str:
        """A pool without users."""
        return new_pool(engine)

    def test_a_confirmed_user_signs_in_at_once(self, engine: Engine, pool_id: str) -> None:
        """By default the user is confirmed, has the password and a verified email address."""
        form = form_of(read(engine), "create-user")
        given = submit(engine, form, username="ada", email="ada@example.com", password=PASSWORD)
        assert notice_after(engine, given) == "The user was created."
        (user,) = engine.pools[pool_id].users
        assert (user.status, user.is_verified("email")) == ("CONFIRMED", True)
        client = new_client(engine, pool_id)
        walker = Walker(engine, pool_id, client["ClientId"], "ada")
        assert "AuthenticationResult" in walker.by_password()
        assert engine.outbox.messages() == []

    def test_an_invited_user_gets_a_message(self, engine: Engine, pool_id: str) -> None:
        """Without a confirmation, the user gets a temporary password by an invitation."""
        form = form_of(read(engine), "create-user")
        given = submit(
            engine, form, username="ada", email="ada@example.com", confirmed="", invite="1"
        )
        assert given.status == 303
        (user,) = engine.pools[pool_id].users
        assert user.status == "FORCE_CHANGE_PASSWORD"
        assert [message.kind for message in engine.outbox.messages()] == ["invitation"]

    def test_other_attributes_are_lines(self, engine: Engine, pool_id: str) -> None:
        """Each line sets one attribute."""
        form = form_of(read(engine), "create-user")
        lines = "given_name=Ada\r\n\r\nfamily_name = Love=lace"
        assert submit(engine, form, username="ada", password=PASSWORD, attributes=lines).status
        (user,) = engine.pools[pool_id].users
        assert user.attributes == {"given_name": "Ada", "family_name": "Love=lace"}

    def test_a_refused_form_keeps_what_was_typed(self, engine: Engine, pool_id: str) -> None:
        """The view says why, still has the name and the address, and never the password."""
        form = form_of(read(engine), "create-user")
        given = submit(engine, form, username="ada", email="ada@example.com", password="short-one")
        page = parsed(given)
        assert given.status == 400
        assert "InvalidPasswordException" in words(part(page, "notice"))
        assert b"short-one" not in given.body
        kept = form_of(page, "create-user")
        assert kept.select("[name=username]")[0]["value"] == "ada"
        assert kept.select("[name=email]")[0]["value"] == "ada@example.com"
        assert kept.find_parent("details", open=True) is not None
        assert len(engine.pools[pool_id].users) == 0

    @pytest.mark.parametrize(
        ("typed", "why"),
        [
            ({"username": "ada", "password": ""}, "a confirmed user needs a password"),
            ({"username": "", "password": PASSWORD}, "InvalidParameterException"),
            ({"username": "ada", "attributes": "x"}, "must be name=value"),
            ({"username": "ada", "attributes": "a=1\n" * 26}, "more than 25 attributes"),
            ({"username": "ada", "attributes": "none=1"}, "InvalidParameterException"),
            ({"username": "ada", "phone": "12"}, "InvalidParameterException"),
            ({"username": "ada", "pool": "us-east-1_none"}, "does not exist any more"),
            ({"username": "a\x00b" * 50}, "InvalidParameterException"),
        ],
    )
    def test_what_cannot_be_is_refused_in_one_line(
        self, engine: Engine, pool_id: str, typed: dict[str, str], why: str
    ) -> None:
        """No user is made, and the notice says what is wrong."""
        form = form_of(read(engine), "create-user")
        given = submit(engine, form, **{"password": PASSWORD, **typed})
        assert given.status == 400
        assert why in words(part(parsed(given), "notice"))
        assert len(engine.pools[pool_id].users) == 0

    def test_pools_that_sign_in_by_email_work_too(self, engine: Engine) -> None:
        """There the username is the address, and the internal one is made up."""
        pool_id = new_pool(engine, UsernameAttributes=["email"])
        form = form_of(read(engine), "create-user")
        assert submit(engine, form, username="ada@example.com", password=PASSWORD).status == 303
        (user,) = engine.pools[pool_id].users
        assert (user.status, user.username) == ("CONFIRMED", user.sub)


class TestUserActions:
    """The buttons of the view of a user."""

    def act(self, engine: Engine, walker: Walker, button: str, action: str) -> str:
        """Click on a button, and return the notice."""
        page = read(engine, "user", **user_query(engine, walker.user_pool_id))
        return notice_after(engine, submit(engine, form_of(page, action), button))

    def test_confirm(self, engine: Engine) -> None:
        """An unconfirmed user is confirmed; others have no such button."""
        walker = new_walker(engine, confirmed=False)
        assert self.act(engine, walker, "Confirm", "confirm") == "The user is confirmed."
        assert "AuthenticationResult" in walker.by_password()
        page = read(engine, "user", **user_query(engine, walker.user_pool_id))
        assert page.select_one('[value="confirm"]') is None

    def test_disable_and_enable(self, engine: Engine) -> None:
        """Each is offered when it does something."""
        walker = new_walker(engine)
        (user,) = engine.pools[walker.user_pool_id].users
        assert self.act(engine, walker, "Disable", "disable") == "The user is disabled."
        assert not user.enabled
        assert self.act(engine, walker, "Enable", "enable") == "The user is enabled."
        assert user.enabled

    def test_reset_password(self, engine: Engine) -> None:
        """The user gets a code for a new password."""
        walker = new_walker(engine)
        assert "was sent" in self.act(engine, walker, "Reset password", "reset-password")
        (user,) = engine.pools[walker.user_pool_id].users
        assert user.status == "RESET_REQUIRED"
        assert engine.outbox.messages()[0].kind == "admin_reset"

    def test_sign_out(self, engine: Engine) -> None:
        """Every session ends."""
        walker = new_walker(engine)
        walker.by_password()
        assert "signed out" in self.act(engine, walker, "Sign out everywhere", "sign-out")
        (user,) = engine.pools[walker.user_pool_id].users
        assert engine.pools[walker.user_pool_id].grants.of_user(user) == []

    def test_forget_a_device(self, engine: Engine, alice: tuple[Walker, str, Device]) -> None:
        """The device is gone, by its button in its row."""
        walker, _, _ = alice
        assert self.act(engine, walker, "Forget", "forget-device") == "The device is forgotten."
        (user,) = engine.pools[walker.user_pool_id].users
        assert list(user.devices) == []

    def test_forget_the_authenticator_app(
        self, engine: Engine, alice: tuple[Walker, str, Device]
    ) -> None:
        """The user has no TOTP secret any more."""
        walker, _, _ = alice
        self.act(engine, walker, "Forget the authenticator app", "forget-authenticator")
        (user,) = engine.pools[walker.user_pool_id].users
        assert user.software_token is None

    def test_set_a_password(self, engine: Engine) -> None:
        """The new password signs in, and is in no response."""
        walker = new_walker(engine)
        page = read(engine, "user", **user_query(engine, walker.user_pool_id))
        form = form_of(page, "set-password")
        given = submit(engine, form, password="Another-password-1")
        assert notice_after(engine, given) == "The password is set."
        walker.password = "Another-password-1"
        assert "AuthenticationResult" in walker.by_password()
        weak = submit(engine, form, password="weak-and-quoted")
        assert weak.status == 400
        assert b"weak-and-quoted" not in weak.body
        assert "InvalidPasswordException" in words(part(parsed(weak), "notice"))

    def test_delete(self, engine: Engine) -> None:
        """It needs a tick, and leads back to the overview of the pool."""
        walker = new_walker(engine)
        page = read(engine, "user", **user_query(engine, walker.user_pool_id))
        form = form_of(page, "delete-user")
        refused = submit(engine, form)
        assert refused.status == 400
        assert "tick the box" in words(part(parsed(refused), "notice"))
        given = submit(engine, form, sure="1")
        assert given.headers["Location"].startswith(f"./?pool={walker.user_pool_id}&")
        assert len(engine.pools[walker.user_pool_id].users) == 0

    def test_a_user_who_is_gone_cannot_be_changed(self, engine: Engine) -> None:
        """The view says so."""
        walker = new_walker(engine)
        page = read(engine, "user", **user_query(engine, walker.user_pool_id))
        walker.administer("AdminDeleteUser")
        given = submit(engine, form_of(page, "disable"), "Disable")
        assert given.status == 400
        assert "the user does not exist any more" in words(part(parsed(given), "notice"))

    def test_actions_are_no_calls(self, engine: Engine) -> None:
        """No fault strikes them, and the call log leaves them out."""
        walker = new_walker(engine)
        engine.faults.plan(Fault("AdminDisableUser", times=None))
        before = engine.call_log.counts()
        assert self.act(engine, walker, "Disable", "disable") == "The user is disabled."
        assert engine.call_log.counts() == before


class TestFaultsAndClock:
    """The forms that change the emulator."""

    def test_the_default_fault_is_one_that_clients_show(self, engine: Engine) -> None:
        """It is a 400 whose code no SDK retries, or nobody would see it."""
        assert notice_after(engine, submit(engine, form_of(read(engine), "plan-fault")))
        (fault,) = engine.faults.planned
        assert (fault.operation, fault.code) == ("InitiateAuth", "NotAuthorizedException")
        assert (fault.status, fault.times) == (400, 1)
        assert "InitiateAuth 400 NotAuthorizedException once" in words(part(read(engine), "faults"))

    def test_the_faults_that_sdks_retry_are_named_as_such(self) -> None:
        """botocore's own list of retried codes says the same."""
        from botocore.retries import standard

        throttled: Any = standard.ThrottledRetryableChecker
        transient: Any = standard.TransientRetryableChecker
        retried = {*throttled._THROTTLED_ERROR_CODES, *transient._TRANSIENT_ERROR_CODES}
        for code, (_, status, is_retried) in FAULTS.items():
            assert is_retried == (code in retried or status >= 500), code

    @pytest.mark.parametrize(
        ("typed", "why"),
        [
            ({"operation": "Nothing"}, "which Cognito does not have"),
            ({"code": "MadeUpException"}, "the page does not offer this error"),
            ({"times": "9" * 50}, "once, three times or always"),
        ],
    )
    def test_other_faults_are_refused(
        self, engine: Engine, typed: dict[str, str], why: str
    ) -> None:
        """Only what the form offers is planned."""
        given = submit(engine, form_of(read(engine), "plan-fault"), **typed)
        assert given.status == 400
        assert why in words(part(parsed(given), "notice"))
        assert engine.faults.planned == []

    def test_faults_and_the_profile_are_turned_off(self, engine: Engine) -> None:
        """Each by its own button."""
        engine.faults.plan(Fault("SignUp"))
        engine.faults.set_profile("drop:0.5")
        submit(engine, form_of(read(engine), "clear-faults"))
        assert engine.faults.planned == []
        assert engine.faults.profile is not None
        submit(engine, form_of(read(engine), "clear-profile"))
        assert engine.faults.profile is None

    def test_the_clock_moves_by_its_buttons(self, engine: Engine) -> None:
        """The time is shown, and each button moves it."""
        page = read(engine)
        assert words(part(page, "clock")) == "2027-01-15 08:00:00"
        given = submit(engine, form_of(page, "move-clock"), "+24 h")
        assert notice_after(engine, given) == "The clock was moved."
        assert words(part(read(engine), "clock")) == "2027-01-16 08:00:00"

    def test_the_clock_is_set(self, engine: Engine) -> None:
        """A date and time are in UTC, with seconds or without."""
        form = form_of(read(engine), "set-clock")
        assert form.select("[name=time]")[0]["value"] == "2027-01-15T08:00:00"
        submit(engine, form, time="2027-01-14T08:00")
        assert engine.clock.time() == START - 86_400

    @pytest.mark.parametrize(
        ("action", "fields"),
        [
            *(("move-clock", {"seconds": text}) for text in ("", "-1", "1e9", "9" * 12, "²", "x")),
            *(("set-clock", {"time": text}) for text in ("", "now", "1969-12-31T23:00", "9" * 40)),
            ("set-clock", {"time": "9999-12-31T23:59"}),
            ("set-clock", {"time": "2027-01-14T08:00+05:00"}),
        ],
    )
    def test_an_impossible_time_is_refused(
        self, engine: Engine, action: str, fields: dict[str, Any]
    ) -> None:
        """The clock stays."""
        given = send(engine, action=action, **fields)
        assert given.status == 400
        assert words(part(parsed(given), "notice"))
        assert engine.clock.time() == START

    def test_the_state_is_saved(self, engine: Engine, tmp_path: Path) -> None:
        """The button is there if there is a file."""
        assert read(engine).select_one('[value="save-state"]') is None
        engine.state_file = StateFile(tmp_path / "state.json")
        submit(engine, form_of(read(engine), "save-state"))
        assert (tmp_path / "state.json").exists()
        engine.state_file = None
        assert send(engine, action="save-state").status == 400

    def test_everything_is_deleted_after_a_tick(self, engine: Engine) -> None:
        """Without the tick nothing happens."""
        new_walker(engine)
        form = form_of(read(engine), "empty")
        assert submit(engine, form).status == 400
        assert engine.pools
        assert "are deleted" in notice_after(engine, submit(engine, form, sure="1"))
        assert not engine.pools
