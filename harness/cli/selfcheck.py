"""``cognito-harness selfcheck``: the scenarios against wrong Cognitos, one fault at a time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import parse_number
from harness.cli.outcome import ExitCode
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.selfcheck.fault import PlantedFault

__all__ = ["selfcheck"]


def _workers(text: str) -> int:
    return parse_number("--workers", text, 1, 64)


def selfcheck(
    faults: Annotated[
        list[str] | None,
        typer.Option(
            "--faults",
            metavar="PATTERN",
            help="Plant only faults whose id or area matches, such as 'session*'; repeatable.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="NUMBER",
            parser=_workers,
            help="How many processes to use.",
            show_default="2",
        ),
    ] = None,
    scenarios: Annotated[
        Path | None,
        typer.Option(
            "--scenarios",
            metavar="FOLDER",
            help="The scenarios.",
            show_default="those of the package",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="Also write the result as JSON to this file."),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="Show the faults, and plant none of them.")
    ] = False,
) -> int:
    """Run the scenarios on wrong Cognitos, which they must notice.

    One fault is planted at a time. It counts as noticed if a scenario fails for the right reason.
    What stays unnoticed and which scenarios notice nothing is listed at the end; exit code 1 says
    that there is any. Ctrl-C ends the run; what it has found by then is kept.
    """
    chosen = _chosen(faults or [])
    if listed:
        _refuse_beside_list({"--workers": workers, "--scenarios": scenarios, "--json": output})
        for fault in chosen:
            print(f"{fault.id} ({fault.area}): {fault.wrong}")
        return 0
    many = 2 if workers is None else workers
    return _run(chosen, whole=not faults, workers=many, folder=scenarios, output=output)


def _refuse_beside_list(options: dict[str, object]) -> None:
    for name, given in options.items():
        if given is not None:
            hint = "it has no effect with --list, which runs nothing"
            raise ConfigurationError(name, given=str(given), hint=hint)


def _chosen(patterns: list[str]) -> tuple[PlantedFault, ...]:
    from harness.selfcheck.run import chosen_faults

    chosen = chosen_faults(patterns)
    if not chosen:
        hint = "no fault has such an id or area; `selfcheck --list` shows all"
        raise ConfigurationError("--faults", given=" ".join(patterns), hint=hint)
    return chosen


def _run(
    faults: tuple[PlantedFault, ...],
    *,
    whole: bool,
    workers: int,
    folder: Path | None,
    output: Path | None,
) -> int:
    from harness.selfcheck.report import summary
    from harness.selfcheck.run import Plan, selfcheck

    if output is not None:
        _check_place(output)
    plan = Plan(_folder(folder), faults, workers=workers, whole=whole)
    result = selfcheck(plan, lambda line: print(line, flush=True))
    # Shown before it is written: after a long run, a full disk must not lose it.
    print("\n".join(summary(result)), flush=True)
    if output is not None:
        _write(output, result.as_json())
    if result.interrupted:
        return ExitCode.INTERRUPTED
    return ExitCode.EXPECTED if result.passed else ExitCode.FINDING


def _check_place(output: Path) -> None:
    """Refuse a file that cannot be written, before the run."""
    place = output.resolve()
    hint = ""
    if not place.parent.is_dir():
        hint = "there is no such folder"
    elif place.is_dir():
        hint = "it is a folder and must be a file"
    elif not os.access(place if place.exists() else place.parent, os.W_OK):
        hint = "it cannot be written"
    if hint:
        raise ConfigurationError("--json", given=str(output), hint=hint)


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        hint = f"it cannot be written: {error.strerror or error}"
        raise ConfigurationError("--json", given=str(output), hint=hint) from None


def _folder(given: Path | None) -> Path:
    """Return the folder of the scenarios: that of the package, unless another one is given."""
    package = Path(__file__).parents[1]
    found = [(place / "scenarios") for place in (package / "bundled", package.parent)]
    for folder in found if given is None else [given.resolve()]:
        if (folder / "conftest.py").is_file() or folder.is_file():
            return _with_settings(folder, given)
    hint = "it must be the folder of the scenarios, with its conftest.py, or one of their files"
    raise ConfigurationError("--scenarios", given=given and str(given), hint=hint)


def _with_settings(folder: Path, given: Path | None) -> Path:
    if not any((above / "pytest.ini").is_file() for above in folder.parents):
        hint = "there must be a pytest.ini in a folder above it"
        raise ConfigurationError("--scenarios", given=str(given or folder), hint=hint)
    return folder
