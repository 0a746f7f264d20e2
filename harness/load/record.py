"""The identity of a load run, and the journals of what it makes.

A load run is several processes. Each has a journal of its own in one folder, as the workers of a
pytest run have, so that `cognito-harness sweep` finds what a killed run has left.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import ConfigurationError
from harness.pools.making.journal import FileJournal, WrittenJournal
from harness.pools.making.ownership import PREFIX, Ownership

__all__ = ["LoadRecord"]


@dataclass(frozen=True)
class LoadRecord:
    """The identity of one load run, where it acts, and the folder of its journals.

    Attributes:
        run: six characters that no other run is likely to have.
        folder: the folder of the journals.
        place: account, region and endpoint; the account is empty if it is not known.
    """

    run: str
    folder: Path
    place: Mapping[str, str]

    @classmethod
    def new(cls, folder: Path, place: Mapping[str, str]) -> LoadRecord:
        """Return the identity of a run that begins now."""
        return cls(secrets.token_hex(3), folder, dict(place))

    @classmethod
    def of_namespace(cls, namespace: str, folder: Path, place: Mapping[str, str]) -> LoadRecord:
        """Return the identity of the run with a namespace.

        Raises:
            ConfigurationError: no run has such a namespace.
        """
        run = namespace.removeprefix(PREFIX).removesuffix("-")
        if namespace != f"{PREFIX}{run}-" or not run:
            hint = f"a load run has {PREFIX}<id>-"
            raise ConfigurationError("namespace", given=namespace, hint=hint)
        return cls(run, folder, dict(place))

    @property
    def namespace(self) -> str:
        """The start of the name of everything that the run makes."""
        return f"{PREFIX}{self.run}-"

    def journal(self, process: str) -> FileJournal:
        """Return a new journal for one process of the run.

        Args:
            process: what tells it from the other processes of the run.

        Raises:
            HarnessError: the file cannot be written.
        """
        facts = {"run": self.run, "prefix": self.namespace, **self.place}
        return FileJournal(self.folder, f"{self.namespace}{process}", facts)

    def require_writable(self) -> None:
        """Refuse a folder in which a process of the run cannot write its journal.

        Raises:
            HarnessError: the file cannot be written.
        """
        process = f"check-{secrets.token_hex(4)}"
        self.journal(process).close()
        WrittenJournal(self.folder / f"{self.namespace}{process}.jsonl").remove()

    def has_journals(self) -> bool:
        """Return whether there is a journal of this run."""
        return any(self.folder.glob(f"{self.namespace}*.jsonl"))

    def written(self) -> list[WrittenJournal]:
        """Return the journals of this run, with a lock on each that no process uses.

        Raises:
            HarnessError: a file is not a journal, or cannot be read.
        """
        return [
            WrittenJournal(path) for path in sorted(self.folder.glob(f"{self.namespace}*.jsonl"))
        ]

    def tags(self, owner: str, now: float) -> dict[str, str]:
        """Return the tags of a pool that the run makes, by which `sweep` knows it."""
        return Ownership.from_now(owner, self.run, now).tags()
