"""Signing up on the pages: the form, the confirmation and the way into the app (H060, H063)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness.emulator import Triggers
from tests.emulator.support.expect import PASSWORD, TOO_MANY, WRONG_CODE
from tests.emulator.support.login_pages import Domain, Visitor, domain

EMAIL = "requiredAttributes[email]"
ADA = {"username": "ada", EMAIL: "ada@example.com", "password": PASSWORD}


@pytest.fixture(params=[False, True], ids=["in process", "served"])
def shop(request: pytest.FixtureRequest) -> Iterator[Domain]:
    """A pool with usernames that verifies email addresses, in process and served."""
    with domain(served=request.param) as found:
        yield found


def sign_up(at: Domain, **fields: str) -> Visitor:
    """Fill in the form of the sign-up page."""
    visitor = Visitor(at.base).open(at.address("/signup"))
    return visitor.submit("Sign up", **{**ADA, **fields})


@pytest.mark.fact("H041", "H042", "H060")
def test_a_sign_up_ends_in_the_app(shop: Domain) -> None:
    """The page can be linked directly; the code of the email confirms, and the app gets a code."""
    visitor = Visitor(shop.base).open(shop.address("/signup"))
    assert (visitor.status, visitor.heading) == (200, "Sign up with a new account")
    visitor.submit("Sign up", **ADA)
    assert (visitor.path, visitor.heading) == ("/confirm", "Confirm your account")
    assert "a***@e***" in visitor.text
    visitor.submit("Confirm account", code=shop.code())
    assert set(visitor.callback) == {"code", "state"}
    assert shop.user().status == "CONFIRMED"
    assert shop.user().attributes["email_verified"] == "true"


@pytest.mark.fact("H060b")
@pytest.mark.parametrize("version", [1, 2])
def test_both_versions_end_in_the_app(version: int) -> None:
    """A sign-up ends in the app with a code, on the classic pages and on those of version 2."""
    with domain() as shop:
        style = {"ClientId": shop.client_id, "UseCognitoProvidedValues": True}
        shop.call("CreateManagedLoginBranding", **style)
        shop.call("UpdateUserPoolDomain", Domain="shop", ManagedLoginVersion=version)
        visitor = sign_up(shop).submit("Confirm account", code=shop.code())
        assert visitor.callback["code"]


@pytest.mark.fact("H041")
def test_another_code_is_sent(shop: Domain) -> None:
    """The page of the confirmation sends another code, after which only that one counts."""
    visitor, first = sign_up(shop), shop.code()
    visitor.submit("Send a new code")
    assert (visitor.path, visitor.notice) == ("/confirm", "A new code was sent.")
    visitor.submit("Confirm account", code=first)
    assert (visitor.status, visitor.path, visitor.alert) == (200, "/confirm", WRONG_CODE)
    assert visitor.inputs()["code"].get("value") is None
    assert visitor.submit("Confirm account", code=shop.code()).callback["state"] == "abc"


@pytest.mark.fact("H063")
@pytest.mark.parametrize("served", [False, True], ids=["in process", "served"])
def test_the_message_of_a_trigger_is_above_the_form(served: bool) -> None:
    """What PreSignUp raises is shown to the person, with what they typed but the password."""

    def refuse(event: dict[str, Any], context: object) -> dict[str, Any]:
        raise ValueError("Ask <b>your</b> school")

    with domain(served=served, triggers=Triggers(pre_sign_up=refuse)) as shop:
        visitor = sign_up(shop)
        text = "PreSignUp failed with error Ask <b>your</b> school."
        assert (visitor.status, visitor.path, visitor.alert) == (200, "/signup", text)
        typed = {name: field.get("value") for name, field in visitor.inputs().items()}
        assert typed == {"username": "ada", EMAIL: "ada@example.com", "password": None}
        assert len(shop.engine.pools[shop.pool_id].users) == 0


@pytest.mark.fact("H060")
@pytest.mark.parametrize("served", [False, True], ids=["in process", "served"])
def test_without_verification_there_is_an_error(served: bool) -> None:
    """Nothing is verified automatically: the user is there, and the page shows an error."""
    with domain(served=served, AutoVerifiedAttributes=[]) as shop:
        visitor = sign_up(shop)
        assert visitor.status == 400
        assert visitor.heading == "An error was encountered with the requested page."
        assert shop.user().status == "UNCONFIRMED"


@pytest.mark.fact("H060", "H055")
def test_required_mfa_comes_after_the_confirmation() -> None:
    """A confirmed person of a pool with required MFA sets it up before the app gets a code."""
    with domain(mfa="ON") as shop:
        visitor = sign_up(shop).submit("Confirm account", code=shop.code())
        assert not visitor.left_for
        assert visitor.path == "/totpSetup"


@pytest.mark.fact("H060")
def test_who_is_confirmed_by_a_trigger_goes_on_at_once() -> None:
    """Where PreSignUp confirms, no code is asked for."""

    def confirm(event: dict[str, Any], context: object) -> dict[str, Any]:
        event["response"]["autoConfirmUser"] = True
        return event

    with domain(triggers=Triggers(pre_sign_up=confirm)) as shop:
        assert set(sign_up(shop).callback) == {"code", "state"}


@pytest.mark.parametrize(
    ("fields", "message", "wrong"),
    [
        (
            {"password": "short"},
            "Password did not conform with policy: Password not long enough",
            "password",
        ),
        ({EMAIL: "nobody"}, "Invalid email address format.", EMAIL),
        ({"username": "grace"}, "User already exists", "username"),
        (
            {"username": ""},
            "2 validation errors detected: Value at 'username' failed to satisfy constraint: "
            "Member must satisfy",
            "username",
        ),
    ],
)
@pytest.mark.fact("H060")
def test_a_refusal_keeps_what_was_typed(fields: dict[str, str], message: str, wrong: str) -> None:
    """Each refusal of SignUp is a sentence on the page, tied to its field."""
    with domain() as shop:
        sign_up(shop, username="grace")
        visitor = sign_up(shop, **fields)
        assert (visitor.status, visitor.path) == (200, "/signup")
        assert visitor.alert.startswith(message)
        invalid = [name for name, it in visitor.inputs().items() if it.get("aria-invalid")]
        assert invalid == [wrong]
        assert visitor.inputs()["password"].get("value") is None
        assert visitor.soup.title is not None
        assert message in visitor.soup.title.get_text()


@pytest.mark.parametrize(
    ("settings", "fields"),
    [
        ({}, {"username": "text", EMAIL: "email"}),
        ({"UsernameAttributes": ["email"]}, {"username": "email"}),
        (
            {"UsernameAttributes": ["phone_number"], "AutoVerifiedAttributes": ["phone_number"]},
            {"username": "tel", EMAIL: "email"},
        ),
        (
            {"UsernameAttributes": ["email", "phone_number"]},
            {"username": "text", EMAIL: "email"},
        ),
        (
            {
                "Schema": [
                    {"Name": name, "Required": True}
                    for name in ("birthdate", "website", "updated_at", "given_name")
                ],
            },
            {
                "username": "text",
                "requiredAttributes[given_name]": "text",
                "requiredAttributes[website]": "url",
                "requiredAttributes[birthdate]": "date",
                "requiredAttributes[updated_at]": "number",
                EMAIL: "email",
            },
        ),
    ],
    ids=["username", "email", "phone number", "either", "attributes"],
)
@pytest.mark.fact("H060")
def test_the_form_asks_for_what_the_pool_requires(
    settings: dict[str, Any], fields: dict[str, str]
) -> None:
    """The form has the name of the pool's kind and the required attributes, in fitting types."""
    sms = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}
    with domain(SmsConfiguration=sms, **settings) as shop:
        shown = Visitor(shop.base).open(shop.address("/signup")).inputs()
        types = {name: str(field["type"]) for name, field in shown.items()}
        assert types == {**fields, "password": "password"}
        assert shown["password"]["autocomplete"] == "new-password"


