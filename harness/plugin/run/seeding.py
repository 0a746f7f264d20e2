"""The seed file of a run: planted in the emulator that the run starts."""

from __future__ import annotations

import pytest

from harness.errors import ConfigurationError
from harness.pools.seeds.people import secrets_of
from harness.pools.seeds.reading import Seed, read_seed
from harness.settings.run_settings import Settings
from harness.targets.base import PlantsSeeds, Target

__all__ = ["plant", "replant", "seed_of"]

_SEED = pytest.StashKey[Seed]()
_OPTION = "--cognito-seed-file"


def plant(config: pytest.Config, target: Target, settings: Settings) -> None:
    """Make the pools of the seed file, or check that an emulator at a URL has them.

    Other programs may use that emulator, so nothing in it is replaced.

    Raises:
        ConfigurationError: the file cannot be used, or the emulator does not have its pools.
    """
    seed = read_seed(str(settings.seed_file.value))
    config.stash[_SEED] = seed
    # From now on no report shows them, also of tests that never ask for the people.
    secrets_of(seed["document"])
    if settings.is_shared:
        _require_served(target, seed, settings)
    else:
        replant(config, target)


def replant(config: pytest.Config, target: Target) -> None:
    """Make the pools of the seed again, if the run has started the emulator."""
    seed = config.stash.get(_SEED, None)
    if seed is not None and isinstance(target, PlantsSeeds):
        target.plant_seed(seed)


def seed_of(config: pytest.Config) -> Seed:
    """Return the seed of the run.

    Raises:
        ConfigurationError: the run has none.
    """
    if _SEED not in config.stash:
        raise ConfigurationError(_OPTION, hint="cognito_seeded_person needs it")
    return config.stash[_SEED]


def _require_served(target: Target, seed: Seed, settings: Settings) -> None:
    client = target.client()
    # MaxResults is required, and the paginator sends it.
    pages = client.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 60})
    served = {pool["Id"] for page in pages for pool in page["UserPools"]}
    region = f"{target.region}_"
    missing = [
        str(pool["id"])
        for pool in seed["document"]["pools"]
        if pool["id"].startswith(region) and pool["id"] not in served
    ]
    if missing:
        hint = (
            f"the emulator at {settings.endpoint_url.value} does not have {', '.join(missing)}; "
            "start it with serve --seed-file, or send the file with cognito-harness seed"
        )
        raise ConfigurationError(
            _OPTION, given=settings.seed_file.value, source=settings.seed_file.source, hint=hint
        )
