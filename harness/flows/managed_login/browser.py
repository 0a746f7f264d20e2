"""A browser without a screen: cookies, forms and redirects, as far as managed login needs them."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from email.message import Message
from http.cookiejar import CookieJar
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urljoin, urlsplit

from requests import RequestException, Response, Session
from requests.cookies import MockRequest, MockResponse

from harness.clock import Clock, SystemClock, stopwatch
from harness.errors import ConfigurationError, ResultUnknown, UnexpectedResult
from harness.flows.managed_login.exchange import (
    OK,
    REFUSED,
    Recorder,
    WebExchange,
    answered_page,
    redirected,
    shown_form,
    without_known,
)
from harness.flows.managed_login.web_errors import OAuthRefusal
from harness.flows.managed_login.web_page import PageField, WebForm, WebPage, read_page
from harness.version import __version__

__all__ = ["Arrival", "Departure", "WebBrowser", "is_loopback"]

#: Seconds until a server counts as gone; it is real, so by the machine's clock.
_TIMEOUT = 30.0
#: More than any way through the pages needs.
_MOST_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_TEXT = 200
#: Where the domain sends the browser with an error that it may tell no app (H024).
_ERROR_PAGE = "/error"
_REQUEST_ID = "x-amz-cognito-request-id"


@dataclass(frozen=True)
class Departure:
    """A redirect to an address off the domain, which the browser does not follow.

    Attributes:
        url: the whole address, with its secrets.
        operation: the request that was answered with it.
    """

    url: str = field(repr=False)
    operation: str = ""

    @property
    def address(self) -> str:
        """The address without query and fragment, such as the app's redirect URI."""
        return self.url.partition("#")[0].partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query: the code and the state, or an error."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def fragment(self) -> dict[str, str]:
        """The parameters of the fragment: the tokens of the implicit flow (H022)."""
        return dict(parse_qsl(urlsplit(self.url).fragment, keep_blank_values=True))

    def require_no_error(self) -> Departure:
        """Return itself.

        Raises:
            OAuthRefusal: the app got an error (H028, H031, H035).
        """
        query = self.query
        if "error" in query:
            description = query.get("error_description", "")
            raise OAuthRefusal(self.operation, query["error"], description, status=302)
        return self


#: Where a browser gets: a page of the domain, or a redirect away from it.
Arrival: TypeAlias = WebPage | Departure


