"""POST /oauth2/token with an authorization code: what it takes, what it refuses, and how."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.support.oauth import (
    CALLBACK,
    STANDARD,
    USER_SCOPE,
    VERIFIER,
    App,
    Place,
    add_client,
    basic,
    challenge_of,
    members_of,
    new_app,
)

INVALID_GRANT = {"error": "invalid_grant"}
WRONG_SECRET = {"error": "invalid_client", "error_description": "invalid_client_secret"}


@pytest.fixture
def app(place: Place) -> App:
    """An app without a secret, with its user."""
    return new_app(place)


@pytest.fixture
def secret_app(place: Place) -> App:
    """An app with a secret, with its user."""
    return new_app(place, GenerateSecret=True)


def send_code(app: App, code: str, form: dict[str, str], **headers: str) -> Any:
    """Exchange a code with nothing but these members and headers about the app client."""
    members = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    return app.send("/oauth2/token", {**members, **form}, **headers)


@pytest.mark.fact("H080")
def test_a_code_becomes_three_tokens(app: App) -> None:
    """The members come in the order of captures, with ``Bearer``."""
    tokens = app.signed_in()
    assert list(tokens) == [
        "id_token",
        "access_token",
        "refresh_token",
        "expires_in",
        "token_type",
    ]
    assert (tokens["expires_in"], tokens["token_type"]) == (3_600, "Bearer")


@pytest.mark.fact("H080")
def test_without_openid_there_is_no_id_token(app: App) -> None:
    """A sign-in for the user's own record alone gives no ID token, also when refreshed."""
    tokens = app.signed_in(scopes=(USER_SCOPE,))
    assert list(tokens) == ["access_token", "refresh_token", "expires_in", "token_type"]
    fresh = members_of(app.token("refresh_token", refresh_token=tokens["refresh_token"]))
    assert "id_token" not in fresh


@pytest.mark.fact("H065")
@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
def test_a_body_that_is_no_form_is_invalid(app: App, kind: str) -> None:
    """JSON in the body is invalid_request."""
    body = json.dumps({"grant_type": "authorization_code", "client_id": app.client_id})
    response = app.send("/oauth2/token", body=body, content_type=kind)
    assert members_of(response, 400) == {"error": "invalid_request"}


@pytest.mark.fact("H065")
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_only_post_is_taken(app: App, method: str) -> None:
    """Other methods get a 405 without a body, with the usual headers."""
    response = app.send("/oauth2/token", method=method)
    assert (response.status, response.body) == (405, b"")
    assert response.headers["x-amz-cognito-request-id"]


@pytest.mark.fact("H066", "H053")
def test_errors_are_json_with_status_400(app: App) -> None:
    """An error has the status, the content type and the headers of a response."""
    response = app.token("refresh_token", refresh_token="no-such-token")
    assert response.status == 400
    assert response.headers["content-type"] == "application/json;charset=UTF-8"
    assert response.headers["cache-control"] == "no-cache, no-store, max-age=0, must-revalidate"
    assert response.headers["pragma"] == "no-cache"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.fact("H053")
def test_tokens_say_the_context_of_the_application(app: App) -> None:
    """A response with tokens has the header X-Application-Context."""
    response = app.exchange(app.code())
    assert response.headers["x-application-context"] == "application:prod:8443"


@pytest.mark.fact("H067")
@pytest.mark.parametrize("given", [{}, {"client_secret": ""}, {"client_secret": "wrong"}])
def test_a_secret_must_be_sent_and_right(secret_app: App, given: dict[str, str]) -> None:
    """Without a secret, and with a wrong one, it is 400 and not 401."""
    form = {"client_id": secret_app.client_id, **given}
    response = send_code(secret_app, secret_app.code(), form)
    assert members_of(response, 400) == WRONG_SECRET


