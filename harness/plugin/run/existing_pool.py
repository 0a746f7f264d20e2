"""The existing pool of the settings: used as it is, never changed, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from harness.errors import ConfigurationError, HarnessError, MissingCapability
from harness.flows.actions import AppClient
from harness.pools.making.provision_spec import ProvisionedPool
from harness.pools.spec.describe import describe_pool
from harness.pools.spec.pool_spec import PoolSpec
from harness.pools.spec.spec_match import mismatches
from harness.targets.base import Accounted, Capability, Target

if TYPE_CHECKING:
    from harness.pools.making.run_users import RunUsers
    from harness.settings.run_settings import Settings

__all__ = ["ExistingPool", "UndescribedPool"]


class UndescribedPool(ProvisionedPool):
    """A pool of which nobody has said what it is like; its ``spec`` is a guess."""


class ExistingPool:
    """Gives the one existing pool to every test that it fits.

    Args:
        app: the pool and its app client.
        target: where it is, for the reasons given to those whom it does not fit.
        described: the pool as it is, if that is known.
        run_users: the users that the run makes in the pool.
    """

    def __init__(
        self,
        app: AppClient,
        target: Target,
        described: ProvisionedPool | None = None,
        run_users: RunUsers | None = None,
    ) -> None:
        self.run_users = run_users
        self._app = app
        self._target = target
        self._described = described

    @classmethod
    def of_settings(
        cls, target: Target, settings: Settings, stated: PoolSpec | None = None
    ) -> ExistingPool:
        """Return the pool of the settings.

        Args:
            target: described by its signed operations, where they can be called.
            settings: with the ids of the pool and the app client.
            stated: what the user says the pool is like; goes before any description, of which
                only a client secret is taken that was not given.

        Raises:
            ConfigurationError: there is no such pool or app client.
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

    def get(self, spec: PoolSpec) -> ProvisionedPool:
        """Return the pool if it is as ``spec`` says in all that matters to a test."""
        if self._described is None:
            return self._undescribed(spec)
        differing = mismatches(spec, self._described.spec)
        if differing:
            found = (str(mismatch) for mismatch in differing)
            raise self._missing("is not as this test needs it: " + "; ".join(found))
        return self._described

    def close(self) -> None:
        """Leave the pool as it is, and delete the users that were made in it, if that is allowed.

        Raises:
            HarnessError: some could not be deleted; names them.
        """
        if self.run_users is not None and Capability.ADMIN in self._target.capabilities:
            self.run_users.delete_all()

    def _undescribed(self, spec: PoolSpec) -> ProvisionedPool:
        if spec != PoolSpec():
            raise self._missing(
                "may not be as this test needs it, and its description cannot be read; "
                "say what it is like by the fixture cognito_existing_pool_spec"
            )
        return UndescribedPool(self._app.user_pool_id, self._app, spec)

    def _missing(self, reason: str) -> MissingCapability:
        return MissingCapability(
            Capability.PROVISIONING.value,
            self._target.name,
            f"the existing user pool {self._app.user_pool_id} {reason}",
        )


def _described(app: AppClient, target: Target, settings: Settings) -> ProvisionedPool | None:
    if Capability.ADMIN not in target.capabilities:
        return None
    try:
        return describe_pool(target.client(), app)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            if isinstance(target, Accounted):
                # Credentials were given on purpose: less than was asked for is not run silently.
                raise HarnessError(
                    f"{error}; what a run needs is printed by `cognito-harness iam-policy "
                    "--mode existing-pool`"
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
