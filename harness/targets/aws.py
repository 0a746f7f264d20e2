"""The target ``aws``: a real AWS account, by boto3's conventions, only as the options permit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from harness.clock import SystemClock
from harness.errors import ConfigurationError, HarnessError, MissingCapability
from harness.targets.account import (
    Identity,
    account_of,
    allowed_identity,
    is_at_aws,
    require_allowed,
    require_same_place,
)
from harness.targets.base import Capability
from harness.targets.domain_urls import domain_url_at

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.settings.run_settings import Settings
    from harness.targets.clients import AwsClients
    from harness.targets.faults import Faults
    from harness.users.mailboxes.base import Mailbox

__all__ = ["AwsTarget"]

_UNSIGNED = (
    "without --cognito-aws-accounts no request is signed, so only operations that need no AWS "
    "credentials can be called"
)


class AwsTarget:
    """Cognito in an AWS account.

    With ``accounts``, calls are signed with the credentials that boto3 finds, after STS confirms
    that they belong to one of these accounts. Without, no request is signed and no credentials are
    read: the run can then only call the operations on an existing pool that need no AWS
    credentials (A301).

    Args:
        region: AWS region; ``None`` takes the region of the profile.
        accounts: ids of the accounts in which the run may act.
        user_pool_id: id of the existing pool to use, if the run does not make pools.
    """

    name = "aws"

    def __init__(
        self,
        *,
        region: str | None,
        accounts: tuple[str, ...] = (),
        user_pool_id: str | None = None,
    ) -> None:
        self.clock = SystemClock()
        self._region = region
        self._accounts = accounts
        self._user_pool_id = user_pool_id
        self._identity: Identity | None = None
        self._clients: AwsClients | None = None
        self._client: CognitoIdentityProviderClient | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> AwsTarget:
        """Return the target of the settings."""
        region = settings.region
        return cls(
            region=None if region.source == "default" else region.value,
            accounts=settings.aws_accounts.value or (),
            user_pool_id=settings.user_pool_id.value,
        )

    @property
    def region(self) -> str:
        """The region of the settings or of the profile.

        Raises:
            ConfigurationError: neither of them has one.
        """
        region = self._region or self._boto3().region
        if region is None:
            raise ConfigurationError(
                "--cognito-region",
                hint="a real account needs a region; AWS_REGION, AWS_DEFAULT_REGION or the profile "
                "can name it too",
            )
        return region

    @property
    def identity(self) -> Identity | None:
        """The identity of the credentials; ``None`` if no request is signed.

        Raises:
            ConfigurationError: there are no credentials, or their account is not allowed.
        """
        if self._identity is None and self._accounts:
            self._identity = allowed_identity(self._boto3(), self._accounts)
        return self._identity

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What the run can do: an administrator's operations if requests are signed."""
        if not self._accounts:
            return frozenset()
        if self._user_pool_id is not None:
            return frozenset({Capability.ADMIN})
        return frozenset({Capability.ADMIN, Capability.PROVISIONING})

    @property
    def attempts(self) -> int | None:
        """How often to send a throttled call, or ``None`` if boto3's settings do not say."""
        return self._boto3().attempts

    def reason_without(self, capability: Capability) -> str | None:
        """Return the reason if it is that no request is signed."""
        if capability in (Capability.ADMIN, Capability.PROVISIONING) and not self._accounts:
            return _UNSIGNED
        return None

    @property
    def url(self) -> str:
        """The URL that boto3 finds for the region."""
        return self.client().meta.endpoint_url

    def domain_url(self, domain: str) -> str:
        """Return the URL of the domain of a pool, a host of AWS or the user's own."""
        return domain_url_at(self.url, domain, self.region)

    def describe(self) -> dict[str, str]:
        """Return the facts for the header, without any call."""
        allowed = ", ".join(f"…{account[-4:]}" for account in self._accounts)
        facts = {
            "clock": "this machine's",
            "accounts": allowed or "none, so no request is signed",
        }
        try:
            if self._accounts:
                facts["profile"] = self._boto3().profile
            facts["region"] = self.region
            facts["endpoint"] = self._endpoint()
        except HarnessError as error:
            # The header is shown even if the run cannot start.
            facts["endpoint"] = str(error)
        return facts

    def check(self) -> None:
        """Check that the account of the credentials is allowed, and that of the pool too."""
        endpoint = self.client().meta.endpoint_url
        if not self._accounts:
            return
        try:
            found = self._boto3().has_credentials()
            security_tokens = self._boto3().sts()
        except BotoCoreError as error:
            raise _unusable(error) from error
        if not found:
            self._no_credentials()
        require_same_place(endpoint, security_tokens.meta.endpoint_url)
        _ = self.identity
        if self._user_pool_id is not None:
            self._check_pool(self._user_pool_id)

    def start(self) -> None:
        """Check the same; there is nothing to start."""
        self.check()

    def stop(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
        self._client = self._clients = self._identity = None

    def place(self) -> dict[str, str]:
        """Return account, region and endpoint; the account is empty if no request is signed."""
        account = self.identity.account if self.identity else ""
        endpoint = self.client().meta.endpoint_url
        return {"account": account, "region": self.region, "endpoint": endpoint}

    def client(self) -> CognitoIdentityProviderClient:
        """Return the one client; it signs requests only if accounts are allowed."""
        if self._client is None:
            region = self.region
            try:
                self._client = self._boto3(region).cognito(signed=bool(self._accounts))
            except (BotoCoreError, ValueError) as error:
                raise _unusable(error) from error
        return self._client

    def mailbox(self, user_pool_id: str) -> Mailbox:
        """Refuse: AWS does not show the messages that it sends."""
        raise MissingCapability(
            Capability.OUTBOX.value,
            self.name,
            f"the messages to the users of {user_pool_id} cannot be read; override the fixture "
            "cognito_mailbox to read them elsewhere",
        )

    def faults(self) -> Faults:
        """Refuse: failures of AWS cannot be planned."""
        raise MissingCapability(Capability.FAULTS.value, self.name)

    def _boto3(self, region: str | None = None) -> AwsClients:
        if self._clients is None:
            from harness.targets.clients import AwsClients

            try:
                self._clients = AwsClients(region or self._region)
            except BotoCoreError as error:
                raise _unusable(error) from error
        return self._clients

    def _endpoint(self) -> str:
        url = self.client().meta.endpoint_url
        return url if is_at_aws(url) else f"{url}, not AWS itself"

    def _no_credentials(self) -> None:
        raise ConfigurationError(
            "AWS credentials",
            hint="boto3 finds none; set them in the environment, in a profile (AWS_PROFILE) or by "
            "the role of the machine",
        )

    def _check_pool(self, user_pool_id: str) -> None:
        try:
            pool: Any = self.client().describe_user_pool(UserPoolId=user_pool_id)["UserPool"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                # The code that uses the pool reports that it does not exist.
                return
            raise ConfigurationError(
                "--cognito-user-pool-id",
                given=user_pool_id,
                hint=f"{error}; `cognito-harness iam-policy --mode existing-pool` prints the "
                "permissions that a run needs",
            ) from error
        except BotoCoreError as error:
            raise ConfigurationError(
                "--cognito-target", given=self.name, hint=str(error)
            ) from error
        account = account_of(cast("str", pool.get("Arn", "")))
        require_allowed(account, self._accounts, f"the user pool is {pool.get('Arn')}")


def _unusable(error: Exception) -> HarnessError:
    return HarnessError(f"the settings of boto3 cannot be used: {error}")
