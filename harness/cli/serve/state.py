"""What ``serve --state`` does: the state is read at the start and written at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.emulator import Emulator
    from harness.emulator.state import StateFile

__all__ = ["KeptState", "StateOption", "StateSecretsOption", "kept_state"]

StateOption = Annotated[
    str | None,
    typer.Option(
        "--state",
        metavar="FILE",
        help="Begin with the pools and users of this file, and write them back at the end.",
        show_default="nothing is kept",
    ),
]
StateSecretsOption = Annotated[
    bool,
    typer.Option(
        "--state-secrets", help="Keep passwords' proofs, keys, codes and tokens there as well."
    ),
]


class KeptState:
    """The state file of one run, if it has one."""

    def __init__(self, emulator: Emulator, file: StateFile | None) -> None:
        self._engine = emulator.engine
        self._file = file
        self._began = False

    def begin(self) -> None:
        """From now on there is something to save.

        Before, a server that cannot have its port would write what nobody asked for.
        """
        self._began = True

    def announce(self) -> None:
        """Say what was read."""
        if self._file is not None:
            users = sum(len(pool.users) for pool in self._engine.pools.values())
            size = f"pools: {len(self._engine.pools)}, users: {users}"
            print(f"state: {self._file.path}, {size}{self._without()}", flush=True)

    def save(self) -> None:
        """Write the state, if this run has got as far as to have one."""
        if self._file is None or not self._began:
            return
        saved = self._file.save(self._engine)
        size = f"pools: {saved.pools}, users: {saved.users}"
        print(f"state: saved to {saved.path}, {size}{self._without()}", flush=True)

    def _without(self) -> str:
        from harness.emulator.state import LEFT_OUT

        if self._file is None or self._file.secrets:
            return ""
        return "; without " + ", without ".join(text.partition(":")[0] for text in LEFT_OUT)


@contextmanager
def kept_state(emulator: Emulator, path: str | None, secrets: bool) -> Iterator[KeptState]:
    """Read the file at ``path``, if one is named, and write it at the end of the block."""
    if path is None:
        if secrets:
            raise ConfigurationError("--state-secrets", given=True, hint="it goes with --state")
        yield KeptState(emulator, None)
        return
    from harness.emulator.state import StateFile

    file = StateFile(path, secrets=secrets)
    with file.held():
        file.load(emulator.engine)
        emulator.engine.state_file = file
        keeper = KeptState(emulator, file)
        try:
            yield keeper
        finally:
            keeper.save()
