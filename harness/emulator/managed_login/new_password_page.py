"""The page for a new password, and the attributes that a pool requires, before the app (H062)."""

from __future__ import annotations

import json
from functools import partial

from harness.emulator.domain.next_challenge import NEW_PASSWORD_REQUIRED
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import page
from harness.emulator.managed_login.request import Visit
from harness.emulator.managed_login.sign_in_calls import answer
from harness.emulator.managed_login.sign_up_form import (
    PASSWORDS_DIFFER,
    FormField,
    attribute_field,
    policy_in_words,
    wrong_field,
)
from harness.emulator.managed_login.steps import attempted, expected, show_next
from harness.emulator.refusals import Refusal
from harness.emulator.stores.login_transactions import LoginTransaction

__all__ = ["new_password"]

_PREFIX = "userAttributes."


def new_password(visit: Visit) -> HttpAnswer:
    """Show the page for a new password, or set it and go on with the sign-in (H062, A168)."""
    found = expected(visit, NEW_PASSWORD_REQUIRED)
    if isinstance(found, HttpAnswer):
        return found
    if visit.request.method != "POST":
        return _form(visit, found)
    if visit.request.form.get("password") != visit.request.form.get("confirm_password"):
        return _shown(visit, found, PASSWORDS_DIFFER, "confirm_password")
    return attempted(visit, found, partial(_set, visit, found), partial(_form, visit, found))


def _set(visit: Visit, transaction: LoginTransaction) -> HttpAnswer:
    form = visit.request.form
    typed = {name: form.get(field.name, "").strip() for name, field in _fields(transaction).items()}
    attributes = {f"{_PREFIX}{name}": value for name, value in typed.items()}
    responses = {"NEW_PASSWORD": form.get("password", ""), **attributes}
    return show_next(visit, transaction, answer(visit, transaction, **responses))


def _form(
    visit: Visit, transaction: LoginTransaction, refusal: Refusal | None = None
) -> HttpAnswer:
    if refusal is None:
        return _shown(visit, transaction, "", "")
    wrong = wrong_field(refusal, _fields(transaction).values())
    return _shown(visit, transaction, refusal.message, wrong)


def _shown(visit: Visit, transaction: LoginTransaction, message: str, wrong: str) -> HttpAnswer:
    form, fields = visit.request.form, list(_fields(transaction).values())
    return page(
        visit,
        "new_password.html",
        username=transaction.username,
        message=message,
        wrong=wrong,
        typed={field.name: form[field.name] for field in fields if field.name in form},
        policy=policy_in_words(visit.pool),
        fields=fields,
    )


def _fields(transaction: LoginTransaction) -> dict[str, FormField]:
    """Return the fields for the required attributes that the user does not have yet."""
    missing = json.loads(transaction.parameters["requiredAttributes"])
    names = [name.removeprefix(_PREFIX) for name in missing]
    return {name: attribute_field(name) for name in names}