@pytest.mark.parametrize(
    ("attributes", "label"),
    [([], "Username"), (["email"], "Email"), (["email", "phone_number"], "Email or phone number")],
)
def test_each_page_calls_the_name_what_it_is(attributes: list[str], label: str) -> None:
    """Where people sign in with email addresses, the pages ask for one."""
    with domain(UsernameAttributes=attributes) as shop:
        for path in ("/login", "/signup", "/forgotPassword"):
            visitor = Visitor(shop.base).open(shop.address(path))
            assert next(it.get_text() for it in visitor.soup("label")) == label


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (
            {"MinimumLength": 12, "RequireNumbers": True, "RequireSymbols": True},
            "At least 12 characters, with a number and a symbol.",
        ),
        (
            {"MinimumLength": 9, "RequireUppercase": True},
            "At least 9 characters, with an uppercase",
        ),
        ({"MinimumLength": 6}, "At least 6 characters."),
    ],
)
def test_the_password_policy_is_shown(policy: dict[str, Any], words: str) -> None:
    """The page says what a password must be before anybody tries."""
    with domain(Policies={"PasswordPolicy": policy}) as shop:
        assert words in Visitor(shop.base).open(shop.address("/signup")).text


@pytest.mark.fact("H060")
def test_only_an_administrator_creates_users() -> None:
    """AllowAdminCreateUserOnly: no link leads to the sign-up, and its page is a refusal."""
    with domain(AdminCreateUserConfig={"AllowAdminCreateUserOnly": True}) as shop:
        visitor = Visitor(shop.base).open(shop.address("/login"))
        assert "Sign up" not in visitor.text
        visitor.open(shop.address("/signup"))
        assert visitor.status == 400
        assert "SignUp is not permitted for this user pool" in visitor.alert


