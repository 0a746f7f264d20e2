"""The page for a new password: a temporary one is replaced before the app gets its code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD
from tests.emulator.support.login_pages import Domain, Visitor, domain
from tests.emulator.support.mfa_pages import configure, past_password

_REQUIRED = [
    {"Name": "email", "Required": True, "Mutable": True},
    {"Name": "given_name", "Required": True, "Mutable": True},
]


@pytest.fixture(params=["in process", "served"])
def shop(request: pytest.FixtureRequest) -> Iterator[Domain]:
    """A pool that requires a given name, and a user who has none and a temporary password."""
    with domain(served=request.param == "served", Schema=_REQUIRED) as made:
        made.call(
            "AdminCreateUser",
            Username="ada",
            UserAttributes=[{"Name": "email", "Value": "ada@example.com"}],
            TemporaryPassword=PASSWORD,
            MessageAction="SUPPRESS",
        )
        yield made


def fill_in(visitor: Visitor, password: str = OTHER_PASSWORD, name: str = "Ada") -> Visitor:
    """Send the form with the same password twice."""
    typed = {"requiredAttributes[given_name]": name}
    return visitor.submit("Continue", password=password, confirm_password=password, **typed)


@pytest.mark.fact("H062")
def test_a_temporary_password_is_replaced_before_the_app(shop: Domain) -> None:
    """The page asks for the new password twice and for what is missing, and no more."""
    visitor = past_password(shop)
    assert (visitor.path, visitor.heading) == ("/newPassword", "Change your password")
    fields = visitor.inputs()
    assert list(fields) == ["password", "confirm_password", "requiredAttributes[given_name]"]
    assert fields["password"]["autocomplete"] == "new-password"
    assert fill_in(visitor).callback["code"]
    user = shop.user()
    assert (user.status, user.attributes["given_name"]) == ("CONFIRMED", "Ada")
    assert past_password(shop, OTHER_PASSWORD).callback["code"]


@pytest.mark.fact("H062")
def test_the_second_factor_comes_after_the_new_password(shop: Domain) -> None:
    """Where MFA is required, its set-up follows."""
    configure(shop, "ON", "TOTP")
    assert fill_in(past_password(shop)).path == "/totpSetup"


def test_a_weak_password_is_refused_as_in_the_api(shop: Domain) -> None:
    """The field is marked; what else was typed stays, and a password is never sent back."""
    visitor = fill_in(past_password(shop), password="weak")
    assert visitor.alert.startswith("Password did not conform with policy")
    fields = visitor.inputs()
    assert fields["password"]["aria-invalid"] == "true"
    assert "value" not in fields["password"].attrs
    assert fields["requiredAttributes[given_name]"]["value"] == "Ada"
    assert fill_in(visitor).callback["code"]


def test_the_two_passwords_must_be_the_same(shop: Domain) -> None:
    """A slip of the finger does not become the password."""
    visitor = past_password(shop).submit(
        "Continue", password=OTHER_PASSWORD, confirm_password="Battery-Staple-9"
    )
    assert visitor.alert == "The two passwords are not the same."
    assert shop.user().status == "FORCE_CHANGE_PASSWORD"
    assert visitor.inputs()["confirm_password"]["aria-invalid"] == "true"


def test_a_missing_attribute_is_refused_as_in_the_api(shop: Domain) -> None:
    """Without the given name nothing changes, and its field is marked."""
    visitor = fill_in(past_password(shop), name="")
    assert visitor.alert
    assert visitor.inputs()["requiredAttributes[given_name]"]["aria-invalid"] == "true"
    assert shop.user().status == "FORCE_CHANGE_PASSWORD"


def test_only_missing_attributes_can_be_set(shop: Domain) -> None:
    """A form with other fields cannot change what the user has."""
    visitor = past_password(shop)
    token = visitor.soup.select_one("[name=_csrf]")
    assert token is not None
    form = {
        "_csrf": str(token["value"]),
        "password": OTHER_PASSWORD,
        "confirm_password": OTHER_PASSWORD,
        "requiredAttributes[given_name]": "Ada",
        "requiredAttributes[email]": "eve@example.com",
        "userAttributes.email": "eve@example.com",
    }
    answer = visitor.session.post(visitor.url, data=form, allow_redirects=False, timeout=30)
    assert answer.status_code == 302
    assert shop.user().attributes["email"] == "ada@example.com"


def test_an_expired_temporary_password_is_a_sentence_on_the_login_page(shop: Domain) -> None:
    """After the days that the pool gives, the page says what the API says."""
    shop.engine.clock.advance(8 * 86_400)
    visitor = past_password(shop)
    assert visitor.path == "/login"
    assert "Temporary password has expired" in visitor.alert
