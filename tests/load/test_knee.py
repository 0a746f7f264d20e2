"""How a ramp finds the knee, and its plot."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from harness.load.knee import START, Bounds, KneeSearch, Measured, most_steps
from harness.load.plot import plot

BOUNDS = Bounds(p95_ms=500, throttled=0.01)
Service = Callable[[int], Measured]


def search(service: Service, *, start: int = 10, highest: int = 1000) -> KneeSearch:
    """Search until the knee is known."""
    found = KneeSearch(BOUNDS, start, highest)
    while (rate := found.next_rate()) is not None:
        found.take(service(rate))
    return found


def limited(limit: int) -> Service:
    """Return a service that throttles what is above a rate."""
    return lambda rate: Measured(
        rate, min(rate, limit), p95_ms=20, throttled=max(0, rate - limit) / rate
    )


@pytest.mark.parametrize("limit", [3, 10, 50, 120, 333, 999])
def test_the_knee_is_found(limit: int) -> None:
    """The highest rate held is within 5 % of the limit, or the rate below a small one."""
    knee = search(limited(limit)).knee
    assert knee is not None
    assert limit * 0.95 - 1 <= knee.reached <= limit * 1.05


def test_a_slow_service_has_a_knee() -> None:
    """The knee is also where p95 leaves its bound."""
    knee = search(lambda rate: Measured(rate, rate, p95_ms=rate * 5, throttled=0)).knee
    assert knee is not None
    assert knee.p95_ms <= 500
    assert knee.wanted >= 97


def test_a_stumble_is_not_a_knee() -> None:
    """A rate that leaves the bounds once and then stays within them is held."""
    stumbled: set[int] = set()

    def service(rate: int) -> Measured:
        first = rate not in stumbled
        stumbled.add(rate)
        return Measured(rate, rate, p95_ms=900 if first else 20, throttled=0)

    found = search(service, highest=80)
    assert found.knee is not None
    assert found.knee.wanted == 80


def test_the_highest_rate_ends_the_search() -> None:
    """If the highest rate is held, the line says that no higher one was tried."""
    found = search(limited(500), highest=60)
    assert [step.wanted for step in found.steps] == [10, 20, 40, 60]
    assert found.line().endswith("no higher rate was tried")


def test_without_a_knee_the_line_says_why() -> None:
    """A service that cannot hold the lowest rate has no knee; the line names the reason."""
    found = search(lambda rate: Measured(rate, 0, 20, 0, failed=7))
    assert found.knee is None
    assert found.line() == "knee: not even 1 sign-ins a second were held: 7 requests failed"


def test_a_rate_that_was_not_reached_is_not_held() -> None:
    """A generator that cannot keep up does not make the service look better."""
    assert Measured(100, 94, 20, 0).why_not(BOUNDS) == "only 94.0 a second were reached"
    assert Measured(100, 96, 20, 0).why_not(BOUNDS) == ""


def test_a_rate_of_another_pace_is_not_held() -> None:
    """A generator that sends faster than wanted measures another rate."""
    assert Measured(4, 20, 20, 0).why_not(BOUNDS) == "20.0 a second were sent"
    assert Measured(4, 5, 20, 0).why_not(BOUNDS) == ""


def test_the_plot_is_a_picture_that_needs_nothing_else() -> None:
    """The plot is valid SVG with a point for each step in both panels, and no links."""
    found = search(limited(120))
    text = plot(found)
    root = ElementTree.fromstring(text)
    circles = root.findall(".//{http://www.w3.org/2000/svg}circle")
    assert len(circles) == 2 * len(found.steps)
    assert text.count("http") == 1
    assert "held" in text


@pytest.mark.parametrize("highest", [2, 3, 10, 11, 200, 777, 100_000])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.33, 0.501, 0.99, 2.0])
def test_no_search_has_more_steps_than_the_estimate_says(highest: int, share: float) -> None:
    """Wherever the knee is, and although each rate fails twice, the bound of the steps holds."""
    start, top = min(START, highest), share * highest
    search = KneeSearch(Bounds(100.0, 0.01), start, highest)
    while (rate := search.next_rate()) is not None:
        # A rate that is held in the end has failed once before.
        fails = rate > top or rate not in {step.wanted for step in search.steps}
        search.take(Measured(rate, rate, 999.0 if fails else 1.0, 0.0))
    assert 0 < len(search.steps) <= most_steps(start, highest)
