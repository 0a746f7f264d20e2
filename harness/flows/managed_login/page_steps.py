"""One step of a walk: answers the page that is before a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from harness.clock import Clock
from harness.flows.managed_login.asked_fields import AskedField, field_for
from harness.flows.managed_login.browser import Arrival, WebBrowser
from harness.flows.managed_login.page_kinds import PageKind, ReadForm, forms_of
from harness.flows.managed_login.web_errors import UnexpectedPage
from harness.flows.managed_login.web_page import PageField, WebPage
from harness.flows.progress import SignInContext
from harness.redaction import Secret
from harness.users.authenticator import Authenticator

__all__ = ["PageSteps"]

Value = TypeVar("Value")

#: The words of choices, and the factor that they mean.
_WORDS = {
    "SOFTWARE_TOKEN_MFA": ("software_token", "authenticator", "totp"),
    "EMAIL_OTP": ("email_otp", "email_mfa", "email", "e-mail"),
    "SMS_MFA": ("sms", "text message", "phone"),
}


class PageSteps:
    """Answers pages with what a person has.

    Args:
        browser: sends the forms.
        context: what the person has: password, authenticator, mailbox and the like.
        clock: gives the time of TOTP codes, and of messages.

    Attributes:
        authenticator: what the person has, or has set up on the way.
    """

    def __init__(self, browser: WebBrowser, context: SignInContext, clock: Clock) -> None:
        self.authenticator = context.authenticator
        self._browser = browser
        self._context = context
        self._clock = clock
        self._sent_since = clock.time()
        self._answers: Mapping[PageKind, Callable[[WebPage, ReadForm], Mapping[str, str]]] = {
            PageKind.SIGN_IN: self._names_and_password,
            PageKind.USERNAME: self._names_and_password,
            PageKind.PASSWORD: self._names_and_password,
            PageKind.NEW_PASSWORD: self._new_password,
            PageKind.TOTP_SET_UP: self._set_up,
            PageKind.TOTP_CODE: self._totp_code,
            PageKind.SENT_CODE: self._sent_code,
            PageKind.CONTACT_SET_UP: self._contact,
        }

    def answer(self, page: WebPage) -> Arrival:
        """Answer a page.

        Raises:
            UnexpectedPage: it is an error page, it refuses what it was sent, it cannot be
                answered, or the person lacks what it asks for.
        """
        found = next(iter(forms_of(page)), None)
        if found is None or page.status >= 400:
            raise UnexpectedPage("a page of a sign-in, or the app's address", page)
        if page.alerts:
            raise UnexpectedPage("a page without an alert", page)
        if found.kind is PageKind.FACTOR_CHOICE:
            return self._choose(page, found)
        make = self._answers.get(found.kind)
        if make is None:
            raise UnexpectedPage("a page of a sign-in, or the app's address", page)
        return self._browser.submit(found.form, make(page, found))

    def _names_and_password(self, page: WebPage, read: ReadForm) -> Mapping[str, str]:
        values: dict[str, str] = {}
        if AskedField.USERNAME in read.asked:
            values[read.asked[AskedField.USERNAME].name] = self._context.username
        if AskedField.PASSWORD in read.asked:
            password = _need(self._context.password, "password", page)
            values[read.asked[AskedField.PASSWORD].name] = password.reveal()
        self._sent_since = self._clock.time()
        return values

    def _new_password(self, page: WebPage, read: ReadForm) -> Mapping[str, str]:
        new = _need(self._context.new_password, "new_password", page).reveal()
        passwords = (AskedField.PASSWORD, AskedField.NEW_PASSWORD, AskedField.REPEATED_PASSWORD)
        values = {read.asked[one].name: new for one in passwords if one in read.asked}
        for name, value in self._context.attributes.items():
            if (field := field_for(read.form, name)) is not None:
                values[field.name] = value
        return values

    def _set_up(self, page: WebPage, read: ReadForm) -> Mapping[str, str]:
        secret = _need(page.totp_secret, "a TOTP secret on the page", page)
        self.authenticator = Authenticator(Secret(secret), self._clock)
        values = {read.asked[AskedField.CODE].name: self.authenticator.code()}
        named = self._context.friendly_device_name
        device = next((each for each in read.form.asked if "device" in each.label.lower()), None)
        if named is not None and device is not None:
            values[device.name] = named
        return values

    def _totp_code(self, page: WebPage, read: ReadForm) -> Mapping[str, str]:
        authenticator = _need(self.authenticator, "authenticator", page)
        return {read.asked[AskedField.CODE].name: authenticator.code()}

    def _sent_code(self, page: WebPage, read: ReadForm) -> Mapping[str, str]:
        # A page that does not say where the code comes from is answered with what there is.
        if self._context.mailbox is None and self.authenticator is not None:
            return self._totp_code(page, read)
        mailbox = _need(self._context.mailbox, "mailbox", page)
        code = mailbox.newest_code(self._context.username, kind="mfa", since=self._sent_since)
        return {read.asked[AskedField.CODE].name: code.value.reveal()}

    def _contact(self, page: WebPage, read: ReadForm) -> Mapping[str, str]:
        by_phone = AskedField.PHONE_NUMBER in read.asked
        name = "phone_number" if by_phone else "email"
        value = _need(self._context.attributes.get(name), f"attributes[{name!r}]", page)
        self._sent_since = self._clock.time()
        asked = AskedField.PHONE_NUMBER if by_phone else AskedField.EMAIL
        return {read.asked[asked].name: value}

    def _choose(self, page: WebPage, read: ReadForm) -> Arrival:
        chosen = self._choice(page, read.choices)
        self._sent_since = self._clock.time()
        if chosen.is_button:
            return self._browser.submit(read.form, {}, chosen)
        return self._browser.submit(read.form, {chosen.name: chosen.value})

    def _choice(self, page: WebPage, choices: tuple[PageField, ...]) -> PageField:
        for factor in self._factors():
            for each in choices:
                said = f"{each.value} {each.label}".casefold()
                if any(word in said for word in _WORDS.get(factor, (factor.casefold(),))):
                    return each
        labels = ", ".join(each.label for each in choices)
        raise UnexpectedPage("a choice that can be answered", page, reason=f"it has {labels}")

    def _factors(self) -> tuple[str, ...]:
        """Return the factors that the person can use, in the order in which they prefer them."""
        if self._context.mfa_choice is not None:
            return (self._context.mfa_choice,)
        sent = ("EMAIL_OTP", "SMS_MFA") if self._context.mailbox is not None else ()
        has_app = self.authenticator is not None
        return ("SOFTWARE_TOKEN_MFA", *sent) if has_app or not sent else sent


def _need(value: Value | None, name: str, page: WebPage) -> Value:
    if value is None:
        raise UnexpectedPage("the app's address", page, reason=f"the walk has no {name} for it")
    return value
