"""A real AWS account, by boto3's own conventions; nothing is done there that was not permitted."""

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

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.settings.run_settings import Settings
    from harness.targets.clients import AwsClients
    from harness.targets.faults import Faults
    from harness.users.mailboxes.base import Mailbox

__all__ = ["AwsTarget"]

_UNSIGNED = "without --cognito-aws-accounts nothing is signed, and only the user's side can be used"


class AwsTarget:
    """Cognito in an AWS account.

    With ``accounts`` every signed call is made with the credentials that boto3 finds, once STS has
    said that they are for one of these accounts. Without, nothing is signed and no credentials are
    read: then only the user's side of an existing pool can be used, which Cognito leaves open to
    everybody (A301).

    Args:
        region: where; ``None`` takes the region of the profile.
        accounts: the ids of the accounts in which something may be done.
        user_pool_id: of the pool that is to be used, where it is not the run that makes pools.
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
        """Return the target that the settings describe."""
        region = settings.region
        return cls(
            region=None if region.source == "default" else region.value,
            accounts=settings.aws_accounts.value or (),
            user_pool_id=settings.user_pool_id.value,
        )

    @property
    def region(self) -> str:
        """The region of the settings, or that of the profile.

        Raises:
            ConfigurationError: neither names one.
        """
        region = self._region or self._boto3().region
        if region is None:
            raise ConfigurationError(
                "--cognito-region",
                hint="on a real account none is taken for granted; AWS_REGION, AWS_DEFAULT_REGION "
                "and the profile may name one too",
            )
        return region

    @property
    def identity(self) -> Identity | None:
        """Whom the credentials stand for; ``None`` where nothing is signed.

        Raises:
            ConfigurationError: they are for an account that is not allowed, or there are none.
        """
        if self._identity is None and self._accounts:
            self._identity = allowed_identity(self._boto3(), self._accounts)
        return self._identity

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it can do: that of an administrator where calls are signed."""
        if not self._accounts:
            return frozenset()
        if self._user_pool_id is not None:
            return frozenset({Capability.ADMIN})
        return frozenset({Capability.ADMIN, Capability.PROVISIONING})

    @property
    def attempts(self) -> int | None:
        """How often a throttled call is made, where boto3's own settings say it."""
        return self._boto3().attempts

    def reason_without(self, capability: Capability) -> str | None:
        """Return that nothing is signed, where that is the reason."""
        if capability in (Capability.ADMIN, Capability.PROVISIONING) and not self._accounts:
            return _UNSIGNED
        return None

    def describe(self) -> dict[str, str]:
        """Return what the report's header says about it; nobody is asked for it."""
        allowed = ", ".join(f"…{account[-4:]}" for account in self._accounts)
        facts = {
            "clock": "this machine's",
            "accounts": allowed or "none, so that nothing is signed",
        }
        try:
            if self._accounts:
                facts["profile"] = self._boto3().profile
            facts["region"] = self.region
            facts["endpoint"] = self._endpoint()
        except HarnessError as error:
            # The header is shown although the run cannot begin.
            facts["endpoint"] = str(error)
        return facts

    def check(self) -> None:
        """See that the credentials are for an account that is allowed, and the pool is in one."""
        endpoint = self.client().meta.endpoint_url
        if not self._accounts:
            return
        try:
            found = self._boto3().has_credentials()
            security_tokens = self._boto3().security_tokens()
        except BotoCoreError as error:
            raise _unusable(error) from error
        if not found:
            self._no_credentials()
        require_same_place(endpoint, security_tokens.meta.endpoint_url)
        _ = self.identity
        if self._user_pool_id is not None:
            self._check_pool(self._user_pool_id)

    def start(self) -> None:
        """See the same; there is nothing to start."""
        self.check()

    def stop(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
        self._client = self._clients = self._identity = None

    def place(self) -> dict[str, str]:
        """Return account, region and endpoint; nobody knows the account where nothing is signed."""
        account = self.identity.account if self.identity else ""
        endpoint = self.client().meta.endpoint_url
        return {"account": account, "region": self.region, "endpoint": endpoint}

    def client(self) -> CognitoIdentityProviderClient:
        """Return the one client, which signs only where accounts are allowed."""
        if self._client is None:
            region = self.region
            try:
                self._client = self._boto3(region).cognito(signed=bool(self._accounts))
            except (BotoCoreError, ValueError) as error:
                raise _unusable(error) from error
        return self._client

    def mailbox(self, user_pool_id: str) -> Mailbox:
        """Refuse: AWS shows nobody what it has sent."""
        raise MissingCapability(
            Capability.OUTBOX.value,
            self.name,
            f"what the people of {user_pool_id} are sent cannot be read; override the fixture "
            "cognito_mailbox to read it elsewhere",
        )

    def faults(self) -> Faults:
        """Refuse: AWS fails when it does."""
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
            hint="boto3 finds none: not in the environment, not in a profile (AWS_PROFILE), not "
            "in the machine's role",
        )

    def _check_pool(self, user_pool_id: str) -> None:
        try:
            pool: Any = self.client().describe_user_pool(UserPoolId=user_pool_id)["UserPool"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                # That there is no such pool is said by who uses it.
                return
            raise ConfigurationError(
                "--cognito-user-pool-id",
                given=user_pool_id,
                hint=f"{error}; what an administrator needs is printed by "
                "`cognito-harness iam-policy --mode existing-pool`",
            ) from error
        except BotoCoreError as error:
            raise ConfigurationError(
                "--cognito-target", given=self.name, hint=str(error)
            ) from error
        account = account_of(cast("str", pool.get("Arn", "")))
        require_allowed(account, self._accounts, f"the user pool is {pool.get('Arn')}")


def _unusable(error: Exception) -> HarnessError:
    return HarnessError(f"the settings of boto3 cannot be used: {error}")
