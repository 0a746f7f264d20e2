"""How a master divides people and quotas among workers, without Locust."""

from __future__ import annotations

from typing import Any

from harness.load.division import HELD, HOLD, USE, USING, Division

Sent = list[tuple[str, str, dict[str, Any]]]


def division() -> tuple[Division, Sent]:
    """Return a division, and what it sends."""
    sent: Sent = []
    return Division(lambda *message: sent.append(message)), sent


def confirm(divided: Division, sent: Sent) -> Sent:
    """Confirm everything that was sent, and return it."""
    messages, sent[:] = list(sent), []
    for worker, kind, data in messages:
        divided.confirmed(worker, HELD if kind == HOLD else USING, data["number"])
    return messages


def test_each_worker_gets_one_part() -> None:
    """All workers hold first; then each gets a part of its own."""
    divided, sent = division()
    divided.have(["a", "b"])
    assert [(worker, kind) for worker, kind, _ in confirm(divided, sent)] == [
        ("a", HOLD),
        ("b", HOLD),
    ]
    assert confirm(divided, sent) == [
        ("a", USE, {"number": 1, "index": 0, "count": 2}),
        ("b", USE, {"number": 1, "index": 1, "count": 2}),
    ]
    assert divided.is_settled


def test_nobody_gets_a_part_before_all_have_let_go() -> None:
    """While one worker has not confirmed that it holds, no worker gets a part."""
    divided, sent = division()
    divided.have(["a", "b"])
    divided.confirmed("a", HELD, 1)
    assert [kind for _, kind, _ in sent] == [HOLD, HOLD]
    assert not divided.is_settled


def test_the_same_workers_are_not_divided_again() -> None:
    """Heartbeats of the same workers change nothing once everything is confirmed."""
    divided, sent = division()
    divided.have(["a", "b"])
    confirm(divided, sent)
    confirm(divided, sent)
    divided.have(["b", "a"])
    assert sent == []


def test_what_was_lost_is_sent_again() -> None:
    """A worker that has not confirmed is asked again, and only that one."""
    divided, sent = division()
    divided.have(["a", "b"])
    divided.confirmed("b", HELD, 1)
    sent.clear()
    divided.have(["a", "b"])
    assert sent == [("a", HOLD, {"number": 1})]


def test_a_worker_that_goes_is_not_waited_for() -> None:
    """If a worker disappears before it confirms, the others get its part."""
    divided, sent = division()
    divided.have(["a", "b"])
    divided.confirmed("a", HELD, 1)
    divided.have(["a"])
    sent[:] = sent[-1:]
    confirm(divided, sent)
    assert sent == [("a", USE, {"number": 2, "index": 0, "count": 1})]


def test_a_late_confirmation_does_not_count() -> None:
    """A confirmation of an earlier division, or of another step, changes nothing."""
    divided, sent = division()
    divided.have(["a"])
    divided.have(["a", "b"])
    sent.clear()
    divided.confirmed("a", HELD, 1)
    divided.confirmed("b", USING, 2)
    divided.confirmed("b", HELD, 2)
    assert sent == []
