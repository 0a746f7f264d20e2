"""The pools that a source has, before any of them is read, and the choice of one by name.

A mistake in a pool is reported when that pool is chosen, so that it does not block the others.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from harness.errors import ConfigurationError, nearest_match
from harness.pools.configuration.pool_configuration import PoolConfiguration

__all__ = ["FoundPool", "FoundPools", "choose_both", "ready"]


@dataclass(frozen=True)
class FoundPool:
    """A pool of a source that can be read.

    Attributes:
        name: the name that messages show: logical id, address, or stack and logical id.
        pool_name: its PoolName, if it is known.
        clients: the names of its app clients.
        other_names: more names that belong to this pool alone, such as its path in the CDK app.
        short_name: a name that pools of other stacks can have too: the logical id.
        read: returns the configuration of the pool, or raises the ConfigurationError about it.
    """

    name: str
    pool_name: str | None
    clients: tuple[str, ...]
    read: Callable[[], PoolConfiguration] = field(repr=False, compare=False)
    other_names: tuple[str, ...] = ()
    short_name: str | None = None

    def __str__(self) -> str:
        """Return the names of the pool and its app clients for messages."""
        details = [] if self.pool_name in (None, self.name) else [f"PoolName {self.pool_name!r}"]
        kind = "app client" if len(self.clients) == 1 else "app clients"
        details.append(f"{kind} {', '.join(self.clients)}" if self.clients else "no app client")
        return f"{self.name} ({', '.join(details)})"


@dataclass(frozen=True)
class FoundPools:
    """All pools of one source.

    Attributes:
        source: the source, for messages.
        pools: the pools.
        problems: why parts of the source that can hold more pools cannot be read.
    """

    source: str
    pools: tuple[FoundPool, ...]
    problems: tuple[ConfigurationError, ...] = ()

    @property
    def must_choose(self) -> bool:
        """Whether one of the pools has to be named."""
        return len(self.pools) != 1 or bool(self.problems)

    def read_all(self) -> list[PoolConfiguration]:
        """Return the configurations of all pools.

        Raises:
            ConfigurationError: one of the pools, or a part of the source, cannot be read.
        """
        for problem in self.problems:
            raise problem
        return [pool.read() for pool in self.pools]

    def each(
        self, read: Callable[[Callable[[], PoolConfiguration]], PoolConfiguration]
    ) -> FoundPools:
        """Return the pools, each of which is read by ``read``.

        Args:
            read: gets the function that reads the pool, and returns the configuration.
        """
        pools = (replace(pool, read=functools.partial(read, pool.read)) for pool in self.pools)
        return replace(self, pools=tuple(pools))

    def named(self, name: str) -> list[FoundPool]:
        """Return the pools with a name.

        A name of one pool alone wins over a logical id of several stacks, and that over a PoolName.
        """
        for names_of in (_own_names, _short_names, _pool_names):
            if found := [pool for pool in self.pools if name in names_of(pool)]:
                return found
        return []

    def choose(self, name: str | None, option: str | None = None) -> FoundPool:
        """Return the pool with a name, or the only one.

        Args:
            name: the name.
            option: the option that names a pool, for messages.

        Raises:
            ConfigurationError: no pool or several pools have the name; or there are several pools
                and no name.
        """
        if not self.pools and self.problems:
            raise self.problems[0]
        if name is None:
            if self.must_choose:
                raise self._unnamed(option)
            return self.pools[0]
        found = self.named(name)
        if len(found) == 1:
            return found[0]
        if found:
            names = " and ".join(pool.name for pool in found)
            raise self._refusal(name, f"this is a name of {names}; give one of those")
        raise self._refusal(name, *(f"more pools may exist: {one}" for one in self.problems))

    def listed(self, given: str | None = None) -> str:
        """Return what can be named; the nearest to ``given`` comes first and is suggested."""
        pools = self.pools
        near = None if given is None or self.named(given) else self._nearest(given)
        if near is not None:
            pools = (near, *(pool for pool in pools if pool is not near))
        listed = f"allowed: {', '.join(map(str, pools)) or 'nothing'}"
        return listed if near is None else f"{listed}; did you mean {near.name!r}?"

    def _nearest(self, given: str) -> FoundPool | None:
        by_name = {name: pool for pool in reversed(self.pools) for name in _every_name(pool)}
        nearest = nearest_match(given, by_name)
        return None if nearest is None else by_name[nearest]

    def _unnamed(self, option: str | None) -> ConfigurationError:
        broken = [f"{pool.name} cannot be read: {why}" for pool, why in self._broken()]
        unread = [f"more pools may exist: {problem}" for problem in self.problems]
        name_one = f"name one with {option}" if option else "name one"
        several = f"there are several; {name_one}" if len(self.pools) > 1 else name_one
        return self._refusal(None, several, *broken, *unread)

    def _broken(self) -> Iterator[tuple[FoundPool, ConfigurationError]]:
        for pool in self.pools:
            try:
                pool.read()
            except ConfigurationError as error:
                yield pool, error

    def _refusal(self, given: str | None, *hints: str) -> ConfigurationError:
        hint = "; ".join([self.listed(given), *hints])
        return ConfigurationError("user pool", given=given, source=self.source, hint=hint)


def ready(source: str, configurations: Iterable[PoolConfiguration]) -> FoundPools:
    """Return pools that are read already."""
    return FoundPools(source, tuple(map(_ready, configurations)))


def choose_both(
    before: FoundPools, after: FoundPools, name: str | None, name_after: str | None = None
) -> tuple[FoundPool, FoundPool]:
    """Return the pools of two sources that are to be compared.

    A source with only one pool leaves nothing to choose, so that its pool may have another name.

    Args:
        before: the pools of the first source.
        after: the pools of the second source.
        name: which pool, for each source that has several.
        name_after: which pool of the second source, if it has another name there.

    Raises:
        ConfigurationError: a source has several pools and no name decides between them; or no
            source has a pool of that name.
    """
    if name_after is not None:
        return before.choose(name), after.choose(name_after)
    if name is not None and not before.named(name) and not after.named(name):
        lists = f"{before.source}: {before.listed(name)}; {after.source}: {after.listed(name)}"
        raise ConfigurationError("user pool", given=name, hint=f"neither side has it; {lists}")
    first = before.choose(name if before.must_choose else None, "--pool")
    if name is None or not after.must_choose:
        return first, after.choose(None, "--pool")
    try:
        return first, after.choose(name)
    except ConfigurationError as error:
        error.hint = f"{error.hint}; if it has another name there, give --pool-after"
        raise


def _ready(configuration: PoolConfiguration) -> FoundPool:
    name = configuration.pool.value("PoolName")
    return FoundPool(
        name=configuration.name,
        pool_name=name if isinstance(name, str) else None,
        clients=tuple(part.name for part in configuration.clients),
        read=lambda: configuration,
    )


def _own_names(pool: FoundPool) -> tuple[str, ...]:
    return (pool.name, *pool.other_names)


def _short_names(pool: FoundPool) -> tuple[str | None, ...]:
    return (pool.short_name,)


def _pool_names(pool: FoundPool) -> tuple[str | None, ...]:
    return (pool.pool_name,)


def _every_name(pool: FoundPool) -> list[str]:
    names = (pool.name, pool.short_name, pool.pool_name)
    return [name for name in names if name is not None]
