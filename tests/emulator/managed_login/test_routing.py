"""Which pool a request to a domain is for, from which hosts, and how long it may be."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from harness.emulator import Emulator, EmulatorSettings
from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from harness.emulator.managed_login.routing import Arrival, answer, domain_of_host
from harness.emulator.server import EmulatorServer
from tests.emulator.support.browser import Browser, Site, new_site, over_http


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatorServer]:
    """A served emulator with moto."""
    with EmulatorServer() as running:
        yield running


@pytest.fixture
def people(server: EmulatorServer) -> Site:
    """A site at it."""
    server.emulator.reset()
    return new_site(server.emulator.engine, over_http())


def login_at(site: Site, host: str, path: str = "/login") -> int:
    """Return the status of the login page for a Host header."""
    root = site.browser.base.partition("/_domain/")[0]
    return Browser(site.browser.send, root).get(path, site.query, Host=host).status


@pytest.mark.fact("H001", "H120")
def test_a_prefix_domain_is_found_by_its_host(people: Site) -> None:
    """Below localhost and by its name at AWS, in its own Region alone."""
    for host in (
        "people.auth.us-east-1.localhost:5000",
        "PEOPLE.auth.us-east-1.localhost",
        "people.auth.us-east-1.amazoncognito.com",
        "people.auth-fips.us-east-1.amazoncognito.com",
    ):
        assert login_at(people, host) == 200
    for host in ("people.auth.eu-west-1.localhost", "others.auth.us-east-1.localhost"):
        assert login_at(people, host) == 404


def test_a_custom_domain_is_found_by_its_name_and_by_path(people: Site) -> None:
    """Its full name works as Host, and below /_domain/."""
    pool = people.engine.pools[people.pool_id]
    pool.domains["CustomDomain"] = "auth.example.com"
    assert login_at(people, "auth.example.com") == 200
    assert login_at(people, "localhost", "/_domain/auth.example.com/login") == 200
    assert login_at(people, "www.auth.example.com") != 200


@pytest.mark.fact("H004")
@pytest.mark.parametrize("style", ["path", "host"])
def test_one_prefix_in_two_regions_leads_to_two_pools(style: str) -> None:
    """Host and path name the Region; the address of each domain leads to its own pool."""
    emulator = Emulator(settings=EmulatorSettings(domain_style=style), mock=False)
    with EmulatorServer(emulator=emulator) as server:
        engine = server.emulator.engine
        far = Caller(region="eu-west-1")
        named = {"PoolName": "far"}
        near_id = new_site(engine, over_http()).pool_id
        far_id = engine.call("CreateUserPool", named, far)["UserPool"]["Id"]
        engine.call("CreateUserPoolDomain", {"UserPoolId": far_id, "Domain": "people"}, far)
        for pool_id in (near_id, far_id):
            pool = engine.pools[pool_id]
            url = urlsplit(engine.domain_url(pool, "people"))
            assert is_of_pool(engine, pool_id, url.netloc, url.path)
            for host in ("localhost", "amazoncognito.com"):
                name = f"people.auth.{pool.region}.{host}"
                assert is_of_pool(engine, pool_id, name)
                assert is_of_pool(engine, pool_id, "localhost", f"/_domain/{name}")


def is_of_pool(engine: Engine, pool_id: str, host: str, path: str = "") -> bool:
    """Return whether the call log has a request for a page as one to this pool."""
    answer(engine, Arrival("GET", f"{path}/login", headers={"host": host}))
    return engine.call_log.newest(1)[0].pool_id == pool_id


def test_a_name_that_leads_here_by_itself_is_refused(people: Site) -> None:
    """A page whose own name was turned to this machine does not get at the pages (rebinding)."""
    path = "/_domain/people/login"
    assert login_at(people, "localhost:5000", path) == 200
    for host in ("evil.example", "people.auth.us-east-1.amazoncognito.com.evil.example", "a b"):
        assert login_at(people, host, path) == 403
    for host in ("evil.auth.us-east-1.amazoncognito.com", "auth.evil.example"):
        assert login_at(people, host, path) == 403
    # At a domain's own name, other domains are no more to be seen than from anywhere.
    assert login_at(people, "people.auth.us-east-1.amazoncognito.com", path) == 200


def test_apps_may_call_their_endpoints_by_every_name(people: Site) -> None:
    """A back end in another container has its own name for the server, as for InitiateAuth."""
    for path in ("/oauth2/token", "/oauth2/revoke"):
        shown = people.browser.post(path, "", {}, Host="cognito:5000")
        assert shown.status == 400
    assert people.browser.get("/oauth2/userInfo", Host="cognito:5000").status == 400
    for path in ("/oauth2/authorize", "/login", "/oauth2/token/", "/oauth2/nothing"):
        assert people.browser.get(path, people.query, Host="cognito:5000").status == 403


@pytest.mark.parametrize("host", ["[", "]", "[:::]", "[127.0.0.1]", "a[b", "evil.example/x;y", '"'])
def test_a_host_that_is_none_harms_no_endpoint(people: Site, host: str) -> None:
    """Endpoints for apps take every Host header, and write nothing of a malformed one."""
    shown = people.browser.post("/oauth2/token", "", {}, Host=host)
    assert shown.status == 400
    assert [line.partition("Path=")[2].partition(";")[0] for line in shown.cookies] == [
        "/_domain/people"
    ]


def test_the_host_of_a_domain_opens_nothing_else(people: Site) -> None:
    """The control surface and moto keep to their own hosts."""
    host = "people.auth.us-east-1.amazoncognito.com"
    root = Browser(people.browser.send, people.browser.base.partition("/_domain/")[0])
    assert root.get("/_harness/state", Host=host).status in (403, 404)
    assert root.get("/_harness/", Host=host).status == 403
    assert root.get(f"/{people.pool_id}/.well-known/openid-configuration", Host=host).status == 404


def test_a_domain_that_nobody_has_says_so(people: Site) -> None:
    """One line, without naming others."""
    shown = Browser(people.browser.send, people.browser.base.replace("people", "nobody")).get(
        "/login", people.query
    )
    assert (shown.status, shown.text.count("\n")) == (404, 1)


@pytest.mark.fact("H001")
def test_the_client_alone_says_nothing(people: Site) -> None:
    """An app client of another pool is unknown at this domain."""
    other = new_site(people.engine, people.browser.send, "others")
    shown = people.browser.get("/login", other.query)
    assert shown.query["error"] == "Client does not exist"


def test_the_token_of_another_pools_domain_is_no_login(people: Site) -> None:
    """A sign-in under way counts at its own pool alone."""
    other = new_site(people.engine, people.browser.send, "others")
    people.browser.get("/login", people.query)
    other.browser.cookies.update(people.browser.cookies)
    assert "/login?" in other.browser.get("/mfa", people.query).location


def test_redirects_stay_at_the_host_that_was_asked(people: Site) -> None:
    """Cookies of localhost are not those of 127.0.0.1."""
    port = urlsplit(people.browser.base).port
    for host in ("127.0.0.1", "localhost", "people.auth.us-east-1.localhost"):
        path = "/_domain/people" if "people" not in host else ""
        root = people.browser.base.partition("/_domain/")[0]
        sent = Browser(people.browser.send, root).get(
            f"{path}/oauth2/authorize", people.query, Host=f"{host}:{port}"
        )
        assert sent.headers["location"].startswith(f"http://{host}:{port}{path}/login?")


def test_a_public_url_that_somebody_named_is_where_redirects_lead() -> None:
    """Behind a proxy the server cannot know its address; cookies are secure, as its scheme is."""
    settings = EmulatorSettings(public_url="https://dev.example/cognito")
    with EmulatorServer(emulator=Emulator(settings=settings, mock=False)) as server:
        site = new_site(server.emulator.engine, over_http())
        assert site.browser.base == "https://dev.example/cognito/_domain/people"
        local = Browser(site.browser.send, f"{server.url}/_domain/people")
        shown = local.get("/oauth2/authorize", site.query)
        assert shown.location.startswith(f"{site.browser.base}/login?")
        assert all("; Path=/cognito/_domain/people; Secure;" in line for line in shown.cookies)
        page = local.get("/login", site.query)
        assert 'action="/cognito/_domain/people/login?' in page.text
        # By the host of the domain, whoever speaks TLS for it.
        by_host = Browser(site.browser.send, server.url)
        name = "people.auth.us-east-1.localhost"
        shown = by_host.get("/oauth2/authorize", site.query, Host=name)
        assert shown.headers["location"].startswith(f"https://{name}/login?")


@pytest.mark.fact("H053")
def test_no_rule_for_localhost_is_set(people: Site, engine: Engine) -> None:
    """Strict-Transport-Security is for the host of AWS: on localhost it would catch every app."""
    assert "strict-transport-security" not in people.browser.get("/login", people.query).headers
    site = new_site(engine, people.browser.send)
    arrival = Arrival("GET", "/error", headers={"host": urlsplit(site.browser.base).netloc})
    found = answer(engine, arrival)
    assert found is not None
    expected = "max-age=31536000 ; includeSubDomains"
    assert found.headers["Strict-Transport-Security"] == expected


def test_requests_have_bounds(site: Site) -> None:
    """A query or a form of any length gets an answer, and no page keeps it."""
    shown = site.browser.get("/login", {**site.query, "state": "s" * 9_000})
    assert (shown.status, shown.location) == (413, "")
    page = site.browser.get("/login", site.query)
    assert site.browser.submit(page, username="u" * 70_000, password="p").status == 413
    many = "&".join(f"p{number}=1" for number in range(500))
    assert site.browser.get("/login", many).query["error"] == "Required parameters missing"
    for number in range(50):
        assert site.browser.get("/login", f"client_id=%FF%{number}&redirect_uri=%zz").status == 302


@pytest.mark.parametrize("cookie", ["cognito", "a=b; ;;=;", 'cognito="', "page-data=\\", "é=é"])
def test_malformed_cookies_are_none(site: Site, cookie: str) -> None:
    """A header that is no cookie header changes nothing."""
    shown = site.browser.get("/login", site.query, Cookie=cookie)
    assert shown.status == 200


def test_cookies_of_other_apps_hide_none(site: Site) -> None:
    """Apps on the same host have cookies that no standard allows, and sign-ins go on."""
    site.sign_in()
    site.browser.cookies = {"app": '{"a": [1, 2]}', "x y": "(,)", **site.browser.cookies}
    assert "code" in site.authorize().query


def test_forms_of_another_kind_are_empty(site: Site) -> None:
    """JSON, or bytes that are no text, are no form, and so have no token."""
    site.browser.get("/login", site.query)
    shown = site.browser.post("/login", site.query, {"a": "b"}, content_type="application/json")
    assert shown.status == 403


@pytest.mark.fact("H040b")
def test_preflights_are_for_the_endpoints_of_apps(people: Site) -> None:
    """Pages of other origins may ask for tokens, and read no page."""
    asked = {"Origin": "https://app.example", "Access_Control_Request_Method": "POST"}
    for path in ("/oauth2/token", "/oauth2/userInfo", "/oauth2/revoke"):
        shown = people.browser._request("OPTIONS", path, "", asked, b"")
        assert shown.status == 200
        assert shown.headers["access-control-allow-origin"] == "*"
    for path in ("/login", "/oauth2/authorize", "/logout"):
        shown = people.browser._request("OPTIONS", path, "", asked, b"")
        assert shown.status == 405
        assert "access-control-allow-origin" not in shown.headers


def test_addresses_are_no_domains(engine: Engine) -> None:
    """What most requests have as Host is not looked up among the pools."""
    site = new_site(engine, over_http())
    engine.pools[site.pool_id].domains["CustomDomain"] = "127.0.0.1"
    for host in ("", "127.0.0.1:5000", "[::1]:5000", "localhost", "s3.amazonaws.com", "a@b.c"):
        assert domain_of_host(engine, host) is None
