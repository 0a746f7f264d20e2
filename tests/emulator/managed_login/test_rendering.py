"""The templates of managed login: escaped, accessible, without a script, and strict headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest

from harness.emulator.engine import Engine
from harness.emulator.managed_login import rendering
from harness.emulator.managed_login.request import Visit, WebRequest

_HOSTILE = 'state="><script>alert(1)</script>&client_id=1'
_SERVER = "http://127.0.0.1:4566"


#: What the login page and the page for a code always get.
_ALWAYS = {
    "login.html": {"name_label": "Username", "sign_up": True, "forgot": True},
    "mfa.html": {"device": "", "set_up": False},
}


class Elements(HTMLParser):
    """The elements of a page with their attributes, and all of its text."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of each element of a name."""
        return [attributes for name, attributes in self.found if name == tag]

    def one(self, tag: str, **wanted: str) -> dict[str, str | None]:
        """Return the attributes of the only element with these attributes."""
        (found,) = [each for each in self.all(tag) if wanted.items() <= each.items()]
        return found


def visit(query: str = "client_id=1", **request: object) -> Visit:
    """Return a request to a domain of a new pool."""
    engine = Engine()
    pool_id = engine.call("CreateUserPool", {"PoolName": "people"})["UserPool"]["Id"]
    sent = WebRequest("GET", "/login", query=query, base=f"{_SERVER}/_domain/d", **request)  # type: ignore[arg-type]
    return Visit(engine, engine.pools[pool_id], "d", sent)


def shown(template: str, at: Visit | None = None, **values: object) -> Elements:
    """Return a page."""
    given = {**_ALWAYS.get(template, {}), **values}
    return Elements(rendering.document(at or visit(), template, "csrf-token", given))


@pytest.mark.fact("H044")
@pytest.mark.fact("H047")
def test_login_page_has_the_names_of_the_classic_form() -> None:
    """Scrapers find the form, its fields and its button by the names of the classic page."""
    page = shown("login.html", visit("client_id=1&state=x"))
    form = page.one("form")
    assert form["name"] == "cognitoSignInForm"
    assert form["action"] == "/_domain/d/login?client_id=1&state=x"
    assert form["method"] == "post"
    assert page.one("input", name="_csrf")["value"] == "csrf-token"
    assert page.one("input", name="username")["id"] == "signInFormUsername"
    assert page.one("input", name="password")["id"] == "signInFormPassword"
    assert page.one("button")["name"] == "signInSubmitButton"


def test_every_field_has_a_label_and_says_what_it_is_for() -> None:
    """Each field that people fill in has a label, and autocomplete for password managers."""
    page = shown("login.html")
    labels = {label["for"] for label in page.all("label")}
    fields = [field for field in page.all("input") if field["type"] != "hidden"]
    assert {field["id"] for field in fields} == labels
    assert [field["autocomplete"] for field in fields] == ["username", "current-password"]


def test_an_error_is_an_alert_tied_to_its_field_and_named_in_the_title() -> None:
    """The wrong field says so, points at the alert and has the focus; the title begins with it."""
    page = shown("login.html", message="Wrong.", wrong="password", typed={"username": "ann"})
    alert = page.one("p", role="alert")
    field = page.one("input", name="password")
    assert (field["aria-invalid"], field["aria-describedby"]) == ("true", alert["id"])
    assert [each["name"] for each in page.all("input") if "autofocus" in each] == ["password"]
    assert page.one("input", name="username")["value"] == "ann"
    assert "Error: Wrong. · Sign in" in page.text


def test_a_password_is_never_in_a_page() -> None:
    """A page does not repeat a password, even if it is given one."""
    page = shown("login.html", typed={"password": "Secret-1", "username": "ann"})
    assert "value" not in page.one("input", name="password")


