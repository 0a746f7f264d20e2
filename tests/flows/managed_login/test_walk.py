"""The walk through the pages, from the app's request to its code."""

from __future__ import annotations

import pyotp
import pytest

from harness import Authenticator, Code, Person, VirtualClock
from harness.errors import ConfigurationError, UnexpectedResult
from harness.flows.managed_login.account_pages import AccountPages
from harness.flows.managed_login.asked_fields import AskedField
from harness.flows.managed_login.page_kinds import PageKind
from harness.flows.managed_login.web_errors import OAuthRefusal, UnexpectedPage
from harness.flows.managed_login.web_page import WebPage
from harness.redaction import Secret
from tests.flows.managed_login.small_domain import (
    CALLBACK,
    CSRF,
    NOW,
    Answered,
    SmallDomain,
    classic_form,
    form_of,
    members,
    page,
    redirect,
)
from tests.flows.managed_login.small_domain import Asked as Request

PASSWORD = "Pass-word-1"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PERSON = Person(
    "ann", "ann@example.com", "+12025550123", "Ann", Secret(PASSWORD), {"email": "ann@example.com"}
)
BASE = "/_domain/shop"
CODE_FIELD = "<label>Code <input name=code autocomplete=one-time-code></label>"


def sent_to_the_app(asked: Request) -> Answered:
    """Return the redirect with a code and the state of the query."""
    return redirect(f"{CALLBACK}?code=c0de&state={asked.query['state']}")


def answered_by(domain: SmallDomain) -> None:
    """Have a domain begin with the classic page."""
    domain.answers["GET /oauth2/authorize"] = lambda asked: page(
        classic_form(f"state={asked.query['state']}")
    )


def test_person_signs_in_on_the_classic_page(domain: SmallDomain) -> None:
    """The form is sent with name, password and token, and the code comes with the state."""
    answered_by(domain)
    domain.answers["POST /login"] = sent_to_the_app
    domain.answers["POST /oauth2/token"] = lambda _: members(access_token="a", token_type="Bearer")
    walker = domain.walker()
    result = walker.sign_in(PERSON)
    form = domain.asked[-1].form
    assert (form["username"], form["password"], form["_csrf"]) == ("ann", PASSWORD, CSRF)
    assert result.pages == (PageKind.SIGN_IN,)
    tokens = walker.exchange(result)
    assert tokens.access == Secret("a")
    assert result.request.verifier is not None
    assert domain.asked[-1].form["code_verifier"] == result.request.verifier.reveal()


def test_person_signs_in_in_two_steps(domain: SmallDomain) -> None:
    """Where the username has a page of its own, the password follows on the next one (H045)."""
    domain.answers["GET /oauth2/authorize"] = lambda asked: page(
        form_of(
            "<label>Username <input name=username></label>",
            action=f"{BASE}/login?state={asked.query['state']}",
            title="Sign in",
        )
    )
    domain.answers["POST /login"] = lambda asked: page(
        form_of(
            "<label>Password <input type=password name=password></label>",
            action=f"{BASE}/verifyPassword?state={asked.query['state']}",
            title="Enter your password",
        )
    )
    domain.answers["POST /verifyPassword"] = sent_to_the_app
    result = domain.walker().sign_in(PERSON)
    assert result.pages == (PageKind.USERNAME, PageKind.PASSWORD)
    assert domain.asked[-1].form == {"password": PASSWORD}


def test_authenticator_is_set_up_on_the_page_and_used_next_time(domain: SmallDomain) -> None:
    """The secret of the page makes the code, and the result has the authenticator."""
    answered_by(domain)
    domain.answers["POST /login"] = lambda asked: page(
        form_of(
            CODE_FIELD + "<label>Device name <input name=friendly></label>",
            action=f"{BASE}/totpSetup?state={asked.query['state']}",
            title="Set up authenticator app MFA",
            around=f"<code>{SECRET}</code>",
        )
    )
    domain.answers["POST /totpSetup"] = sent_to_the_app
    result = domain.walker().sign_in(PERSON, friendly_device_name="phone")
    form = domain.asked[-1].form
    assert pyotp.TOTP(SECRET).verify(form["code"], for_time=int(NOW), valid_window=1)
    assert form["friendly"] == "phone"
    assert result.pages == (PageKind.SIGN_IN, PageKind.TOTP_SET_UP)
    assert result.authenticator is not None
    assert result.authenticator.secret == Secret(SECRET)


def mfa_page(domain: SmallDomain, words: str) -> None:
    """Have the password lead to a page for a code, of which the words say what code."""
    answered_by(domain)
    domain.answers["POST /login"] = lambda asked: page(
        form_of(
            CODE_FIELD, action=f"{BASE}/mfa?state={asked.query['state']}", title="MFA", around=words
        )
    )
    domain.answers["POST /mfa"] = sent_to_the_app


def test_code_of_the_authenticator_answers_the_code_page(domain: SmallDomain) -> None:
    """A page that mentions an authenticator gets its code."""
    mfa_page(domain, "<p>Enter the code from your authenticator app</p>")
    authenticator = Authenticator(SECRET, VirtualClock(NOW, frozen=True))
    domain.walker().sign_in(PERSON, authenticator=authenticator)
    assert pyotp.TOTP(SECRET).verify(
        domain.asked[-1].form["code"], for_time=int(NOW), valid_window=1
    )


