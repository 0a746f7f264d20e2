"""``serve --state``: reads the state file at the start and writes it at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import Panel
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
        help="Start with the pools and users in this file, and save them there at the end.",
        show_default="nothing is kept",
        rich_help_panel=Panel.STATE,
    ),
]
StateSecretsOption = Annotated[
    bool,
    typer.Option(
        "--state-secrets",
        help="Also save password verifiers, keys, codes and tokens in the --state file.",
        rich_help_panel=Panel.STATE,
    ),
]


_END = "Ctrl-C ends it; pools and users are gone then, unless --state FILE keeps them"
_END_WITH_STATE = "Ctrl-C ends it, and saves the state"


class KeptState:
    """The state file of one run, if it has one."""

    def __init__(self, emulator: Emulator, file: StateFile | None) -> None:
        self._engine = emulator.engine
        self._file = file
        self.began = False

    def begin(self) -> None:
        """Note that the server runs, so there is something to save.

        A server that cannot get its port must not write the file.
        """
        self.began = True

    def announce(self) -> None:
        """Print what was read, what cannot go on without secrets, and what Ctrl-C does."""
        if self._file is None:
            print(_END, flush=True)
        else:
            users = sum(len(pool.users) for pool in self._engine.pools.values())
            size = f"pools: {len(self._engine.pools)}, users: {users}"
            print(f"state: {self._file.given}, {size}{self._without()}", flush=True)
            if self._file.consequences:
                print(f"state: {self._file.consequences}", flush=True)
            print(_END_WITH_STATE, flush=True)

    def save(self) -> None:
        """Write the state, if the server started."""
        if self._file is None or not self.began:
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
    """Read the state file, if there is one, and write it at the end of the block.

    Args:
        emulator: the emulator to fill.
        path: the state file; ``None`` keeps nothing.
        secrets: whether the file holds secrets too.

    Raises:
        ConfigurationError: ``secrets`` without a file.
        StateError: the file cannot be used, or another server uses it.
    """
    if path is None:
        if secrets:
            raise ConfigurationError("--state", hint="--state-secrets needs it")
        yield KeptState(emulator, None)
        return
    from harness.emulator.state import StateFile

    if not Path(path).absolute().parent.is_dir():
        raise ConfigurationError("--state", given=path, hint="its folder does not exist")
    file = StateFile(path, secrets=secrets)
    state = KeptState(emulator, file)
    lock = Path(f"{file.path}.lock")
    was_locked_before = lock.exists()
    with file.held():
        try:
            file.load(emulator.engine)
            emulator.engine.state_file = file
            yield state
        finally:
            state.save()
            if not state.began and not was_locked_before:
                # Windows does not delete an open file.
                with suppress(OSError):
                    lock.unlink()
