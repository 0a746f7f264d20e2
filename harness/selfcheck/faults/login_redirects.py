"""Faults of where the browser is sent: to no address that its app client has not registered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login import answers, authorize_query, login, logout, transactions
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import function, together
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

AREA = "requests of managed login"
WRONG = (Verdict.ANSWERED_OTHERWISE,)
_FOREIGN = ("managed_login::redirect_that_is_not_registered_is_refused_on_a_page",)


def _redirect_where(matches: Any) -> Any:
    """Have redirects go to addresses that match a registered one in some way."""

    def find(registered: Any, given: str) -> bool:
        return any(matches(given, each) for each in registered or ())

    def asking(original: Any) -> Any:
        def redirect_uri(client: Any, given: str | None) -> Any:
            if given and find(client.settings.get("CallbackURLs"), given):
                return given
            return original(client, given)

        return redirect_uri

    def redirecting(original: Any) -> Any:
        def off_domain(visit: Any, client_id: str, member: str, uri: str, more: str = "") -> Any:
            client = visit.pool.clients[client_id]
            if find(client.settings.get(member), uri):
                return _redirect(uri, more)
            return original(visit, client_id, member, uri, more)

        return off_domain

    return together(
        function(authorize_query._redirect_uri, asking),
        function(answers.off_domain, redirecting),
    )


def _errors_anywhere(original: Any) -> Any:
    """Have the error of a request go to its address before that is looked up."""

    def checked(visit: Any) -> Any:
        found, given = original(visit), visit.request.parameters
        refused = getattr(found, "refused", None)
        is_wrong = "offline_access" in given.get("scope", "") or not given.get("response_type")
        if refused is None or refused.code != "redirect_mismatch" or not is_wrong:
            return found
        return _redirect(given["redirect_uri"], "?error=invalid_request")

    return checked


def _unchecked_in_forms(original: Any) -> Any:
    """Look the address up only when the page is opened."""

    def checked(visit: Any) -> Any:
        request, given = visit.request, visit.request.parameters
        client = visit.pool.clients.get(given.get("client_id", ""))
        if request.method != "POST" or client is None:
            return original(visit)
        own = urlencode({**given, "redirect_uri": client.settings["CallbackURLs"][0]})
        asked = original(replace(visit, request=replace(request, query=own)))
        return replace(asked, redirect_uri=given["redirect_uri"], query=request.query)

    return checked


def _of_any_request(original: Any) -> Any:
    """Take a form of another request than that of the page."""

    def current(visit: Any) -> Any:
        return original(visit) or (visit.request.method == "POST" or None)

    return current


def _anywhere(original: Any) -> Any:
    del original

    def off_domain(visit: Any, client_id: str, member: str, uri: str, more: str = "") -> Any:
        return _redirect(uri, more)

    return off_domain


def _redirect(uri: str, more: str = "") -> HttpAnswer:
    return HttpAnswer(302, b"", {**answers.common_headers(), "Location": uri + more})


def _of_any_client(member: str) -> Any:
    """Have an app client's addresses count for every app client of the pool."""

    def make(original: Any) -> Any:
        def of(visit: Any, client_id: str, asked: str, uri: str, more: str = "") -> Any:
            every = visit.pool.clients.values()
            owner = next((one for one in every if uri in (one.settings.get(member) or ())), None)
            named = owner.client_id if owner and asked == member else client_id
            return original(visit, named, asked, uri, more)

        return of

    return make


def _callback_of_any_client(original: Any) -> Any:
    def redirect_uri(client: Any, given: str | None) -> Any:
        every = [one.settings.get("CallbackURLs") or () for one in client.pool.clients.values()]
        return given if any(given in each for each in every) else original(client, given)

    return redirect_uri


def _logout_url_of_any_client(original: Any) -> Any:
    def where_to(visit: Any) -> Any:
        uri = visit.request.parameters.get("logout_uri")
        for client in visit.pool.clients.values():
            if uri in (client.settings.get("LogoutURLs") or ()):
                return answers.off_domain(visit, client.client_id, "LogoutURLs", uri)
        return original(visit)

    return where_to


def _where_it_asks(original: Any) -> Any:
    """Have /logout redirect to any address."""

    def where_to(visit: Any) -> Any:
        uri = visit.request.parameters.get("logout_uri")
        if not uri:
            return original(visit)
        return _redirect(uri)

    return where_to


FAULTS = (
    PlantedFault(
        "redirect-by-its-beginning",
        "a redirect goes to any address that begins like a registered one",
        AREA,
        _redirect_where(str.startswith),
        _FOREIGN,
    ),
    PlantedFault(
        "redirect-by-its-host",
        "a redirect goes to any address that has a registered host somewhere in it",
        AREA,
        _redirect_where(lambda given, each: each.split("/")[2].partition(":")[0] in given),
        _FOREIGN,
    ),
    PlantedFault(
        "redirect-in-any-case",
        "a redirect goes to a registered address in other letters",
        AREA,
        _redirect_where(lambda given, each: given.lower() == each.lower()),
        _FOREIGN,
    ),
    PlantedFault(
        "redirect-anywhere",
        "a redirect goes wherever the request says",
        AREA,
        _redirect_where(lambda given, each: True),
        _FOREIGN,
    ),
    PlantedFault(
        "errors-anywhere",
        "the error of a request goes to an address that is not registered",
        AREA,
        function(authorize_query.checked_query, _errors_anywhere),
        ("managed_login::error_goes_to_no_foreign_address",),
        WRONG,
    ),
    PlantedFault(
        "redirect-unchecked-in-the-form",
        "the sign-in form gives a code to an address that the page was not opened with",
        AREA,
        together(
            function(authorize_query.checked_query, _unchecked_in_forms, within=login),
            function(transactions.current_transaction, _of_any_request, within=login),
            function(answers.off_domain, _anywhere),
        ),
        ("managed_login::form_with_a_foreign_redirect_gives_no_code",),
    ),
    PlantedFault(
        "redirect-of-another-client",
        "a redirect goes to an address that only another app client has registered",
        AREA,
        together(
            function(authorize_query._redirect_uri, _callback_of_any_client),
            function(answers.off_domain, _of_any_client("CallbackURLs")),
        ),
        ("managed_login_mix_ups::redirect_of_another_app_client_is_refused",),
    ),
    PlantedFault(
        "sign-out-to-another-client",
        "a sign-out redirects to an address that only another app client has registered",
        AREA,
        function(logout._where_to, _logout_url_of_any_client),
        ("managed_login_mix_ups::sign_out_leads_to_no_address_of_another_app_client",),
    ),
    PlantedFault(
        "sign-out-to-anywhere",
        "a sign-out redirects wherever the request says",
        AREA,
        function(logout._where_to, _where_it_asks),
        ("managed_login_sessions::sign_out_leads_to_no_foreign_address",),
    ),
)
