"""Forms of the pages come from the pages: the CSRF token, and who has sent the form."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from tests.emulator.managed_login.test_authorize import UUID
from tests.emulator.support.browser import Site, in_process, new_site
from tests.emulator.support.expect import PASSWORD

ALICE = {"username": "alice", "password": PASSWORD}


@pytest.mark.fact("H047", "H048")
def test_the_cookie_is_new_with_every_answer(site: Site) -> None:
    """It is a UUID, also on redirects and at the token endpoint, with the attributes of AWS."""
    seen = set()
    for shown in (
        site.browser.get("/oauth2/authorize", site.query),
        site.browser.get("/login", site.query),
        site.browser.post("/oauth2/token", "", {}),
    ):
        (cookie,) = [line for line in shown.cookies if line.startswith("XSRF-TOKEN=")]
        token, *rest = cookie.removeprefix("XSRF-TOKEN=").split("; ")
        assert UUID.fullmatch(token)
        seen.add(token)
        path = urlsplit(site.browser.base).path or "/"
        secure = ["Secure"] if site.browser.base.startswith("https") else []
        assert rest == [f"Path={path}", *secure, "HttpOnly", "SameSite=Lax"]
    assert len(seen) == 3


@pytest.mark.fact("H048")
def test_authorize_and_login_set_two_empty_cookies(site: Site) -> None:
    """A local sign-in has empty csrf-state and csrf-state-legacy; only the first has SameSite."""
    for address in ("/oauth2/authorize", "/login"):
        cookies = site.browser.get(address, site.query).cookies
        (state,) = [line for line in cookies if line.startswith("csrf-state=")]
        (legacy,) = [line for line in cookies if line.startswith("csrf-state-legacy=")]
        assert state.startswith('csrf-state="";')
        assert state.endswith("SameSite=None")
        assert "SameSite" not in legacy


@pytest.mark.fact("H047", "H047b")
@pytest.mark.parametrize("field", [None, "", "other", "ü" * 2_000])
def test_a_form_without_the_token_of_its_cookie_is_refused(site: Site, field: str | None) -> None:
    """Status 403 and the error page; nobody is signed in."""
    site.browser.get("/login", site.query)
    form = ALICE if field is None else {**ALICE, "_csrf": field}
    shown = site.browser.post("/login", site.query, form)
    assert (shown.status, shown.location) == (403, "")
    assert "An error was encountered with the requested page." in shown.text
    assert "cognito" not in site.browser.cookies


@pytest.mark.fact("H047b")
def test_an_empty_cookie_matches_no_empty_field(site: Site) -> None:
    """Two empty texts are no token."""
    site.browser.get("/login", site.query)
    site.browser.cookies["XSRF-TOKEN"] = ""
    assert site.browser.post("/login", site.query, {**ALICE, "_csrf": ""}).status == 403


@pytest.mark.fact("H047")
def test_the_token_is_the_browsers(site: Site) -> None:
    """A form with the cookie of another browser's page is refused."""
    token = site.another_browser().get("/login", site.query).form.fields["_csrf"]
    page = site.browser.get("/login", site.query)
    assert site.browser.submit(page, **ALICE, _csrf=token).status == 403


@pytest.mark.parametrize("path", ["/login", "/mfa", "/newPassword", "/signup", "/forgotPassword"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused(site: Site, path: str, headers: dict[str, str]) -> None:
    """Even with the right token, a page of another origin cannot send a form of these pages."""
    token = site.browser.get("/login", site.query).form.fields["_csrf"]
    shown = site.browser.post(path, site.query, {**ALICE, "_csrf": token}, **headers)
    assert (shown.status, shown.location) == (403, "")
    assert "another origin" in shown.text
    assert "--public-url" in shown.text


def test_a_form_comes_through_a_proxy_that_is_named() -> None:
    """A proxy that changes the Host is no other origin once the public URL is its address."""
    engine = Engine(settings=EmulatorSettings(public_url="https://login.example"))
    behind = new_site(engine, in_process(engine))
    behind.browser.base = "http://emulator:5000/_domain/people"
    page = behind.browser.get("/login", behind.query)
    form = {**page.form.fields, **ALICE}
    own = behind.browser.post("/login", behind.query, form, Origin="https://login.example")
    assert "code" in own.query
    other = behind.browser.post("/login", behind.query, form, Origin="https://other.example")
    assert other.status == 403


def test_a_form_of_the_domain_is_taken(site: Site) -> None:
    """What browsers say about a form of the page's own origin is no obstacle."""
    parts = urlsplit(site.browser.base)
    own = {"Origin": f"{parts.scheme}://{parts.netloc}", "Sec_Fetch_Site": "same-origin"}
    page = site.browser.get("/login", site.query)
    form = {**page.form.fields, **ALICE}
    shown = site.browser.post("/login", site.query, form, **own)
    assert "code" in shown.query


def test_links_from_every_site_lead_to_the_pages(site: Site) -> None:
    """Apps of other origins send people here: GET is never refused for where it comes from."""
    foreign = {
        "Origin": "https://app.example",
        "Referer": "https://app.example/",
        "Sec_Fetch_Site": "cross-site",
    }
    for path in ("/oauth2/authorize", "/login", "/logout", "/signup", "/error"):
        assert site.browser.get(path, site.query, **foreign).status != 403
