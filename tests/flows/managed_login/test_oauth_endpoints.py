"""The OAuth 2.0 endpoints: what an app sends, typed answers, and errors as refusals."""

from __future__ import annotations

import base64
import pickle

import pytest
from botocore.exceptions import ClientError

from harness import VirtualClock
from harness.errors import UnexpectedResult
from harness.flows.api.caller import AppClient
from harness.flows.managed_login.authorization import Authorization, challenge_of
from harness.flows.managed_login.browser import Departure
from harness.flows.managed_login.oauth_endpoints import OAuthEndpoints, OAuthTokens
from harness.flows.managed_login.web_errors import OAuthRefusal
from harness.redaction import Secret
from tests.flows.managed_login.small_domain import (
    CALLBACK,
    NOW,
    Answered,
    SmallDomain,
    members,
)

TOKENS: dict[str, object] = {
    "id_token": "eyJ.id.token",
    "access_token": "eyJ.access.token",
    "refresh_token": "eyJ.refresh.token",
    "expires_in": 3600,
    "token_type": "Bearer",
}


def test_challenge_is_that_of_rfc_7636() -> None:
    """The example of RFC 7636, appendix B, has the challenge that it prints."""
    verifier = Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_request_of_a_careful_app_has_state_nonce_and_challenge() -> None:
    """Each request has values of its own, and the URL has the challenge and never the verifier."""
    first, second = (Authorization.begin("1", CALLBACK, scopes=("openid",)) for _ in range(2))
    assert first.state != second.state
    assert first.nonce != second.nonce
    parameters = first.with_parameters(prompt="none").parameters
    assert set(parameters) == {
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "prompt",
    }
    assert first.verifier is not None
    assert first.verifier.reveal() not in first.url("https://shop.example.com")
    assert first.verifier.reveal() not in repr(first)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("code=1", "does not come back"),
        ("code=1&state=other", "another state"),
        ("state=mine", "without a code"),
    ],
)
def test_redirect_that_a_careful_app_refuses(query: str, said: str) -> None:
    """The state must come back, and a code with it; the message has neither."""
    request = Authorization("1", CALLBACK, state="mine")
    with pytest.raises(UnexpectedResult, match=said) as error:
        request.code_in(Departure(f"{CALLBACK}?{query}"))
    assert "mine" not in str(error.value)


def test_redirect_to_another_address_is_refused() -> None:
    """A code that goes elsewhere is a finding."""
    request = Authorization("1", CALLBACK)
    with pytest.raises(UnexpectedResult, match=r"sent to https://evil\.example\.com"):
        request.code_in(Departure("https://evil.example.com?code=1"))


def test_code_is_exchanged_with_verifier_and_redirect(domain: SmallDomain) -> None:
    """The body has what a public client sends, and the answer becomes tokens."""
    domain.answers["POST /oauth2/token"] = lambda _: members(200, **TOKENS)
    endpoints = domain.walker().endpoints
    tokens = endpoints.exchange(Secret("c0de"), redirect_uri=CALLBACK, verifier=Secret("v" * 43))
    assert domain.asked[-1].form == {
        "grant_type": "authorization_code",
        "code": "c0de",
        "redirect_uri": CALLBACK,
        "code_verifier": "v" * 43,
        "client_id": "client-1",
    }
    assert "Authorization" not in domain.asked[-1].headers
    assert tokens.members == tuple(TOKENS)
    assert tokens.complete().expires_in == 3600
    assert "eyJ" not in repr(tokens)


@pytest.mark.parametrize("way", ["basic", "post"])
def test_secret_goes_in_the_header_or_the_body(domain: SmallDomain, way: str) -> None:
    """An app client with a secret proves it in the way that the app has chosen."""
    domain.answers["POST /oauth2/token"] = lambda _: members(200, **TOKENS)
    app = AppClient("pool", "client-1", Secret("hush-hush"))
    endpoints = OAuthEndpoints(
        domain.browser(),
        app,
        authentication="basic" if way == "basic" else "post",
        clock=VirtualClock(NOW),
    )
    endpoints.refresh(Secret("old"))
    asked = domain.asked[-1]
    basic = "Basic " + base64.b64encode(b"client-1:hush-hush").decode()
    assert asked.headers.get("Authorization") == (basic if way == "basic" else None)
    assert asked.form.get("client_secret") == (None if way == "basic" else "hush-hush")