@pytest.mark.fact("H067")
def test_a_wrong_secret_in_the_header_is_refused(secret_app: App) -> None:
    """Basic with another secret is the same error, also with the right one in the form."""
    header = basic(secret_app.client_id, "wrong")
    right = {"client_secret": str(secret_app.secret)}
    for form in ({}, right):
        response = send_code(secret_app, secret_app.code(), form, authorization=header)
        assert members_of(response, 400) == WRONG_SECRET


@pytest.mark.fact("H068")
def test_an_unknown_client_is_invalid(app: App) -> None:
    """An id that no app client of the pool has is invalid_client, also that of another pool."""
    other = new_app(app.place)
    for client_id in ("nobody", other.client_id):
        response = send_code(app, app.code(), {"client_id": client_id})
        assert members_of(response, 400) == {"error": "invalid_client"}


@pytest.mark.fact("H068")
def test_header_and_form_are_equal(secret_app: App) -> None:
    """Basic proves the client without client_id in the form, and so does the form alone."""
    secret = str(secret_app.secret)
    header = basic(secret_app.client_id, secret)
    members_of(send_code(secret_app, secret_app.code(), {}, authorization=header))
    form = {"client_id": secret_app.client_id, "client_secret": secret}
    members_of(send_code(secret_app, secret_app.code(), form))
    named = {"client_id": secret_app.client_id}
    members_of(send_code(secret_app, secret_app.code(), named, authorization=header))


def test_every_secret_of_a_client_is_right(secret_app: App) -> None:
    """A secret that was added beside the first proves the client too."""
    members = {"UserPoolId": secret_app.pool_id, "ClientId": secret_app.client_id}
    added = secret_app.call("AddUserPoolClientSecret", **members)["ClientSecretDescriptor"]
    header = basic(secret_app.client_id, added["ClientSecretValue"])
    members_of(send_code(secret_app, secret_app.code(), {}, authorization=header))


@pytest.mark.fact("H068b")
def test_two_clients_in_one_request_are_refused(secret_app: App) -> None:
    """Another id in the form than in the header is invalid_request, our choice."""
    header = basic(secret_app.client_id, str(secret_app.secret))
    response = send_code(secret_app, "code", {"client_id": "other"}, authorization=header)
    assert members_of(response, 400) == {"error": "invalid_request"}


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic /w==", "Basic YQ"])
def test_a_header_that_cannot_be_read_proves_no_client(secret_app: App, header: str) -> None:
    """Basic with anything but base64 of a text is refused as a client, never an internal error."""
    response = send_code(secret_app, secret_app.code(), {}, authorization=header)
    assert members_of(response, 400)["error"] in {"invalid_client", "invalid_request"}


@pytest.mark.fact("H069")
def test_a_public_client_may_send_an_empty_secret(app: App) -> None:
    """``client_secret=`` is as good as none, and so is Basic with an empty one."""
    members_of(app.exchange(app.code(), client_secret=""))
    header = basic(app.client_id, "")
    members_of(send_code(app, app.code(), {}, authorization=header))


@pytest.mark.fact("H069b")
def test_a_public_client_has_no_secret_to_send(app: App) -> None:
    """A secret of a client that has none is a wrong one, our choice."""
    assert members_of(app.exchange(app.code(), client_secret="x"), 400) == WRONG_SECRET


@pytest.mark.fact("H070")
@pytest.mark.parametrize("missing", ["code", "redirect_uri", "client_id"])
def test_a_code_needs_three_members(app: App, missing: str) -> None:
    """Without one of them it is invalid_request."""
    form = {
        "grant_type": "authorization_code",
        "code": app.code(),
        "redirect_uri": CALLBACK,
        "client_id": app.client_id,
    }
    del form[missing]
    assert members_of(app.send("/oauth2/token", form), 400) == {"error": "invalid_request"}


@pytest.mark.fact("H070")
@pytest.mark.parametrize("uri", [f"{CALLBACK}/", CALLBACK.upper(), "https://evil.example.com/"])
def test_redirect_uri_is_that_of_the_request(app: App, uri: str) -> None:
    """Another text is refused with its own description."""
    response = app.token("authorization_code", code=app.code(), redirect_uri=uri)
    assert members_of(response, 400) == {
        "error": "unauthorized_client",
        "error_description": "invalid_redirect",
    }


