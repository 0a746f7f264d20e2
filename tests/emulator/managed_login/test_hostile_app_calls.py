"""Whatever a client sends to the endpoints for apps, it gets an error of OAuth and never a 500."""

from __future__ import annotations

import base64
import json
from functools import cache
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.emulator.domain.signing import SigningKeys
from tests.emulator.support.oauth import CALLBACK, FORM, App, Place, members_of, new_app

PATHS = ("/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo")
ERRORS = {
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "invalid_token",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_token_type",
}
#: Bodies that no client would send on purpose.
BODIES = {
    "nothing": "",
    "one word": "grant_type",
    "many members": "&".join(f"a{number}=b" for number in range(1_000)),
    "no UTF-8": "grant_type=%ff%fe&client_id=%00&code=%ed%a0%80",
    "separators": "&&&===&;;;=&",
    "brackets": "grant_type[]=authorization_code&client_id[a]=b",
    "deep JSON": "[" * 60_000,
}


@pytest.fixture
def app(place: Place) -> App:
    """An app without a secret, with its user."""
    return new_app(place)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", BODIES)
def test_a_strange_body_is_refused(app: App, path: str, kind: str) -> None:
    """It is an error in JSON, whatever it says it is."""
    for content_type in (FORM, f"{FORM}; charset=utf-16", "application/json", "a" * 1_000):
        response = app.send(path, body=BODIES[kind], content_type=content_type)
        assert response.status in (400, 401)
        assert json.loads(response.body)["error"] in ERRORS


@pytest.mark.parametrize("path", PATHS)
def test_a_long_body_is_refused(place: Place, path: str) -> None:
    """A body of a megabyte is refused before it is read as a form."""
    app = new_app(place)
    response = app.send(path, body=f"client_id={'x' * 1_000_000}", content_type=FORM)
    assert response.status in (400, 413)


@pytest.mark.parametrize(
    "header",
    [
        "Basic " + base64.b64encode(b"\xff\xfe:\x00").decode(),
        "Basic " + base64.b64encode(b"no-colon").decode(),
        "Basic " + base64.b64encode(b":" * 5_000).decode(),
        "Basic " + base64.b64encode(b"%ff%:%zz").decode(),
        "Basic =",
        "Bearer a.b.c",
        "Bearer " + "." * 5_000,
        "Digest username=x",
    ],
)
def test_a_strange_header_is_refused(app: App, header: str) -> None:
    """At all three endpoints."""
    for path in PATHS:
        form = {"grant_type": "refresh_token", "token": "x", "refresh_token": "x"}
        response = app.send(path, form, authorization=header)
        assert response.status in (400, 401)
        assert json.loads(response.body)["error"] in ERRORS


def test_a_token_with_strange_claims_is_refused(app: App) -> None:
    """What another key has signed is a dead token, whatever its claims are."""
    issuer = app.engine.issuer_of(app.pool)
    for claims in ({}, {"iss": issuer}, {"iss": [issuer]}, {"iss": None, "scope": 7}):
        token = SigningKeys().access.sign(dict(claims))
        response = app.send("/oauth2/userInfo", method="GET", authorization=f"Bearer {token}")
        assert members_of(response, 401)["error"] == "invalid_token"
        response = app.send("/oauth2/revoke", {"client_id": app.client_id, "token": token})
        assert members_of(response, 400)["error"] == "unsupported_token_type"


@pytest.mark.fact("H068")
def test_a_member_that_is_sent_twice_counts_once(app: App) -> None:
    """The first one counts, so that nobody can add another code or client behind it."""
    form = [
        ("grant_type", "authorization_code"),
        ("client_id", app.client_id),
        ("client_id", "other"),
        ("code", app.code()),
        ("code", "other"),
        ("redirect_uri", CALLBACK),
    ]
    members_of(app.send("/oauth2/token", body=urlencode(form), content_type=FORM))


@cache
def drawn_app() -> App:
    """The app of all examples that Hypothesis draws."""
    return new_app()


TEXTS = st.text(max_size=40)
MEMBERS = st.sampled_from(
    [
        "grant_type",
        "client_id",
        "client_secret",
        "code",
        "redirect_uri",
        "code_verifier",
        "refresh_token",
        "scope",
        "token",
        "aws_client_metadata",
    ]
)
VALUES = TEXTS | st.sampled_from(["authorization_code", "refresh_token", "client_credentials"])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    path=st.sampled_from(PATHS),
    form=st.dictionaries(MEMBERS, VALUES, max_size=8),
    header=st.none() | TEXTS.map(lambda text: f"Basic {text}"),
    names_client=st.booleans(),
)
def test_no_form_is_an_internal_error(
    path: str, form: dict[str, str], header: str | None, names_client: bool
) -> None:
    """Drawn forms and headers get an error of OAuth, or a revoked nothing."""
    app = drawn_app()
    if names_client:
        form = {**form, "client_id": app.client_id}
    headers = {} if header is None else {"authorization": header}
    response = app.send(path, form, **headers)
    if response.status != 200:
        assert response.status in (400, 401)
        assert json.loads(response.body)["error"] in ERRORS


def test_secrets_of_a_call_stay_out_of_the_log(place: Place) -> None:
    """Neither texts, reasons nor reprs of the log have what the app has sent."""
    app = new_app(place, GenerateSecret=True)
    code = app.code()
    secrets = {
        "client_secret": "a-wrong-secret-of-an-app",
        "code": code,
        "code_verifier": "a-verifier-that-nobody-may-see-in-a-log-file",
        "refresh_token": "eyJhbGciOiJub25lIn0.a-refresh-token.x.y.z",
    }
    for grant in ("authorization_code", "refresh_token", "client_credentials"):
        app.token(grant, redirect_uri=CALLBACK, **secrets)
        app.token(grant, redirect_uri=CALLBACK, **{**secrets, "client_secret": str(app.secret)})
    app.send("/oauth2/revoke", {"client_id": app.client_id, "token": secrets["refresh_token"]})
    log = app.engine.call_log
    calls = log.newest(20)
    shown = repr([*log._noted]) + repr(calls) + repr([log.reason_of(c.number) for c in calls])
    assert [secret for secret in (*secrets.values(), str(app.secret)) if secret in shown] == []
