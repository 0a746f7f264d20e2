"""Tests that the performance page matches the results."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from benchmarks import page
from benchmarks.chart import bars


def test_the_page_matches_the_results() -> None:
    """docs/performance.md and its chart match benchmarks/results.json."""
    found = json.loads(page.RESULTS.read_text(encoding="utf-8"))
    assert page.PAGE.read_text(encoding="utf-8") == page.render(found), "python -m benchmarks"
    assert page.CHART.read_text(encoding="utf-8") == bars(page.chart_rows(found))


def test_bars_are_in_proportion() -> None:
    """The largest value of a group has the longest bar, and the others are in proportion."""
    drawing = ElementTree.fromstring(bars({"calls": {"harness": 200.0, "moto": 50.0}}))
    widths = [int(bar.attrib["width"]) for bar in drawing.iter() if bar.tag.endswith("rect")]
    assert widths[0] == 4 * widths[1]


def test_names_are_escaped() -> None:
    """A name with an XML character does not break the drawing."""
    assert "a &lt; b" in bars({"a < b": {"harness": 1.0}})
