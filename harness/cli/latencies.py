"""``cognito-harness latencies``: adds the latencies that several machines have recorded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import usable
from harness.errors import ConfigurationError
from harness.settings import values as rules

if TYPE_CHECKING:
    from harness.flows.latencies import Latencies

__all__ = ["latencies"]


def latencies(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILES", help="Files that runs wrote for --cognito-latencies."),
    ],
    output: Annotated[
        str | None,
        typer.Option("--output", metavar="FILE", help="Also write the sum to this file."),
    ] = None,
) -> None:
    """Show the latencies of several runs as one table.

    The files hold histograms, so the percentiles of the sum are those of all calls together.
    """
    from harness.flows.latencies import has_histograms
    from harness.flows.latency_table import table, write_latencies

    if not has_histograms():
        raise ConfigurationError(
            "latencies",
            hint="it needs hdrhistogram: pip install 'cognito-mfa-harness[repeat]'",
        )
    target = None if output is None else usable("--output", rules.latencies, output)
    _require_different(files)
    first, *others = [_read(path) for path in files]
    for other in others:
        first.add_machine(other)
    if target is not None:
        write_latencies(first, Path(target))
    print("\n".join(table(first)))


def _require_different(files: Sequence[Path]) -> None:
    """Refuse a file that is given twice, perhaps under another name."""
    seen: dict[Path, Path] = {}
    for path in files:
        before = seen.setdefault(path.resolve(), path)
        if before is not path:
            hint = f"it is the same file as {str(before)!r}, and its calls would count twice"
            raise ConfigurationError("FILE", given=str(path), hint=hint)


def _read(path: Path) -> Latencies:
    from harness.flows.latency_table import read_latencies

    try:
        return read_latencies(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigurationError("FILE", given=str(path), hint=reason) from None
