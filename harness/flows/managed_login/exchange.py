"""One request of a browser or an app and what came of it, as a trace may keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from harness.flows.managed_login.asked_fields import AskedField, asked_in
from harness.flows.managed_login.web_page import WebForm, WebPage

__all__ = [
    "OK",
    "REFUSED",
    "Recorder",
    "WebExchange",
    "answered_page",
    "redirected",
    "shown_form",
    "without_known",
]

#: The outcome of a request that was not refused, as for a call of the API.
OK = "ok"
#: The outcome of a form whose page comes again with an alert.
REFUSED = "refused on the page"


@dataclass(frozen=True)
class WebExchange:
    """A request to the domain of a pool, under names by which its secrets are redacted.

    Attributes:
        operation: method and path, such as ``POST /login``.
        parameters: what was sent, with its secrets.
        outcome: ``ok``, the error of an endpoint or of a redirect, to the app or to the error page,
            or what kind of page refused it.
        message: what the error says.
        answer: what came back, with its secrets.
        request_id: ``x-amz-cognito-request-id`` (H053).
        started_at: when it was sent, in epoch seconds by the clock of the run.
        latency_seconds: how long it took.
    """

    operation: str
    parameters: dict[str, Any] = field(repr=False)
    outcome: str
    message: str
    answer: dict[str, Any] = field(repr=False)
    request_id: str
    started_at: float
    latency_seconds: float


#: Keeps an exchange.
Recorder: TypeAlias = Callable[[WebExchange], None]


def shown_form(form: WebForm, data: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return what was filled in, under names by which redaction knows passwords and codes.

    Hidden and readonly fields, such as the token against forged requests, are left out.
    """
    asked = {each.name: what for what, each in asked_in(form).items()}
    shown: dict[str, Any] = {}
    for name, value in data:
        what = asked.get(name)
        kinds = {each.kind for each in form.fields if each.name == name and not each.fixed}
        if "password" in kinds:
            shown.setdefault("password", []).append(value)
        elif what is AskedField.CODE:
            shown["code"] = value
        elif kinds & {"radio", "checkbox", "submit", "select"} or what is AskedField.USERNAME:
            shown[name] = value
        elif kinds - {"hidden"}:
            shown[f"userAttributes.{_attribute_in(name)}"] = value
    return shown


def answered_page(page: WebPage) -> dict[str, Any]:
    """Return what a page says, in few words."""
    shown: dict[str, Any] = {"page": page.title, "status": page.status}
    return {**shown, "alert": " ".join(page.alerts)} if page.alerts else shown


def redirected(url: str) -> dict[str, Any]:
    """Return where a redirect leads, with its parameters under their names.

    Tokens of the implicit flow are in the fragment (H022).
    """
    parts = urlsplit(url)
    where = f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.netloc else parts.path
    return {"redirect": where, **dict(parse_qsl(parts.query)), **dict(parse_qsl(parts.fragment))}


def without_known(parameters: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of a query that an earlier request has not had."""
    return {name: value for name, value in parameters.items() if known.get(name) != value}


def _attribute_in(name: str) -> str:
    return name.partition("[")[2].rstrip("]") or name.rpartition(".")[2]
