"""The sign-up page (H041, H042, H060, H063)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import page, refused_page
from harness.emulator.managed_login.api_calls import call_api
from harness.emulator.managed_login.confirmation_pages import signed_up
from harness.emulator.managed_login.request import Visit
from harness.emulator.managed_login.sign_up_form import (
    attribute_fields,
    attributes_of,
    name_field,
    policy_in_words,
    wrong_field,
)
from harness.emulator.managed_login.unsigned_steps import checked
from harness.emulator.refusals import Refusal

__all__ = ["sign_up"]


def sign_up(visit: Visit) -> HttpAnswer:
    """Show the sign-up page, or sign a person up with it (H060).

    A pool whose users only an administrator creates has no such page. What Cognito shows there is
    unknown; here it is the error page with the sentence of SignUp (A015).
    """
    asked = checked(visit)
    if isinstance(asked, HttpAnswer):
        return asked
    if visit.pool.admin_create_user_only:
        return refused_page(visit, refusals.sign_up_not_permitted())
    if visit.request.method == "POST":
        return _submitted(visit, asked)
    return _form(visit, {})


def _submitted(visit: Visit, asked: AuthorizeRequest) -> HttpAnswer:
    """Carry out SignUp; a refusal is the page again, with its sentence above the form (H063)."""
    client, form = visit.engine.client_of(visit.pool, asked.client_id), visit.request.form
    name, password = form.get("username", ""), form.get("password", "")
    attributes = attributes_of(visit.pool, form)
    try:
        result = call_api(
            visit, client, "SignUp", name, Password=password, UserAttributes=attributes
        )
    except Refusal as refusal:
        return _form(visit, form, refusal)
    return signed_up(visit, asked, name, result)


def _form(visit: Visit, typed: Mapping[str, str], refusal: Refusal | None = None) -> HttpAnswer:
    fields = [name_field(visit.pool), *attribute_fields(visit.pool).values()]
    shown = page(
        visit,
        "sign_up.html",
        message=refusal.message if refusal else "",
        wrong=wrong_field(refusal, fields) if refusal else "",
        typed={field.name: typed[field.name] for field in fields if field.name in typed},
        fields=fields,
        policy=policy_in_words(visit.pool),
    )
    return replace(shown, refused=refusal)
