"""Root causes: what went wrong first, in words that scenarios with the same cause share.

A service that lacks one thing fails many scenarios for one reason. The texts of failures differ by
ids, names, numbers and keys; without these they are the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from harness.verdicts.judging import is_unknown_operation
from harness.verdicts.run_record import ScenarioLine
from harness.verdicts.verdict import NOT, Check, Verdict

__all__ = ["Cause", "cause_of", "cause_of_check", "causes_of", "fails", "general"]

_LONGEST = 160
#: The patterns take time that grows with the square of a word, and a service may answer anything.
_LONGEST_READ = 1_000
# botocore's own sentence about an error.
_CLIENT_ERROR = re.compile(
    r"An error occurred \((?P<code>[^)]*)\) when calling the (?P<operation>\w+) operation"
    r"(?: \(reached max retries: \d+\))?: ?(?P<text>.*)",
    re.DOTALL,
)
# What `refused` of the scenarios notes as the answer.
_ANSWERED = re.compile(r"(?P<code>[\w.:]+) (?P<text>['\"].*['\"])", re.DOTALL)
_EXCEPTION = re.compile(r"^(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exceeded|Result): ")
_PAGE = re.compile(r"<!doctype html.*|<html.*", re.DOTALL | re.IGNORECASE)
_SPECIFIC: tuple[tuple[re.Pattern[str], str], ...] = (
    (_PAGE, "an HTML page"),
    (re.compile(r"[\w.+%*][\w.+%*'-]*@[\w*-]+(?:\.[\w-]+)*"), "<email>"),
    # The people of a run: its id, the worker, the test, the name.
    (re.compile(r"\b(?:[\w-]*-)?[0-9a-f]{6}-(?:gw\d+|main)-[\w-]+"), "<name>"),
    (re.compile(r"\b[a-z]{2,4}(?:-[a-z]+)+-\d+_[\w-]+"), "<id>"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b(?=\w*\d)(?=\w*[a-zA-Z])\w{20,}\b"), "<id>"),
)
_NUMBER = re.compile(r"(?<![\w.-])(?<!RFC )\d+(?:\.\d+)*(?![\w-])")


@dataclass(frozen=True)
class Cause:
    """A root cause, and how often it made a scenario fail.

    Attributes:
        text: what went wrong, without what differs between the scenarios.
        count: how many scenarios have it, each variant counted.
        first: id of the first of them.
        example: the first line of its failure.
        ids: the ids of all of them.
    """

    text: str
    count: int
    first: str
    example: str
    ids: tuple[str, ...] = ()


def fails(line: ScenarioLine) -> bool:
    """Return whether a scenario did not turn out as it must."""
    return line.outcome in ("failed", "xpassed")


def causes_of(lines: Iterable[ScenarioLine]) -> tuple[Cause, ...]:
    """Group the scenarios that failed by their causes, the most frequent cause first."""
    groups: dict[str, list[ScenarioLine]] = {}
    for line in lines:
        if fails(line):
            groups.setdefault(cause_of(line), []).append(line)
    found = [_cause(text, members) for text, members in groups.items()]
    return tuple(sorted(found, key=lambda cause: (-cause.count, cause.text)))


def cause_of(failed: ScenarioLine | str) -> str:
    """Return the root cause of a failure.

    Args:
        failed: the scenario, or the text of the exception alone.
    """
    if isinstance(failed, str):
        return _of_text(failed)
    failure = failed.failure
    if failure is not None and failure.cause:
        return _without_ids(failure.cause)
    for check in sorted(failed.checks, key=_is_about_words):
        if check.verdict is not Verdict.HOLDS:
            return cause_of_check(check, _outcomes(failed.calls))
    if failure is not None and failure.first_line:
        return _of_text(failure.first_line)
    return str(failed.verdict or failed.outcome)


def cause_of_check(check: Check, calls: Sequence[tuple[str, str]]) -> str:
    """Return the root cause of a check that does not hold.

    Args:
        check: the check.
        calls: the operation and the outcome of each call until then.
    """
    if check.verdict is Verdict.NOT_REFUSED:
        operation = _operation_of(calls, "ok")
        accepted = f"{operation} accepted what it must refuse" if operation else "it was accepted"
        return general(f"{accepted}: {check.statement}")
    found = _ANSWERED.fullmatch(check.answered)
    if check.verdict is Verdict.ANSWERED_OTHERWISE or found is None:
        return general(check.statement.removeprefix(NOT))
    code = found["code"]
    return _of_error(_operation_of(calls, code), code, found["text"][1:-1].replace("\\n", "\n"))


def general(text: str) -> str:
    """Return a text without the ids, names, numbers and keys that differ from case to case."""
    return _NUMBER.sub("N", _without_ids(text))


def _cause(text: str, members: Sequence[ScenarioLine]) -> Cause:
    first = members[0]
    example = "" if first.failure is None else first.failure.first_line
    ids = tuple(line.id for line in members)
    return Cause(text, len(members), first.id, " ".join(example.split()), ids)


def _is_about_words(check: Check) -> bool:
    """Return whether only the words differ, which is the cause if nothing else is."""
    return check.verdict is Verdict.OTHER_WORDS


def _of_text(text: str) -> str:
    text = text[:_LONGEST_READ]
    found = _CLIENT_ERROR.search(text)
    if found is not None:
        return _of_error(found["operation"], found["code"], found["text"])
    text = text.strip()
    return general(_EXCEPTION.sub("", text.splitlines()[0] if text else "")) or "no reason given"


def _of_error(operation: str, code: str, text: str) -> str:
    if operation and is_unknown_operation(code, text) and not _is_about_a_part(operation, text):
        return f"the service has no operation {operation}"
    said = general(text)
    return ": ".join(part for part in (operation, code, said) if part)


def _is_about_a_part(operation: str, text: str) -> bool:
    """Return whether a text says that not the operation is missing, but a flow or a parameter."""
    return "unsupported" in text.lower() and operation not in text


def _outcomes(calls: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(str(call["operation"]), str(call.get("outcome"))) for call in calls]


def _operation_of(calls: Sequence[tuple[str, str]], outcome: str) -> str:
    """Return the operation of the last call with an outcome; empty if there is none."""
    return next((name for name, ended in reversed(calls) if ended == outcome), "")


def _without_ids(text: str) -> str:
    text = text[:_LONGEST_READ]
    for pattern, word in _SPECIFIC:
        text = pattern.sub(word, text)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"