def test_error_is_a_refusal_as_botocore_has_them(domain: SmallDomain) -> None:
    """``error`` is the code and ``error_description`` the message of a ClientError."""
    domain.answers["POST /oauth2/token"] = lambda _: members(
        400, error="invalid_client", error_description="invalid_client_secret"
    )
    with pytest.raises(ClientError) as error:
        domain.walker().endpoints.client_credentials(["shop/read"])
    refusal = error.value
    assert isinstance(refusal, OAuthRefusal)
    assert refusal.response["Error"] == {
        "Code": "invalid_client",
        "Message": "invalid_client_secret",
    }
    assert (refusal.error, refusal.status) == ("invalid_client", 400)
    assert str(pickle.loads(pickle.dumps(refusal))) == str(refusal)
    assert domain.exchanges[-1].outcome == "invalid_client"


def test_error_of_user_info_is_in_its_header(domain: SmallDomain) -> None:
    """userInfo has its error in WWW-Authenticate (H093)."""
    challenge = 'error="invalid_token", error_description="Access token is expired, or so."'
    domain.answers["GET /oauth2/userInfo"] = lambda _: Answered(
        status=401, headers=(("WWW-Authenticate", challenge),)
    )
    with pytest.raises(OAuthRefusal, match="Access token is expired, or so") as error:
        domain.walker().endpoints.user_info("eyJ.x.y")
    assert (error.value.error, error.value.status) == ("invalid_token", 401)
    assert domain.asked[-1].headers["Authorization"] == "Bearer eyJ.x.y"


@pytest.mark.parametrize("challenge", ["error=", "error", "Bearer", 'error="', ",=,"])
def test_header_that_nobody_can_read_is_told_by_its_status(
    domain: SmallDomain, challenge: str
) -> None:
    """A malformed WWW-Authenticate is no traceback; the status says what is left."""
    domain.answers["GET /oauth2/userInfo"] = lambda _: Answered(
        status=401, headers=(("WWW-Authenticate", challenge),)
    )
    with pytest.raises(OAuthRefusal) as error:
        domain.walker().endpoints.user_info("eyJ.x.y")
    assert error.value.status == 401


@pytest.mark.parametrize("lifetime", ["soon", None, [], "3600"])
def test_lifetime_that_is_no_number_is_told(lifetime: object) -> None:
    """A wrong expires_in is a finding about the service, in one sentence."""
    with pytest.raises(UnexpectedResult, match="expires_in of the token endpoint"):
        OAuthTokens.from_answer({"access_token": "x", "expires_in": lifetime})


def test_page_of_a_proxy_is_told(domain: SmallDomain) -> None:
    """An answer that is no JSON is an error with its status and its beginning."""
    domain.answers["POST /oauth2/token"] = lambda _: Answered("Bad gateway", 502)
    with pytest.raises(OAuthRefusal, match="HTTP 502") as error:
        domain.walker().endpoints.client_credentials()
    assert error.value.description == "Bad gateway"


def test_missing_tokens_are_told_by_name() -> None:
    """An answer without an access token, or tokens without an ID token, say what is missing."""
    with pytest.raises(UnexpectedResult, match="without access_token"):
        OAuthTokens.from_answer({"id_token": "x"})
    with pytest.raises(UnexpectedResult, match="without id_token"):
        OAuthTokens.from_answer({"access_token": "x"}).complete()


def test_claims_of_user_info_are_kept_by_their_names(domain: SmallDomain) -> None:
    """The record has the names of the claims, since their values are a person's."""
    domain.answers["GET /oauth2/userInfo"] = lambda _: members(sub="1", email="ann@example.com")
    assert domain.walker().endpoints.user_info(Secret("t"))["email"] == "ann@example.com"
    assert domain.exchanges[-1].answer == {"claims": ["email", "sub"]}


def test_revocation_sends_the_token(domain: SmallDomain) -> None:
    """Revoking sends the refresh token, and an empty answer is success (H095)."""
    domain.answers["POST /oauth2/revoke"] = lambda _: Answered()
    domain.walker().endpoints.revoke(Secret("r"))
    assert domain.asked[-1].form == {"token": "r", "client_id": "client-1"}
