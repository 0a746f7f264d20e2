"""Pages: forms by their labels, alerts, links and TOTP secrets."""

from __future__ import annotations

import pytest

from harness.flows.managed_login.asked_fields import AskedField, asked_in, choices_in, field_for
from harness.flows.managed_login.page_kinds import PageKind, forms_of, kind_of
from harness.flows.managed_login.web_page import WebPage, read_page
from tests.flows.managed_login.small_domain import CSRF, classic_form

URL = "https://shop.auth.us-east-1.amazoncognito.com/login?client_id=1"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def read(html: str) -> WebPage:
    """Return a page at an address of Cognito."""
    return read_page(URL, 200, html)


def test_classic_form_that_comes_twice_is_read_as_a_sign_in() -> None:
    """Each of the two forms asks for username and password, found by label, and has the token."""
    page = read(classic_form("client_id=1"))
    assert kind_of(page) is PageKind.SIGN_IN
    assert [read.kind for read in forms_of(page)] == [PageKind.SIGN_IN, PageKind.SIGN_IN]
    for form in page.forms:
        asked = asked_in(form)
        assert asked[AskedField.USERNAME].label == "Username"
        assert asked[AskedField.PASSWORD].name == "password"
        assert form.name == "cognitoSignInForm"
        assert form.action.endswith("/_domain/shop/login?client_id=1")


def test_form_sends_what_a_browser_sends() -> None:
    """Hidden fields keep their values, and the pressed button goes with the fields."""
    form = read(classic_form()).forms[0]
    assert form.data({"username": "ann", "password": "Pass-word-1"}) == [
        ("_csrf", CSRF),
        ("username", "ann"),
        ("password", "Pass-word-1"),
        ("cognitoAsfData", ""),
        ("signInSubmitButton", "Sign in"),
    ]


def test_alert_is_what_the_page_reports_once() -> None:
    """The alert of the classic page counts once, though the page has it twice."""
    page = read(classic_form(alert="Incorrect username or password."))
    assert page.alerts == ("Incorrect username or password.",)
    assert read("<p role=alert>Wrong  <b>code</b></p>").alerts == ("Wrong code",)


def test_links_are_found_by_their_words() -> None:
    """A link is found by a word on it, whatever the case, and resolved against the page."""
    page = read(classic_form("client_id=1"))
    assert page.link("sign up") == (
        "https://shop.auth.us-east-1.amazoncognito.com/_domain/shop/signup?client_id=1"
    )
    assert page.link("passkey") is None


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<label>User name <input name=a></label>", PageKind.USERNAME),
        ("<label for=p>Password</label><input id=p type=password name=b>", PageKind.PASSWORD),
        ("<input aria-label='Enter code' name=c>", PageKind.SENT_CODE),
        ("<input autocomplete=one-time-code name=d>", PageKind.SENT_CODE),
        (
            "<input type=password name=new_password><input type=password name=confirm_password>",
            PageKind.NEW_PASSWORD,
        ),
        ("<input name=phone type=tel>", PageKind.CONTACT_SET_UP),
        ("<label>Email <input type=email name=e></label>", PageKind.CONTACT_SET_UP),
        (
            "<label>Code <input name=c></label>"
            "<label>New password <input type=password name=n></label>",
            PageKind.RESET,
        ),
        (
            "<label>Username <input name=username></label><input name='requiredAttributes[email]'>"
            "<label>Password <input type=password name=password></label>",
            PageKind.SIGN_UP,
        ),
        ("<input name=q placeholder=Search>", PageKind.OTHER),
    ],
)
def test_page_is_known_by_what_its_form_asks(html: str, kind: PageKind) -> None:
    """The fields decide what a page is for, by label, name, autocomplete or placeholder."""
    assert kind_of(read(f"<form method=post>{html}<button>Next</button></form>")) is kind


@pytest.mark.parametrize("how", ["readonly", "hidden", "readonly hidden"])
def test_username_for_the_password_manager_is_not_asked_for(how: str) -> None:
    """A field that nobody can fill in makes no sign-up of a new password, and is sent unchanged."""
    page = read(
        f"<form><input name=username value=ada autocomplete=username {how}>"
        "<label>New password<input type=password name=password></label></form>"
    )
    assert kind_of(page) is PageKind.NEW_PASSWORD
    assert page.forms[0].data({"password": "Pass-word-1"})[0] == ("username", "ada")


def test_code_page_that_mentions_an_authenticator_asks_for_a_totp_code() -> None:
    """The words of the page tell codes of an app from codes that are sent."""
    html = (
        "<p>Open your authenticator app.</p><form><input name=mfa_code><button>Go</button></form>"
    )
    assert kind_of(read(html)) is PageKind.TOTP_CODE


@pytest.mark.parametrize(
    "place",
    [
        f"<a href='otpauth://totp/Shop:ann?secret={SECRET}&issuer=Shop'>Open the app</a>",
        "<p>Secret key: <code>JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP</code></p>",
        f"<input readonly value={SECRET} aria-label='Secret key'>",
        f"<span id=secretKey>{SECRET}</span>",
    ],
)
def test_totp_secret_is_read_as_link_or_text(place: str) -> None:
    """The secret is found in an otpauth link, in a place for code, or in a field."""
    page = read(f"{place}<form><label>Code <input name=code></label><button>Go</button></form>")
    assert page.totp_secret == SECRET
    assert kind_of(page) is PageKind.TOTP_SET_UP
    assert SECRET not in repr(page)


def test_factors_to_choose_from_are_radios_or_buttons() -> None:
    """A form with several factors and nothing to type is a choice."""
    radios = (
        "<form><label><input type=radio name=f value=SMS_MFA> Text message</label>"
        "<label><input type=radio name=f value=SOFTWARE_TOKEN_MFA checked> Authenticator app"
        "</label><button>Next</button></form>"
    )
    buttons = (
        "<form><button name=f value=EMAIL_OTP>Email</button>"
        "<button name=f value=SOFTWARE_TOKEN_MFA>Authenticator app</button></form>"
    )
    for html in (radios, buttons):
        page = read(html)
        assert kind_of(page) is PageKind.FACTOR_CHOICE
        assert len(choices_in(page.forms[0])) == 2
    assert read(radios).forms[0].data({}) == [("f", "SOFTWARE_TOKEN_MFA")]
    assert read(radios).forms[0].data({"f": "SMS_MFA"}) == [("f", "SMS_MFA")]


def test_attributes_are_found_by_name_or_label() -> None:
    """The classic name, the plain name and the label lead to the field of an attribute."""
    form = read(
        "<form><input name='requiredAttributes[given_name]'><input name=nickname>"
        "<label>Family name <input name=x></label><label>E-mail <input name=y></label></form>"
    ).forms[0]
    names = {
        name: getattr(field_for(form, name), "name", None)
        for name in ("given_name", "nickname", "family_name", "email", "birthdate")
    }
    assert names == {
        "given_name": "requiredAttributes[given_name]",
        "nickname": "nickname",
        "family_name": "x",
        "email": "y",
        "birthdate": None,
    }