def test_what_was_sent_stays_text() -> None:
    """Markup in a query, a name or a message is shown as text; control characters are replaced."""
    values = {"message": "<b>no</b>\x00", "typed": {"username": '"><script>x</script>'}}
    given = {**_ALWAYS["login.html"], **values}
    html = rendering.document(visit(_HOSTILE), "login.html", "t", given)
    page = Elements(html)
    assert not page.all("script")
    assert not page.all("b")
    assert b"\x00" not in html
    assert page.one("input", name="username")["value"] == '"><script>x</script>'


def test_the_headers_allow_nothing_but_the_style() -> None:
    """No script, no frame, no other source; and no form-action, which would stop the redirect."""
    headers = rendering.page_headers()
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert "'unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.fact("H118")
def test_the_policy_has_no_form_action() -> None:
    """Chromium would block the redirect to the app after the form."""
    assert "form-action" not in rendering.page_headers()["Content-Security-Policy"]


@pytest.mark.fact("H040")
def test_pages_are_not_framed() -> None:
    """A page cannot be shown in a frame."""
    assert rendering.page_headers()["X-Frame-Options"] == "DENY"


def test_every_template_is_shown_by_a_page() -> None:
    """No template is left without a module that names it."""
    folder = Path(rendering.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    names = {path.name for path in (folder / "templates").glob("*.html")}
    parts = {"base.html", "macros.html"}
    assert {name for name in names if f'"{name}"' not in code} == parts


def test_every_page_says_that_it_is_not_aws() -> None:
    """The banner is on the page."""
    assert "Cognito MFA harness, not AWS" in shown("error.html", message="redirect_mismatch").text


def test_the_error_page_names_the_reason_and_links_nowhere() -> None:
    """The reason is an alert and part of the title; there is no link back (H025)."""
    page = shown("error.html", message="redirect_mismatch")
    assert "An error was encountered with the requested page." in page.text
    assert page.one("p", role="alert")
    assert "Error: redirect_mismatch" in page.text
    assert not page.all("a")


@pytest.mark.parametrize(
    ("source_ip", "headers", "is_linked"),
    [
        ("127.0.0.1", {"host": "127.0.0.1:4566"}, True),
        ("127.0.0.1", {"host": "d.auth.us-east-1.localhost:4566"}, True),
        ("192.0.2.7", {"host": "127.0.0.1:4566"}, False),
        ("127.0.0.1", {"host": "cognito.example"}, False),
    ],
)
def test_only_a_browser_on_the_same_machine_sees_the_way_to_the_messages(
    source_ip: str, headers: Mapping[str, str], is_linked: bool
) -> None:
    """Who cannot open the control page does not see a link to it."""
    at = visit(source_ip=source_ip, headers=headers)
    at.engine.public_url = _SERVER
    page = shown("mfa.html", at, challenge="SMS_MFA", destination="+*******0100")
    links = [link["href"] for link in page.all("a")]
    assert any(link and link.startswith(f"{_SERVER}/_harness/") for link in links) is is_linked


def _luminance(color: str) -> float:
    # https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    digits = color if len(color) == 6 else "".join(digit * 2 for digit in color)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("ink", "card", 4.5),
        ("faint", "card", 4.5),
        ("accent", "card", 4.5),
        ("on-accent", "accent", 4.5),
        ("bad", "bad-ground", 4.5),
        ("good", "good-ground", 4.5),
        ("on-banner", "banner", 4.5),
        ("edge", "card", 3.0),
    ],
)
def test_colors_have_enough_contrast(scheme: int, text: str, ground: str, least: float) -> None:
    """Texts have a contrast of 4.5:1 and the edges of fields 3:1, in both schemes (WCAG AA)."""
    style = (Path(rendering.__file__).parent / "pages.css").read_text()
    colors = dict(re.findall(r"--([a-z-]+): #([0-9a-f]+)", style.split(":root")[scheme + 1]))
    one, other = sorted((_luminance(colors[text]), _luminance(colors[ground])), reverse=True)
    assert (one + 0.05) / (other + 0.05) >= least
