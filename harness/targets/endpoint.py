"""The target ``endpoint``: any service at a URL that speaks Cognito's API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.parsers import ResponseParserError

from harness.clock import SystemClock
from harness.errors import ConfigurationError, HarnessError, MissingCapability
from harness.targets.base import Capability
from harness.targets.domain_urls import domain_url_at
from harness.users.mailboxes.http import served_outbox
from harness.users.mailboxes.outbox import OutboxMailbox

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.settings.run_settings import Settings
    from harness.targets.faults import Faults

__all__ = ["EndpointTarget"]

#: The messages of a remote service may arrive after its response.
_PATIENCE_SECONDS = 30.0
#: The errors that say that the caller may not administrate.
#: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
_FORBIDDEN = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "UnrecognizedClientException",
    }
)


class EndpointTarget:
    """A Cognito-compatible service at a URL, by boto3's conventions.

    Credentials, profile, CA bundle and retry settings are boto3's. Without credentials, requests
    are not signed. Each call is sent once unless the user sets retries. The clock of the service is
    taken to be that of this machine.

    Args:
        endpoint_url: URL of the service.
        region: AWS region that requests are signed for.
        user_pool_id: id of the existing pool to use, if the run does not make pools.
        outbox: whether to read codes from ``/_harness/outbox`` of the service.
    """

    name = "endpoint"

    def __init__(
        self,
        endpoint_url: str,
        *,
        region: str,
        user_pool_id: str | None = None,
        outbox: bool = False,
    ) -> None:
        self.endpoint_url = endpoint_url
        self.region = region
        self.clock = SystemClock()
        self._user_pool_id = user_pool_id
        self._outbox = outbox
        # Why the service refuses signed operations; empty if it allows them, None if not yet asked.
        self._refusal: str | None = None
        self._client: CognitoIdentityProviderClient | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> EndpointTarget:
        """Return the target of the settings."""
        return cls(
            settings.endpoint_url.value or "",
            region=settings.region.value,
            user_pool_id=settings.user_pool_id.value,
            outbox=settings.mailbox.value == "outbox",
        )

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What the run can do; asks the service once whether it allows signed operations."""
        found = {Capability.OUTBOX} if self._outbox else set()
        if not self._why_no_admin():
            found.add(Capability.ADMIN)
            # A run on an existing pool makes no pools of its own.
            if self._user_pool_id is None:
                found |= {Capability.PROVISIONING, Capability.SENDERS}
        return frozenset(found)

    def reason_without(self, capability: Capability) -> str | None:
        """Return how the service refused signed operations."""
        if capability in (Capability.ADMIN, Capability.PROVISIONING):
            return self._why_no_admin() or None
        return None

    @property
    def url(self) -> str:
        """The URL of the service."""
        return self.endpoint_url

    def domain_url(self, domain: str) -> str:
        """Return the URL of the domain of a pool: below :attr:`url`, unless that is AWS itself.

        Another service may have its domains elsewhere; then override the fixture
        ``cognito_managed_login``.
        """
        return domain_url_at(self.endpoint_url, domain, self.region)

    def describe(self) -> dict[str, str]:
        """Return the facts for the header."""
        return {"clock": "this machine's", "endpoint": self.endpoint_url}

    def check(self) -> None:
        """Check that the service responds as Cognito does."""
        self.client()
        _check_ca_bundle(self.endpoint_url)
        self._why_no_admin()

    def start(self) -> None:
        """Check that the service responds as Cognito does."""
        self.check()

    def stop(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
        self._client = self._refusal = None

    def client(self) -> CognitoIdentityProviderClient:
        """Return the one client; it signs requests if boto3 finds credentials."""
        if self._client is None:
            from harness.targets.clients import online_client

            try:
                self._client = online_client(self.region, self.endpoint_url)
            except (BotoCoreError, ValueError) as error:
                raise HarnessError(f"the settings of boto3 cannot be used: {error}") from error
        return self._client

    def mailbox(self, user_pool_id: str) -> OutboxMailbox:
        """Return the mailbox of the users of one pool, if the service has an outbox."""
        if not self._outbox:
            raise MissingCapability(
                Capability.OUTBOX.value,
                self.name,
                "use --cognito-mailbox=outbox if the service has /_harness/outbox, "
                "or override the fixture cognito_mailbox",
            )
        return OutboxMailbox(
            served_outbox(self.endpoint_url),
            user_pool_id,
            self.clock,
            patience_seconds=_PATIENCE_SECONDS,
        )

    def faults(self) -> Faults:
        """Refuse: failures of a remote service cannot be planned."""
        raise MissingCapability(Capability.FAULTS.value, self.name)

    def _why_no_admin(self) -> str:
        if self._refusal is None:
            self._refusal = self._ask_as_administrator()
        return self._refusal

    def _ask_as_administrator(self) -> str:
        """Call an administrator's operation; return why it was refused, or an empty text."""
        try:
            response = self._pools_or_pool()
        except NoCredentialsError as error:
            return str(error)
        except ClientError as error:
            return self._refusal_of(error)
        except (BotoCoreError, ResponseParserError) as error:
            raise self._unusable(str(error)) from error
        if not response.keys() & {"UserPools", "UserPool"}:
            status = response["ResponseMetadata"].get("HTTPStatusCode")
            raise self._unusable(f"the response with status {status} is not one of Cognito's")
        return ""

    def _pools_or_pool(self) -> Mapping[str, Any]:
        client = self.client()
        if self._user_pool_id is None:
            return cast("Mapping[str, Any]", client.list_user_pools(MaxResults=1))
        return cast("Mapping[str, Any]", client.describe_user_pool(UserPoolId=self._user_pool_id))

    def _refusal_of(self, error: ClientError) -> str:
        code = error.response["Error"]["Code"]
        if code in _FORBIDDEN:
            return f"{error.operation_name} is refused with {code}"
        if code == "ResourceNotFoundException" and self._user_pool_id is not None:
            # Only administrators get this error. The code that uses the pool reports it.
            return ""
        status = error.response["ResponseMetadata"].get("HTTPStatusCode")
        raise self._unusable(
            f"{error.operation_name} failed with status {status} and code {code}, "
            "which is neither an error of Cognito nor one of missing permissions"
        ) from error

    def _unusable(self, hint: str) -> ConfigurationError:
        return ConfigurationError("--cognito-endpoint-url", given=self.endpoint_url, hint=hint)


def _check_ca_bundle(endpoint_url: str) -> None:
    from harness.targets.clients import ca_bundle

    path = ca_bundle()
    if path is None or not endpoint_url.startswith("https://"):
        return
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        raise ConfigurationError(
            "AWS_CA_BUNDLE", given=path, hint=f"the file cannot be read: {error.strerror}"
        ) from error
