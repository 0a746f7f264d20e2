"""Fixtures of the pool's configuration: as it is, what has changed, and what rules say of it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

from harness.errors import HarnessError
from harness.pytest_support.given_pool import given_pool
from harness.pytest_support.holding import profile_of
from harness.pytest_support.skipping import skip_without
from harness.targets.base import Capability

if TYPE_CHECKING:
    from harness.pools.audit.auditing import Audit
    from harness.pools.configuration import PoolConfiguration
    from harness.pools.drift import Drift
    from harness.settings import Settings
    from harness.targets.base import Target


@pytest.fixture(scope="session")
def cognito_configuration(
    pytestconfig: pytest.Config, cognito_target: Target, cognito_settings: Settings
) -> PoolConfiguration:
    """The configuration of the run's pool: the existing one as it is described, else the file's."""
    if cognito_settings.user_pool_id.value is not None:
        from harness.pools.sources.live import read_live

        skip_without(Capability.ADMIN, cognito_target, cognito_settings)
        return read_live(cognito_target.client(), cognito_settings.user_pool_id.value)
    given = given_pool(pytestconfig)
    if given is None:
        raise HarnessError(
            "cognito_configuration: the run is on no pool of its own configuration; "
            "give --cognito-pool or --cognito-user-pool-id"
        )
    return given.configuration


@pytest.fixture(scope="session")
def cognito_drift(pytestconfig: pytest.Config, cognito_configuration: PoolConfiguration) -> Drift:
    """Where the existing pool differs from the file of ``--cognito-pool``."""
    from harness.pools.drift import drift

    given = given_pool(pytestconfig)
    if given is None:
        raise HarnessError("cognito_drift: there is nothing to compare with; give --cognito-pool")
    return drift(given.configuration, cognito_configuration)


@pytest.fixture(scope="session")
def cognito_audit(
    pytestconfig: pytest.Config,
    cognito_configuration: PoolConfiguration,
    cognito_target: Target,
) -> Audit:
    """What the rules of ``--cognito-audit`` find in the pool's configuration."""
    from harness.pools.audit.auditing import audit

    profile = profile_of(pytestconfig)
    if profile is None:
        raise HarnessError("cognito_audit: there are no rules; give --cognito-audit")
    # The day on which waivers end is a day of this world, whatever the emulator's clock says.
    from harness.clock import SystemClock

    moment = SystemClock().time()
    today = datetime.fromtimestamp(moment, timezone.utc).date()
    return audit(cognito_configuration, profile, today)
