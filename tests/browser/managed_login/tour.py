"""The pages of managed login, and the way to each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pyotp

from tests.browser.chromium import Browser
from tests.browser.managed_login.window import Window
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.login_pages import domain

__all__ = ["TOUR", "Stop", "at"]

#: Leads a window to a page.
Way: TypeAlias = Callable[[Window], None]

_SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "sms"}
_SES = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
}
#: A pool whose users need one of three second factors.
EVERY_FACTOR = {
    "SmsConfiguration": _SMS,
    "EmailConfiguration": _SES,
    "mfa": "ON",
    "factors": {
        "SmsMfaConfiguration": {"SmsConfiguration": _SMS},
        "EmailMfaConfiguration": {},
    },
    # A contact that resets passwords is no second factor, so here it is neither.
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]},
}
#: One whose users can choose what they set up: they have no phone number.
WITH_SMS = {**EVERY_FACTOR, "factors": {"SmsMfaConfiguration": {"SmsConfiguration": _SMS}}}
#: One whose users may have no email address.
WITHOUT_EMAIL = {**EVERY_FACTOR, "Schema": []}
BY_LINK = {"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"}}
#: What AdminCreateUser and others make of a long address, which must not widen a page.
LONG = "an.unusually.long.mailbox.name+with.tags@a-subdomain.of-a-department.example.com"


@dataclass(frozen=True)
class Stop:
    """One page of the tour.

    Attributes:
        heading: its heading, so that the tour cannot end elsewhere.
        way: leads there.
        settings: what the pool is like, as for `domain`.
    """

    heading: str
    way: Way
    settings: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def at(browser: Browser, stop: Stop, callback: str) -> Iterator[Window]:
    """Bring a new browser to a page, and check that it is there."""
    with domain(callback=callback, **stop.settings) as shop:
        window = Window(browser, shop)
        window.forget()
        stop.way(window)
        assert window.heading == stop.heading, (window.url, window.alert)
        yield window


def _user(window: Window, **attributes: str) -> None:
    given = {"email": LONG, "email_verified": "true", **attributes}
    pairs = [{"Name": name, "Value": value} for name, value in given.items()]
    call = window.shop.call
    call("AdminCreateUser", Username="ada", UserAttributes=pairs, MessageAction="SUPPRESS")
    call("AdminSetUserPassword", Username="ada", Password=PASSWORD, Permanent=True)


def _sign_in(window: Window) -> None:
    window.open("/login")
    window.enter("Sign in", username="ada", password=PASSWORD)


def _login(window: Window) -> None:
    window.open("/login")


def _wrong_login(window: Window) -> None:
    window.open("/login")
    window.enter("Sign in", username="ada" * 20, password="Wrong-password-1")


def _sign_up(window: Window) -> None:
    window.open("/signup")


def _wrong_sign_up(window: Window) -> None:
    window.open("/signup")
    window.enter("Sign up", username="ada", email=LONG, password="weak")


def _signed_up(window: Window) -> None:
    window.open("/signup")
    window.enter("Sign up", username="ada", email=LONG, password=PASSWORD)


def _another_code(window: Window) -> None:
    _signed_up(window)
    window.press("Send a new code")


def _confirmed_by_link(window: Window) -> None:
    _signed_up(window)
    body = window.shop.engine.outbox.messages(username="ada")[0].body or ""
    window.browser.open(body.split('href="')[1].split('"')[0])


def _confirmed(window: Window) -> None:
    _signed_up(window)
    window.enter("Confirm account", verification_code=window.shop.code())


def _chosen(label: str) -> Way:
    def way(window: Window) -> None:
        _confirmed(window)
        window.choose(label)
        window.press("Continue")

    return way


def _email_set_up(window: Window) -> None:
    window.shop.call("AdminCreateUser", Username="ada", MessageAction="SUPPRESS")
    password = {"Password": PASSWORD, "Permanent": True}
    window.shop.call("AdminSetUserPassword", Username="ada", **password)
    _sign_in(window)
    window.choose("Email")
    window.press("Continue")


def _sms_code(window: Window) -> None:
    _chosen("Text message")(window)
    window.enter("Send a code", phone_number="+15555550100")


def _opened_secret(window: Window) -> None:
    _confirmed(window)
    window.browser.click("summary")


def _forgot(window: Window) -> None:
    window.open("/forgotPassword")


def _new_code(window: Window) -> None:
    _user(window)
    _forgot(window)
    window.enter("Reset my password", username="ada")


def _changed(window: Window) -> None:
    _new_code(window)
    new = {"new_password": PASSWORD, "new_password_again": PASSWORD}
    window.enter("Change password", verification_code=window.shop.code(), **new)


def _temporary(window: Window) -> None:
    _user(window)
    window.shop.call("AdminSetUserPassword", Username="ada", Password=PASSWORD, Permanent=False)
    _sign_in(window)


def _mfa(window: Window) -> None:
    _confirmed(window)
    secret = window.scan()[1]["secret"]
    clock = window.shop.engine.clock
    window.enter("Continue", code=pyotp.TOTP(secret).at(int(clock.time())))
    window.forget()
    _sign_in(window)


def _wrong_code(window: Window) -> None:
    _mfa(window)
    window.enter("Continue", code="000000")


def _select_mfa(window: Window) -> None:
    _user(window, phone_number="+15555550100", phone_number_verified="true")
    on = {"Enabled": True}
    both = {"SMSMfaSettings": on, "EmailMfaSettings": on}
    window.shop.call("AdminSetUserMFAPreference", Username="ada", **both)
    _sign_in(window)


def _error(window: Window) -> None:
    window.open("/oauth2/authorize", redirect_uri="http://localhost:9/evil")


_ERROR = "An error was encountered with the requested page."
_CONFIRM, _CHANGE = "Confirm your account", "Change your password"
_CHOOSE = "Choose a multi-factor authentication (MFA) method"
_TOTP = {"mfa": "ON"}

#: Every page, by a name for it; some are there twice, with a refusal or a notice.
TOUR: dict[str, Stop] = {
    "login": Stop("Sign in", _login),
    "login-refused": Stop("Sign in", _wrong_login),
    "login-after-change": Stop("Sign in", _changed),
    "sign-up": Stop("Sign up with a new account", _sign_up),
    "sign-up-refused": Stop("Sign up with a new account", _wrong_sign_up),
    "confirm": Stop(_CONFIRM, _signed_up),
    "confirm-again": Stop(_CONFIRM, _another_code),
    "confirm-link": Stop(_CONFIRM, _signed_up, BY_LINK),
    "confirmed": Stop("Your registration has been confirmed", _confirmed_by_link, BY_LINK),
    "forgot-password": Stop("Forgot your password?", _forgot),
    "confirm-forgot-password": Stop(_CHANGE, _new_code),
    "new-password": Stop(_CHANGE, _temporary),
    "totp-setup": Stop("Set up authenticator app MFA", _confirmed, _TOTP),
    "totp-setup-secret": Stop("Set up authenticator app MFA", _opened_secret, _TOTP),
    "mfa-setup": Stop(_CHOOSE, _confirmed, WITH_SMS),
    "sms-setup": Stop("Set up SMS MFA", _chosen("Text message"), WITH_SMS),
    "sms-setup-code": Stop("Set up SMS MFA", _sms_code, WITH_SMS),
    "email-setup": Stop("Set up email MFA", _email_set_up, WITHOUT_EMAIL),
    "select-mfa": Stop(_CHOOSE, _select_mfa, EVERY_FACTOR),
    "mfa": Stop("Enter your code", _mfa, _TOTP),
    "mfa-refused": Stop("Enter your code", _wrong_code, _TOTP),
    "error": Stop(_ERROR, _error),
}