@pytest.mark.fact("H071", "H021b")
def test_a_code_works_once(app: App) -> None:
    """The second exchange is refused; the tokens of the first stay good."""
    code = app.code()
    tokens = members_of(app.exchange(code))
    assert members_of(app.exchange(code), 400) == INVALID_GRANT
    assert app.call("GetUser", AccessToken=tokens["access_token"])["Username"] == "alice"


@pytest.mark.fact("H071", "H021b")
def test_a_code_lives_five_minutes(app: App) -> None:
    """It is good in its last second, and not after it."""
    first, second = app.code(), app.code()
    app.engine.clock.advance(299)
    members_of(app.exchange(first))
    app.engine.clock.advance(1)
    assert members_of(app.exchange(second), 400) == INVALID_GRANT


@pytest.mark.fact("H071")
def test_a_code_is_of_one_app_client(app: App) -> None:
    """Unknown codes, and those of another app client or pool, are refused; theirs stay good."""
    other = App(app.place, app.pool_id, add_client(app.engine, app.pool_id))
    elsewhere = new_app(app.place)
    codes = ["unknown", app.code(), elsewhere.code()]
    for code in codes:
        assert members_of(other.exchange(code), 400) == INVALID_GRANT
    members_of(app.exchange(codes[1]))
    members_of(elsewhere.exchange(codes[2]))


@pytest.mark.fact("H071b")
@pytest.mark.parametrize("verifier", [{}, {"code_verifier": "x" * 43}, {"code_verifier": ""}])
def test_a_challenge_needs_its_verifier(app: App, verifier: dict[str, str]) -> None:
    """A missing verifier is refused as a wrong one is."""
    code = app.code(code_challenge=challenge_of(VERIFIER))
    assert members_of(app.exchange(code, **verifier), 400) == INVALID_GRANT


@pytest.mark.fact("H071b")
def test_the_verifier_of_a_challenge_is_taken(app: App) -> None:
    """The right verifier gives the tokens; the challenge itself is none."""
    challenge = challenge_of(VERIFIER)
    members_of(app.exchange(app.code(code_challenge=challenge), code_verifier=VERIFIER))
    response = app.exchange(app.code(code_challenge=challenge), code_verifier=challenge)
    assert members_of(response, 400) == INVALID_GRANT


@pytest.mark.fact("H071c")
def test_a_wrong_verifier_uses_up_the_code(app: App) -> None:
    """Whoever has no verifier has one guess, our choice."""
    code = app.code(code_challenge=challenge_of(VERIFIER))
    app.exchange(code, code_verifier="x" * 43)
    assert members_of(app.exchange(code, code_verifier=VERIFIER), 400) == INVALID_GRANT


@pytest.mark.fact("H071b")
def test_a_verifier_without_a_challenge_is_refused(app: App) -> None:
    """Somebody may have taken the challenge out of the authorize request (RFC 9700, 4.8.2)."""
    assert members_of(app.exchange(app.code(), code_verifier=VERIFIER), 400) == INVALID_GRANT
    members_of(app.exchange(app.code(), code_verifier=""))


@pytest.mark.fact("H072")
@pytest.mark.parametrize(
    ("scope", "readable"),
    [("email", "email"), ("phone", "phone_number"), ("profile", "name")],
)
def test_a_scope_needs_all_its_attributes(app: App, scope: str, readable: str) -> None:
    """A client that reads the email address but not its flag fails when it exchanges the code."""
    app.description = add_client(app.engine, app.pool_id, ReadAttributes=[readable])
    assert members_of(app.exchange(app.code(scopes=("openid", scope))), 400) == INVALID_GRANT
    members_of(app.exchange(app.code(scopes=("openid",))))


