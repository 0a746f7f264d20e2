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
from harness.emulator.managed_login.confirmation_pages import (
    confirm,
    confirm_by_link,
    resend_code,
)
from harness.emulator.managed_login.cookies import CSRF, csrf_matches, with_csrf
from harness.emulator.managed_login.error import error
from harness.emulator.managed_login.login import login
from harness.emulator.managed_login.logout import logout
from harness.emulator.managed_login.mfa_pages import mfa, select_mfa
from harness.emulator.managed_login.new_password_page import new_password
from harness.emulator.managed_login.recovery_pages import (
    confirm_forgot_password,
    forgot_password,
)
from harness.emulator.managed_login.request import Handler, Visit, WebRequest
from harness.emulator.managed_login.revoke import revoke
from harness.emulator.managed_login.set_up_pages import (
    email_set_up,
    mfa_set_up,
    sms_set_up,
    totp_set_up,
)
from harness.emulator.managed_login.sign_up_pages import sign_up
from harness.emulator.managed_login.token_endpoint import token
from harness.emulator.managed_login.transactions import current_transaction
from harness.emulator.managed_login.user_info import user_info
from harness.emulator.refusals import Refusal, login_pages, oauth

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
        methods: the methods that it knows, of a page.
        for_apps: whether it is an endpoint for apps, which looks after methods, CORS and the call
            log itself. A POST to a page must come from a form of this domain.
    """

    handle: Handler
    methods: tuple[str, ...] = ("GET", "POST")
    for_apps: bool = False


#: The pages and endpoints of a domain (H041); those that ask for a factor are of our own (H043).
ROUTES: dict[str, Route] = {
    "/oauth2/authorize": Route(authorize, ("GET",)),
    "/login": Route(login),
    "/logout": Route(logout, ("GET",)),
    "/error": Route(error, ("GET",)),
    # Signing up, and the forgotten password. AWS writes the link of an email with and without the
    # slash: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-email-verification-message-customization.html
    "/signup": Route(sign_up),
    "/confirm": Route(confirm),
    "/resendcode": Route(resend_code),
    "/confirmUser": Route(confirm_by_link, ("GET",)),
    "/confirmUser/": Route(confirm_by_link, ("GET",)),
    "/forgotPassword": Route(forgot_password),
    "/confirmforgotPassword": Route(confirm_forgot_password),
    # The endpoints for apps.
    "/oauth2/token": Route(token, for_apps=True),
    "/oauth2/userInfo": Route(user_info, for_apps=True),
    "/oauth2/revoke": Route(revoke, for_apps=True),
    # The steps of a sign-in.
    "/mfa": Route(mfa),
    "/selectMfa": Route(select_mfa),
    "/mfaSetup": Route(mfa_set_up),
    "/totpSetup": Route(totp_set_up),
    "/smsSetup": Route(sms_set_up),
    "/emailSetup": Route(email_set_up),
    "/newPassword": Route(new_password),
}

#: The pages that Cognito has and the emulator has not.
_NOT_EMULATED = {
    "/oauth2/idpresponse": "Identity providers are",
    "/saml2/idpresponse": "Identity providers are",
    "/saml2/logout": "Identity providers are",
    "/passkeys/add": "Passkeys on the pages are",
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


def is_for_apps(path: str) -> bool:
    """Return whether a path below `PREFIX` is that of an endpoint which every page may read.

    A page that leads its own name here learns nothing from it that it could not ask for anyway.
    """
    if not path.startswith(PREFIX):
        return False
    route = ROUTES.get(f"/{path.removeprefix(PREFIX).partition('/')[2]}")
    return route is not None and route.for_apps


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
    text = (
        b"No user pool of this emulator has this domain. "
        b"CreateUserPoolDomain, or Domain in a seed file, gives a pool one.\n"
    )
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
    found = _by_route(Visit(engine, pool, name, request))
    if _is_domains_own(name, urlsplit(base).hostname or ""):
        return found
    # Browsers would apply it to all of localhost, also to the app that is served beside.
    kept = {
        key: value for key, value in found.headers.items() if key != "Strict-Transport-Security"
    }
    return replace(found, headers=kept)


def _is_domains_own(name: str, host: str) -> bool:
    """Return whether a host is the one that the domain has on AWS."""
    return host == name or host.endswith(".amazoncognito.com")


def _by_route(visit: Visit) -> HttpAnswer:
    path, method = visit.request.path, visit.request.method
    route = ROUTES.get(path)
    if route is None:
        refusal = login_pages.page_not_found()
        if path in _NOT_EMULATED:
            refusal = login_pages.page_not_emulated(_NOT_EMULATED[path])
        return refused_page(visit, refusal)
    if route.for_apps:
        # Even these answers have the cookie (H047).
        return with_csrf(visit, route.handle(visit), visit.engine.random.uuid())
    if _is_too_long(visit):
        short = replace(visit.request, query="", body=b"")
        return refused_page(replace(visit, request=short), login_pages.request_too_long())
    if method not in route.methods:
        return refused_page(visit, login_pages.method_not_allowed(method))
    return _logged(visit, route)


def _is_too_long(visit: Visit) -> bool:
    return len(visit.request.query) > _LONGEST_QUERY or len(visit.request.body) > _LONGEST_BODY


def _logged(visit: Visit, route: Route) -> HttpAnswer:
    """Answer a request to a page, and note it in the call log."""
    request = visit.request
    log = visit.engine.call_log
    entry = log.begin(f"{request.method} {request.path}", of_domain=True)
    entry.asked(_shown_in_log(visit))
    try:
        found = _checked(visit, route)
    except Exception:
        entry.end(500, Refusal("InternalErrorException", "Internal error", 500))
        raise
    entry.end(found.status, found.refused, found.headers.get("x-amz-cognito-request-id", ""))
    return found


def _shown_in_log(visit: Visit) -> dict[str, object]:
    """Return pool, app client and user of a request, and what no text of the log may have."""
    given, form = visit.request.parameters, visit.request.form
    under_way = current_transaction(visit)
    members = {
        "UserPoolId": visit.pool.pool_id,
        "ClientId": given.get("client_id"),
        "Username": form.get("username") or (under_way.username if under_way else None),
        "Password": [text for name, text in form.items() if name != "username"],
    }
    return {name: value for name, value in members.items() if value}


def _checked(visit: Visit, route: Route) -> HttpAnswer:
    try:
        visit.spend()
    except Refusal:
        return refused_page(visit, oauth.too_many_requests())
    if visit.request.method == "POST":
        if not _is_own_form(visit):
            return refused_page(visit, login_pages.form_of_another_site())
        if not csrf_matches(visit):
            return refused_page(visit, login_pages.csrf_mismatch().because(_why_no_match(visit)))
    return route.handle(visit)


def _why_no_match(visit: Visit) -> str:
    if not visit.request.cookie(CSRF):
        return f"the browser sent no cookie {CSRF}"
    return f"_csrf is not the value of the cookie {CSRF}, which every page renews"


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
    by_path, named = arrival.path.startswith(PREFIX), engine.settings.public_url
    if by_path and named is not None:
        return f"{named}{PREFIX}{name}"
    if not arrival.host:
        return engine.domain_url(pool, name)
    # A proxy in front of the emulator may speak TLS for it.
    scheme = urlsplit(named).scheme if named else arrival.scheme
    return f"{scheme}://{arrival.host}{f'{PREFIX}{name}' if by_path else ''}"