class OneCode:
    """A mailbox with one code."""

    def newest_code(self, username: str, **_: object) -> Code:
        """Return the code."""
        return Code("mfa", username, Secret("246810"), NOW)


def test_code_that_was_sent_answers_the_code_page(domain: SmallDomain) -> None:
    """A page for another code gets the newest one of the mailbox."""
    mfa_page(domain, "<p>We sent a code to a***@e***</p>")
    domain.walker().sign_in(PERSON, mailbox=OneCode())
    assert domain.asked[-1].form == {"code": "246810"}


@pytest.mark.parametrize(
    ("fields", "choice", "sent"),
    [
        (
            "<label><input type=radio name=f value=1>Text message</label>"
            "<label><input type=radio name=f value=2>Authenticator app</label>",
            None,
            {"f": "2"},
        ),
        (
            "<button name=f value=SMS_MFA>SMS</button>"
            "<button name=f value=SOFTWARE_TOKEN_MFA>TOTP</button>",
            "SMS_MFA",
            {"f": "SMS_MFA"},
        ),
    ],
)
def test_factor_is_chosen_by_its_words(
    domain: SmallDomain, fields: str, choice: str | None, sent: dict[str, str]
) -> None:
    """What the person has, or asks for, decides which button or radio is chosen."""
    answered_by(domain)
    html = (
        f"<form method=post action='{BASE}/selectMfa?state=%s'>{fields}<button>Go</button></form>"
    )
    domain.answers["POST /login"] = lambda asked: page(html % asked.query["state"])
    domain.answers["POST /selectMfa"] = sent_to_the_app
    authenticator = Authenticator(SECRET, VirtualClock(NOW))
    domain.walker().sign_in(PERSON, authenticator=authenticator, mfa_choice=choice)
    assert domain.asked[-1].form == sent


def test_new_password_is_set_where_the_pages_ask_for_it(domain: SmallDomain) -> None:
    """The new password goes into both fields, and a required attribute into its own."""
    answered_by(domain)
    domain.answers["POST /login"] = lambda asked: page(
        form_of(
            "<label>New password <input type=password name=new></label>"
            "<label>New password again <input type=password name=confirm></label>"
            "<input name='requiredAttributes[email]'>",
            action=f"{BASE}/newPassword?state={asked.query['state']}",
            title="Change password",
        )
    )
    domain.answers["POST /newPassword"] = sent_to_the_app
    domain.walker().sign_in(PERSON, new_password=Secret("Other-word-2"))
    assert domain.asked[-1].form == {
        "new": "Other-word-2",
        "confirm": "Other-word-2",
        "requiredAttributes[email]": "ann@example.com",
    }


def test_other_page_is_told_with_its_alert_and_without_secrets(domain: SmallDomain) -> None:
    """The error says which page came, its address and its alert, and no password."""
    answered_by(domain)
    domain.answers["POST /login"] = lambda _: page(
        classic_form(alert="Incorrect username or password.")
    )
    with pytest.raises(UnexpectedPage) as error:
        domain.walker().sign_in(PERSON)
    said = str(error.value)
    assert "the page 'Signin' (/_domain/shop/login, HTTP 200)" in said
    assert "Incorrect username or password." in said
    assert PASSWORD not in said
    assert "state" not in said


def test_error_page_ends_the_walk(domain: SmallDomain) -> None:
    """An error page is told with its status and its words."""
    domain.answers["GET /oauth2/authorize"] = lambda _: redirect(
        f"{BASE}/error?error=redirect_mismatch"
    )
    domain.answers["GET /error"] = lambda _: page(
        "<body>An error was encountered with the requested page. redirect_mismatch</body>",
        status=400,
    )
    with pytest.raises(UnexpectedPage, match=r"HTTP 400\) that says 'An error was enc"):
        domain.walker().sign_in(PERSON)


def test_missing_authenticator_is_told(domain: SmallDomain) -> None:
    """What the walk lacks for a page is named."""
    mfa_page(domain, "<p>Enter the code from your authenticator app</p>")
    with pytest.raises(UnexpectedPage, match="the walk has no authenticator for it"):
        domain.walker().sign_in(PERSON)


def test_other_values_than_people_are_told(domain: SmallDomain) -> None:
    """What a fixture gives beside the person is told from it, with what to give instead."""
    answered_by(domain)
    with pytest.raises(ConfigurationError, match=r"give \.person, and authenticator"):
        domain.walker().sign_in(object())  # type: ignore[arg-type]


def test_pages_that_do_not_end_are_told(domain: SmallDomain) -> None:
    """A domain that asks the same again and again does not keep the walk for ever."""
    answered_by(domain)
    domain.answers["POST /login"] = lambda asked: page(
        classic_form(f"state={asked.query['state']}")
    )
    with pytest.raises(UnexpectedPage, match="the app's address at last"):
        domain.walker().sign_in(PERSON)


