"""What the API refuses at a sign-in, and what triggers do, as people see it on the pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from harness.emulator import Triggers
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD
from tests.emulator.support.login_pages import Domain, domain
from tests.emulator.support.mfa_pages import (
    EMAIL,
    PHONE,
    WITH_EMAIL,
    configure,
    make_user,
    past_password,
    prefer,
)
from tests.emulator.support.migration import CONFIRMED
from tests.emulator.support.trigger_handlers import Recorder, raising

#: Opens a domain with these triggers.
Opened = Callable[[Triggers], AbstractContextManager[Domain]]


@pytest.fixture(params=["in process", "served"])
def opened(request: pytest.FixtureRequest) -> Opened:
    """Opens a domain with triggers, in the process and served."""
    served = request.param == "served"
    return lambda triggers: domain(served=served, triggers=triggers, **WITH_EMAIL)


def by_sms(shop: Domain) -> None:
    """Make a user whose second factor is SMS."""
    configure(shop, "OPTIONAL", "SMS")
    make_user(shop, email=EMAIL, phone_number=PHONE)
    prefer(shop, "SMS", preferred="SMS")


def test_pre_authentication_speaks_on_the_login_page(opened: Opened) -> None:
    """Its error is the sentence of the page, also with the right password."""
    with opened(Triggers(pre_authentication=raising(RuntimeError("closed today")))) as shop:
        make_user(shop, email=EMAIL)
        visitor = past_password(shop)
        assert visitor.path == "/login"
        assert visitor.alert == "PreAuthentication failed with error closed today."


def test_post_authentication_can_stop_a_sign_in_after_the_code(opened: Opened) -> None:
    """The login page says so, and the browser has no session."""
    with opened(Triggers(post_authentication=raising(RuntimeError("too late")))) as shop:
        by_sms(shop)
        visitor = past_password(shop).submit("Continue", code=shop.code())
        assert visitor.path == "/login"
        assert visitor.alert == "PostAuthentication failed with error too late."
        assert visitor.open(shop.address("/oauth2/authorize")).path == "/login"


def test_post_authentication_runs_once_and_at_the_end(opened: Opened) -> None:
    """It knows the app client, and runs after the code."""
    after = Recorder()
    with opened(Triggers(post_authentication=after)) as shop:
        by_sms(shop)
        visitor = past_password(shop)
        assert not after.events
        assert visitor.submit("Continue", code=shop.code()).callback["code"]
        (event,) = after.events
        assert event["callerContext"]["clientId"] == shop.client_id


@pytest.mark.fact("T004")
def test_user_migration_brings_people_from_elsewhere(opened: Opened) -> None:
    """Somebody whom only the other directory knows signs in on the page."""
    with opened(Triggers(user_migration=Recorder(CONFIRMED))) as shop:
        assert past_password(shop).callback["code"]
        assert shop.user().status == "CONFIRMED"


@pytest.mark.fact("H059")
def test_custom_auth_triggers_do_not_run(opened: Opened) -> None:
    """The pages ask for the password, whatever DefineAuthChallenge would say."""
    define = Recorder()
    with opened(Triggers(define_auth_challenge=define)) as shop:
        make_user(shop, email=EMAIL)
        assert past_password(shop).callback["code"]
        assert not define.events


def test_the_lockout_is_a_sentence_on_the_page(opened: Opened) -> None:
    """After five wrong passwords even the right one is refused for a while."""
    with opened(Triggers()) as shop:
        make_user(shop, email=EMAIL)
        for _ in range(5):
            visitor = past_password(shop, OTHER_PASSWORD)
            assert visitor.alert == "Incorrect username or password."
        assert past_password(shop).alert == "Password attempts exceeded"
        shop.engine.clock.advance(3_600)
        assert past_password(shop).callback["code"]


def test_who_is_not_confirmed_is_told_so(opened: Opened) -> None:
    """The sentence is that of InitiateAuth, and nothing there leads to the confirmation."""
    with opened(Triggers()) as shop:
        members = {"ClientId": shop.client_id, "Username": "ada", "Password": PASSWORD}
        email = [{"Name": "email", "Value": EMAIL}]
        shop.engine.call("SignUp", {**members, "UserAttributes": email})
        visitor = past_password(shop)
        assert (visitor.path, visitor.alert) == ("/login", "User is not confirmed.")


def test_whose_password_was_reset_goes_to_the_new_one(opened: Opened) -> None:
    """The reset of an administrator has sent a code already, and its page takes it."""
    with opened(Triggers()) as shop:
        make_user(shop, email=EMAIL, email_verified="true")
        shop.call("AdminResetUserPassword", Username="ada")
        assert past_password(shop).path == "/confirmforgotPassword"


def test_a_disabled_user_is_told_so(opened: Opened) -> None:
    """The sentence is that of InitiateAuth."""
    with opened(Triggers()) as shop:
        make_user(shop, email=EMAIL)
        shop.call("AdminDisableUser", Username="ada")
        assert past_password(shop).alert == "User is disabled."


def test_an_empty_form_reaches_no_trigger(opened: Opened) -> None:
    """Without a name or a password nobody is asked anything."""
    before = Recorder()
    with opened(Triggers(pre_authentication=before)) as shop:
        make_user(shop, email=EMAIL)
        assert past_password(shop, "").alert == "Missing required parameter PASSWORD"
        assert not before.events
