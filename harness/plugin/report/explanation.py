"""The explanation of a failure: what happened, what was expected and why, and what to look at."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError, HarnessError
from harness.plugin.report.evidence import elsewhere_of, surroundings_of
from harness.plugin.report.exchange import exchange_lines
from harness.plugin.report.failure import (
    keep_explanation,
    kept_explanation,
    scrubs_of,
    traces_of,
)
from harness.plugin.report.frames import place_of
from harness.plugin.report.happened import Happened, happened
from harness.plugin.report.run_secrets import run_secrets_of
from harness.plugin.run.cognito_use import uses_cognito
from harness.targets.base import ExplainsRefusals
from harness.verdicts.facts import KnownFact, facts_in
from harness.verdicts.run_record import FailureText

if TYPE_CHECKING:
    from harness.flows.call import Call
    from harness.plugin.report.likely_causes import LikelyCause

__all__ = ["explanation_of"]

_WIDTH = 100
_LABEL = 10
#: Facts shown with their texts, and characters shown of each.
_MOST_FACTS, _LONGEST_FACT = 2, 240
#: Facts that are known best are shown first.
_BEST = ("measured", "documented")


def explanation_of(item: pytest.Item, call: pytest.CallInfo[Any]) -> FailureText | None:
    """Return why a test failed, without secrets; ``None`` if it did not, or not with Cognito.

    Args:
        item: the test.
        call: its set-up or its call; a teardown has no explanation.
    """
    if call.excinfo is None or call.when == "teardown" or not uses_cognito(item):
        return None
    error = call.excinfo.value
    if isinstance(error, pytest.skip.Exception | pytest.exit.Exception | KeyboardInterrupt):
        return None
    kept = kept_explanation(item, error)
    if kept is None:
        kept = _explain(item, call.excinfo, in_setup=call.when == "setup")
        keep_explanation(item, error, kept)
    return kept


def _explain(
    item: pytest.Item, excinfo: pytest.ExceptionInfo[BaseException], *, in_setup: bool
) -> FailureText:
    calls = [call for trace in traces_of(item) for call in trace.calls]
    scrub = _scrub_of(item)
    found = happened(excinfo.value, calls, scrub)
    calls = calls[: _end_of_the_failure(calls, found)]
    likely = _likely(calls, found)
    first = scrub(f"in the set-up: {found.sentence}" if in_setup else found.sentence)
    rows = [
        *_what_was_tested(item, excinfo),
        *_what_was_expected(found),
        *_what_was_called(calls, lambda call: _reason_of_the_emulator(item, [call])),
        *_column("elsewhere", elsewhere_of(item)),
        *_where(item),
        *_why(item, calls, likely),
    ]
    repeat = scrub(_repeat(item))
    lines = [line for label, text in rows for line in _wrapped(label, scrub(text))]
    if repeat:
        lines.append(f"  {'repeat':<{_LABEL}}{repeat}")
    cause = f"{found.cause} ({likely.name})" if likely else found.cause
    title = textwrap.wrap(first, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    return FailureText(first, (*title, *lines), scrub(cause), repeat)


def _what_was_tested(
    item: pytest.Item, excinfo: pytest.ExceptionInfo[BaseException]
) -> Iterator[tuple[str, str]]:
    function = getattr(item, "function", None)
    text = inspect.getdoc(function) if function is not None else None
    if text:
        yield "scenario", " ".join(text.split("\n\n")[0].split())
    place = place_of(excinfo, Path(item.path), item.config.rootpath)
    if place:
        yield "at", place


def _what_was_expected(found: Happened) -> Iterator[tuple[str, str]]:
    if found.expected and found.expected not in found.sentence:
        yield "expected", found.expected
    if found.answered and found.answered not in found.sentence:
        yield "answered", found.answered
    facts = sorted(facts_in(found.facts), key=lambda fact: fact.level not in _BEST)
    for fact in facts[:_MOST_FACTS]:
        yield "because", _fact(fact)
    if rest := facts[_MOST_FACTS:]:
        yield "", "also " + ", ".join(fact.number for fact in rest)


def _fact(fact: KnownFact) -> str:
    if not fact.text:
        return fact.number
    return f"{fact.number} ({fact.level}): {textwrap.shorten(fact.text, _LONGEST_FACT)}"


def _what_was_called(
    calls: Sequence[Call], why_refused: Callable[[Call], str]
) -> Iterator[tuple[str, str]]:
    from harness.flows.sign_in_picture import picture_of

    yield from _column("ladder", picture_of(calls))
    yield from _column("calls", exchange_lines(calls, why_refused))


def _where(item: pytest.Item) -> Iterator[tuple[str, str]]:
    from harness.plugin.report.deciding_settings import deciding_settings
    from harness.plugin.run.existing_pool import UndescribedPool

    around = surroundings_of(item)
    if around is None:
        return
    if isinstance(around.pool, UndescribedPool):
        yield "pool", f"{around.pool.user_pool_id}, which the service does not describe"
    else:
        settings = deciding_settings(around.pool.spec)
        file = f"of {around.pool.file}: " if around.pool.file else ""
        yield "pool", file + "; ".join(f"{name} {value}" for name, value in settings.items())


def _why(
    item: pytest.Item, calls: Sequence[Call], likely: LikelyCause | None
) -> Iterator[tuple[str, str]]:
    reason = _reason_of_the_emulator(item, calls)
    if reason:
        yield "emulator", f"it refused because {reason}"
    if likely is not None:
        yield "likely", f"{likely.name}: {likely.text}"


def _reason_of_the_emulator(item: pytest.Item, calls: Sequence[Call]) -> str:
    """Return why an emulator of ours refused the last call; other services do not say it."""
    around = surroundings_of(item)
    if around is None or not calls or calls[-1].ok:
        return ""
    if not isinstance(around.target, ExplainsRefusals):
        return ""
    try:
        return around.target.why_refused(_refused(calls).request_id)
    except HarnessError:  # it may have been stopped; that must not hide the failure
        return ""


def _refused(calls: Sequence[Call]) -> Call:
    """Return the last call; of an error page, the one that was redirected there (H024)."""
    is_error_page = calls[-1].operation == "GET /error" and len(calls) > 1
    return calls[-2] if is_error_page and not calls[-2].ok else calls[-1]


def _likely(calls: Sequence[Call], found: Happened) -> LikelyCause | None:
    from harness.plugin.report.clues import Clues
    from harness.plugin.report.likely_causes import likely_cause

    return likely_cause(Clues(calls, found.sentence, found.verdict))


def _end_of_the_failure(calls: Sequence[Call], found: Happened) -> int:
    """Return the number of calls up to the one that was refused; a test may go on after it."""
    refused = [place for place, call in enumerate(calls, start=1) if call.outcome == found.code]
    return refused[-1] if found.code and refused else len(calls)


def _repeat(item: pytest.Item) -> str:
    from harness.plugin.report.repeat_command import repeat_command

    try:
        return repeat_command(item)
    except ConfigurationError:
        return ""


def _scrub_of(item: pytest.Item) -> Callable[[str], str]:
    scrubs = (*scrubs_of(item), run_secrets_of(item.config).lasting)

    def scrub(text: str) -> str:
        for each in scrubs:
            text = each(text)
        return text

    return scrub


def _column(label: str, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for place, line in enumerate(lines):
        yield ("" if place else label), line


def _wrapped(label: str, text: str) -> list[str]:
    own = text[: len(text) - len(text.lstrip())]
    begin, others = f"  {label:<{_LABEL}}", " " * (_LABEL + 2)
    return textwrap.wrap(
        text.strip(),
        _WIDTH,
        initial_indent=begin + own,
        subsequent_indent=others + own + ("  " if own or text.startswith("#") else ""),
        break_long_words=False,
        break_on_hyphens=False,
    )
