"""The link of an email: it confirms in whatever browser it is opened (H042)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.emulator.managed_login.test_sign_up import sign_up
from tests.emulator.support.login_pages import CALLBACK, Domain, Visitor, domain

BY_LINK = {"DefaultEmailOption": "CONFIRM_WITH_LINK"}
MISSING = "Required parameters missing"


@pytest.fixture(params=[False, True], ids=["in process", "served"])
def shop(request: pytest.FixtureRequest) -> Iterator[Domain]:
    """A pool whose emails have links, in process and served."""
    with domain(served=request.param, VerificationMessageTemplate=BY_LINK) as found:
        yield found


def link(at: Domain) -> str:
    """Return the link in the newest email."""
    found = re.search(r'href="([^"]+)"', at.engine.outbox.messages(username="ada")[0].body or "")
    assert found is not None
    return found[1]


@pytest.mark.fact("H042b")
def test_the_link_confirms_in_another_browser(shop: Domain) -> None:
    """The link leads to this emulator; it confirms once, and signs nobody in."""
    visitor = sign_up(shop)
    assert visitor.inputs() == {}
    other = Visitor(shop.base).open(link(shop))
    assert (other.status, other.heading) == (200, "Your registration has been confirmed")
    assert shop.user().status == "CONFIRMED"
    assert "cognito" not in other.session.cookies
    other.open(link(shop))
    assert other.status == 400
    assert other.alert == "User cannot be confirmed. Current status is CONFIRMED"


@pytest.mark.fact("H060")
def test_the_first_browser_goes_on_into_the_app(shop: Domain) -> None:
    """Who has signed up continues after the link was opened, and not before."""
    visitor = sign_up(shop).submit("Continue")
    assert visitor.alert == "Your account is not confirmed yet. Open the link in the email first."
    visitor.submit("Send a new link")
    assert visitor.notice == "A new link was sent."
    Visitor(shop.base).open(link(shop))
    assert set(visitor.submit("Continue").callback) == {"code", "state"}


@pytest.mark.fact("H042b")
def test_the_link_may_lead_to_a_registered_address(shop: Domain) -> None:
    """redirect_uri leads there after the confirmation; another one confirms nothing."""
    sign_up(shop)
    visitor = Visitor(shop.base).open(f"{link(shop)}&redirect_uri=https%3A%2F%2Fevil.example")
    assert (visitor.status, visitor.left_for, visitor.alert) == (400, "", "redirect_mismatch")
    assert shop.user().status == "UNCONFIRMED"
    visitor.open(f"{link(shop)}&redirect_uri={CALLBACK}")
    assert visitor.left_for == CALLBACK
    assert shop.user().status == "CONFIRMED"


@pytest.mark.fact("H042b")
def test_a_wrong_link_is_an_error_page(shop: Domain) -> None:
    """A link with a wrong code, a missing part or a foreign app client confirms nothing."""
    sign_up(shop)
    wrong = {
        re.sub("code=.*", "code=0", link(shop)): "Invalid verification code provided, please try",
        re.sub("&user_name=ada", "", link(shop)): MISSING,
        re.sub("client_id=[^&]*", "client_id=x", link(shop)): "Client does not exist",
    }
    for address, text in wrong.items():
        visitor = Visitor(shop.base).open(address)
        assert visitor.status == 400
        assert text in visitor.alert
    assert shop.user().status == "UNCONFIRMED"


@pytest.mark.fact("H042b")
def test_only_an_opened_link_confirms(shop: Domain) -> None:
    """Programs that only look whether the page is there confirm nothing."""
    visitor = sign_up(shop)
    for method in ("HEAD", "POST", "OPTIONS"):
        visitor.session.request(method, link(shop), allow_redirects=False, timeout=30)
    assert shop.user().status == "UNCONFIRMED"
    slash = link(shop).replace("/confirmUser?", "/confirmUser/?")
    assert Visitor(shop.base).open(slash).status == 200
    assert shop.user().status == "CONFIRMED"
