"""Plots are well-formed SVG that needs nothing from outside."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from harness.reports.plots import percentile_plot, stacked_bars

_SVG = "{http://www.w3.org/2000/svg}"


def bars(svg: str) -> list[ElementTree.Element]:
    """Return the bars of a plot that stand for a value."""
    found = ElementTree.fromstring(svg).iter(f"{_SVG}rect")
    return [bar for bar in found if int(bar.attrib["height"]) == 14]


def test_bars_are_as_long_as_their_values() -> None:
    """A latency twice as long has a bar twice as long, on one scale for all rows."""
    svg = percentile_plot("Latencies", {"a": {"p50": 10, "p99": 20}, "b": {"p50": 5}}, "ms")
    width = {str(bar.findtext(f"{_SVG}title")): int(bar.attrib["width"]) for bar in bars(svg)}
    # Each is rounded to a pixel.
    assert width["p99 20.0 ms"] == pytest.approx(2 * width["p50 10.0 ms"], abs=2)
    assert width["p99 20.0 ms"] == pytest.approx(4 * width["p50 5.0 ms"], abs=4)


def test_parts_stand_side_by_side() -> None:
    """The parts of a bar add up, and a part of nothing is not drawn."""
    svg = stacked_bars("Calls", {"a": (3, 0, 1)}, ("x", "y", "z"), ("#111", "#222", "#333"))
    first, last = bars(svg)
    assert int(first.attrib["x"]) + int(first.attrib["width"]) == int(last.attrib["x"])
    assert [bar.attrib["fill"] for bar in (first, last)] == ["#111", "#333"]


@pytest.mark.parametrize("rows", [{}, {"none": {"p50": 0.0}}])
def test_empty_plot_is_drawn(rows: dict[str, dict[str, float]]) -> None:
    """Nothing to show, and only zeros, make a plot as well."""
    assert ElementTree.fromstring(percentile_plot("Latencies", rows, "ms")).tag == f"{_SVG}svg"


def test_texts_are_escaped() -> None:
    """A label with the characters of markup stays a text."""
    svg = percentile_plot("<b>", {"<script>&": {"p50": 1.0}}, "ms")
    assert "<script>" not in svg
    assert "<script>&" in [text.text for text in ElementTree.fromstring(svg).iter(f"{_SVG}text")]


def test_a_strict_page_can_hold_a_plot() -> None:
    """No element has a style attribute, which a strict Content-Security-Policy forbids."""
    plots = [
        percentile_plot("a", {"b": {"p50": 1.0}}, "ms"),
        stacked_bars("a", {}, ("x",), ("#1",)),
    ]
    for plot in plots:
        assert not [part for part in ElementTree.fromstring(plot).iter() if "style" in part.attrib]
