"""Any service that speaks Cognito's protocol at some URL, by boto3's own conventions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.parsers import ResponseParserError

from harness.clock import SystemClock
from harness.errors import ConfigurationError, HarnessError, MissingCapability
from harness.targets.base import Capability
from harness.users.mailboxes.http import served_outbox
from harness.users.mailboxes.outbox import OutboxMailbox

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.settings.run_settings import Settings
    from harness.targets.faults import Faults

__all__ = ["EndpointTarget"]

#: What a service somewhere sends may arrive after its answer.
_PATIENCE_SECONDS = 30.0
#: What a service says to those who may not administrate; anything else is no such answer.
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
    """A Cognito-compatible service at a URL.

    Credentials, profile, CA bundle and retry settings are boto3's; without credentials calls are
    unsigned, and made once unless the user says otherwise. The service's clock is taken to be
    this machine's.

    Args:
        endpoint_url: where the service listens.
        region: the region that requests are signed for.
        user_pool_id: of the pool that is to be used, where it is not the run that makes pools.
        outbox: whether the service also has ``/_harness/outbox``, from which codes are read.
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
        # Why signed operations are refused; empty where they are allowed.
        self._refusal: str | None = None
        self._client: CognitoIdentityProviderClient | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> EndpointTarget:
        """Return the target that the settings describe."""
        return cls(
            settings.endpoint_url.value or "",
            region=settings.region.value,
            user_pool_id=settings.user_pool_id.value,
            outbox=settings.mailbox.value == "outbox",
        )

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it can do; asks the service, once, whether signed operations are allowed."""
        found = {Capability.OUTBOX} if self._outbox else set()
        if not self._why_no_admin():
            found.add(Capability.ADMIN)
            # The pool of somebody else is used as it is, and none is made beside it.
            if self._user_pool_id is None:
                found.add(Capability.PROVISIONING)
        return frozenset(found)

    def reason_without(self, capability: Capability) -> str | None:
        """Return what the service said to somebody who asked as an administrator."""
        if capability in (Capability.ADMIN, Capability.PROVISIONING):
            return self._why_no_admin() or None
        return None

    def describe(self) -> dict[str, str]:
        """Return what the report's header says about it."""
        return {"clock": "this machine's", "endpoint": self.endpoint_url}

    def check(self) -> None:
        """See that something answers there as Cognito does."""
        self.client()
        _check_ca_bundle(self.endpoint_url)
        self._why_no_admin()

    def start(self) -> None:
        """See that something answers there as Cognito does."""
        self.check()

    def stop(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
        self._client = self._refusal = None

    def client(self) -> CognitoIdentityProviderClient:
        """Return the one client, signed where credentials are found."""
        if self._client is None:
            from harness.targets.clients import online_client

            try:
                self._client = online_client(self.region, self.endpoint_url)
            except (BotoCoreError, ValueError) as error:
                raise HarnessError(f"the settings of boto3 cannot be used: {error}") from error
        return self._client

    def mailbox(self, user_pool_id: str) -> OutboxMailbox:
        """Return the mailbox of the people of one user pool, if the service has an outbox."""
        if not self._outbox:
            raise MissingCapability(
                Capability.OUTBOX.value,
                self.name,
                "say --cognito-mailbox=outbox if the service has /_harness/outbox, "
                "or override the fixture cognito_mailbox",
            )
        return OutboxMailbox(
            served_outbox(self.endpoint_url),
            user_pool_id,
            self.clock,
            patience_seconds=_PATIENCE_SECONDS,
        )

    def faults(self) -> Faults:
        """Refuse: a service somewhere fails when it does."""
        raise MissingCapability(Capability.FAULTS.value, self.name)

    def _why_no_admin(self) -> str:
        if self._refusal is None:
            self._refusal = self._ask_as_administrator()
        return self._refusal

    def _ask_as_administrator(self) -> str:
        """Ask for what only an administrator is told; return why it was not, or nothing."""
        try:
            answer = self._pools_or_pool()
        except NoCredentialsError as error:
            return str(error)
        except ClientError as error:
            return self._refusal_of(error)
        except (BotoCoreError, ResponseParserError) as error:
            raise self._unusable(str(error)) from error
        if not answer.keys() & {"UserPools", "UserPool"}:
            status = answer["ResponseMetadata"].get("HTTPStatusCode")
            raise self._unusable(f"it answers with status {status}, but not as Cognito does")
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
            # Told to administrators only; that there is no such pool is said by who uses it.
            return ""
        status = error.response["ResponseMetadata"].get("HTTPStatusCode")
        raise self._unusable(
            f"{error.operation_name} is answered with status {status} and code {code}, "
            "neither as by Cognito nor as without permission"
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
