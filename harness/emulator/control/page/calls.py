"""The recent calls on the page: which the filters let through, and why a call was refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.emulator.control.page.troubleshooting import Advice, advice_on
from harness.emulator.stores.call_log import KEPT_CALLS

if TYPE_CHECKING:
    from harness.emulator.stores.call_log import CallLog, LoggedCall

#: The parameters of the address that filter calls.
FILTERS = ("by", "operation", "refused", "text")


@dataclass(frozen=True)
class CallFilter:
    """Which calls are shown; an empty text lets all through.

    Attributes:
        by: a part of the username.
        operation: a part of the name of the operation.
        refused: whether only refused calls are shown.
        text: a part of anything that is shown of a call, such as an error or the reason.
    """

    by: str = ""
    operation: str = ""
    refused: bool = False
    text: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> CallFilter:
        """Read the filters of an address."""
        by, operation, text = (query.get(name, "").strip() for name in ("by", "operation", "text"))
        return cls(by, operation, bool(query.get("refused")), text)

    @property
    def is_on(self) -> bool:
        """Whether anything is filtered."""
        return self != CallFilter()

    def as_query(self) -> dict[str, str]:
        """Return the parameters of an address with these filters."""
        values = (self.by, self.operation, "1" if self.refused else "", self.text)
        return {name: value for name, value in zip(FILTERS, values, strict=True) if value}

    def lets_through(self, call: LoggedCall) -> bool:
        """Return whether a call passes all filters but that of the text."""
        return (
            _holds(call.username or "", self.by)
            and _holds(call.operation, self.operation)
            and (bool(call.code) or not self.refused)
        )


@dataclass(frozen=True)
class CallRow:
    """A call, the reason of its refusal and the advice on it, if there is any."""

    call: LoggedCall
    reason: str
    advice: Advice | None


@dataclass(frozen=True)
class CallPage:
    """The calls that are shown.

    Attributes:
        matching: how many of the kept calls pass the filters.
        newest: the number of the newest call of all; 0 without one.
    """

    rows: list[CallRow]
    matching: int
    newest: int


def call_page(
    log: CallLog, wanted: CallFilter, most: int, names: Collection[str] | None = None
) -> CallPage:
    """Return the newest calls that pass the filters.

    Args:
        log: has the calls.
        wanted: the filters.
        most: how many calls at most.
        names: the names of one user, for the calls of this user alone.
    """
    kept = log.newest(KEPT_CALLS)
    found = [
        call
        for call in kept
        if wanted.lets_through(call)
        and (names is None or call.username in names)
        and (not wanted.text or _holds(_words(log, call), wanted.text))
    ]
    rows = [_row(log, call) for call in found[:most]]
    return CallPage(rows, len(found), kept[0].number if kept else 0)


def _row(log: CallLog, call: LoggedCall) -> CallRow:
    if not call.code:
        return CallRow(call, "", None)
    return CallRow(call, log.reason_of(call.number), advice_on(call.code, call.text))


def _words(log: CallLog, call: LoggedCall) -> str:
    """Return everything that the page shows of a call."""
    reason = log.reason_of(call.number) if call.code else ""
    status = str(call.status)
    parts = (call.operation, call.username, call.pool_id, status, call.code, call.text, reason)
    return "\n".join(filter(None, parts))


def _holds(value: str, part: str) -> bool:
    return part.casefold() in value.casefold()