@pytest.mark.fact("H072")
def test_a_client_that_reads_all_of_a_scope_gets_its_tokens(app: App) -> None:
    """Both attributes of ``email`` are enough for it."""
    readable = ["email", "email_verified"]
    app.description = add_client(app.engine, app.pool_id, ReadAttributes=readable)
    members_of(app.exchange(app.code(scopes=("openid", "email"))))
    app.description = add_client(app.engine, app.pool_id)
    members_of(app.exchange(app.code(scopes=STANDARD)))


@pytest.mark.fact("H073")
def test_a_refused_client_does_not_use_up_the_code(secret_app: App) -> None:
    """A client that tries without its secret first, and then with it, gets its tokens."""
    code = secret_app.code()
    for form in ({}, {"client_id": "nobody"}, {"client_id": secret_app.client_id}):
        send_code(secret_app, code, form)
    members_of(secret_app.exchange(code))


@pytest.mark.fact("H070")
def test_a_foreign_redirect_does_not_use_up_the_code(app: App) -> None:
    """A wrong redirect_uri proves nothing about who has the code; our choice."""
    code = app.code()
    app.token("authorization_code", code=code, redirect_uri="https://app.example.com/other")
    members_of(app.exchange(code))


@pytest.mark.fact("H077")
@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "Authorization_Code"}, "unsupported_grant_type"),
    ],
)
def test_the_grant_must_be_known(app: App, form: dict[str, str], error: str) -> None:
    """Without grant_type it is invalid_request, with another one unsupported_grant_type."""
    response = app.send("/oauth2/token", {"client_id": app.client_id, **form})
    assert members_of(response, 400) == {"error": error}


@pytest.mark.fact("H077", "H009")
@pytest.mark.parametrize(
    "settings", [{"AllowedOAuthFlows": ["implicit"]}, {"AllowedOAuthFlowsUserPoolClient": False}]
)
def test_the_client_must_have_the_flow(app: App, settings: dict[str, Any]) -> None:
    """A client without the code flow, or without OAuth, may exchange no code."""
    code = app.code()
    app.client.settings.update(settings)
    assert members_of(app.exchange(code), 400) == {"error": "unauthorized_client"}


@pytest.mark.fact("H071")
@pytest.mark.parametrize(
    "operation", ["AdminUserGlobalSignOut", "AdminDisableUser", "AdminDeleteUser"]
)
def test_a_code_ends_with_its_user(app: App, operation: str) -> None:
    """A user who was signed out, disabled or deleted since gets no tokens for the code."""
    code = app.code()
    app.administer(operation)
    assert members_of(app.exchange(code), 400) == INVALID_GRANT


@pytest.mark.fact("H071")
@pytest.mark.parametrize("status", ["RESET_REQUIRED", "FORCE_CHANGE_PASSWORD"])
def test_a_code_ends_with_the_password_of_its_user(app: App, status: str) -> None:
    """A user who must choose a new password since gets no tokens for the code."""
    code = app.code()
    app.user.status = status
    assert members_of(app.exchange(code), 400) == INVALID_GRANT


def test_who_looks_in_the_log_sees_why(app: App) -> None:
    """Errors without a text have their reason in the call log, and no secret is there."""
    code = app.code(code_challenge=challenge_of(VERIFIER))
    app.exchange(code, code_verifier="a-wrong-verifier-of-forty-three-characters!")
    app.exchange(code, code_verifier=VERIFIER)
    app.engine.clock.advance(300)
    app.exchange(app.code())
    log = app.engine.call_log
    calls = [call for call in log.newest(9) if call.operation == "POST /oauth2/token"]
    assert [call.status for call in calls] == [200, 400, 400]
    assert [log.reason_of(call.number) for call in calls] == [
        "",
        "the code was used before",
        "code_verifier does not fit the code_challenge",
    ]
    assert [call.username for call in calls] == ["alice", "alice", "alice"]
    assert log.counts()["POST /oauth2/token"] == {"success": 1, "invalid_grant": 2}
    assert code not in repr([*log._noted])
    assert VERIFIER not in repr([*log._noted])
