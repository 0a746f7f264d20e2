"""The floors of the emulator: which of its rooms may import which.

``python -m tests.support.floors`` prints the table that CONTRIBUTING.md shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from tests.support.arrows import Arrow

#: From the ground up. A room is a folder or a file of ``harness/emulator``; it may import rooms of
#: lower floors and itself, also for type checkers only. Rooms on one floor do not know each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("refusals", "core"),
    ("api", "domain"),
    ("stores", "triggers"),
    ("service",),
    ("rules", "state"),
    ("sign_in",),
    ("operations",),
    ("engine",),
    ("http", "seeds"),
    ("managed_login",),
    ("control", "moto_backend"),
    ("embedded",),
    ("server", "__init__"),
)

#: What each room holds, for the table.
HOLDS = {
    "refusals": "one builder for each of Cognito's errors",
    "core": "settings, randomness, locks",
    "api": "requests, and the service model that they are held to",
    "domain": "what Cognito keeps: plain data, without a clock and without the service",
    "stores": "what is open or counted: sessions, SRP challenges, outbox, pages, quotas, faults",
    "triggers": "the user's own Lambda handlers",
    "service": "everything that one emulator holds, and the look-ups",
    "rules": "decisions: registration, password policy, delivery, tokens, pool settings",
    "state": "saving and loading",
    "sign_in": "a sign-in; `challenges/` has one file for each challenge",
    "operations": "the operations, one module for each theme, and their table",
    "engine": "carries out an operation: faults, quotas, the table",
    "http": "status, headers and bytes",
    "managed_login": "the pages and the OAuth 2.0 endpoints of a pool's domain",
    "seeds": "pools with fixed ids from a seed file, and their export",
    "control": "the control surface and the page under `/_harness/`",
    "moto_backend": "the seam to moto",
    "embedded": "`Emulator`, `install`, `uninstall`",
    "server": "the emulator over HTTP",
    "__init__": "the public names",
}

_EMULATOR = "harness.emulator"
_FLOOR_OF = {room: number for number, floor in enumerate(FLOORS, 1) for room in floor}


def room_of(module: str) -> str:
    """Return the room of a module of the emulator."""
    return module.removeprefix(_EMULATOR).strip(".").partition(".")[0] or "__init__"


def forbidden_imports(arrows: Iterable[Arrow]) -> Iterator[str]:
    """Yield a line for each import inside the emulator that does not lead to a lower floor."""
    for arrow in arrows:
        if not (_is_inside(arrow.importer) and _is_inside(arrow.imported)):
            continue
        importer, imported = room_of(arrow.importer), room_of(arrow.imported)
        unknown = [room for room in (importer, imported) if room not in _FLOOR_OF]
        if unknown:
            yield (
                f"{arrow.importer}, line {arrow.line}, imports {arrow.imported}: "
                f"no such room: {', '.join(dict.fromkeys(unknown))}"
            )
        elif importer != imported and _FLOOR_OF[imported] >= _FLOOR_OF[importer]:
            yield (
                f"{arrow.importer}, line {arrow.line}, imports {arrow.imported}: from floor "
                f"{_FLOOR_OF[importer]} to floor {_FLOOR_OF[imported]}"
            )


def circle(arrows: Iterable[Arrow]) -> list[str]:
    """Return the modules of one import circle, first and last the same; empty without one."""
    graph: TopologicalSorter[str] = TopologicalSorter()
    for arrow in arrows:
        if arrow.importer != arrow.imported:
            graph.add(arrow.importer, arrow.imported)
    try:
        graph.prepare()
    except CycleError as problem:
        found: list[str] = problem.args[1]
        return found
    return []


def table() -> str:
    """Return the floors as a Markdown table, the top floor first."""
    rows = [
        f"| {number} | {' '.join(f'`{room}`' for room in floor)} | "
        f"{'; '.join(f'{HOLDS[room]}' for room in floor)} |"
        for number, floor in reversed(list(enumerate(FLOORS, 1)))
    ]
    return "\n".join(["| floor | rooms | hold |", "|---|---|---|", *rows])


def _is_inside(module: str) -> bool:
    return module == _EMULATOR or module.startswith(f"{_EMULATOR}.")


if __name__ == "__main__":
    print(table())
