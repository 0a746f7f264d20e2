"""Find the pool of a request to a domain, and the handler of its path.

A server has every domain below its own address, ``/_domain/NAME``; a Host header of a domain leads
there too. The app client alone never says which pool is meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from harness.emulator.domain.pools import Pool
from harness.emulator.engine import Engine
from harness.emulator.http.sources import host_name, origin_host
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import refused_page
from harness.emulator.managed_login.authorize import authorize
from harness.emulator.managed_login.cookies import csrf_matches
from harness.emulator.managed_login.error import error
from harness.emulator.managed_login.login import login
from harness.emulator.managed_login.logout import logout
from harness.emulator.managed_login.request import Handler, Visit, WebRequest
from harness.emulator.refusals import Refusal, login_pages

__all__ = [
    "PREFIX",
    "ROUTES",
    "Arrival",
    "Route",
    "answer",
    "domain_of_host",
    "is_for_domain",
    "no_domain",
]

#: Below this path a server has its domains. S3 has no bucket of this name.
PREFIX = "/_domain/"
#: The most characters of a query, and bytes of a body.
_LONGEST_QUERY, _LONGEST_BODY = 8_192, 65_536
_OF_PREFIX = re.compile(
    r"(?P<name>[a-z0-9-]{1,63})\.auth(-fips)?\.(?P<region>[a-z0-9-]+)"
    r"\.(localhost|amazoncognito\.com)"
)


@dataclass(frozen=True)
class Route:
    """What answers a path of a domain.

    Attributes:
        handle: the handler.
        methods: the methods that it knows.
        is_form: whether a POST is a form of a page, which must come from a page of this domain and
            have its CSRF token; the other POSTs are of the OAuth endpoints.
        cors: whether pages of every origin may read the responses (H040b).
    """

    handle: Handler
    methods: tuple[str, ...] = ("GET", "POST")
    is_form: bool = True
    cors: bool = False


#: The pages and endpoints of a domain (H041).
ROUTES: dict[str, Route] = {
    "/oauth2/authorize": Route(authorize, ("GET",)),
    "/login": Route(login),
    "/logout": Route(logout, ("GET",)),
    "/error": Route(error, ("GET",)),
}

#: The pages that Cognito has and the emulator has not, and what they are for.
_NOT_EMULATED = {
    "/oauth2/idpresponse": "Identity providers are",
    "/saml2/idpresponse": "Identity providers are",
    "/saml2/logout": "Identity providers are",
    "/passkeys/add": "Passkeys on the pages are",
}
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Max-Age": "172800",
}


@dataclass(frozen=True)
class Arrival:
    """A request as a server or moto has received it.

    Attributes:
        path: the path, decoded.
        headers: the headers, by their names in lower case; Host is in them.
        scheme: ``http`` or ``https``.
    """

    method: str
    path: str
    query: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    source_ip: str = "127.0.0.1"
    scheme: str = "http"

    @property
    def host(self) -> str:
        """The Host header."""
        return self.headers.get("host", "")


def is_for_domain(engine: Engine, path: str, host: str) -> bool:
    """Return whether a request is for a domain, by its path or its Host."""
    return path.startswith(PREFIX) or domain_of_host(engine, host) is not None


def domain_of_host(engine: Engine, host: str) -> tuple[Pool, str] | None:
    """Return the pool and the domain that a Host header names, if there is one.

    A page that somebody else has made cannot have such a name: those below localhost and
    amazoncognito.com are not theirs to point here, and a custom domain is that of the pool's owner.
    """
    name = host_name(host)
    found = _OF_PREFIX.fullmatch(name)
    if found is None:
        # No top-level domain ends with a digit, and most requests come to an address.
        is_full_name = "." in name and not name[-1:].isdigit()
        pool = engine.pool_of_domain(name) if is_full_name else None
        return (pool, name) if pool else None
    pool = engine.pool_of_domain(found["name"])
    return (pool, found["name"]) if pool and pool.region == found["region"] else None


def answer(engine: Engine, arrival: Arrival) -> HttpAnswer | None:
    """Answer a request to a domain; return ``None`` if it is for none."""
    if arrival.path.startswith(PREFIX):
        name, _, rest = arrival.path.removeprefix(PREFIX).partition("/")
        pool = engine.pool_of_domain(name)
        return _answer(engine, pool, name, f"/{rest}", arrival) if pool else no_domain()
    found = domain_of_host(engine, arrival.host)
    return None if found is None else _answer(engine, *found, arrival.path, arrival)


def no_domain() -> HttpAnswer:
    """Return the response for a domain that no pool has."""
    text = b"No user pool of this emulator has this domain.\n"
    headers = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}
    return HttpAnswer(404, text, headers)


def _answer(engine: Engine, pool: Pool, name: str, path: str, arrival: Arrival) -> HttpAnswer:
    base = _base(engine, pool, name, arrival)
    request = WebRequest(
        method=arrival.method,
        path=path,
        query=arrival.query,
        headers=arrival.headers,
        body=arrival.body,
        source_ip=arrival.source_ip,
        base=base,
        cookie_path=urlsplit(base).path or "/",
        secure=base.startswith("https://"),
    )
    visit = Visit(engine, pool, name, request)
    route = ROUTES.get(path)
    if route is None or (arrival.method == "OPTIONS" and not route.cors):
        return refused_page(visit, _without_route(path, arrival.method))
    if arrival.method == "OPTIONS":
        asked = arrival.headers.get("access-control-request-headers", "*")
        return HttpAnswer(200, b"", {**_CORS, "Access-Control-Allow-Headers": asked})
    found = _logged(visit, route)
    headers = {**_CORS, **found.headers} if route.cors else dict(found.headers)
    if not _is_domains_own(name, urlsplit(base).hostname or ""):
        # Browsers would apply it to all of localhost, also to the app that is served beside.
        headers.pop("Strict-Transport-Security", None)
    return replace(found, headers=headers)


def _is_domains_own(name: str, host: str) -> bool:
    """Return whether a host is the one that the domain has on AWS."""
    return host == name or host.endswith(".amazoncognito.com")


def _without_route(path: str, method: str) -> Refusal:
    if path in ROUTES:
        return login_pages.method_not_allowed(method)
    if path in _NOT_EMULATED:
        return login_pages.page_not_emulated(_NOT_EMULATED[path])
    return login_pages.page_not_found()


def _logged(visit: Visit, route: Route) -> HttpAnswer:
    """Answer a request, and note it in the call log."""
    request = visit.request
    entry = visit.engine.call_log.begin(f"{request.method} {request.path}")
    entry.asked({"UserPoolId": visit.pool.pool_id, **_named(visit)})
    try:
        found = _checked(visit, route)
    except Exception:
        entry.end(500, Refusal("InternalErrorException", "Internal error", 500))
        raise
    entry.end(found.status, found.refused)
    return found


def _named(visit: Visit) -> dict[str, str]:
    """Return the app client and the user of a request, by the names of the API."""
    given = {**visit.request.parameters, **visit.request.form}
    members = {"ClientId": given.get("client_id"), "Username": given.get("username")}
    return {name: text for name, text in members.items() if text}


def _checked(visit: Visit, route: Route) -> HttpAnswer:
    request = visit.request
    if len(request.query) > _LONGEST_QUERY or len(request.body) > _LONGEST_BODY:
        short = replace(request, query="", body=b"")
        return refused_page(replace(visit, request=short), login_pages.request_too_long())
    if request.method not in route.methods:
        return refused_page(visit, login_pages.method_not_allowed(request.method))
    if route.is_form and request.method == "POST":
        if not _is_own_form(visit):
            return refused_page(visit, login_pages.form_of_another_site())
        if not csrf_matches(visit):
            return refused_page(visit, login_pages.csrf_mismatch())
    return route.handle(visit)


def _is_own_form(visit: Visit) -> bool:
    """Return whether a form was sent by a page of the domain, or by a program.

    Browsers send Origin with every POST; ``null`` is that of a page which hides where it is from.
    https://fetch.spec.whatwg.org/#origin-header
    """
    headers = visit.request.headers
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    own = {headers.get("host", "").lower(), urlsplit(visit.request.base).netloc.lower()}
    host = origin_host(origin)
    return host is not None and host.lower() in own


def _base(engine: Engine, pool: Pool, name: str, arrival: Arrival) -> str:
    """Return the address of the domain as the browser knows it.

    A public URL that somebody has named is the truth. Otherwise it is the address that the request
    came to: cookies of localhost are not those of 127.0.0.1.
    """
    by_path = arrival.path.startswith(PREFIX)
    if by_path and engine.settings.public_url is not None:
        return f"{engine.settings.public_url}{PREFIX}{name}"
    if not arrival.host:
        return engine.domain_url(pool, name)
    return f"{arrival.scheme}://{arrival.host}{f'{PREFIX}{name}' if by_path else ''}"
