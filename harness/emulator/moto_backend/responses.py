"""Pass the Cognito requests that moto receives on to the engine.

moto's own parsing of parameters is skipped. It reads a JSON body as a query string, so that
``&ClientId=other`` inside a password would change the app client.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

from moto import settings
from moto.cognitoidp.models import cognitoidp_backends
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.common_types import TYPE_RESPONSE
from moto.core.exceptions import (
    AccessDeniedError,
    InvalidClientTokenIdError,
    InvalidToken,
    JsonRESTError,
    SignatureDoesNotMatchError,
)
from moto.core.models import botocore_stubber
from moto.core.request import Request
from moto.core.utils import camelcase_to_underscores
from moto.utilities.utils import get_partition
from werkzeug.exceptions import HTTPException

from harness.emulator import refusals
from harness.emulator.api.request import Caller
from harness.emulator.api.request import Request as EngineRequest
from harness.emulator.api.service_model import is_operation, is_unsigned
from harness.emulator.domain.pools import Pool
from harness.emulator.engine import Engine
from harness.emulator.http import discovery, user_import
from harness.emulator.http.compression import MOST_BODY_BYTES, inflate
from harness.emulator.http.wire import (
    TARGET_PREFIX,
    HttpAnswer,
    answer,
    error,
    in_milliseconds,
    success,
)
from harness.emulator.managed_login import routing as managed_login
from harness.emulator.moto_backend.arrival import arrived
from harness.emulator.moto_backend.models import current_engine
from harness.emulator.moto_backend.pages_in_process import CookieHeaders
from harness.emulator.moto_backend.signature import check_signing
from harness.emulator.refusals import Refusal

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

__all__ = [
    "MOTO_OPERATIONS",
    "TruthfulCognitoResponse",
    "answer_client",
    "answer_wsgi",
    "botocore_stubber",
    "read_wsgi",
    "serve_domain",
    "serve_json_web_keys",
    "serve_openid_configuration",
    "take_user_import",
]

#: The credential of a signature: access key, date, region and service.
_SCOPE = re.compile(r"Credential=[^/,]+/[^/,]+/[^/,]+/[^/,]+/aws4_request")
#: The operations that the engine leaves to moto.
MOTO_OPERATIONS = frozenset(
    f"{verb}IdentityProvider" for verb in ("Create", "Describe", "Update", "Delete")
) | {"ListIdentityProviders"}


class TruthfulCognitoResponse(CognitoIdpResponse):
    """Passes one request to the engine, or to moto if the engine leaves the operation to it.

    Args:
        engine: the engine that answers; by default the engine that was installed last.
        beside_moto: whether moto carries out its own operations and keeps its backends.
        most_bytes: the most bytes that a compressed body may contain.
    """

    def __init__(
        self,
        engine: Engine | None = None,
        *,
        beside_moto: bool = True,
        most_bytes: int = MOST_BODY_BYTES,
    ) -> None:
        super().__init__()
        self._beside_moto = beside_moto
        self._most_bytes = most_bytes
        self._engine = engine or current_engine()

    def _dispatch(
        self, request: Request, full_url: str | None = None, headers: Any = None
    ) -> TYPE_RESPONSE:
        del headers  # moto passes them separately as well; the request has them
        return _as_moto(arrived(self.answer(request, full_url), request.url))

    def answer(self, request: Request, full_url: str | None = None) -> HttpAnswer:
        """Carry out one HTTP request and return its response."""
        target = request.headers.get("X-Amz-Target", "")
        try:
            self.read(request, full_url)
            self._check_permission(target)
        except HTTPException as refused:
            return _from_http_exception(refused)
        except Refusal as refused:
            return error(refused)
        return answer(
            self._engine,
            target,
            self.raw_body,
            self.caller(),
            signed="AWS4-HMAC" in self.headers.get("Authorization", ""),
            fallback=self.by_moto if self._beside_moto else None,
        )

    def read(self, request: Request, full_url: str | None = None) -> None:
        """Take what the engine and moto's access control need from the request.

        Raises:
            Refusal: there is no such region, or the body is not compressed the way its header
                says, or it contains too much.
        """
        url = request.raw_url if full_url is None else full_url
        self.is_werkzeug_request = request.from_wsgi_server
        self.normalized_request = request
        self._decompress(request)
        self.headers = request.headers
        self.uri, self.parsed_url = url, urlparse(url)
        self.path, self.raw_path = self.parsed_url.path, request.raw_path
        self.method = request.method
        self.raw_body = self.body = request.get_data()
        self.querystring: dict[str, Any] = {}
        self.data = self.querystring
        self.uri_match = {}
        self.access_key = self.get_access_key()
        self.current_account = self.get_current_account()
        self.region = self._region(request, url)
        self.partition = get_partition(self.region)
        self.response_headers = {}

    def _decompress(self, request: Request) -> None:
        """Inflate the body, up to the limit; moto's own method has none."""
        if request.content_encoding == "gzip":
            content = inflate(request.stream.read(), self._most_bytes)
            request.stream = io.BytesIO(content)
            request.get_data(parse_form_data=True)

    def _region(self, request: Request, url: str) -> str:
        """Return the region of the host or the signature; moto knows which regions exist.

        This creates the backend of that region, because moto resets only the backends that exist.
        The engine itself needs none.
        """
        signature = request.headers.get("Authorization", "")
        if signature.startswith("AWS4") and not _SCOPE.search(signature):
            raise refusals.region_invalid()
        try:
            region = self.get_region_from_url(request, url)
            if self._beside_moto:
                cognitoidp_backends[self.current_account][region]
        except (IndexError, KeyError):
            raise refusals.region_invalid() from None
        return region

    def _check_permission(self, target: str) -> None:
        """Enforce moto's IAM if it is on; unsigned operations are public (A301)."""
        if float("inf") == settings.INITIAL_NO_AUTH_ACTION_COUNT:
            # IAM is off. Importing it would hold up the first call for longer than anything else.
            return
        operation = target.removeprefix(TARGET_PREFIX)
        # The engine refuses a call without a signature, with or without IAM.
        signed = "AWS4-HMAC" in self.headers.get("Authorization", "")
        if is_operation(operation) and not is_unsigned(operation) and signed:
            if self.request_count >= settings.INITIAL_NO_AUTH_ACTION_COUNT:
                check_signing(self.headers, self.region)
            self._authenticate_and_authorize_normal_action(self._resource())

    def _resource(self) -> str:
        """Return the ARN of the pool that the request names, or IAM's ``*`` if it names none.

        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
        """
        try:
            pool_id = json.loads(self.raw_body).get("UserPoolId")
        except (ValueError, AttributeError, RecursionError):
            return "*"
        if not isinstance(pool_id, str):
            return "*"
        prefix = f"arn:{self.partition}:cognito-idp:{self.region}:{self.current_account}"
        return f"{prefix}:userpool/{pool_id}"

    def caller(self) -> Caller:
        """Return who sent the request."""
        return Caller(
            account=self.current_account,
            region=self.region,
            partition=self.partition,
            source_ip=self.normalized_request.remote_addr or "127.0.0.1",
            user_agent=self.headers.get("User-Agent", ""),
        )

    def by_moto(self, operation: str, params: dict[str, Any]) -> HttpAnswer | None:
        """Let moto carry out an operation; return ``None`` if it is not one of moto's."""
        if operation not in MOTO_OPERATIONS:
            return None
        pool = None
        if "UserPoolId" in params:  # some of moto's operations do not check that the pool exists
            pool = self._engine.pool(EngineRequest(operation, params, self.caller()))
        self._validated = dict(params)  # moto takes out what it has read
        try:
            result = getattr(self, camelcase_to_underscores(operation))()
        except InvalidToken as refused:
            raise refusals.pagination_token_invalid() from refused
        except JsonRESTError as refused:
            raise Refusal(refused.relative_error_type, refused.message) from refused
        if pool is not None:
            _record(pool, operation, params)
        _, _, body = self.serialized(result)
        return success(in_milliseconds(operation, json.loads(body or "{}")))

    @property
    def parameters(self) -> dict[str, Any]:
        """The validated parameters, for moto's own operations."""
        return self._validated

    def _get_param(self, param_name: str, if_none: Any = None) -> Any:
        return self._validated.get(param_name, if_none)


