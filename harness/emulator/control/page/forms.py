"""Carry out a form of the page, and lead back to a view that says what was done.

A browser without a script gets the view by a redirect, so that reloading it does nothing again
(https://en.wikipedia.org/wiki/Post/Redirect/Get), or with what was typed if the form failed. The
page's script asks for JSON instead, and stays where it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from harness.emulator.control.access import PRIVATE_HEADERS
from harness.emulator.control.page.actions import ACTIONS, Action, ActionRefused, Form
from harness.emulator.control.page.choices import DONE
from harness.emulator.control.page.new_user import create_user
from harness.emulator.control.page.rendering import link
from harness.emulator.control.page.request import UnreadableForm
from harness.emulator.control.page.views import VIEWS, PageNotice, shown
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.refusals import Refusal
from harness.errors import HarnessError
from harness.redaction import Redactor

if TYPE_CHECKING:
    from harness.emulator.control.page.request import PageRequest

_ACTIONS: dict[str, Action] = {**ACTIONS, "create-user": create_user}
#: The field that is never sent back.
_SECRET = "password"


def carried_out(asked: PageRequest) -> HttpAnswer:
    """Carry out a form and return where it leads, or why it failed."""
    try:
        form = asked.form()
    except UnreadableForm as problem:
        return _json({"error": str(problem)}, 400)
    action = _ACTIONS.get(form.get("action", ""))
    if action is None:
        return _json({"error": "the form has no action of this page"}, 400)
    try:
        done = action(asked.engine, form)
    except (ActionRefused, Refusal, HarnessError) as problem:
        return _failed(asked, form, _why(problem, form))
    return _done(form, done)


def _done(form: Form, done: str) -> HttpAnswer:
    view = "" if done in ("deleted", "emptied") else _view(form)
    kept = {} if done == "emptied" else {"pool": form.get("pool")}
    place = link(view, **kept, sub=form.get("sub") if view == "user" else None, done=done)
    if form.get("as") == "json":
        return _json({"done": DONE[done], "leads_to": place, "leaves": view != _view(form)})
    return HttpAnswer(303, b"", {"Location": place, **PRIVATE_HEADERS})


def _failed(asked: PageRequest, form: Form, why: str) -> HttpAnswer:
    if form.get("as") == "json":
        return _json({"error": why}, 400)
    typed = {name: value for name, value in form.items() if name != _SECRET}
    notice = PageNotice(why, is_bad=True, form=form["action"], values=typed)
    query = {name: form[name] for name in ("pool", "sub") if name in form}
    return shown(asked.engine, _view(form), query, notice, 400)


def _view(form: Form) -> str:
    """Return the view that a form is on; a form names it, and no other address."""
    name = form.get("view", "")
    return name if name in VIEWS else ""


def _why(problem: Exception, form: Form) -> str:
    """Return why a form failed, without the password, which an error text may quote."""
    text = f"{problem.code}: {problem.message}" if isinstance(problem, Refusal) else str(problem)
    redactor = Redactor()
    if len(form.get(_SECRET, "")) >= Redactor.SHORTEST:
        redactor.register(form[_SECRET])
    return redactor.scrub(text)[:1_000]


def _json(members: dict[str, Any], status: int = 200) -> HttpAnswer:
    headers = {"Content-Type": "application/json", **PRIVATE_HEADERS}
    return HttpAnswer(status, json.dumps(members).encode(), headers)
