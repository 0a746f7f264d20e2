"""The refusal of a configuration that does not say how people sign in.

A pool that is made without such a setting gets Cognito's default: a setting for MFA that is unknown
would leave MFA off, and everything that is tried with the pool would be about another pool.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from harness.errors import ConfigurationError
from harness.pools.configuration.deciding import UnknownDecider, unknown_deciders
from harness.pools.configuration.pool_configuration import NeededParameter, Part, PoolConfiguration

__all__ = [
    "UndecidedSignIn",
    "describe_undecided",
    "require_decided",
    "undecided",
    "ways_to_know",
]


class UndecidedSignIn(ConfigurationError):
    """Settings that decide how people sign in are unknown.

    Args:
        configuration: the configuration with these settings.
        settings: the settings.
        give: the option that gives a parameter its value.
        permit: the option that makes the pool without the settings; ``None`` if there is none.
    """

    def __init__(
        self,
        configuration: PoolConfiguration,
        settings: Sequence[UnknownDecider],
        give: str,
        permit: str | None,
    ) -> None:
        super().__init__(configuration.name, source=str(configuration.origin))
        self._settings = settings
        self._give = give
        self._permit = permit

    def __str__(self) -> str:
        """Return each setting with its place, what it depends on, and how to give that."""
        # EnabledMfas of a template decides about three settings of Cognito, at one place.
        by_place = {(one.part.name, str(one.place or one.path)): one for one in self._settings}
        found = "; ".join(map(describe_undecided, by_place.values()))
        ways = [*self._ways(), *self._permitting()]
        return f"{self.source} does not say how people sign in: {found}; {'; '.join(ways)}"

    def _ways(self) -> Iterator[str]:
        needed = (one for setting in self._settings for one in setting.value.needs)
        yield from ways_to_know(needed, self._give)
        if any(_is_out_of_reach(setting) for setting in self._settings):
            yield "use a snapshot of the deployed pool"

    def _permitting(self) -> Iterator[str]:
        if self._permit is not None:
            yield f"{self._permit} makes the pool without them, and warns"


def undecided(
    configuration: PoolConfiguration, client: str | None = None
) -> tuple[UnknownDecider, ...]:
    """Return the unknown settings and conditions that decide how people sign in.

    A condition decides whether there is such a pool or app client at all; its path is empty.

    Args:
        configuration: the configuration as its source gives it, without Cognito's defaults.
        client: the name of the only app client that matters; by default, all of them matter.

    Raises:
        ConfigurationError: no app client has that name.
    """
    clients = configuration.clients if client is None else (configuration.client(client),)
    return (*_conditions((configuration.pool, *clients)), *unknown_deciders(configuration, client))


def require_decided(
    configuration: PoolConfiguration, client: str | None, give: str, permit: str | None
) -> None:
    """Refuse a configuration that does not say how people sign in.

    Args:
        configuration: the configuration as its source gives it, without Cognito's defaults.
        client: the name of the only app client that matters; by default, all of them matter.
        give: the option that gives a parameter its value.
        permit: the option that makes the pool all the same.

    Raises:
        UndecidedSignIn: a setting that decides is unknown.
    """
    settings = undecided(configuration, client)
    if settings:
        raise UndecidedSignIn(configuration, settings, give, permit)


def ways_to_know(needed: Iterable[NeededParameter], give: str) -> Iterator[str]:
    """Yield what a user can do about parameters without a known value, and why it may not help.

    Args:
        needed: the parameters.
        give: the option that gives a parameter its value.
    """
    parameters = _unique(needed)
    if given := [_shown(one, give) for one in parameters if one.obstacle is None]:
        files = bool(given[1:]) and give.startswith("--")
        yield f"give {', '.join(given)}" + (f", or {give}s FILE" if files else "")
    yield from dict.fromkeys(one.obstacle for one in parameters if one.obstacle)


def describe_undecided(setting: UnknownDecider) -> str:
    """Return a setting with its place and why it is unknown, for a message."""
    place = setting.place
    if not setting.path:
        what = "the pool" if setting.part.kind == "pool" else "app client"
        where = "" if place is None or place.line is None else f" (line {place.line})"
        return f"whether there is {what} {setting.part.name}{where} is {setting.value}"
    if place is None:
        return f"{setting.part.kind} {setting.part.name}: {setting.path} is {setting.value}"
    line = "" if place.line is None else f"line {place.line}, "
    return f"{setting.path} ({line}{place.path}) is {setting.value}"


def _conditions(parts: Iterable[Part]) -> Iterator[UnknownDecider]:
    for part in parts:
        if part.condition is not None:
            yield UnknownDecider(part, "", part.condition)


def _unique(needed: Iterable[NeededParameter]) -> list[NeededParameter]:
    return list({one.name: one for one in needed}.values())


def _shown(parameter: NeededParameter, option: str) -> str:
    allowed = f" (allowed: {', '.join(parameter.allowed)})" if parameter.allowed else ""
    return f"{option} {parameter.name}=VALUE{allowed}"


def _is_out_of_reach(setting: UnknownDecider) -> bool:
    """Return whether no parameter can make a setting known."""
    needs = setting.value.needs
    return not needs or all(one.obstacle is not None for one in needs)