def _record(pool: Pool, operation: str, params: dict[str, Any]) -> None:
    """Record on a pool which identity providers moto keeps for it.

    DescribeUserPool shows `identities` beside one, and app clients may name it.
    """
    with pool.lock:
        if operation == "CreateIdentityProvider":
            pool.add_identity_provider(params["ProviderName"])
        elif operation == "DeleteIdentityProvider":
            pool.remove_identity_provider(params["ProviderName"])


def answer_wsgi(
    engine: Engine, environ: dict[str, Any], most_bytes: int, *, beside_moto: bool = True
) -> HttpAnswer:
    """Carry out a Cognito request that reached a server, without moto's routing."""
    response = TruthfulCognitoResponse(engine, beside_moto=beside_moto, most_bytes=most_bytes)
    return response.answer(_from_server(environ))


def read_wsgi(engine: Engine, environ: dict[str, Any]) -> TruthfulCognitoResponse:
    """Let moto read a request that reached a server, without carrying it out.

    Raises:
        Refusal: as `TruthfulCognitoResponse.read` does.
    """
    response = TruthfulCognitoResponse(engine)
    response.read(_from_server(environ))
    return response


def _from_server(environ: dict[str, Any]) -> Request:
    request = Request(environ)
    request.from_wsgi_server = True
    return request


