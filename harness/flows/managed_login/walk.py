"""Walks the pages of managed login as a person does, from the app's request to its code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from harness.clock import Clock
from harness.errors import ConfigurationError, UnexpectedResult
from harness.flows.api.caller import AppClient
from harness.flows.managed_login.app_callback import deliver
from harness.flows.managed_login.asked_fields import AskedField
from harness.flows.managed_login.authorization import Authorization
from harness.flows.managed_login.browser import Arrival, Departure, WebBrowser
from harness.flows.managed_login.exchange import Recorder
from harness.flows.managed_login.oauth_endpoints import OAuthEndpoints, OAuthTokens
from harness.flows.managed_login.page_kinds import PageKind, ReadForm, forms_of, kind_of
from harness.flows.managed_login.page_steps import PageSteps
from harness.flows.managed_login.web_errors import UnexpectedPage
from harness.flows.managed_login.web_page import WebPage
from harness.flows.progress import SignInContext
from harness.users.authenticator import Authenticator
from harness.users.person import Person

__all__ = ["ManagedLoginWalker", "PagesResult"]

#: More pages than any sign-in has.
_MOST_PAGES = 12

Who: TypeAlias = Person | SignInContext


@dataclass(frozen=True)
class PagesResult:
    """The end of a walk: the redirect to the app.

    Attributes:
        departure: the redirect, with the code and the state.
        request: what the app has asked with.
        pages: what the pages were for, in order.
        authenticator: set up on the way, or else what the sign-in was given.
    """

    departure: Departure
    request: Authorization
    pages: tuple[PageKind, ...] = ()
    authenticator: Authenticator | None = field(default=None, repr=False)


class ManagedLoginWalker:
    """One browser, one person and one app at the domain of a pool.

    Args:
        browser: opens the pages.
        app: the app client that the codes are for.
        redirect_uri: where they go: a callback URL of the app client.
        clock: gives the time of TOTP codes.
        record: keeps the requests of the app; those of the browser are kept by the browser.
        scopes: what the app asks for; by default it leaves that to Cognito.

    Attributes:
        endpoints: the OAuth 2.0 endpoints, for the app client.
    """

    def __init__(
        self,
        browser: WebBrowser,
        app: AppClient,
        redirect_uri: str,
        clock: Clock,
        *,
        record: Recorder | None = None,
        scopes: tuple[str, ...] | None = None,
    ) -> None:
        self.browser = browser
        self.app = app
        self.redirect_uri = redirect_uri
        self.scopes = scopes
        self._clock = clock
        self._record = record
        self.endpoints = OAuthEndpoints(browser, app, clock=clock, record=record)

    def another_browser(self) -> ManagedLoginWalker:
        """Return a walker with another browser, which has no cookies."""
        return self._changed(browser=self.browser.another())

    def for_app(self, app: AppClient, redirect_uri: str | None = None) -> ManagedLoginWalker:
        """Return a walker with the same browser for another app client of the pool."""
        return self._changed(app=app, redirect_uri=redirect_uri or self.redirect_uri)

    def request(self, **changed: Any) -> Authorization:
        """Return an authorization request of the app; ``changed`` are its attributes."""
        given = {"scopes": self.scopes, **changed}
        uri = given.pop("redirect_uri", self.redirect_uri)
        return Authorization.begin(self.app.client_id, uri, **given)

    def start(self, request: Authorization | str | None = None) -> Arrival:
        """Send the browser to /oauth2/authorize.

        Args:
            request: what the app asks, or the URL that an app under test has sent; by default a
                new request.

        Raises:
            ConfigurationError: the URL is not on the domain.
        """
        url = request if isinstance(request, str) else self._url(request or self.request())
        return self.browser.open(url)

    def sign_in(self, who: Who, request: Authorization | None = None, **more: Any) -> PagesResult:
        """Walk through the pages until the browser is sent to the app.

        Args:
            who: the person, or what they sign in with.
            request: what the app asks; by default a new request.
            more: further attributes of ``SignInContext``, such as ``authenticator``.

        Raises:
            ConfigurationError: ``who`` is neither a person nor a context.
            UnexpectedPage: another page came than the walk can answer.
            OAuthRefusal: the app gets an error.
        """
        asked = request or self.request()
        return self.go_on(self.start(asked), who, asked, **more)

    def go_on(self, arrival: Arrival, who: Who, request: Authorization, **more: Any) -> PagesResult:
        """Walk on from a page; the arguments are those of :meth:`sign_in`."""
        steps = PageSteps(self.browser, _context(who, more), self._clock)
        pages: list[PageKind] = []
        while isinstance(arrival, WebPage):
            pages.append(kind_of(arrival))
            if len(pages) > _MOST_PAGES:
                raise UnexpectedPage("the app's address at last", arrival)
            arrival = steps.answer(arrival)
        arrival.require_no_error()
        return PagesResult(arrival, request, tuple(pages), steps.authenticator)

    def until(
        self, kind: PageKind, who: Who, request: Authorization | None = None, **more: Any
    ) -> WebPage:
        """Walk until a page of this kind comes, and leave it unanswered.

        Raises:
            UnexpectedPage: another page came that the walk cannot answer.
            UnexpectedResult: the browser is sent to the app before.
        """
        steps = PageSteps(self.browser, _context(who, more), self._clock)
        arrival = self.start(request)
        for _ in range(_MOST_PAGES):
            page = self.page(arrival, str(kind))
            if kind_of(page) is kind:
                return page
            arrival = steps.answer(page)
        raise UnexpectedPage(str(kind), self.page(arrival, str(kind)))

    def page(self, arrival: Arrival, expected: str) -> WebPage:
        """Return the page at which a browser got, where no redirect to the app may come.

        Args:
            arrival: where the browser got.
            expected: what must come, as the end of the sentence "expected …".
        """
        if isinstance(arrival, Departure):
            named = ", ".join([*arrival.query, *arrival.fragment]) or "nothing"
            raise UnexpectedResult(
                f"expected {expected}, but the browser was sent to {arrival.address} with {named}",
                expected=expected,
                answered=f"a redirect to {arrival.address}",
            )
        return arrival

    def fill_in(self, page: WebPage, kind: PageKind, values: Mapping[AskedField, str]) -> Arrival:
        """Fill in the form of a page by what its fields ask, and send it.

        Raises:
            UnexpectedPage: the page has no such form, or the form no such field.
        """
        form = read_form(page, kind)
        missing = [asked.value for asked in values if asked not in form.asked]
        if missing:
            raise UnexpectedPage(f"{kind} with {' and '.join(missing)}", page)
        sent = {form.asked[asked].name: value for asked, value in values.items()}
        return self.browser.submit(form.form, sent)

    def exchange(self, result: PagesResult) -> OAuthTokens:
        """Exchange the code of a walk for tokens, as the app does.

        Raises:
            UnexpectedResult: the redirect has no code, or another state.
            OAuthRefusal: Cognito refuses the code.
        """
        request = result.request
        code = request.code_in(result.departure)
        return self.endpoints.exchange(
            code, redirect_uri=request.redirect_uri, verifier=request.verifier
        )

    def tokens(self, who: Who, **more: Any) -> OAuthTokens:
        """Sign in on the pages, and exchange the code; the arguments are those of `sign_in`."""
        return self.exchange(self.sign_in(who, **more))

    def deliver(self, result: PagesResult) -> int:
        """Have the browser follow the redirect to an app on this machine; return its HTTP status.

        Raises:
            HarnessError: it leads to another machine, or nothing listens there.
        """
        return deliver(result.departure)

    def log_out(self, logout_uri: str) -> Arrival:
        """Open /logout, which ends the session of the browser (H096)."""
        query = {"client_id": self.app.client_id, "logout_uri": logout_uri}
        return self.browser.open("/logout", query)

    def _url(self, request: Authorization) -> str:
        return request.url(self.browser.domain_url)

    def _changed(self, **changed: Any) -> ManagedLoginWalker:
        kept: dict[str, Any] = {
            "browser": self.browser,
            "app": self.app,
            "redirect_uri": self.redirect_uri,
            "clock": self._clock,
            "record": self._record,
            "scopes": self.scopes,
        }
        return ManagedLoginWalker(**{**kept, **changed})


def read_form(page: WebPage, kind: PageKind) -> ReadForm:
    """Return the form of this kind on a page.

    Raises:
        UnexpectedPage: the page has none.
    """
    found = next((each for each in forms_of(page) if each.kind is kind), None)
    if found is None:
        raise UnexpectedPage(str(kind), page)
    return found


def _context(who: Who, more: Mapping[str, Any]) -> SignInContext:
    if isinstance(who, Person):
        return SignInContext.for_person(who, **more)
    if not isinstance(who, SignInContext):
        # Fixtures such as cognito_enrolled have the person beside the authenticator.
        raise ConfigurationError(
            "who",
            given=type(who).__name__,
            hint="it must be a Person or a SignInContext: of a fixture with both, give "
            ".person, and authenticator=.authenticator",
        )
    return replace(who, **more)
