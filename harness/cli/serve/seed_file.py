"""``serve --seed-file``: makes the pools of a file at the start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import Panel

if TYPE_CHECKING:
    from harness.emulator import Emulator

__all__ = ["SeedFileOption", "planted_seed"]

SeedFileOption = Annotated[
    str | None,
    typer.Option(
        "--seed-file",
        metavar="FILE",
        rich_help_panel=Panel.STATE,
        help="Make the pools of this file, with fixed ids and users: YAML, JSON or TOML, see "
        "docs/seeds.md. A pool that the --state file has stays as it is there.",
        show_default="no pools",
    ),
]


@contextmanager
def planted_seed(emulator: Emulator, path: str | None) -> Iterator[list[str]]:
    """Make the pools of a seed file that the emulator does not have yet, before the block.

    Args:
        emulator: the emulator, with the pools of its state file.
        path: the seed file; ``None`` makes nothing.

    Yields:
        The lines to print when the server runs.

    Raises:
        ConfigurationError: the file, or something in it, cannot be used.
    """
    yield [] if path is None else _plant(emulator, path)


def _plant(emulator: Emulator, path: str) -> list[str]:
    from harness.cli.options import file_of
    from harness.cli.outcome import complain
    from harness.emulator.seeds import apply_seed
    from harness.pools.seeds.reading import Seed, read_seed

    def read() -> Seed:
        with file_of("--seed-file"):
            return read_seed(path)

    seed = read()
    for note in seed.notes:
        complain(note)
    report = apply_seed(emulator.engine, seed, keep=True, read_again=read)
    lines = [f"seed file: {path}, pools: {len(report.made)}, users: {report.users}"]
    if report.kept:
        lines.append(f"seed file: as in the state file: {', '.join(report.kept)}")
    for pool_id in (*report.made, *report.kept):
        clients = emulator.engine.pools[pool_id].clients.values()
        names = [f"{one.settings['ClientName']}={one.client_id}" for one in clients]
        lines.append(f"seed file: {pool_id} {' '.join(names)}".rstrip())
    return lines
