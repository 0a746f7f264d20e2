"""What the endpoints for apps have in common: JSON, CORS, the call log, the current call.

These are ``/oauth2/token``, ``/oauth2/userInfo`` and ``/oauth2/revoke``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from harness.emulator.api.request import Request
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import common_headers
from harness.emulator.managed_login.request import Visit
from harness.emulator.refusals import Refusal, oauth

if TYPE_CHECKING:
    from harness.emulator.stores.call_log import Entry

__all__ = ["OAuthCall", "answer_call", "json_answer", "oauth_error"]

#: Any page may call these endpoints (H040). A browser does not count ``*`` for Authorization:
#: https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
_CORS = {"Access-Control-Allow-Origin": "*"}
_ALLOWED_HEADERS = "Authorization, *"
#: The most bytes of a body: enough for the longest aws_client_metadata.
_LONGEST_BODY = 262_144
#: Seconds for which a browser may remember a preflight.
_PREFLIGHT_AGE = "300"


@dataclass
class OAuthCall:
    """One call of an endpoint.

    Attributes:
        visit: the request.
        shown: the members of the request for the call log, by their names in Cognito's API, so
            that it finds pool and user, and knows what is secret.
    """

    visit: Visit
    name: str
    entry: Entry
    shown: dict[str, Any] = field(default_factory=dict, repr=False)

    def asked(self, **members: Any) -> None:
        """Tell the call log members of the request."""
        self.shown |= {name: value for name, value in members.items() if value is not None}
        self.entry.asked(self.shown)

    def request(self, **members: Any) -> Request:
        """Return the call as a request, from which triggers take the app client and metadata.

        No SDK of AWS sends it, whatever the User-Agent says (H079).
        """
        caller = replace(self.visit.caller, user_agent="")
        return Request(self.name, members, caller)


#: Carries out a call.
Work = Callable[[OAuthCall], HttpAnswer]


def answer_call(
    visit: Visit,
    methods: tuple[str, ...],
    work: Work,
    error: Callable[[Refusal], HttpAnswer] | None = None,
) -> HttpAnswer:
    """Carry out a call of an endpoint; a refusal becomes an error response (H066).

    Args:
        visit: the request.
        methods: the methods that it has; others get a 405 without a body (H065).
        work: carries out the call.
        error: makes the response of a refusal; by default `oauth_error`.
    """
    method = visit.request.method.upper()
    if method == "OPTIONS":
        return _preflight(methods)
    if method not in methods:
        return HttpAnswer(405, b"", {**_headers(), "Allow": ", ".join(methods)})
    name = f"{method} {visit.request.path}"
    entry = visit.engine.call_log.begin(name, of_domain=True)
    call = OAuthCall(visit, name, entry)
    call.asked(UserPoolId=visit.pool.pool_id)
    try:
        if len(visit.request.body) > _LONGEST_BODY:
            raise oauth.request_invalid().because(f"the body is longer than {_LONGEST_BODY} bytes")
        response = work(call)
    except Refusal as refusal:
        response = (error or oauth_error)(refusal)
        entry.end(response.status, refusal, response.headers["x-amz-cognito-request-id"])
        return response
    except Exception:
        entry.end(500, Refusal("server_error", "", 500))
        raise
    entry.end(response.status)
    return response


def json_answer(members: dict[str, Any] | None, status: int = 200) -> HttpAnswer:
    """Return a response with JSON; with ``None`` one with an empty body."""
    body = b"" if members is None else json.dumps(members, separators=(",", ":")).encode()
    return HttpAnswer(
        status, body, {**_headers(), "Content-Type": "application/json;charset=UTF-8"}
    )


def oauth_error(refusal: Refusal, **headers: str) -> HttpAnswer:
    """Return the response of a refusal: ``error``, and ``error_description`` if it has a text."""
    members = {"error": refusal.code}
    if refusal.message:
        members["error_description"] = refusal.message
    response = json_answer(members, refusal.status)
    return replace(response, headers={**response.headers, **headers})


def _headers() -> dict[str, str]:
    return {**common_headers(), **_CORS}


def _preflight(methods: tuple[str, ...]) -> HttpAnswer:
    """Let any page call the endpoint (H040); which headers AWS allows is unknown."""
    allowed = {
        "Access-Control-Allow-Methods": ", ".join((*methods, "OPTIONS")),
        "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
        "Access-Control-Max-Age": _PREFLIGHT_AGE,
    }
    return HttpAnswer(200, b"", {**_headers(), **allowed})
