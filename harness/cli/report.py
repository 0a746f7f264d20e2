"""``cognito-harness report``: shows what a run found out, from the record of the run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import Panel, file_of, output_file, parse_decimal
from harness.cli.outcome import ExitCode
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.reports.runs.comparison import RunComparison
    from harness.reports.runs.content import Content
    from harness.verdicts.run_record import RunRecord

__all__ = ["report"]

#: The name that stands for standard output.
_STDOUT = "-"
_USUAL_PERCENT = 50.0


def _percent(text: str) -> float:
    return parse_decimal("--latency-bound", text, "a percentage", most=1e6)


def _option(name: str, metavar: str, text: str) -> typer.models.OptionInfo:
    panel = None if metavar == "BEFORE" or name == "--selfcheck" else Panel.OUTPUT
    found: typer.models.OptionInfo = typer.Option(
        name, metavar=metavar, help=text, rich_help_panel=panel
    )
    return found


def report(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="The file that a run wrote for --cognito-record.")
    ],
    html: Annotated[Path | None, _option("--html", "FILE", "Write one HTML file.")] = None,
    markdown: Annotated[
        Path | None,
        _option("--markdown", "FILE", "Write Markdown; - is standard output."),
    ] = None,
    junit: Annotated[
        Path | None,
        _option("--junit", "FILE", "Write JUnit XML; - is standard output."),
    ] = None,
    json: Annotated[
        Path | None,
        _option("--json", "FILE", "Write JSON; - is standard output."),
    ] = None,
    compare: Annotated[
        Path | None,
        _option("--compare", "BEFORE", "Show what changed since the run of this record."),
    ] = None,
    latency_bound: Annotated[
        float | None,
        typer.Option(
            "--latency-bound",
            metavar="PERCENT",
            parser=_percent,
            help="By how much a median must differ to be listed by --compare.",
            show_default="50",
        ),
    ] = None,
    selfcheck: Annotated[
        Path | None, _option("--selfcheck", "FILE", "Also show what a selfcheck has found.")
    ] = None,
) -> int:
    """Show what a run found out: in the terminal, or as files.

    With --compare it exits with 1 if the verdict of a scenario is worse than before, or is missing
    although it had not failed.
    """
    outputs = {"--html": html, "--markdown": markdown, "--junit": junit, "--json": json}
    wanted = {name: path for name, path in outputs.items() if path is not None}
    _check_outputs(wanted, {"RUN": run, "--compare": compare, "--selfcheck": selfcheck})
    bound = _latency_bound(latency_bound, compare)
    record = _read(run, "RUN")
    changed = None if compare is None else _compared(record, compare, bound)
    content = _content(record, selfcheck, changed)
    for name, path in wanted.items():
        _write(name, path, content)
    if _STDOUT not in map(str, wanted.values()):
        _show(content, changed, summary=not wanted)
    return ExitCode.FINDING if changed is not None and changed.regressed else ExitCode.EXPECTED


def _read(path: Path, option: str) -> RunRecord:
    from harness.verdicts.run_record import read_record

    try:
        return read_record(path)
    except ConfigurationError as error:
        error.setting = option
        raise


def _latency_bound(percent: float | None, before: Path | None) -> float:
    """Return the percentage that a median must differ by."""
    if percent is None:
        return _USUAL_PERCENT
    if before is None:
        raise ConfigurationError("--latency-bound", given=percent, hint="it is for --compare")
    return percent


def _compared(record: RunRecord, before: Path, percent: float) -> RunComparison:
    from harness.reports.runs.comparison import compare
    from harness.reports.runs.latency_changes import LatencyBound

    return compare(record, _read(before, "--compare"), LatencyBound(percent))


def _content(record: RunRecord, selfcheck: Path | None, changed: RunComparison | None) -> Content:
    from harness.reports.runs.content import content_of
    from harness.reports.runs.self_proof import read_self_proof

    proof = None
    if selfcheck is not None:
        with file_of("--selfcheck"):
            proof = read_self_proof(selfcheck)
    return content_of(record, proof, changed)


def _check_outputs(wanted: dict[str, Path], inputs: dict[str, Path | None]) -> None:
    """Refuse outputs that are the same file, or a file that is read."""
    seen: dict[Path, str] = {}
    given = {**{name: path for name, path in inputs.items() if path is not None}, **wanted}
    for name, path in given.items():
        if name == "--html" and str(path) == _STDOUT:
            raise ConfigurationError(name, given=_STDOUT, hint="give the name of a file")
        before = seen.setdefault(path.resolve(), name)
        if before is not name:
            raise ConfigurationError(name, given=str(path), hint=f"{before} is the same file")
        if name in wanted and str(path) != _STDOUT:
            output_file(name, path)


def _write(option: str, path: Path, content: Content) -> None:
    text = _form(option)(content)
    if str(path) == _STDOUT:
        sys.stdout.write(text)
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            option, given=str(path), hint=f"the file cannot be written: {error.strerror}"
        ) from None


def _form(option: str) -> Callable[[Content], str]:
    # Each needs libraries that the others do not.
    if option == "--html":
        from harness.reports.runs import html

        return html.render
    if option == "--markdown":
        from harness.reports.runs import markdown

        return markdown.render
    if option == "--junit":
        from harness.reports.runs import junit

        return junit.render
    from harness.reports.runs import json_form

    return json_form.render


def _show(content: Content, changed: RunComparison | None, *, summary: bool) -> None:
    from rich.console import Console

    from harness.reports.runs.terminal import show, show_comparison

    console = Console(highlight=False, soft_wrap=True)
    if summary:
        show(content, console)
    if changed is not None:
        show_comparison(changed, console)
