"""Which page a person has before them, told by what its form asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from harness.flows.managed_login.asked_fields import AskedField, asked_in, choices_in
from harness.flows.managed_login.web_page import PageField, WebForm, WebPage

__all__ = ["PageKind", "ReadForm", "forms_of", "kind_of"]


class PageKind(str, Enum):
    """What a page is for; the values are how messages name it.

    The paths of most pages are in no public text (H043), so a page is known by its fields.
    """

    SIGN_IN = "the sign-in page"
    USERNAME = "a page for the username"
    PASSWORD = "a page for the password"
    NEW_PASSWORD = "a page for a new password"
    TOTP_SET_UP = "the set-up of an authenticator app"
    CONTACT_SET_UP = "the set-up of a contact for codes"
    FACTOR_CHOICE = "a choice of the second factor"
    TOTP_CODE = "a page for a TOTP code"
    SENT_CODE = "a page for a code that was sent"
    RESET = "a page for a code and a new password"
    SIGN_UP = "the sign-up page"
    OTHER = "another page"

    def __str__(self) -> str:
        """Return how messages name it."""
        return self.value


@dataclass(frozen=True)
class ReadForm:
    """A form, with what it asks for.

    Attributes:
        kind: what it makes its page.
        form: the form.
        asked: the field that asks each thing.
        choices: what a person can choose from.
    """

    kind: PageKind
    form: WebForm
    asked: dict[AskedField, PageField] = field(default_factory=dict)
    choices: tuple[PageField, ...] = ()


#: What a form asks, with what it is then; the first that fits.
_BY_FIELDS: tuple[tuple[frozenset[AskedField], PageKind], ...] = (
    (frozenset({AskedField.CODE, AskedField.NEW_PASSWORD}), PageKind.RESET),
    (frozenset({AskedField.CODE, AskedField.PASSWORD}), PageKind.RESET),
    (frozenset({AskedField.EMAIL, AskedField.PASSWORD}), PageKind.SIGN_UP),
    (frozenset({AskedField.EMAIL, AskedField.NEW_PASSWORD}), PageKind.SIGN_UP),
    (frozenset({AskedField.USERNAME, AskedField.NEW_PASSWORD}), PageKind.SIGN_UP),
    (frozenset({AskedField.USERNAME, AskedField.PASSWORD}), PageKind.SIGN_IN),
    (frozenset({AskedField.NEW_PASSWORD}), PageKind.NEW_PASSWORD),
    (frozenset({AskedField.REPEATED_PASSWORD}), PageKind.NEW_PASSWORD),
    (frozenset({AskedField.PASSWORD}), PageKind.PASSWORD),
    (frozenset({AskedField.CODE}), PageKind.SENT_CODE),
    (frozenset({AskedField.USERNAME}), PageKind.USERNAME),
    (frozenset({AskedField.PHONE_NUMBER}), PageKind.CONTACT_SET_UP),
    (frozenset({AskedField.EMAIL}), PageKind.CONTACT_SET_UP),
)
#: What pages say about codes that an app makes.
_OF_AN_APP = ("authenticator", "TOTP")
#: What pages call the factors, where the name of a choice does not say it.
_FACTORS = ("SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP")


def forms_of(page: WebPage) -> tuple[ReadForm, ...]:
    """Return the forms that a person can use; the classic pages have each form twice (H044)."""
    read = (_read(form, page) for form in page.forms)
    return tuple(each for each in read if each.kind is not PageKind.OTHER)


def kind_of(page: WebPage) -> PageKind:
    """Return what a page is for, by its first form that a person can use."""
    return next((each.kind for each in forms_of(page)), PageKind.OTHER)


def _read(form: WebForm, page: WebPage) -> ReadForm:
    asked = asked_in(form)
    kind = next((kind for needed, kind in _BY_FIELDS if needed <= set(asked)), PageKind.OTHER)
    choices = choices_in(form)
    if kind is PageKind.SIGN_UP and AskedField.USERNAME not in asked and _says_new(asked):
        # A first sign-in can ask for a new password together with attributes (A167).
        kind = PageKind.NEW_PASSWORD
    if kind is PageKind.OTHER and len(choices) > 1 and _are_factors(choices):
        kind = PageKind.FACTOR_CHOICE
    if kind is PageKind.SENT_CODE and page.totp_secret is not None:
        kind = PageKind.TOTP_SET_UP
    elif kind is PageKind.SENT_CODE and page.mentions(*_OF_AN_APP):
        kind = PageKind.TOTP_CODE
    return ReadForm(kind, form, asked, choices)


def _says_new(asked: dict[AskedField, PageField]) -> bool:
    field = asked.get(AskedField.NEW_PASSWORD)
    return field is not None and "new" in field.label.casefold().split()


def _are_factors(choices: tuple[PageField, ...]) -> bool:
    words = " ".join(f"{each.value} {each.label}" for each in choices).casefold()
    return any(name.casefold() in words for name in (*_FACTORS, *_OF_AN_APP, "sms", "email"))
