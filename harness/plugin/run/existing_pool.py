"""The existing pool of the settings: used as it is, never changed, never deleted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from harness.errors import ConfigurationError, HarnessError
from harness.flows.actions import AppClient
from harness.plugin.run.asked_pool import mismatches_in
from harness.plugin.run.file_pool import UnfitPool
from harness.plugin.run.unfit import BECAUSE_OF_THE_POOL, SkipReason, UnfitSetting
from harness.pools.making.provision_spec import ProvisionedPool
from harness.pools.making.run_users import RunUsers, require_own_names
from harness.pools.spec.describe import describe_pool
from harness.pools.spec.pool_spec import PoolSpec
from harness.pools.spec.spec_match import SETTINGS, format_field
from harness.targets.base import AccountTarget, Capability, Target

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.pools.configuration.pool_configuration import PoolConfiguration
    from harness.pools.making.journal import Journal
    from harness.settings.run_settings import Settings

__all__ = ["ExistingPool", "UndescribedPool", "configuration_of"]


class UndescribedPool(ProvisionedPool):
    """A pool that nobody has described; its ``spec`` is a guess."""


class ExistingPool:
    """Gives the one existing pool to every test that it fits.

    Args:
        app: the pool and its app client.
        target: where the pool is; named in the reasons why a test is skipped.
        described: the pool as it is, if that is known.
    """

    def __init__(
        self, app: AppClient, target: Target, described: ProvisionedPool | None = None
    ) -> None:
        if described is not None:
            require_own_names(app.user_pool_id, described.spec.sign_in_names)
        self._app = app
        self._target = target
        self._described = (
            None if described is None else replace(described, locate=target.domain_url)
        )
        self._run_users: RunUsers | None = None

    @classmethod
    def of_settings(
        cls, target: Target, settings: Settings, stated: PoolSpec | None = None
    ) -> ExistingPool:
        """Return the pool of the settings.

        Args:
            target: describes the pool by its signed operations, if they can be called.
            settings: with the ids of the pool and the app client.
            stated: what the user says the pool is like. It takes precedence over the
                description, which then only supplies a client secret that was not given.

        Raises:
            ConfigurationError: the pool or the app client does not exist, or the users sign up
                with phone numbers.
        """
        app = AppClient(
            settings.user_pool_id.value or "",
            settings.client_id.value or "",
            settings.client_secret.value,
        )
        if stated is None:
            return cls(app, target, _described(app, target, settings))
        if stated.client_secret and app.client_secret is None:
            described = _described(app, target, settings)
            app = app if described is None else described.app
        return cls(app, target, ProvisionedPool(app.user_pool_id, app, stated))

    def watch(self, name_prefix: str, journal: Journal) -> None:
        """Record the users that the run makes in the pool from now on, and protect all others.

        Args:
            name_prefix: prefix of the names of the run's own users.
            journal: records each user before it is made.
        """
        client = self._target.client()
        self._run_users = RunUsers(client, self._app.user_pool_id, name_prefix, journal)
        self._run_users.watch()

    def watch_client(self, client: CognitoIdentityProviderClient) -> None:
        """Do the same for a client of an app under test."""
        if self._run_users is not None:
            self._run_users.watch(client)

    @property
    def given(self) -> PoolSpec | None:
        """The specification of the pool, if it is known."""
        return None if self._described is None else self._described.spec

    def get(self, spec: PoolSpec, named: Collection[str] | None = None) -> ProvisionedPool:
        """Return the pool if it fits ``spec`` in all that matters to a test.

        Args:
            spec: what the test needs.
            named: the fields that the test has named, if only these matter.

        Raises:
            UnfitPool: it does not fit, or nobody knows whether it does.
        """
        if self._described is None:
            return self._undescribed(spec)
        if differing := mismatches_in(spec, self._described.spec, named):
            reasons = "; ".join(map(str, differing))
            labels = [self._misfit(each.field, each.found, "").label for each in differing]
            raise self._unfit(f"is not as this test needs it: {reasons}", labels)
        return self._described

    def unfit(self, field: str, needed: str) -> UnfitPool | None:
        """Return the error that the pool is not as a fixture needs it.

        Args:
            field: the field of the specification that decides.
            needed: what the fixture needs, as a sentence.
        """
        if self._described is None:
            return None
        misfit = self._misfit(field, getattr(self._described.spec, field), needed)
        return UnfitPool(self._target.name, SkipReason.of_misfits([misfit]))

    def close(self) -> None:
        """Delete the users that the run made, if that is allowed; leave the pool as it is.

        Raises:
            HarnessError: some could not be deleted; the message names them.
        """
        if self._run_users is not None and Capability.ADMIN in self._target.capabilities:
            self._run_users.delete_all()

    @property
    def end_notes(self) -> list[str]:
        """The users that are still in the pool, if there are any."""
        users = self._run_users
        if users is None or not users.names:
            return []
        return [
            f"{len(users.names)} users are left in user pool {users.user_pool_id}; their names "
            f"begin with {users.prefix}; an administrator can delete them, for example with "
            "`cognito-harness sweep`"
        ]

    def _undescribed(self, spec: PoolSpec) -> ProvisionedPool:
        if spec != PoolSpec():
            unread = f"the description of user pool {self._app.user_pool_id} cannot be read"
            raise self._unfit(
                "may not be as this test needs it, and its description cannot be read; "
                "describe it with the fixture cognito_existing_pool_spec",
                [unread],
            )
        return UndescribedPool(self._app.user_pool_id, self._app, spec)

    def _misfit(self, field: str, found: Any, needed: str) -> UnfitSetting:
        where = f"user pool {self._app.user_pool_id}"
        return UnfitSetting(SETTINGS[field][1], format_field(found), needed, where)

    def _unfit(self, problem: str, labels: list[str]) -> UnfitPool:
        target, pool_id = self._target.name, self._app.user_pool_id
        text = (
            f"target {target!r} has no capability {Capability.PROVISIONING.value!r}: "
            f"the existing user pool {pool_id} {problem}"
        )
        return UnfitPool(target, SkipReason.of(text, BECAUSE_OF_THE_POOL, labels))


def configuration_of(target: Target, settings: Settings) -> PoolConfiguration:
    """Return the configuration of the existing pool of the settings, as the service describes it.

    Raises:
        ConfigurationError: the service does not describe it.
    """
    from harness.pools.sources.live import read_live

    setting = settings.user_pool_id
    try:
        return read_live(target.client(), setting.value or "")
    except ClientError as error:
        found = error.response["Error"]
        raise ConfigurationError(
            "--cognito-user-pool-id",
            given=setting.value,
            source=setting.source,
            hint=f"{error.operation_name} is refused: {found['Code']}: {found['Message']}",
        ) from error


def _described(app: AppClient, target: Target, settings: Settings) -> ProvisionedPool | None:
    if Capability.ADMIN not in target.capabilities:
        return None
    try:
        return describe_pool(target.client(), app)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            if isinstance(target, AccountTarget):
                # The user gave credentials on purpose, so do not run fewer tests silently.
                raise HarnessError(
                    f"{error}; `cognito-harness iam-policy --mode existing-pool` prints the "
                    "permissions that a run needs"
                ) from error
            return None
        of_client = error.operation_name == "DescribeUserPoolClient"
        setting = settings.client_id if of_client else settings.user_pool_id
        raise ConfigurationError(
            "--cognito-client-id" if of_client else "--cognito-user-pool-id",
            given=setting.value,
            source=setting.source,
            hint=error.response["Error"]["Message"],
        ) from error
