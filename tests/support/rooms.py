"""The rooms of the package: what each holds, and which others it may import.

``python -m tests.support.rooms`` prints the table of docs/architecture.md. What a room
may do besides (libraries, lazy imports) is in `tests.support.arrows`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.support.arrows import Arrow

#: The modules that every room may import.
FLOOR = ("clock", "errors", "redaction", "version")


@dataclass(frozen=True)
class Room:
    """One folder of the package, or one file.

    Attributes:
        may_import: other rooms, besides the modules of `FLOOR`.
        note: how it may import them, where that is restricted.
    """

    name: str
    holds: str
    may_import: tuple[str, ...] = ()
    note: str = ""


ROOMS: tuple[Room, ...] = (
    Room("srp", "Cognito's SRP-6a: the group, both halves, three client engines"),
    Room("emulator", "Cognito, the service", ("srp",), "the group and the server's half alone"),
    Room(
        "users",
        "person, authenticator app, passkey, device, mailboxes",
        ("srp",),
        "the client's half alone",
    ),
    Room("settings", "the settings of a run: options, values, sources", ("users",)),
    Room(
        "flows",
        "API calls, sign-up, sign-in, recovery, trace, pacing",
        ("srp", "users"),
        "the client's half alone",
    ),
    Room(
        "pools",
        "pool specifications, templates and other sources, provisioning, audit, drift",
        ("flows", "users"),
    ),
    Room("verdicts", "what scenarios found out about a service: verdicts, the record of a run"),
    Room(
        "reports",
        "what an audit, a comparison or a run found, in each format; plots",
        ("verdicts",),
    ),
    Room(
        "targets",
        "one file for each target; the only place that makes boto3 clients",
        ("emulator", "settings", "users"),
        "the emulator when it is started",
    ),
    Room(
        "load",
        "load on Locust: people in bulk, the flows as Locust users, the report of a run",
        ("flows", "pools", "srp", "targets", "users"),
        "the client's half alone",
    ),
    Room(
        "plugin",
        "the pytest plugin: options, header, fixtures, markers",
        (
            "flows",
            "pools",
            "reports",
            "settings",
            "srp",
            "targets",
            "users",
            "emulator",
            "verdicts",
        ),
    ),
    Room(
        "containers",
        "the served emulator as a container, for Testcontainers",
        ("pools", "targets", "users"),
    ),
    Room(
        "selfcheck",
        "the self-proof: faults for the emulator, and the run of the scenarios on each",
        ("emulator", "srp", "verdicts"),
        "runs pytest",
    ),
    Room(
        "cli",
        "`cognito-harness`",
        (
            "emulator",
            "flows",
            "load",
            "pools",
            "reports",
            "selfcheck",
            "settings",
            "srp",
            "targets",
            "users",
            "verdicts",
        ),
    ),
)
_BY_NAME = {room.name: room for room in ROOMS}


def room_of(module: str) -> str | None:
    """Return the room of a module of the package; ``None`` for the front door and outside."""
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] or None if package == "harness" else None


def forbidden_imports(arrows: Iterable[Arrow]) -> Iterator[str]:
    """Yield a line for each import between rooms that is not allowed."""
    for arrow in arrows:
        importer, imported = room_of(arrow.importer), room_of(arrow.imported)
        if importer not in _BY_NAME or imported in (None, importer, *FLOOR):
            continue
        if imported not in _BY_NAME[importer].may_import:
            yield f"{arrow.importer}, line {arrow.line}, imports {arrow.imported}"


def table() -> str:
    """Return the rooms as a Markdown table."""
    rows = [f"| `harness/{room.name}` | {room.holds} | {_allowed(room)} |" for room in ROOMS]
    return "\n".join(["| folder | holds | may import |", "|---|---|---|", *rows])


def _allowed(room: Room) -> str:
    names = ", ".join(f"`{name}`" for name in room.may_import) or "no other folder"
    return f"{names} ({room.note})" if room.note else names


if __name__ == "__main__":
    print(table())
