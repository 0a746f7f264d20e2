"""Managed login in Chromium without JavaScript: from the sign-up to the sign-out."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyotp
import pytest
import requests

from tests.browser.empty_page import other_port
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, WRONG_CODE
from tests.emulator.support.login_pages import Domain, domain

pytest.importorskip("selenium", reason="selenium is not installed; tox -e page has it")

if TYPE_CHECKING:
    from tests.browser.chromium import Browser
    from tests.browser.managed_login.window import Window

VERIFIER = "a-verifier-of-43-characters-or-more-0123456789"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
HOUR_AND_A_MINUTE = 3_660


@pytest.fixture
def shop(callback: str) -> Iterator[Domain]:
    """A pool with required MFA, whose codes are TOTP codes."""
    with domain(mfa="ON", callback=callback) as found:
        yield found


@pytest.fixture
def window(browser: Browser, shop: Domain) -> Iterator[Window]:
    """A new browser that runs no script; its console must show no errors at the end."""
    from tests.browser.managed_login.window import Window, without_script

    browser.complaints()
    with without_script(browser):
        found = Window(browser, shop)
        found.forget()
        yield found
    # Chromium reports the status of an error page.
    complaints = browser.complaints()
    assert [text for text in complaints if "the server responded with a status" not in text] == []


def totp(at: Domain, secret: str) -> str:
    """Return the code that an authenticator app shows now."""
    return pyotp.TOTP(secret).at(int(at.engine.clock.time()))


def sign_up(window: Window) -> str:
    """Sign up from the login page, confirm, set up an app by the QR code, and return its secret."""
    window.open("/oauth2/authorize", **PKCE)
    assert window.path == "/login"
    window.press("Sign up")
    window.enter("Sign up", username="ada", email="ada@example.com", password=PASSWORD)
    assert window.heading == "Confirm your account"
    window.enter("Confirm account", verification_code=window.shop.code())
    assert window.path == "/totpSetup"
    label, given = window.scan()
    secret = given["secret"]
    assert (label, given["issuer"]) == ("shop:ada", "shop")
    window.browser.click("summary")
    assert window.browser.texts("#secret") == [secret]
    window.enter("Continue", code=totp(window.shop, secret))
    return secret


def new_person(at: Domain, *, permanent: bool = True) -> None:
    """Create a user with a verified email address."""
    given = {"email": "ada@example.com", "email_verified": "true"}
    pairs = [{"Name": name, "Value": value} for name, value in given.items()]
    at.call("AdminCreateUser", Username="ada", UserAttributes=pairs, MessageAction="SUPPRESS")
    at.call("AdminSetUserPassword", Username="ada", Password=PASSWORD, Permanent=permanent)


def without_mfa(at: Domain) -> None:
    """Turn MFA off."""
    at.call("SetUserPoolMfaConfig", MfaConfiguration="OFF")


@pytest.mark.fact("H020", "H021", "H055", "H056", "H060")
def test_from_the_sign_up_to_the_sign_out(window: Window) -> None:
    """Sign-up, confirmation, set-up by the QR code; a code; the cookie for an hour; sign-out."""
    shop, clock = window.shop, window.shop.engine.clock
    secret = sign_up(window)
    got = window.callback()
    assert got["state"] == "abc"
    exchanged = requests.post(
        f"{shop.base}/oauth2/token",
        {
            "grant_type": "authorization_code",
            "client_id": shop.client_id,
            "code": got["code"],
            "redirect_uri": shop.callback,
            "code_verifier": VERIFIER,
        },
        timeout=30,
    ).json()
    assert {"id_token", "access_token", "refresh_token"} <= set(exchanged)

    # Another browser: the code alone is asked for, and the one of the set-up is used up.
    window.forget()
    window.open("/oauth2/authorize")
    window.enter("Sign in", username="ada", password=PASSWORD)
    assert window.path == "/mfa"
    window.enter("Continue", code=totp(shop, secret))
    assert (window.path, bool(window.alert)) == ("/mfa", True)
    clock.advance(30)
    window.enter("Continue", code=totp(shop, secret))
    assert window.callback()["code"] != got["code"]

    # The cookie signs in at once, and not a minute after its hour.
    window.open("/oauth2/authorize")
    assert window.callback()["code"]
    clock.advance(HOUR_AND_A_MINUTE)
    window.open("/oauth2/authorize")
    assert window.path == "/login"
    window.enter("Sign in", username="ada", password=PASSWORD)
    window.enter("Continue", code=totp(shop, secret))
    assert window.callback()["code"]

    # /logout, as an app leads there, ends the session.
    with other_port() as port:
        bye = f"http://localhost:{port}/bye"
        pool = shop.engine.pools[shop.pool_id]
        pool.clients[shop.client_id].settings["LogoutURLs"] = [bye]
        window.browser.open(f"{shop.base}/logout?client_id={shop.client_id}&logout_uri={bye}")
        assert window.url == bye
    window.open("/oauth2/authorize")
    assert window.path == "/login"


@pytest.mark.fact("H062")
def test_a_temporary_password_is_replaced(window: Window) -> None:
    """The page for the new password comes before the code for the app."""
    without_mfa(window.shop)
    new_person(window.shop, permanent=False)
    window.open("/login")
    window.enter("Sign in", username="ada", password=PASSWORD)
    assert window.path == "/newPassword"
    window.enter("Continue", new_password=OTHER_PASSWORD, new_password_again=OTHER_PASSWORD)
    assert window.callback()["code"]


@pytest.mark.fact("H061")
def test_a_forgotten_password_is_replaced(window: Window) -> None:
    """Name, code and the new password twice; then the sign-in with it."""
    without_mfa(window.shop)
    new_person(window.shop)
    window.open("/login")
    window.press("Forgot your password?")
    window.enter("Reset my password", username="ada")
    new = {"new_password": OTHER_PASSWORD, "new_password_again": OTHER_PASSWORD}
    window.enter("Change password", verification_code="000000", **new)
    assert window.alert == WRONG_CODE
    window.enter("Change password", verification_code=window.shop.code(), **new)
    assert window.path == "/login"
    window.enter("Sign in", password=OTHER_PASSWORD)
    assert window.callback()["code"]


@pytest.mark.fact("H024")
def test_a_foreign_redirect_uri_stays_on_the_error_page(window: Window) -> None:
    """The browser never gets to an address that is not registered."""
    window.browser.requests()
    window.open("/oauth2/authorize", redirect_uri="http://localhost:9/evil")
    assert window.path == "/error"
    assert window.heading == "An error was encountered with the requested page."
    assert not any(url.startswith("http://localhost:9") for url in window.browser.requests())


@pytest.mark.fact("H047")
def test_a_form_without_its_token_is_refused(window: Window) -> None:
    """A form that lost its CSRF token, as one of another site would, signs nobody in."""
    without_mfa(window.shop)
    new_person(window.shop)
    window.open("/login")
    window.browser.run("document.querySelector('[name=_csrf]').remove()")
    window.enter("Sign in", username="ada", password=PASSWORD)
    assert window.heading == "An error was encountered with the requested page."
    assert window.is_inside
    window.open("/oauth2/authorize")
    assert window.path == "/login"


@pytest.mark.fact("H055")
def test_the_keyboard_is_enough(window: Window) -> None:
    """From the sign-up to the app with the keyboard alone; the focus begins where typing does."""
    from selenium.webdriver.common.keys import Keys

    from tests.browser.managed_login.window import is_gone

    def type_in(*keys: str) -> None:
        before = window.browser.driver.find_element("tag name", "html")
        for key in keys:
            window.browser.driver.switch_to.active_element.send_keys(key)
        window.browser.wait_for(lambda: is_gone(before))

    window.open("/signup")
    type_in("ada", Keys.TAB, "ada@example.com", Keys.TAB, PASSWORD, Keys.ENTER)
    assert window.path == "/confirm"
    type_in("000000", Keys.TAB, Keys.SPACE)
    assert window.alert == WRONG_CODE
    type_in(window.shop.code(), Keys.ENTER)
    assert window.path == "/totpSetup"
    _, given = window.scan()
    type_in(totp(window.shop, given["secret"]), Keys.ENTER)
    assert window.callback()["code"]
