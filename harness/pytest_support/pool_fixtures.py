"""Fixtures of the pool: its specification, the pool, its app client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from harness.pytest_support.belongings import journal_of, left_behind, tags_of
from harness.pytest_support.given_pool import ConfiguredPool, given_pool
from harness.pytest_support.markers import pool_keywords
from harness.pytest_support.quiet_logs import redacted_logs
from harness.pytest_support.remarks import add_remark
from harness.pytest_support.reporting import hide
from harness.pytest_support.skipping import or_skip
from harness.pytest_support.surroundings import or_leave
from harness.redaction import Redactor

if TYPE_CHECKING:
    from harness.flows.actions import AppClient
    from harness.pools.journal import Journal
    from harness.pools.provision import ProvisionedPool
    from harness.pools.spec import PoolSpec
    from harness.pytest_support.pool_cache import PoolCache
    from harness.settings import Settings
    from harness.targets.base import Target


@pytest.fixture(scope="session")
def cognito_existing_pool_spec() -> PoolSpec | None:
    """What the existing pool of the options is like; ``None`` has it described by the service."""
    return None


@pytest.fixture(scope="session")
def cognito_journal(
    pytestconfig: pytest.Config, cognito_target: Target, cognito_settings: Settings
) -> Iterator[Journal]:
    """Where everything is written down before it is made, on a real account."""
    journal = or_leave(lambda: journal_of(pytestconfig, cognito_target, cognito_settings))
    yield journal
    journal.close()


@pytest.fixture(scope="session")
def cognito_pool_cache(
    pytestconfig: pytest.Config,
    cognito_target: Target,
    cognito_settings: Settings,
    cognito_namespace: str,
    cognito_existing_pool_spec: PoolSpec | None,
    cognito_journal: Journal,
) -> Iterator[PoolCache]:
    """Where pools come from; deletes what the run has made at its end."""
    cache: PoolCache
    given = given_pool(pytestconfig)
    if cognito_settings.uses_existing_pool:
        from harness.pools.guests import Guests
        from harness.pytest_support.existing_pool import ExistingPool

        # Held to its file: what the file says has to be so, not what the service describes.
        stated = None if given is None else given.spec
        existing = or_leave(
            lambda: ExistingPool.of_settings(
                cognito_target, cognito_settings, cognito_existing_pool_spec or stated
            )
        )
        pool_id = cognito_settings.user_pool_id.value or ""
        guests = Guests(cognito_target.client(), pool_id, cognito_namespace, cognito_journal)
        guests.watch()
        existing.guests = guests
        cache = existing
    elif given is not None:
        cache = ConfiguredPool(
            given,
            cognito_target,
            name_prefix=cognito_namespace,
            tags=tags_of(pytestconfig, cognito_target, cognito_settings),
            journal=cognito_journal,
        )
    else:
        from harness.pytest_support.pool_cache import MadePools

        cache = MadePools(
            cognito_target,
            name_prefix=cognito_namespace,
            tags=tags_of(pytestconfig, cognito_target, cognito_settings),
            journal=cognito_journal,
            silent=cognito_settings.confirms_silently,
        )
    yield cache
    cache.close()
    for remark in cache.left_out if isinstance(cache, ConfiguredPool) else ():
        add_remark(pytestconfig, remark)
    if cognito_settings.uses_existing_pool and guests.names:
        add_remark(pytestconfig, left_behind(guests))


@pytest.fixture
def cognito_pool_spec(request: pytest.FixtureRequest) -> PoolSpec:
    """What the test's pool is to be like, by its ``cognito_pool`` markers."""
    from harness.pools.spec import PoolSpec

    return PoolSpec(**pool_keywords(request.node))


@pytest.fixture
def cognito_pool(
    request: pytest.FixtureRequest, cognito_pool_cache: PoolCache, cognito_pool_spec: PoolSpec
) -> ProvisionedPool:
    """The test's pool; other tests with the same specification use it too."""
    with redacted_logs(Redactor().scrub):
        pool = or_skip(lambda: cognito_pool_cache.get(cognito_pool_spec))
    hide(request.node, pool.app.client_secret)
    return pool


@pytest.fixture
def cognito_app(cognito_pool: ProvisionedPool) -> AppClient:
    """The app client of the test's pool."""
    return cognito_pool.app
