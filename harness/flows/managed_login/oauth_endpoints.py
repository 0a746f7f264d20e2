"""The OAuth 2.0 endpoints of a domain, as an app calls them: token, userInfo and revoke."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from requests import Response

from harness.clock import Clock, SystemClock, stopwatch
from harness.errors import UnexpectedResult
from harness.flows.api.caller import AppClient
from harness.flows.managed_login.browser import WebBrowser
from harness.flows.managed_login.exchange import OK, Recorder, WebExchange
from harness.flows.managed_login.web_errors import OAuthRefusal
from harness.flows.tokens import Tokens
from harness.redaction import Secret

__all__ = ["OAuthEndpoints", "OAuthTokens"]

#: How an app proves its secret: in a header, or in the body (H068).
ClientAuthentication = Literal["basic", "post"]
_LONGEST_BODY = 300
#: The header of userInfo's errors has them as name="text" (H093).
_CHALLENGE = "WWW-Authenticate"


@dataclass(frozen=True)
class OAuthTokens:
    """The answer of /oauth2/token (H080, H075, H078).

    Attributes:
        access: the access token.
        id: the ID token; ``None`` without the scope openid.
        refresh: the refresh token; ``None`` if none came.
        expires_in: seconds of the access token.
        token_type: ``Bearer``.
        members: the names of all members, in their order.
    """

    access: Secret
    id: Secret | None
    refresh: Secret | None
    expires_in: int
    token_type: str
    members: tuple[str, ...] = ()

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> OAuthTokens:
        """Read the answer.

        Raises:
            UnexpectedResult: it has no access token, or a lifetime that is no number.
        """
        if not answer.get("access_token"):
            raise UnexpectedResult("the token endpoint answered without access_token")
        lifetime = answer.get("expires_in", 0)
        if not isinstance(lifetime, int):
            kind = type(lifetime).__name__
            raise UnexpectedResult(f"expires_in of the token endpoint is a {kind}, not a number")
        return cls(
            access=Secret(str(answer["access_token"])),
            id=_secret(answer, "id_token"),
            refresh=_secret(answer, "refresh_token"),
            expires_in=lifetime,
            token_type=str(answer.get("token_type", "")),
            members=tuple(answer),
        )

    def complete(self) -> Tokens:
        """Return them as the tokens of a sign-in through the API.

        Raises:
            UnexpectedResult: the ID token or the refresh token is missing.
        """
        if self.id is None or self.refresh is None:
            missing = "id_token" if self.id is None else "refresh_token"
            raise UnexpectedResult(f"the token endpoint answered without {missing}")
        return Tokens(self.access, self.id, self.refresh, self.expires_in)


class OAuthEndpoints:
    """Calls the endpoints of a domain for one app client.

    Args:
        browser: knows the domain; its cookies are not sent.
        app: the app client.
        authentication: how the app proves its secret, if it has one.
        clock: dates the requests in records.
        record: keeps each request and what came of it.
    """

    def __init__(
        self,
        browser: WebBrowser,
        app: AppClient,
        *,
        authentication: ClientAuthentication = "basic",
        clock: Clock | None = None,
        record: Recorder | None = None,
    ) -> None:
        self.app = app
        self._browser = browser
        self._authentication = authentication
        self._clock = clock or SystemClock()
        self._record = record

    def exchange(
        self, code: Secret, *, redirect_uri: str, verifier: Secret | None = None
    ) -> OAuthTokens:
        """Exchange a code for tokens, with the redirect URI that it was asked with (H070).

        Raises:
            OAuthRefusal: Cognito refuses it.
        """
        sent = {"code": code.reveal(), "redirect_uri": redirect_uri}
        if verifier is not None:
            sent["code_verifier"] = verifier.reveal()
        return self.token("authorization_code", **sent)

    def refresh(self, token: Secret) -> OAuthTokens:
        """Get new tokens for a refresh token (H075).

        Raises:
            OAuthRefusal: Cognito refuses it.
        """
        return self.token("refresh_token", refresh_token=token.reveal())

    def client_credentials(self, scopes: Iterable[str] | None = None) -> OAuthTokens:
        """Get an access token for the app itself (H078, H087).

        Args:
            scopes: scopes of resource servers; by default all of the app client.

        Raises:
            OAuthRefusal: Cognito refuses it.
        """
        sent = {} if scopes is None else {"scope": " ".join(scopes)}
        return self.token("client_credentials", **sent)

    def token(self, grant_type: str, **parameters: str) -> OAuthTokens:
        """Send any request to /oauth2/token; the app client is added.

        Raises:
            OAuthRefusal: Cognito refuses it.
        """
        sent = {"grant_type": grant_type, **parameters}
        return OAuthTokens.from_answer(self._post("/oauth2/token", sent))

    def revoke(self, token: Secret) -> None:
        """Revoke a refresh token, with all tokens of its sign-in (H095).

        Raises:
            OAuthRefusal: Cognito refuses it.
        """
        self._post("/oauth2/revoke", {"token": token.reveal()})

    def user_info(self, access_token: Secret | str) -> dict[str, Any]:
        """Return the claims of userInfo, of the user whose access token it is (H091, H092).

        Raises:
            OAuthRefusal: Cognito refuses the token.
        """
        token = access_token if isinstance(access_token, str) else access_token.reveal()
        headers = {"Authorization": f"Bearer {token}"}
        answer = self._call("GET", "/oauth2/userInfo", {"access_token": token}, headers=headers)
        return dict(answer)

    def _post(self, path: str, parameters: Mapping[str, str]) -> Mapping[str, Any]:
        form = {**parameters, "client_id": self.app.client_id}
        secret, headers = self.app.client_secret, dict[str, str]()
        shown: dict[str, Any] = dict(form)
        if secret is not None:
            shown["client_secret"] = secret.reveal()
            if self._authentication == "basic":
                headers["Authorization"] = _basic(self.app.client_id, secret)
            else:
                form["client_secret"] = secret.reveal()
        return self._call("POST", path, shown, data=form, headers=headers)

    def _call(
        self, method: str, path: str, shown: dict[str, Any], **sent: Any
    ) -> Mapping[str, Any]:
        started_at, elapsed = self._clock.time(), stopwatch()
        response = self._browser.request(method, path, **sent)
        operation, took = f"{method} {path}", elapsed()
        answer = _members(response)
        refusal = None if response.ok else _refusal(operation, response, answer)
        if self._record is not None:
            self._record(
                WebExchange(
                    operation,
                    shown,
                    OK if refusal is None else refusal.error,
                    "" if refusal is None else refusal.description,
                    _shown_answer(path, answer) if refusal is None else {},
                    response.headers.get("x-amz-cognito-request-id", ""),
                    started_at,
                    took,
                )
            )
        if refusal is not None:
            raise refusal
        return answer


def _members(response: Response) -> dict[str, Any]:
    try:
        found = json.loads(response.text) if response.text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _refusal(operation: str, response: Response, answer: Mapping[str, Any]) -> OAuthRefusal:
    """Return the error of an answer; userInfo has it in a header (H093)."""
    told = {**_challenge(response.headers.get(_CHALLENGE, "")), **answer}
    error = str(told.get("error", "")) or f"HTTP {response.status_code}"
    description = str(told.get("error_description", ""))
    return OAuthRefusal(
        operation, error, description or _plain_body(response, answer), response.status_code
    )


def _plain_body(response: Response, answer: Mapping[str, Any]) -> str:
    """Return what an answer says that is no JSON, such as the page of a proxy."""
    return "" if answer else response.text[:_LONGEST_BODY]


def _challenge(header: str) -> dict[str, str]:
    from urllib.request import parse_http_list, parse_keqv_list

    found = parse_http_list(header.removeprefix("Bearer "))
    # Of a name without a value the parser of the standard library makes an IndexError.
    parts = [each for each in found if each.partition("=")[2]]
    return {name.strip(): value for name, value in parse_keqv_list(parts).items()}


def _shown_answer(path: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer for the record; of userInfo, the names of the claims are enough."""
    return {"claims": sorted(answer)} if path.endswith("userInfo") else dict(answer)


def _basic(client_id: str, secret: Secret) -> str:
    pair = f"{client_id}:{secret.reveal()}".encode()
    return f"Basic {base64.b64encode(pair).decode('ascii')}"


def _secret(answer: Mapping[str, Any], name: str) -> Secret | None:
    return Secret(str(answer[name])) if answer.get(name) else None