@pytest.mark.fact("H041", "H060")
@pytest.mark.parametrize("password", [PASSWORD, "Wrong-Password-1"])
def test_an_unconfirmed_sign_in_ends_on_the_login_page(password: str) -> None:
    """The sentence of the API is there, and no other browser gets to the confirmation (H041)."""
    with domain() as shop:
        sign_up(shop)
        visitor = Visitor(shop.base).open(shop.address("/login"))
        visitor.submit("Sign in", username="ada", password=password)
        assert (visitor.path, visitor.alert) == ("/login", "User is not confirmed.")
        assert "aria-invalid" not in visitor.inputs()["password"].attrs
        assert visitor.open(shop.address("/confirm")).path == "/login"
        assert visitor.open(shop.address("/resendcode")).path == "/login"
        shop.call("AdminConfirmSignUp", Username="ada")
        visitor.open(shop.address("/login")).submit("Sign in", username="ada", password=PASSWORD)
        assert visitor.callback["state"]


@pytest.mark.fact("H060")
def test_a_password_that_somebody_else_has_set_is_not_proven() -> None:
    """An administrator who confirms with a password of their own ends the way in by the sign-up."""
    with domain() as shop:
        visitor = sign_up(shop)
        members = {"Username": "ada", "Password": "Another-Horse-8", "Permanent": True}
        shop.call("AdminSetUserPassword", **members)
        visitor.open(shop.address("/confirm"))
        assert (visitor.path, visitor.left_for) == ("/login", "")
        assert visitor.notice == "Your account is confirmed. Sign in to continue."
        assert visitor.inputs()["username"].get("value") == "ada"


@pytest.mark.fact("H039", "H060")
def test_a_confirmation_takes_five_minutes_at_most() -> None:
    """After five minutes the page of the confirmation leads back to the login page."""
    with domain() as shop:
        visitor = sign_up(shop)
        shop.engine.clock.advance(300)
        visitor.submit("Confirm account", code=shop.code())
        assert (visitor.path, visitor.alert) == ("/login", "Something went wrong")
        assert shop.user().status == "UNCONFIRMED"


@pytest.mark.fact("A045", "A048")
def test_the_limits_of_an_hour_hold_on_the_pages() -> None:
    """Codes are tried and sent as often as the API allows, and no more."""
    with domain() as shop:
        visitor = sign_up(shop)
        for _ in range(5):
            assert visitor.submit("Send a new code").alert == ""
        assert visitor.submit("Send a new code").alert == TOO_MANY
        for _ in range(15):
            assert visitor.submit("Confirm account", code="000000").alert == WRONG_CODE
        assert visitor.submit("Confirm account", code=shop.code()).alert == TOO_MANY


def test_an_app_client_with_a_secret_signs_up() -> None:
    """The pages prove the secret of the app client, which no browser knows."""
    with domain(client={"GenerateSecret": True}) as shop:
        visitor = sign_up(shop).submit("Send a new code")
        assert visitor.submit("Confirm account", code=shop.code()).callback["code"]


def test_a_direct_visit_to_the_confirmation_begins_again() -> None:
    """/confirm and /resendcode mean nothing in a browser that has not signed up."""
    with domain() as shop:
        for path in ("/confirm", "/resendcode", "/confirmforgotPassword"):
            visitor = Visitor(shop.base).open(shop.address(path))
            assert (visitor.path, visitor.alert) == ("/login", "Something went wrong")
