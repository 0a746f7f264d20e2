"""The result of the self-proof as text, and as a page of tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.selfcheck.result import End, FaultResult, Result

__all__ = ["page_of", "summary"]

_COLUMNS = ("fault", "what is wrong", "scenario", "first line of its message")
_KINDS = {
    "service": "What Cognito does wrong",
    "pool": "Settings that have another value than was asked for",
}


def summary(result: Result) -> list[str]:
    """Return the lines that close a run."""
    noticed = sum(fault.end is End.NOTICED for fault in result.faults)
    lines = [f"{noticed} of {len(result.faults)} faults noticed in {result.seconds:.0f} s"]
    if result.interrupted:
        lines.append("interrupted: the faults after these were not tried")
    for fault in result.faults:
        if fault.end is not End.NOTICED or fault.counts_against:
            lines.append(f"  {fault.id}: {fault.wrong}: {_why(fault)}")
    if result.whole:
        busy = result.scenarios - len(result.idle)
        lines.append(f"{busy} of {result.scenarios} scenarios notice a fault")
        lines += [
            f"  {name} notices none" + (f": {reason}" if reason else "")
            for name, reason in sorted(result.idle.items())
        ]
        lines += [f"  {name} notices one, though it need not" for name in result.needless]
    return lines


def _why(fault: FaultResult) -> str:
    if fault.end is End.NOTICED:
        return f"noticed, though it need not be: {fault.reason}"
    shown = "".join(f"; {each.scenario}: {each.message}" for each in fault.notices[:1])
    return f"{fault.end}{shown}" + (f" ({fault.reason})" if fault.reason else "")


def page_of(result: Result) -> str:
    """Return the tables of faults, scenarios and messages as Markdown."""
    lines: list[str] = []
    for kind, title in _KINDS.items():
        faults = [fault for fault in result.faults if fault.kind == kind]
        lines += [f"### {title}", "", *_tables(faults)]
    return "\n".join([*lines, *_idle(result)]) + "\n"


def _tables(faults: Iterable[FaultResult]) -> Iterator[str]:
    areas: dict[str, list[FaultResult]] = {}
    for fault in faults:
        areas.setdefault(fault.area, []).append(fault)
    for area, those in areas.items():
        yield from (f"#### {area.capitalize()}", "", _row(*_COLUMNS))
        yield "|---|---|---|---|"
        yield from (_line(fault) for fault in those)
        yield ""


def _line(fault: FaultResult) -> str:
    first = fault.notices[0] if fault.notices else None
    others = len(fault.notices) - 1
    more = f" and {others} more" if others > 0 else ""
    scenario = f"`{first.scenario}`{more}" if first else ""
    message = first.message if first and fault.end is End.NOTICED else _why(fault)
    return _row(f"`{fault.id}`", fault.wrong, scenario, message)


def _idle(result: Result) -> Iterator[str]:
    if not result.idle:
        return
    yield from ("### Scenarios that notice no fault", "", "| scenario | why |", "|---|---|")
    for name, reason in sorted(result.idle.items()):
        yield f"| `{name}` | {_cell(reason or 'no fault is about it yet')} |"


def _row(*cells: str) -> str:
    shown = [_cell(each) for each in cells]
    return f"| {' | '.join(shown)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
