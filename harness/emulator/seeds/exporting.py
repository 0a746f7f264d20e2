"""Gives the pools of an emulator back as a seed document.

What is as the seed made it is written as its file has it, with the reference to a template; all
else is written out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.emulator.domain.pools import Pool
from harness.emulator.engine import Engine
from harness.emulator.seeds import derived
from harness.emulator.seeds.form import VERSION
from harness.emulator.seeds.making import why_not_made
from harness.emulator.seeds.rendering import rendered
from harness.emulator.seeds.without_secrets import without_secrets
from harness.emulator.stores.seed_memory import SeededPool

__all__ = ["ExportedSeed", "export_seed"]

_Entry = dict[str, Any]
_CHANGED = "as no request makes a pool any more, so this file must be changed before it can be used"


@dataclass(frozen=True)
class ExportedSeed:
    """An exported document.

    Attributes:
        document: what a seed file has.
        notes: what is not as somebody may expect it, one sentence each.
    """

    document: dict[str, Any] = field(repr=False)
    notes: tuple[str, ...]


def export_seed(engine: Engine, *, secrets: bool) -> ExportedSeed:
    """Export every pool with its users.

    Tokens, sessions, codes, messages, lockouts and former passwords are not part of a seed.

    Args:
        engine: has the pools.
        secrets: whether to include passwords, TOTP secrets, devices, client secrets and private
            keys. Without them, the document says what it lacks.
    """
    memory = engine.seeded
    places = {pool_id: number for number, pool_id in enumerate(memory.pools)}
    # A copy first: other calls may make pools meanwhile.
    found = list(engine.pools.values())
    pools = sorted(found, key=lambda pool: places.get(pool.pool_id, len(places)))
    notes: list[str] = []
    entries = []
    for pool in pools:
        seeded = memory.pools.get(pool.pool_id)
        with pool.lock:
            now = rendered(pool, None if seeded is None else seeded.given)
        entries.append(_entry(pool, seeded, now, notes))
        if seeded is None or now != seeded.made:
            problem = why_not_made(engine, now)
            notes += [] if problem is None else [f"{pool.pool_id} is {_CHANGED}: {problem}"]
    head = {"cognito_harness_seed": VERSION, **memory.head}
    head.pop("left_out", None)
    if secrets:
        return ExportedSeed({**head, "pools": entries}, tuple(notes))
    kept, left_out = without_secrets(entries)
    missing = {"left_out": left_out} if left_out else {}
    return ExportedSeed({**head, **missing, "pools": kept}, tuple(notes))


def _entry(pool: Pool, seeded: SeededPool | None, now: _Entry, notes: list[str]) -> _Entry:
    if pool.federated:
        notes.append(f"{pool.pool_id}: its identity providers are not part of a seed file")
    if seeded is None:
        return _pruned(now)
    return _Comparison(seeded.given, seeded.made, now).entry(notes)


def _pruned(entry: _Entry) -> _Entry:
    """Return an entry without empty lists, and without a key for devices that nobody can have."""
    tracks = "DeviceConfiguration" in entry["configuration"]["UserPool"]
    has_devices = any("devices" in user for user in entry["users"])
    needless = set() if tracks or has_devices else {"device_group_key"}
    return {name: value for name, value in entry.items() if value != [] and name not in needless}


@dataclass(frozen=True)
class _Comparison:
    """A pool as the file has it, as it was made, and as it is now."""

    given: _Entry
    made: _Entry
    now: _Entry

    def entry(self, notes: list[str]) -> _Entry:
        """Return the entry to write, in the order of the file's."""
        as_made = self._is_configured_as_made()
        if not as_made and "template" in self.given:
            notes.append(
                f"{self.now['id']}: the pool is no longer as {self.given['template']['file']} "
                "makes it, so its configuration is written out"
            )
        changed: dict[str, Any] = {
            "clients": self._clients(as_made=as_made),
            "groups": self._listed("groups", lambda group: str(group["name"])),
            "users": self._listed("users", self._sub),
        }
        if self.now["device_group_key"] != self.made["device_group_key"]:
            changed["device_group_key"] = self.now["device_group_key"]
        result: _Entry = {}
        for name, value in self.given.items():
            if name in ("template", "configuration") and not as_made:
                result["configuration"] = self.now["configuration"]
            else:
                result[name] = changed.get(name, value)
        more = {name: value for name, value in changed.items() if name not in result and value}
        return {**result, **more}

    def _is_configured_as_made(self) -> bool:
        """Return whether the pool and the app clients of its configuration have not changed."""
        if self.now["configuration"] != self.made["configuration"]:
            return False
        own = {self._client_id(entry) for entry in self._own_clients()}
        now = self._by_id(self.now)
        return all(
            now.get(client_id) == client
            for client_id, client in self._by_id(self.made).items()
            if client_id not in own
        )

    def _own_clients(self) -> list[_Entry]:
        """Return the file's app clients with settings, which the configuration does not have."""
        return [entry for entry in self.given.get("clients", ()) if "settings" in entry]

    def _client_id(self, entry: Mapping[str, Any]) -> str:
        return entry.get("id") or derived.client_id(self.given["id"], entry["name"])

    @staticmethod
    def _by_id(entry: Mapping[str, Any]) -> dict[str, _Entry]:
        return {client["id"]: client for client in entry["clients"]}

    def _clients(self, *, as_made: bool) -> list[_Entry]:
        """Return the app clients to write.

        Those of the configuration are in the file only if it fixes something of them.
        """
        made, now = self._by_id(self.made), self._by_id(self.now)
        listed = self.given.get("clients", ()) if as_made else self._own_clients()
        entries = {self._client_id(entry): entry for entry in listed}
        written = [
            entry if now[client_id] == made.get(client_id) else now[client_id]
            for client_id, entry in entries.items()
            if client_id in now
        ]
        unwritten = made if as_made else {}
        rest = [
            client
            for client_id, client in now.items()
            if client_id not in entries and client_id not in unwritten
        ]
        return [*written, *rest]

    def _sub(self, entry: Mapping[str, Any]) -> str:
        return entry.get("sub") or derived.sub(self.given["id"], entry["username"])

    def _listed(self, name: str, key: Callable[[Mapping[str, Any]], str]) -> list[_Entry]:
        """Return the entries of one list: the file's where nothing has changed."""
        given = {key(entry): entry for entry in self.given.get(name, ())}
        made = {key(entry): entry for entry in self.made[name]}
        now = {key(entry): entry for entry in self.now[name]}

        def entries() -> Iterator[_Entry]:
            for place in dict.fromkeys([*given, *now]):
                if place in now:
                    as_made = place in given and now[place] == made.get(place)
                    yield given[place] if as_made else now[place]

        return list(entries())
