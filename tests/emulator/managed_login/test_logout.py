"""``/logout``: it ends the session, and leads to a registered address or to the login page."""

from __future__ import annotations

import pytest

from tests.emulator.managed_login.test_authorize import on_error_page
from tests.emulator.support.browser import SIGNED_OUT, Site


@pytest.mark.fact("H096", "H051")
def test_it_leads_to_the_apps_address_without_a_parameter(site: Site) -> None:
    """The session is over, its cookie is deleted, and the address gets no state."""
    site.sign_in()
    cookie = site.browser.cookies["cognito"]
    query = {"client_id": site.client_id, "logout_uri": SIGNED_OUT, "state": "s"}
    shown = site.browser.get("/logout", query)
    assert (shown.status, shown.location) == (302, SIGNED_OUT)
    assert "cognito" not in site.browser.cookies
    site.browser.cookies["cognito"] = cookie
    assert "/login?" in site.authorize().location


@pytest.mark.fact("H096")
def test_with_redirect_uri_it_leads_to_the_login_page(site: Site) -> None:
    """The parameters go along, and the session is over too."""
    site.sign_in()
    shown = site.browser.get("/logout", {**site.query, "nonce": "n"})
    assert shown.location.startswith(f"{site.browser.base}/login?")
    assert shown.query == {**site.query, "nonce": "n"}
    assert site.browser.get(shown.location).form.fields["username"] == ""
    assert "/login?" in site.authorize().location


@pytest.mark.fact("H096")
def test_logout_uri_wins(site: Site) -> None:
    """With both addresses it is taken, and one that is wrong is not made good by the other."""
    shown = site.browser.get("/logout", {**site.query, "logout_uri": SIGNED_OUT})
    assert shown.location == SIGNED_OUT
    shown = site.browser.get("/logout", {**site.query, "logout_uri": "https://evil.example/"})
    on_error_page(site, shown, "Required String parameter 'redirect_uri' is not present")


@pytest.mark.fact("H097")
@pytest.mark.parametrize(
    "uri", ["https://evil.example/", SIGNED_OUT.rstrip("/"), f"{SIGNED_OUT}?a=b", "", "//x"]
)
def test_an_address_that_is_not_registered_is_refused(site: Site, uri: str) -> None:
    """The text misleads, as that of Cognito does; the session is over all the same."""
    site.sign_in()
    shown = site.browser.get("/logout", {"client_id": site.client_id, "logout_uri": uri})
    on_error_page(site, shown, "Required String parameter 'redirect_uri' is not present")
    assert "/login?" in site.authorize().location


@pytest.mark.fact("H026", "H096")
def test_without_a_client_or_an_address_the_error_page_says_so(site: Site) -> None:
    """The first parameter that is missing is named."""
    shown = site.browser.get("/logout", {"logout_uri": SIGNED_OUT})
    on_error_page(site, shown, "Required String parameter 'client_id' is not present")
    shown = site.browser.get("/logout", {"client_id": site.client_id})
    on_error_page(site, shown, "Required String parameter 'redirect_uri' is not present")
    shown = site.browser.get("/logout", {"client_id": "nobody", "logout_uri": SIGNED_OUT})
    on_error_page(site, shown, "Client does not exist")


def test_a_redirect_uri_that_is_not_registered_ends_on_the_error_page(site: Site) -> None:
    """The login page checks it as it always does."""
    query = {**site.query, "redirect_uri": "https://evil.example"}
    shown = site.browser.get(site.browser.get("/logout", query).location)
    on_error_page(site, shown, "redirect_mismatch")


@pytest.mark.fact("H098")
def test_parameters_of_openid_connect_are_unknown(site: Site) -> None:
    """Version 2 lands on the login page, which misses a client."""
    site.use_version_two()
    query = {"id_token_hint": "x.y.z", "post_logout_redirect_uri": SIGNED_OUT}
    shown = site.browser.get("/logout", query)
    assert shown.location.startswith(f"{site.browser.base}/login?id_token_hint=")
    page = site.browser.get(shown.location)
    assert page.status == 400
    assert "Missing required parameter client_id in request URL" in page.text


@pytest.mark.fact("H051")
def test_a_cookie_of_another_app_hides_no_session(site: Site) -> None:
    """Cookies know no ports: an app on this machine may set one with a longer path, sent first."""
    site.sign_in()
    kept = site.browser.cookies["cognito"]
    other = site.another_browser()
    other.cookies["cognito"] = f"planted; cognito={kept}"
    other.get("/logout", {"client_id": site.client_id, "logout_uri": SIGNED_OUT})
    assert "/login?" in site.authorize().location