def answer_client(engine: Engine, request: AWSPreparedRequest) -> HttpAnswer:
    """Carry out a request that a boto3 client was about to send; moto only reads it."""
    read = Request.from_primitives(request.method, request.url, request.headers, request.body)
    return TruthfulCognitoResponse(engine, beside_moto=False).answer(read)


def serve_json_web_keys(_request: Request, full_url: str, _headers: Any) -> TYPE_RESPONSE:
    """Answer ``GET /<pool id>/.well-known/jwks.json``."""
    return _as_moto(discovery.json_web_keys(current_engine(), _pool_id(full_url)))


def serve_openid_configuration(_request: Request, full_url: str, _headers: Any) -> TYPE_RESPONSE:
    """Answer ``GET /<pool id>/.well-known/openid-configuration``."""
    return _as_moto(discovery.openid_configuration(current_engine(), _pool_id(full_url)))


def take_user_import(request: Request, full_url: str, _headers: Any) -> TYPE_RESPONSE:
    """Answer ``PUT`` to the URL of a user import job."""
    url = urlparse(full_url)
    headers = {name.lower(): value for name, value in request.headers.items()}
    engine, body = current_engine(), request.get_data()
    return _as_moto(
        user_import.take_file(
            engine,
            request.method,
            url.path.removeprefix(user_import.PREFIX).lstrip("/"),
            url.query,
            headers,
            body,
        )
    )


def serve_domain(request: Request, full_url: str, _headers: Any) -> TYPE_RESPONSE:
    """Answer a request to a user pool's domain (H001)."""
    url = urlparse(full_url)
    headers = {name.lower(): value for name, value in request.headers.items()}
    arrival = managed_login.Arrival(
        method=request.method,
        path=unquote(url.path, "latin-1"),
        query=url.query,
        headers={**headers, "host": url.netloc},
        body=request.get_data(),
        scheme=url.scheme,
    )
    found = managed_login.answer(current_engine(), arrival) or managed_login.no_domain()
    # moto sends a body with every response, and `requests` refuses one after HEAD.
    return _as_moto(replace(found, body=b"") if request.method == "HEAD" else found)


def _pool_id(url: str) -> str:
    return urlparse(url).path.strip("/").split("/")[0]


def _from_http_exception(refused: HTTPException) -> HttpAnswer:
    """Turn an error of moto's access control, in JSON or XML, into one of Cognito's form."""
    code = _ACCESS_CODES.get(type(refused), "InvalidSignatureException")
    return error(Refusal(code, _message_text(refused.description), 400))


#: moto uses the error codes of AWS's query protocol; the JSON protocol has others (A302).
_ACCESS_CODES: dict[type[HTTPException], str] = {
    SignatureDoesNotMatchError: "InvalidSignatureException",
    InvalidClientTokenIdError: "UnrecognizedClientException",
    AccessDeniedError: "AccessDeniedException",
}


def _message_text(description: str | None) -> str:
    text = description or "Request refused"
    for key in ('"Message":"', '"message":"', "<Message>"):
        if key in text:
            return text.split(key, 1)[1].split('"', 1)[0].split("<", 1)[0]
    return text


def _as_moto(response: HttpAnswer) -> TYPE_RESPONSE:
    headers = CookieHeaders(response.headers, response.cookies)
    return response.status, headers, response.body
