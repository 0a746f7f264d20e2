"""Tests that the performance page matches the results."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

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


def test_page_of_a_part_that_lacks_a_service_is_not_written() -> None:
    """The results, the page and the chart stay as they are."""
    before = page.RESULTS.read_text(encoding="utf-8"), page.PAGE.read_text(encoding="utf-8")
    found = json.loads(before[0])
    part = {"environment": found["environment"], "starting": {**found["starting"], "servers": {}}}
    with pytest.raises(ValueError, match="'ministack'"):
        page.write(part)
    assert (page.RESULTS.read_text("utf-8"), page.PAGE.read_text("utf-8")) == before


def test_parts_of_two_machines_are_not_mixed() -> None:
    """A page whose parts were measured with other versions is refused."""
    found = json.loads(page.RESULTS.read_text(encoding="utf-8"))
    other = {"environment": {**found["environment"], "boto3": "1.0"}, "load": found["load"]}
    with pytest.raises(ValueError, match="of another machine"):
        page.write(other)