class WebBrowser:
    """Opens the pages of one domain, and never follows a redirect off it.

    Args:
        domain_url: the base URL of the pool's domain, without a slash at the end.
        clock: dates the requests in records.
        record: keeps each request and what came of it.
        verify: a file of certificate authorities for TLS, or whether to check certificates.

    Raises:
        ConfigurationError: the URL is not one of HTTP with a host.
    """

    def __init__(
        self,
        domain_url: str,
        *,
        clock: Clock | None = None,
        record: Recorder | None = None,
        verify: str | bool = True,
    ) -> None:
        self.domain_url = _checked(domain_url)
        self._clock = clock or SystemClock()
        self._record = record
        self._verify = verify
        self._session = Session()
        self._session.headers["User-Agent"] = f"cognito-mfa-harness/{__version__}"
        # A proxy is for hosts outside, and could not reach the loopback interface of this machine.
        self._session.trust_env = not is_loopback(self.domain_url)
        self._known_query: dict[str, str] = {}

    def another(self) -> WebBrowser:
        """Return another browser of the same domain, without cookies."""
        return WebBrowser(
            self.domain_url, clock=self._clock, record=self._record, verify=self._verify
        )

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies by their names; they are secret."""
        return {cookie.name: cookie.value or "" for cookie in self._jar}

    @property
    def _jar(self) -> CookieJar:
        return self._session.cookies

    def set_cookie(self, name: str, value: str) -> None:
        """Have the browser send a cookie with every request to the domain's host."""
        host = urlsplit(self.domain_url).hostname or ""
        # Names without a dot are kept with one: https://docs.python.org/3/library/http.cookiejar.html
        jar_host = host if "." in host or ":" in host else f"{host}.local"
        # The path of the cookie that the server has set, which would otherwise go along with it.
        paths = [each.path for each in self._jar if each.name == name]
        self._session.cookies.set(name, value, domain=jar_host, path=paths[0] if paths else "/")

    def forget_cookies(self, *names: str) -> None:
        """Drop cookies; without names, all."""
        for cookie in list(self._jar):
            if not names or cookie.name in names:
                self._jar.clear(cookie.domain, cookie.path, cookie.name)

    def is_on_domain(self, url: str) -> bool:
        """Return whether a URL is on the domain: its scheme, host and port, and below its path."""
        own, other = urlsplit(self.domain_url), urlsplit(url)
        below = other.path == own.path or other.path.startswith(f"{own.path.rstrip('/')}/")
        return (own.scheme, own.netloc) == (other.scheme, other.netloc) and below

    def open(self, url: str, query: Mapping[str, str] | None = None) -> Arrival:
        """Open a page by its URL, or by its path on the domain, and follow redirects on the domain.

        Args:
            url: a URL of the domain, or a path that begins with a slash.
            query: parameters to add.

        Raises:
            ConfigurationError: the URL is not on the domain.
            ResultUnknown: nothing answered.
            UnexpectedResult: the redirects do not end.
        """
        whole = self.domain_url + url if url.startswith("/") else url
        if not self.is_on_domain(whole):
            raise ConfigurationError("url", given=whole.partition("?")[0], hint=self._hint())
        return self._follow("GET", whole, params=dict(query or {}))

    def submit(
        self,
        form: WebForm,
        values: Mapping[str, str],
        button: PageField | None = None,
    ) -> Arrival:
        """Send a form of a page, and follow redirects on the domain.

        Args:
            form: the form.
            values: what is filled in, by the names of the fields.
            button: the button that is pressed, by default the first one.

        Raises:
            UnexpectedResult: the form would be sent to another site.
            ResultUnknown: nothing answered.
        """
        if not self.is_on_domain(form.action):
            raise UnexpectedResult("a form of the page would be sent to another site")
        data = form.data(values, button)
        if form.method == "GET":
            return self._follow("GET", form.action.partition("?")[0], params=dict(data))
        return self._follow("POST", form.action, data=data, form=form)

    def request(self, method: str, path: str, **sent: Any) -> Response:
        """Send one request of an app to an endpoint of the domain; it has no cookies.

        Args:
            method: the HTTP method.
            path: below the domain.
            sent: arguments of ``requests.Request``, such as ``data`` and ``headers``.
        """
        return self._send(method, self.domain_url + path, cookies=False, **sent)[0]

    def _follow(
        self, method: str, url: str, *, form: WebForm | None = None, **sent: Any
    ) -> Arrival:
        for _ in range(_MOST_REDIRECTS):
            operation = f"{method} {self._path(url)}"
            response = self._exchange(operation, method, url, form, **sent)
            if response.status_code not in _REDIRECTS:
                return _page_of(response)
            target = urljoin(str(response.url), response.headers.get("Location", ""))
            if not self.is_on_domain(target):
                return Departure(target, operation)
            method, url, form, sent = "GET", target, None, {}
        raise UnexpectedResult(f"more than {_MOST_REDIRECTS} redirects, one after the other")

    def _exchange(
        self, operation: str, method: str, url: str, form: WebForm | None, **sent: Any
    ) -> Response:
        response, started_at, latency = self._send(method, url, **sent)
        if self._record is not None:
            query = dict(parse_qsl(urlsplit(str(response.request.url)).query))
            shown: dict[str, Any] = dict(without_known(query, self._known_query))
            self._known_query.update(query)
            shown.update(shown_form(form, sent.get("data", ())) if form else {})
            outcome, message, answer = self._came_of(response)
            request_id = response.headers.get(_REQUEST_ID, "")
            self._record(
                WebExchange(
                    operation, shown, outcome, message, answer, request_id, started_at, latency
                )
            )
        return response

    def _came_of(self, response: Response) -> tuple[str, str, dict[str, Any]]:
        """Return the outcome of a request, the text of its error, and what else came back."""
        if response.status_code not in _REDIRECTS:
            return _said_by(_page_of(response), response.request.method or "")
        target = urljoin(str(response.url), response.headers.get("Location", ""))
        query = dict(parse_qsl(urlsplit(target).query))
        if self.is_on_domain(target):
            path, more = self._path(target), without_known(query, self._known_query)
            outcome = query.get("error", OK) if path == _ERROR_PAGE else OK
            return outcome, "", {"redirect": path, **more}
        if "error" in query:
            return query["error"], query.get("error_description", ""), {}
        return OK, "", redirected(target)

    def _send(
        self, method: str, url: str, *, cookies: bool = True, **sent: Any
    ) -> tuple[Response, float, float]:
        started_at, elapsed = self._clock.time(), stopwatch()
        try:
            with nullcontext(self._session) if cookies else Session() as session:
                session.trust_env = self._session.trust_env
                session.headers["User-Agent"] = self._session.headers["User-Agent"]
                response = session.request(
                    method,
                    url,
                    allow_redirects=False,
                    timeout=_TIMEOUT,
                    verify=self._verify,
                    **sent,
                )
        except RequestException as error:
            # The text of the error repeats the URL, whose query can have secrets.
            reason = f"{type(error).__name__} at {url.partition('?')[0]}"
            raise ResultUnknown(f"{method} {self._path(url)}", reason) from None
        if cookies:
            self._take_cookies(response)
        return response, started_at, elapsed()

    def _take_cookies(self, response: Response) -> None:
        """Take cookies from a response that has not come through a socket.

        moto answers in the process, and requests then finds no headers to read cookies from:
        https://github.com/psf/requests/blob/main/src/requests/cookies.py
        """
        if getattr(response.raw, "_original_response", None) is not None:
            return
        headers = Message()
        raw = getattr(response.raw, "headers", response.headers)
        lines = raw.getlist("Set-Cookie") if hasattr(raw, "getlist") else []
        for line in lines:
            headers["Set-Cookie"] = line
        taken: Any = MockResponse(headers)
        asked: Any = MockRequest(response.request)
        self._jar.extract_cookies(taken, asked)

    def _path(self, url: str) -> str:
        own = urlsplit(self.domain_url).path
        return urlsplit(url).path.removeprefix(own) or "/"

    def _hint(self) -> str:
        return f"it must be below {self.domain_url}"


def is_loopback(url: str) -> bool:
    """Return whether a URL leads to this machine alone: by an address, or by ``localhost``."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _checked(domain_url: str) -> str:
    parts = urlsplit(domain_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ConfigurationError(
            "domain_url",
            given=domain_url,
            hint="it looks like https://PREFIX.auth.REGION.amazoncognito.com, or "
            "http://127.0.0.1:PORT/_domain/PREFIX on an emulator",
        )
    return domain_url.rstrip("/")


def _page_of(response: Response) -> WebPage:
    headers = {str(name): str(value) for name, value in response.headers.items()}
    return read_page(str(response.url), response.status_code, response.text, headers)


def _said_by(page: WebPage, method: str) -> tuple[str, str, dict[str, Any]]:
    alerts = " ".join(page.alerts)
    if page.status >= 400:
        return f"HTTP {page.status}", alerts or page.text[:_LONGEST_TEXT], {}
    if alerts and method == "POST":
        return REFUSED, alerts, {}
    return OK, "", answered_page(page)
