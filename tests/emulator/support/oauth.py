"""An app of the tests that calls the OAuth 2.0 endpoints of a domain, without its pages."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from harness.emulator.api.request import Caller, Request, under_way
from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.domain.pools import Pool, UserPoolClient
from harness.emulator.domain.users import User
from harness.emulator.engine import Engine
from harness.emulator.rules.oauth_tokens import issue_code
from tests.emulator.support.browser import Sender, Shown, in_process
from tests.emulator.support.expect import PASSWORD, pairs
from tests.emulator.support.walker import ALL_FLOWS, new_engine

CALLBACK = "https://app.example.com/callback"
STANDARD = ("openid", "email", "profile", "phone")
USER_SCOPE = "aws.cognito.signin.user.admin"
VERIFIER = "a-verifier-of-PKCE-that-is-long-enough-0123456789"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Place:
    """An engine, and how requests to its domains are sent."""

    engine: Engine
    sender: Sender

    @classmethod
    def in_process(cls, engine: Engine | None = None) -> Place:
        """Return an engine, by default a new one, whose domains are called without HTTP."""
        engine = engine or new_engine()
        return cls(engine, in_process(engine))


def challenge_of(verifier: str) -> str:
    """Return the S256 code_challenge of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def basic(client_id: str, secret: str) -> str:
    """Return a header Authorization with id and secret."""
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


@dataclass
class App:
    """One app client with its user, and how it calls the endpoints.

    Attributes:
        description: UserPoolClientType of the app client.
    """

    place: Place
    pool_id: str
    description: dict[str, Any]
    username: str = "alice"

    @property
    def engine(self) -> Engine:
        """The engine."""
        return self.place.engine

    @property
    def pool(self) -> Pool:
        """The pool."""
        return self.engine.pools[self.pool_id]

    @property
    def client_id(self) -> str:
        """The id of the app client."""
        return str(self.description["ClientId"])

    @property
    def secret(self) -> str | None:
        """The secret of the app client."""
        return self.description.get("ClientSecret")

    @property
    def client(self) -> UserPoolClient:
        """The app client itself."""
        return self.engine.clients[self.client_id]

    @property
    def user(self) -> User:
        """The user."""
        found = self.pool.users.by_username(self.username)
        assert found is not None
        return found

    def now(self) -> int:
        """Epoch seconds."""
        return int(self.engine.clock.time())

    def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """Carry out an operation of the API."""
        return dict(self.engine.call(operation, members, Caller()))

    def administer(self, operation: str, **members: Any) -> dict[str, Any]:
        """Carry out an operation of an administrator on the user."""
        return self.call(operation, UserPoolId=self.pool_id, Username=self.username, **members)

    def send(
        self,
        path: str,
        form: dict[str, str] | None = None,
        *,
        method: str = "POST",
        body: str | None = None,
        **headers: str,
    ) -> Shown:
        """Send a request to the domain; the names of headers have underscores."""
        sent = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        if form is not None:
            sent.setdefault("content-type", FORM)
        content = (urlencode(form or {}) if body is None else body).encode()
        url = self.engine.domain_url(self.pool, self.pool.domains["Domain"])
        return self.place.sender(method, f"{url}{path}", sent, content)

    def token(self, grant_type: str, **form: str) -> Shown:
        """Call /oauth2/token with the id and the secret of the app client in the form."""
        proof = {"client_id": self.client_id}
        if self.secret is not None:
            proof["client_secret"] = self.secret
        return self.send("/oauth2/token", {"grant_type": grant_type, **proof, **form})

    def authorize(self, **changes: Any) -> AuthorizeRequest:
        """Return an authorize request of the app."""
        members = {"scopes": ("openid", "email", USER_SCOPE), "response_type": "code", **changes}
        return AuthorizeRequest(client_id=self.client_id, redirect_uri=CALLBACK, **members)

    def code(self, auth_time: int | None = None, **authorize: Any) -> str:
        """Return a code, as after a sign-in on the pages."""
        at = self.now() if auth_time is None else auth_time
        request = self.authorize(**authorize)
        with under_way(Request("Login_POST", {"ClientId": self.client_id})), self.pool.lock:
            return issue_code(self.engine, self.client, self.user, request, at)

    def exchange(self, code: str, **form: str) -> Shown:
        """Exchange a code."""
        return self.token("authorization_code", code=code, redirect_uri=CALLBACK, **form)

    def signed_in(self, **authorize: Any) -> dict[str, Any]:
        """Return the tokens of a sign-in on the pages."""
        return members_of(self.exchange(self.code(**authorize)))

    def by_api(self) -> dict[str, Any]:
        """Return AuthenticationResult of a sign-in through the API."""
        parameters = {"USERNAME": self.username, "PASSWORD": PASSWORD}
        if self.secret is not None:
            hashed = self.client.secrets[-1].hash_of(self.username + self.client_id)
            parameters["SECRET_HASH"] = hashed
        result = self.call(
            "InitiateAuth",
            ClientId=self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters=parameters,
        )
        return dict(result["AuthenticationResult"])


def members_of(response: Shown, status: int = 200) -> dict[str, Any]:
    """Return the JSON of a response with this status."""
    assert response.status == status, response.body
    return dict(json.loads(response.body))


def new_app(place: Place | None = None, pool: dict[str, Any] | None = None, **client: Any) -> App:
    """Return an app with a pool and a confirmed user.

    Args:
        place: the engine, and how it is called; by default a new one without HTTP.
        pool: members of CreateUserPool.
        **client: members of CreateUserPoolClient.
    """
    place = place or Place.in_process()
    engine = place.engine
    pool_id = engine.call("CreateUserPool", {"PoolName": "app", **(pool or {})})["UserPool"]["Id"]
    # By the engine's own record, so that the endpoints need no operation of the domains.
    engine.pools[pool_id].domains["Domain"] = f"app-{len(engine.pools)}"
    app = App(place, pool_id, add_client(engine, pool_id, **client))
    attributes = pairs(email="alice@example.com", email_verified="true", name="Alice")
    app.administer("AdminCreateUser", UserAttributes=attributes, MessageAction="SUPPRESS")
    app.administer("AdminSetUserPassword", Password=PASSWORD, Permanent=True)
    return app


def add_client(engine: Engine, pool_id: str, **settings: Any) -> dict[str, Any]:
    """Make an app client for the code flow, or with other settings, and return its description."""
    members = {
        "ClientName": "web",
        "ExplicitAuthFlows": ALL_FLOWS,
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": [*STANDARD, USER_SCOPE],
        "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"],
        **settings,
    }
    given = {name: value for name, value in members.items() if value is not None}
    answer = engine.call("CreateUserPoolClient", {"UserPoolId": pool_id, **given})
    return dict(answer["UserPoolClient"])


def new_machine(place: Place | None = None, pool: dict[str, Any] | None = None) -> App:
    """Return an app that gets tokens for itself, with a resource server of two scopes."""
    app = new_app(place, pool)
    scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")]
    server = {"Identifier": "orders", "Name": "Orders", "Scopes": scopes}
    app.call("CreateResourceServer", UserPoolId=app.pool_id, **server)
    app.description = add_client(
        app.engine,
        app.pool_id,
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["orders/read", "orders/write"],
        CallbackURLs=None,
    )
    return app
