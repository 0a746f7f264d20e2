"""The forgotten password on the pages (H061)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulator.support.expect import (
    LATE_CODE,
    OTHER_PASSWORD,
    PASSWORD,
    TOO_MANY,
    WRONG_CODE,
)
from tests.emulator.support.login_pages import Domain, Visitor, domain

NEW = {"password": OTHER_PASSWORD, "confirm_password": OTHER_PASSWORD}


@pytest.fixture(params=[False, True], ids=["in process", "served"])
def shop(request: pytest.FixtureRequest) -> Iterator[Domain]:
    """A pool with a confirmed user, in process and served."""
    with domain(served=request.param) as found:
        create(found)
        yield found


def create(at: Domain, **attributes: str) -> None:
    """Create a confirmed user with a verified email address."""
    given = {"email": "ada@example.com", "email_verified": "true", **attributes}
    pairs = [{"Name": name, "Value": value} for name, value in given.items()]
    at.call("AdminCreateUser", Username="ada", UserAttributes=pairs, MessageAction="SUPPRESS")
    at.call("AdminSetUserPassword", Username="ada", Password=PASSWORD, Permanent=True)


def forget(at: Domain, name: str = "ada") -> Visitor:
    """Ask for a code."""
    visitor = Visitor(at.base).open(at.address("/login")).follow("Forgot your password?")
    return visitor.submit("Reset my password", username=name)


@pytest.mark.fact("H041", "H042", "H061")
def test_a_forgotten_password_is_replaced(shop: Domain) -> None:
    """The name, then the code and the new password twice, then the login page."""
    visitor = forget(shop)
    assert visitor.path == "/confirmforgotPassword"
    assert "a***@e***" in visitor.text
    visitor.submit("Change password", code=shop.code(), **NEW)
    assert visitor.path == "/login"
    assert visitor.notice == "Your password was changed. Sign in with it."
    visitor.submit("Sign in", username="ada", password=PASSWORD)
    assert visitor.alert == "Incorrect username or password."
    assert visitor.submit("Sign in", username="ada", password=OTHER_PASSWORD).callback["code"]


@pytest.mark.fact("H042")
def test_the_page_can_be_linked_directly(shop: Domain) -> None:
    """An app may link the page; login_hint fills in the name."""
    visitor = Visitor(shop.base).open(shop.address("/forgotPassword", login_hint="ada"))
    assert visitor.inputs()["username"].get("value") == "ada"
    assert visitor.submit("Reset my password").path == "/confirmforgotPassword"


@pytest.mark.fact("H061")
def test_refusals_are_sentences_on_the_page(shop: Domain) -> None:
    """A wrong code, two passwords and a weak one are refused; the code is not used up by that."""
    visitor = forget(shop)
    visitor.submit("Change password", code="000000", **NEW)
    assert (visitor.status, visitor.alert) == (200, WRONG_CODE)
    visitor.submit("Change password", code=shop.code(), **{**NEW, "confirm_password": PASSWORD})
    assert visitor.alert == "The two passwords are not the same."
    weak = {"password": "weak", "confirm_password": "weak"}
    visitor.submit("Change password", code=shop.code(), **weak)
    assert visitor.alert.startswith("Password did not conform with policy:")
    assert {field.get("value") for field in visitor.inputs().values()} == {None}
    assert visitor.submit("Change password", code=shop.code(), **NEW).path == "/login"


@pytest.mark.fact("H061", "A083")
@pytest.mark.parametrize(
    ("hides", "path", "alert"),
    [
        ("ENABLED", "/confirmforgotPassword", ""),
        ("LEGACY", "/forgotPassword", "Username/client id combination not found."),
    ],
)
def test_an_app_client_may_hide_who_exists(hides: str, path: str, alert: str) -> None:
    """An unknown name goes on as a known one does, if the app client hides who exists."""
    with domain(client={"PreventUserExistenceErrors": hides}) as shop:
        visitor = forget(shop, "nobody")
        assert (visitor.path, visitor.alert) == (path, alert)
        if not alert:
            assert visitor.submit("Change password", code="000000", **NEW).alert == WRONG_CODE


@pytest.mark.fact("H061", "A084")
def test_without_a_verified_contact_no_code_is_sent() -> None:
    """The page says what ForgotPassword says."""
    with domain() as shop:
        create(shop, email_verified="false")
        visitor = forget(shop)
        assert visitor.alert.startswith("Cannot reset password for the user as there is no")
        assert visitor.inputs()["username"].get("value") == "ada"


@pytest.mark.fact("A087")
def test_only_an_administrator_resets_passwords() -> None:
    """In such a pool no link leads to the page, which is a refusal."""
    only = {"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]}
    with domain(AccountRecoverySetting=only) as shop:
        visitor = Visitor(shop.base).open(shop.address("/login"))
        assert "Forgot your password?" not in visitor.text
        visitor.open(shop.address("/forgotPassword"))
        assert (visitor.status, visitor.alert) == (
            400,
            "Contact administrator to reset password.",
        )


@pytest.mark.fact("A090")
def test_the_limit_of_an_hour_holds_on_the_page() -> None:
    """Codes are sent as often as the API allows, and no more."""
    with domain() as shop:
        create(shop)
        for _ in range(20):
            assert forget(shop).alert == ""
        assert forget(shop).alert == TOO_MANY


@pytest.mark.fact("H061", "A129")
def test_a_reset_by_an_administrator_leads_to_the_new_password() -> None:
    """Who signs in after the reset enters the code of that message."""
    with domain() as shop:
        create(shop)
        shop.call("AdminResetUserPassword", Username="ada")
        visitor = Visitor(shop.base).open(shop.address("/login"))
        visitor.submit("Sign in", username="ada", password=PASSWORD)
        assert visitor.path == "/confirmforgotPassword"
        assert visitor.submit("Change password", code=shop.code(), **NEW).path == "/login"


@pytest.mark.fact("H061")
def test_a_code_for_a_password_confirms_no_sign_up() -> None:
    """The step of one story does not count in another."""
    with domain() as shop:
        create(shop)
        visitor = forget(shop).open(shop.address("/confirm"))
        assert (visitor.path, visitor.alert) == ("/login", "Something went wrong")


@pytest.mark.fact("A089")
def test_a_late_code_is_refused() -> None:
    """The transaction ends before the code does; a new one takes the same code within its hour."""
    with domain() as shop:
        create(shop)
        visitor = forget(shop)
        shop.engine.clock.advance(301)
        visitor.submit("Change password", code=shop.code(), **NEW)
        assert (visitor.path, visitor.alert) == ("/login", "Something went wrong")
        visitor = forget(shop)
        shop.user().codes.spend("forgot_password")
        assert visitor.submit("Change password", code=shop.code(), **NEW).alert == LATE_CODE
