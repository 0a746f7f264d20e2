"""What a form asks a person for: told by Cognito's names, autocomplete, and the labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum

from harness.flows.managed_login.web_page import PageField, WebForm

__all__ = ["AskedField", "asked_in", "choices_in", "field_for"]


class AskedField(Enum):
    """What a field asks for; the values are how messages name it."""

    USERNAME = "a username"
    PASSWORD = "a password"
    NEW_PASSWORD = "a new password"
    REPEATED_PASSWORD = "the new password again"
    CODE = "a code"
    EMAIL = "an email address"
    PHONE_NUMBER = "a phone number"


_NEW = re.compile(r"\bnew\b|\bcreate\b|\bchoose\b", re.IGNORECASE)
_AGAIN = re.compile(r"\bagain\b|\bconfirm|\brepeat|\bre-?enter|\bretype", re.IGNORECASE)
_CODE = re.compile(r"\bcode\b", re.IGNORECASE)
_EMAIL = re.compile(r"\be-?mail\b", re.IGNORECASE)
_PHONE = re.compile(r"\bphone\b", re.IGNORECASE)
_USERNAME = re.compile(r"\buser ?name\b", re.IGNORECASE)


def _is_repeated(field: PageField) -> bool:
    return field.kind == "password" and bool(
        _AGAIN.search(field.label) or "confirm" in field.name.lower()
    )


def _is_new(field: PageField) -> bool:
    said = field.autocomplete == "new-password" or "new" in field.name.lower()
    return (
        field.kind == "password"
        and not _is_repeated(field)
        and (said or bool(_NEW.search(field.label)))
    )


def _is_password(field: PageField) -> bool:
    return field.kind == "password" and not _is_new(field) and not _is_repeated(field)


def _is_code(field: PageField) -> bool:
    if not _takes_text(field) or _is_username(field):
        return False
    named = field.autocomplete == "one-time-code" or field.name.lower().endswith("code")
    return named or bool(_CODE.search(field.label))


def _is_username(field: PageField) -> bool:
    if not _takes_text(field):
        return False
    return field.name.lower() == "username" or bool(
        field.autocomplete == "username" or _USERNAME.search(field.label)
    )


def _is_email(field: PageField) -> bool:
    said = field.autocomplete == "email" or field.kind == "email"
    return (
        _takes_text(field)
        and not _is_username(field)
        and not _is_code(field)
        and (said or bool(_EMAIL.search(field.label)) or _named(field, "email"))
    )


def _is_phone(field: PageField) -> bool:
    said = field.autocomplete.startswith("tel") or field.kind == "tel"
    return (
        _takes_text(field)
        and not _is_username(field)
        and not _is_code(field)
        and (said or bool(_PHONE.search(field.label)) or _named(field, "phone_number"))
    )


def _takes_text(field: PageField) -> bool:
    return field.kind in ("text", "email", "tel", "number", "search", "")


_TESTS: dict[AskedField, Callable[[PageField], bool]] = {
    AskedField.USERNAME: _is_username,
    AskedField.PASSWORD: _is_password,
    AskedField.NEW_PASSWORD: _is_new,
    AskedField.REPEATED_PASSWORD: _is_repeated,
    AskedField.CODE: _is_code,
    AskedField.EMAIL: _is_email,
    AskedField.PHONE_NUMBER: _is_phone,
}


def asked_in(form: WebForm) -> dict[AskedField, PageField]:
    """Return what a form asks for, each with the first field that asks it."""
    found: dict[AskedField, PageField] = {}
    for field in form.asked:
        for asked, test in _TESTS.items():
            if asked not in found and test(field):
                found[asked] = field
    return found


def field_for(form: WebForm, attribute: str) -> PageField | None:
    """Return the field of a user attribute, by its name or its label; ``None`` without one.

    The classic pages name it ``requiredAttributes[given_name]``.
    """
    words = attribute.removeprefix("custom:").replace("_", " ").casefold()
    by_name = (each for each in form.asked if _named(each, attribute))
    by_label = (each for each in form.asked if words == _plain(each.label))
    found = next(by_name, None) or next(by_label, None)
    if found is not None or attribute not in ("email", "phone_number"):
        return found
    return asked_in(form).get(AskedField.EMAIL if attribute == "email" else AskedField.PHONE_NUMBER)


def choices_in(form: WebForm) -> tuple[PageField, ...]:
    """Return what a person can choose from in a form that asks nothing else.

    They are radio buttons, or buttons of which each has a value of its own.
    """
    radios = tuple(each for each in form.asked if each.kind == "radio")
    if radios:
        return radios
    if form.asked:
        return ()
    return tuple(each for each in form.buttons if each.name and each.value)


def _named(field: PageField, attribute: str) -> bool:
    return attribute in _parts(field.name)


def _parts(name: str) -> Iterable[str]:
    return (name, *re.split(r"[\[\].]", name))


def _plain(label: str) -> str:
    return label.replace("-", "").rstrip(" *:").casefold()
