"""Any service that speaks Cognito's protocol at some URL, by boto3's own conventions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from harness.clock import SystemClock
from harness.errors import ConfigurationError, HarnessError, MissingCapability
from harness.targets.base import Capability
from harness.users.mailboxes.http import served_outbox
from harness.users.mailboxes.outbox import OutboxMailbox

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.settings import Settings
    from harness.targets.faults import Faults

__all__ = ["EndpointTarget"]

#: What a service somewhere sends may arrive after its answer.
_PATIENCE_SECONDS = 30.0


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
        self._admin: bool | None = None
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
        if self._is_admin():
            found.add(Capability.ADMIN)
            # The pool of somebody else is used as it is, and none is made beside it.
            if self._user_pool_id is None:
                found.add(Capability.PROVISIONING)
        return frozenset(found)

    def describe(self) -> dict[str, str]:
        """Return what the report's header says about it."""
        return {"clock": "this machine's", "endpoint": self.endpoint_url}

    def check(self) -> None:
        """See that something answers there."""
        self.client()
        _check_ca_bundle(self.endpoint_url)
        self._is_admin()

    def start(self) -> None:
        """See that something answers there."""
        self.check()

    def stop(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
        self._client = self._admin = None

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

    def _is_admin(self) -> bool:
        if self._admin is None:
            self._admin = self._may_administrate()
        return self._admin

    def _may_administrate(self) -> bool:
        """Ask for something that only an administrator is told; any answer shows a service."""
        client = self.client()
        try:
            if self._user_pool_id is None:
                client.list_user_pools(MaxResults=1)
            else:
                client.describe_user_pool(UserPoolId=self._user_pool_id)
        except ClientError:
            return False
        except BotoCoreError as error:
            raise ConfigurationError(
                "--cognito-endpoint-url", given=self.endpoint_url, hint=str(error)
            ) from error
        return True


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
