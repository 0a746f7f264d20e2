"""Forms that no browser sends: every one gets a page or a refusal, and none an internal error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.emulator.managed_login.test_sign_up import ADA, EMAIL, sign_up
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.login_pages import Domain, Visitor, domain

#: Texts that break parsers, limits and encodings.
HOSTILE = ("", " ", "\x00", "\ud800", "a" * 60_000, "<script>", "{####}", "\u202e\u0000", "%00%ff")
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def shop() -> Iterator[Domain]:
    """A served pool; it must have had no internal error at the end."""
    with domain() as found:
        yield found


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_taken_or_refused(shop: Domain, text: str) -> None:
    """Each field takes every text, as a value or with a refusal."""
    raw = text.encode("utf-8", "surrogatepass").decode("latin-1")
    visitor = Visitor(shop.base).open(shop.address("/signup"))
    for field in ADA:
        visitor.open(shop.address("/signup")).submit("Sign up", **{**ADA, field: raw * 3})
        assert visitor.status < 500
    for user in list(shop.engine.pools[shop.pool_id].users):
        shop.call("AdminDeleteUser", Username=user.username)
    visitor.open(shop.address("/forgotPassword")).submit("Reset my password", username=raw)
    assert visitor.status < 500


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_codes_confirm_nobody(shop: Domain, text: str) -> None:
    """A code of any text is wrong, by the form and by the link."""
    raw = text.encode("utf-8", "surrogatepass").decode("latin-1")
    visitor = sign_up(shop, username="eve")
    visitor.submit("Confirm account", code=raw)
    assert visitor.status < 500
    query = {"client_id": shop.client_id, "user_name": "eve", "confirmation_code": raw[:4_000]}
    found = requests.get(f"{shop.base}/confirmUser", query, timeout=30)
    assert 400 <= found.status_code < 500
    assert shop.user("eve").status == "UNCONFIRMED"
    shop.call("AdminDeleteUser", Username="eve")


@pytest.mark.parametrize("kind", [FORM, "application/json", "multipart/form-data", ""])
def test_bodies_that_are_no_form_are_refused(shop: Domain, kind: str) -> None:
    """Without the CSRF token of a form nothing is done, whatever the body is."""
    for body in (b"", b"{", b"\xff" * 9, b"=&=&;", b"&" * 5_000, b"_csrf"):
        for path in ("/signup", "/confirm", "/resendcode", "/forgotPassword"):
            headers = {"Content-Type": kind} if kind else {}
            address = shop.address(path)
            found = requests.post(address, body, headers=headers, timeout=30, allow_redirects=False)
            assert found.status_code == 403


@pytest.mark.fact("H047")
def test_only_the_fields_of_the_form_count(shop: Domain) -> None:
    """Attributes that the page does not ask for are not written, whatever a program sends."""
    visitor = Visitor(shop.base).open(shop.address("/signup"))
    token = str(visitor.soup.select_one("input[name=_csrf]")["value"])  # type: ignore[index]
    more = {"requiredAttributes[email_verified]": "true", "requiredAttributes[name]": "Eve"}
    data = {"_csrf": token, "username": "eve", EMAIL: "eve@example.com", "password": PASSWORD}
    visitor.session.post(
        shop.address("/signup"), {**data, **more}, allow_redirects=False, timeout=30
    )
    attributes = shop.user("eve").attributes
    assert (attributes["email_verified"], attributes.get("name")) == ("false", None)
    shop.call("AdminDeleteUser", Username="eve")