def test_error_for_the_app_is_a_refusal(domain: SmallDomain) -> None:
    """A redirect with an error is the error of the app's request."""
    domain.answers["GET /oauth2/authorize"] = lambda asked: redirect(
        f"{CALLBACK}?error=login_required&state={asked.query['state']}"
    )
    walker = domain.walker()
    with pytest.raises(OAuthRefusal, match="login_required"):
        walker.sign_in(PERSON, walker.request().with_parameters(prompt="none"))


def test_walk_can_stop_at_a_page(domain: SmallDomain) -> None:
    """A scenario gets the page that it asks for, and fills it in itself."""
    mfa_page(domain, "<p>authenticator</p>")
    walker = domain.walker()
    stopped = walker.until(PageKind.TOTP_CODE, PERSON)
    assert isinstance(stopped, WebPage)
    walker.fill_in(stopped, PageKind.TOTP_CODE, {AskedField.CODE: "000000"})
    assert domain.asked[-1].form == {"code": "000000"}
    with pytest.raises(UnexpectedPage, match="with a username"):
        walker.fill_in(stopped, PageKind.TOTP_CODE, {AskedField.USERNAME: "ann"})


def test_redirect_in_place_of_a_page_is_told_without_the_code(domain: SmallDomain) -> None:
    """Where the app's address comes too early, the message has the names of its parameters."""
    domain.answers["GET /oauth2/authorize"] = sent_to_the_app
    with pytest.raises(UnexpectedResult, match="with code, state") as error:
        domain.walker().until(PageKind.TOTP_CODE, PERSON)
    assert "c0de" not in str(error.value)


def test_person_signs_up_and_gives_the_code(domain: SmallDomain) -> None:
    """The sign-up page gets the attributes that it asks for, and the next one the code."""
    answered_by(domain)
    domain.answers["GET /signup"] = lambda asked: page(
        form_of(
            "<label>Username <input name=username></label>"
            "<label>Email <input name='requiredAttributes[email]'></label>"
            "<label>Password <input type=password name=password></label>",
            action=f"{BASE}/signup?state={asked.query['state']}",
            title="Sign up",
        )
    )
    domain.answers["POST /signup"] = lambda asked: page(
        form_of(
            "<label>Verification code <input name=code></label>",
            action=f"{BASE}/confirm?state={asked.query['state']}",
            title="Confirm your account",
        )
    )
    domain.answers["POST /confirm"] = sent_to_the_app
    walker = domain.walker()
    accounts, request = AccountPages(walker), walker.request()
    arrived = accounts.sign_up(accounts.open_sign_up(request), PERSON)
    assert domain.asked[-1].form == {
        "username": "ann",
        "requiredAttributes[email]": "ann@example.com",
        "password": PASSWORD,
    }
    result = walker.go_on(accounts.give_code(arrived, Secret("135790")), PERSON, request)
    assert domain.asked[-1].form == {"code": "135790"}
    assert request.code_in(result.departure) == Secret("c0de")


def test_person_sets_a_forgotten_password(domain: SmallDomain) -> None:
    """The username asks for a code, and code and new password go together."""
    answered_by(domain)
    domain.answers["GET /forgotPassword"] = lambda _: page(
        form_of(
            "<label>Username <input name=username></label>",
            action=f"{BASE}/forgotPassword",
            title="Forgot your password?",
        )
    )
    domain.answers["POST /forgotPassword"] = lambda _: page(
        form_of(
            "<label>Code <input name=code></label>"
            "<label>New password <input type=password name=p1></label>"
            "<label>Enter new password again <input type=password name=p2></label>",
            action=f"{BASE}/confirmforgotPassword",
            title="Reset",
        )
    )
    domain.answers["POST /confirmforgotPassword"] = lambda _: page(classic_form())
    walker = domain.walker()
    accounts = AccountPages(walker)
    opened = accounts.open_forgotten_password(walker.request())
    accounts.recover_password(opened, "ann", lambda: "112233", Secret("Third-word-3"))
    assert domain.asked[-1].form == {"code": "112233", "p1": "Third-word-3", "p2": "Third-word-3"}


def test_missing_link_is_told(domain: SmallDomain) -> None:
    """A sign-in page without the link says which one is missing."""
    domain.answers["GET /oauth2/authorize"] = lambda _: page(
        form_of(
            "<input name=username><input type=password name=password>",
            action=f"{BASE}/login",
            title="Sign in",
        )
    )
    walker = domain.walker()
    with pytest.raises(UnexpectedPage, match="a link with the words 'sign up'"):
        AccountPages(walker).open_sign_up(walker.request())


def test_other_app_shares_the_browser(domain: SmallDomain) -> None:
    """A walker of another app client has the same cookies, and one with another browser none."""
    domain.answers["GET /login"] = lambda _: page("x", cookies=(f"cognito=1; Path={BASE}",))
    walker = domain.walker()
    walker.browser.open("/login")
    other = walker.for_app(walker.app)
    assert other.browser.cookies == {"cognito": "1"}
    assert walker.another_browser().browser.cookies == {}
