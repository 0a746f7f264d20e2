"""Makes the pools of a seed: all of them, or none.

They are made in an engine of their own and moved into the real one when all are ready.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.emulator.domain.pools import Pool
from harness.emulator.engine import Engine
from harness.emulator.rules.user_pool_domains import takes
from harness.emulator.seeds.credentials import UserMaking
from harness.emulator.seeds.form import check_form, join, require_shallow
from harness.emulator.seeds.pools import make_pool
from harness.emulator.seeds.refused import SeedRefused, located
from harness.emulator.seeds.rendering import rendered
from harness.emulator.seeds.users import make_user
from harness.emulator.service import Service
from harness.emulator.stores.seed_memory import SeededPool, SeedMemory

__all__ = ["SeedReport", "apply_seed", "apply_seed_again", "why_not_made"]

_SEED_MEMBERS = {"document", "configurations"}


@dataclass(frozen=True)
class SeedReport:
    """What a seed did.

    Attributes:
        made: the ids of the pools that are now as the seed says.
        kept: the ids of those that existed and were left as they are.
        users: how many users the made pools have.
    """

    made: tuple[str, ...]
    kept: tuple[str, ...]
    users: int


def apply_seed(
    engine: Engine,
    seed: Mapping[str, Any],
    *,
    keep: bool = False,
    read_again: Callable[[], dict[str, Any]] | None = None,
) -> SeedReport:
    """Make the pools of a seed; those with the same ids are replaced. Other pools stay.

    Args:
        engine: gets the pools.
        seed: ``document``, which is what a seed file has, and ``configurations``: by the id of a
            pool, what its template says, or a checked form of its own configuration.
        keep: whether to leave a pool as it is if there is one with its id.
        read_again: reads the seed's file again, for `apply_seed_again`.

    Raises:
        SeedRefused: something in it is not allowed, and nothing is changed.
    """
    with located(seed):
        return _apply(engine, seed, keep=keep, read_again=read_again)


def _apply(
    engine: Engine,
    seed: Mapping[str, Any],
    *,
    keep: bool,
    read_again: Callable[[], dict[str, Any]] | None,
) -> SeedReport:
    document, configurations = _parts(seed)
    check_form(document)
    ready = _made_apart(engine, document, configurations)
    memory = SeedMemory(
        head={name: value for name, value in document.items() if name != "pools"},
        pools={
            pool.pool_id: SeededPool(entry, rendered(pool, entry))
            for pool, entry in zip(ready, document["pools"], strict=True)
        },
        seed={"document": document, "configurations": configurations},
        read_again=read_again,
    )
    with engine.lock:
        if read_again is None:
            memory = _beside(engine.seeded, memory)
        kept = [pool for pool in ready if keep and pool.pool_id in engine.pools]
        made = [pool for pool in ready if pool not in kept]
        _check_client_ids(engine, made, document)
        _check_domains(engine, made, document)
        for pool in made:
            engine.replace_pool(pool)
        engine.seeded = memory
    return SeedReport(
        tuple(pool.pool_id for pool in made),
        tuple(pool.pool_id for pool in kept),
        sum(len(pool.users) for pool in made),
    )


def apply_seed_again(engine: Engine) -> SeedReport | None:
    """Make the pools of the newest seed again, from its file if it came from one.

    Returns:
        The report; ``None`` if there is no seed.

    Raises:
        SeedRefused: the file has changed, and what it says now is not allowed.
        ConfigurationError: the file cannot be read any more.
    """
    memory = engine.seeded
    if memory.seed is None:
        return None
    seed = memory.seed if memory.read_again is None else memory.read_again()
    return apply_seed(engine, seed, read_again=memory.read_again)


def _beside(before: SeedMemory, memory: SeedMemory) -> SeedMemory:
    """Return the memory of a seed that came later than that of the emulator's file.

    The file stays what an empty request for a seed reads.
    """
    pools = {**before.pools, **memory.pools}
    if before.read_again is None:
        return replace(memory, pools=pools)
    return replace(before, pools=pools)


def _parts(seed: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    for name in seed:
        if name not in _SEED_MEMBERS:
            raise SeedRefused(name, given=name, allowed=sorted(_SEED_MEMBERS))
    require_shallow(seed)
    # A caller may go on to change what it has given.
    parts = copy.deepcopy(dict(seed))
    configurations = parts.get("configurations", {})
    if not isinstance(configurations, dict):
        hint = "it must have the configuration of each pool by the pool's id"
        raise SeedRefused("configurations", given=type(configurations).__name__, hint=hint)
    return parts.get("document"), configurations  # type: ignore[return-value]  # checked next


def _made_apart(
    engine: Engine, document: Mapping[str, Any], configurations: Mapping[str, Any]
) -> list[Pool]:
    """Return the pools in the order of the document, made in an engine that nobody else sees."""
    apart = Engine(clock=engine.clock, settings=replace(engine.settings, quotas=False, faults=""))
    apart.random = engine.random
    pools: list[Pool] = []
    for number, entry in enumerate(document["pools"]):
        path = join("pools", number)
        if entry["id"] in {pool.pool_id for pool in pools}:
            raise SeedRefused(join(path, "id"), given=entry["id"], hint="it occurs twice")
        configuration = _configuration(entry, configurations, path)
        pool = make_pool(apart, entry, configuration, path)
        _make_users(apart, pool, entry, path, without_secrets=bool(document.get("left_out")))
        pools.append(pool)
    return pools


def why_not_made(engine: Engine, entry: dict[str, Any]) -> str | None:
    """Return why a pool could not be made from its entry; ``None`` if it could."""
    try:
        _made_apart(engine, {"pools": [entry]}, {})
    except SeedRefused as problem:
        return str(problem).removeprefix("pools[0].")
    return None


def _configuration(
    entry: Mapping[str, Any], configurations: Mapping[str, Any], path: str
) -> Mapping[str, Any]:
    if ("template" in entry) == ("configuration" in entry):
        hint = "a pool needs either a template or a configuration"
        given = "both" if "template" in entry else None
        raise SeedRefused(join(path, "configuration"), given=given, hint=hint)
    found = configurations.get(entry["id"], entry.get("configuration"))
    if found is None:
        hint = "the emulator reads no templates; cognito-harness seed sends what they say"
        raise SeedRefused(join(path, "template"), given="a template", hint=hint)
    if found is not entry.get("configuration"):
        _check_resolved(found, entry["id"])
    configuration: Mapping[str, Any] = found
    return configuration


def _check_resolved(configuration: Any, pool_id: str) -> None:
    """Hold a configuration from outside the document to the schema, in a document of its own."""
    pool = {"id": pool_id, "configuration": configuration}
    check_form({"cognito_harness_seed": 1, "pools": [pool]})


def _make_users(
    engine: Engine, pool: Pool, entry: Mapping[str, Any], path: str, *, without_secrets: bool
) -> None:
    place, passkeys = join(path, "users"), set[str]()
    fixed = "device_group_key" in entry
    making = UserMaking(engine, pool, passkeys, fixed, without_secrets)
    for number, user in enumerate(entry.get("users") or ()):
        make_user(making, user, join(place, number))


def _check_domains(engine: Service, made: list[Pool], document: Mapping[str, Any]) -> None:
    """Refuse domains that belong to pools that stay."""
    replaced = {pool.pool_id for pool in made}
    staying = [pool for pool in list(engine.pools.values()) if pool.pool_id not in replaced]
    for pool in made:
        for kind, name in pool.domains.items():
            owner = next((other for other in staying if takes(other, pool, kind, name)), None)
            if owner is not None:
                number = [entry["id"] for entry in document["pools"]].index(pool.pool_id)
                hint = f"the user pool {owner.pool_id}, which stays, has this domain"
                raise SeedRefused(join(join("pools", number), kind), given=name, hint=hint)


def _check_client_ids(engine: Service, made: list[Pool], document: Mapping[str, Any]) -> None:
    """Refuse ids of app clients that belong to pools that stay."""
    replaced = {pool.pool_id for pool in made}
    for pool in made:
        for client_id in pool.clients:
            owner = engine.clients.get(client_id)
            if owner is not None and owner.pool.pool_id not in replaced:
                number = [entry["id"] for entry in document["pools"]].index(pool.pool_id)
                hint = f"the user pool {owner.pool.pool_id}, which stays, has this app client"
                path = join(join("pools", number), "clients")
                raise SeedRefused(path, given=client_id, hint=hint)
