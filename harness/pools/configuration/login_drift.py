"""Compares what managed login of two pools needs: domains, resource servers, branding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.pools.configuration.client_pairs import ClientPairs
from harness.pools.configuration.difference import Change, Difference, differences_of
from harness.pools.configuration.pool_configuration import (
    Kind,
    Part,
    PoolConfiguration,
    SourceLocation,
    Unknown,
)

__all__ = ["differences_beside"]

_MEANS: Mapping[tuple[Kind, Change], str] = {
    ("domain", "missing"): "the second has neither a sign-in page nor an OAuth endpoint there",
    ("domain", "added"): "people can also sign in on its pages, if an app client allows OAuth",
    ("resource_server", "missing"): "no app client can have its scopes, and no token contains them",
    ("resource_server", "added"): "app clients can have its scopes",
    ("branding", "missing"): "managed login shows this app client only an error page",
    ("branding", "added"): "managed login shows this app client its pages",
}


@dataclass(frozen=True)
class _Side:
    """The parts of one kind on one side, by what tells them apart."""

    parts: Mapping[str, Part]
    hidden: Unknown | None


def differences_beside(
    ours: PoolConfiguration,
    theirs: PoolConfiguration,
    before: PoolConfiguration,
    clients: ClientPairs,
) -> Iterator[Difference]:
    """Yield the differences of domains, resource servers and branding.

    A prefix domain is compared with a prefix domain, and a custom one with a custom one. Branding
    counts only where both pools show version 2 (H008), and then only whether there is one.

    Args:
        ours: the first configuration, with Cognito's defaults.
        theirs: the second.
        before: the first as it was read, with the places of its settings.
        clients: which app clients belong together.
    """
    yield from _compared("domain", _domains(ours), _domains(theirs), before)
    yield from _compared("resource_server", _servers(ours), _servers(theirs), before)
    if _has_version_2(ours) and _has_version_2(theirs):
        names = {other.name: part.name for part, other in clients.pairs}
        yield from _compared("branding", _branding(ours, {}), _branding(theirs, names), before)


def _domains(configuration: PoolConfiguration) -> _Side:
    parts = {"CustomDomainConfig" in part.members: part for part in configuration.domains}
    return _side({str(key): part for key, part in parts.items()}, configuration, "domain")


def _servers(configuration: PoolConfiguration) -> _Side:
    parts = {_text(part, "Identifier"): part for part in configuration.resource_servers}
    return _side(parts, configuration, "resource_server")


def _branding(configuration: PoolConfiguration, names: Mapping[str, str]) -> _Side:
    clients = [(_text(part, "ClientId"), part) for part in configuration.branding]
    return _side({names.get(name, name): part for name, part in clients}, configuration, "branding")


def _side(parts: Mapping[str, Part], configuration: PoolConfiguration, kind: Kind) -> _Side:
    hidden = configuration.not_shown.get(kind)
    named = (part.value("ClientId") for part in parts.values())
    return _Side(parts, hidden or next((one for one in named if isinstance(one, Unknown)), None))


def _text(part: Part, member: str) -> str:
    found = part.value(member)
    return found if isinstance(found, str) else part.name


def _has_version_2(configuration: PoolConfiguration) -> bool:
    return any(part.value("ManagedLoginVersion") == 2 for part in configuration.domains)


def _compared(
    kind: Kind, ours: _Side, theirs: _Side, before: PoolConfiguration
) -> Iterator[Difference]:
    originals = {part.name: part for part in before.beside if part.kind == kind}
    for key, part in ours.parts.items():
        original = originals[part.name]
        if key in theirs.parts:
            if kind != "branding":
                yield from differences_of(part, theirs.parts[key], original)
            continue
        yield _alone("missing", part, theirs.hidden, original.place(""))
    for key, part in theirs.parts.items():
        if key not in ours.parts:
            yield _alone("added", part, ours.hidden, None)


def _alone(
    change: Change, part: Part, hidden: Unknown | None, place: SourceLocation | None
) -> Difference:
    """Return the difference that only one side has a part, or may have it."""
    name = _text(part, "ClientId") if part.kind == "branding" else part.name
    client = part.value("ClientId")
    unknown = part.condition or (client if isinstance(client, Unknown) else hidden)
    if unknown is None:
        return Difference(change, part.kind, name, "", means=_MEANS[part.kind, change], place=place)
    first, second = (name, unknown) if change == "missing" else (unknown, name)
    return Difference("unknown", part.kind, name, "", first, second, place=place)
