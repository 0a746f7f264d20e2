"""The HTML report: one file that needs nothing, runs nothing foreign, and stays small."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag

from harness.reports.runs.comparison import compare
from harness.reports.runs.content import content_of
from harness.reports.runs.html import render
from harness.reports.runs.self_proof import ProvenFault, SelfProof
from harness.verdicts.run_record import RunRecord
from tests.reports.runs.records import HOSTILE, hostile_record, large_record, ordinary_record

#: What the file may weigh for the record of the default run.
MOST_BYTES = 3_000_000


def page_of(record: RunRecord) -> str:
    """Return the page about a record, with every part that there is."""
    proof = SelfProof((ProvenFault("f", "s", True, "x", "l"), ProvenFault("g", HOSTILE, False)))
    return render(content_of(record, proof, compare(record, ordinary_record())))


@cache
def ordinary() -> str:
    """Return the page about the ordinary record."""
    return page_of(ordinary_record())


@cache
def hostile() -> str:
    """Return the page about the hostile record."""
    return page_of(hostile_record())


def one(within: Tag, selector: str) -> Tag:
    """Return the only element that a selector finds."""
    (found,) = within.select(selector)
    return found


def section(page: str, part: str) -> Tag:
    """Return a part of a page by the id of its heading."""
    return one(BeautifulSoup(page, "html5lib"), f"section:has(> #{part})")


PAGES = pytest.mark.parametrize("page", [ordinary, hostile], ids=["ordinary", "hostile"])


@PAGES
def test_it_is_valid_html(page: Callable[[], str]) -> None:
    """A strict parser finds nothing wrong with the page."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page())
    # It does not know the attribute popover, but it complains about structure only.
    assert parser.errors == []


@PAGES
def test_it_needs_nothing_from_elsewhere(page: Callable[[], str]) -> None:
    """No element loads anything, and the only links lead to places in the page."""
    soup = BeautifulSoup(page(), "html5lib")
    assert not soup.find_all(["img", "iframe", "object", "embed", "base", "audio", "video"])
    assert not soup.find_all(src=True)
    ids = {tag["id"] for tag in soup.find_all(id=True)}
    links = {str(tag["href"]) for tag in soup.find_all("a")}
    assert links
    assert {link.removeprefix("#") for link in links} <= ids
    assert [tag["href"] for tag in soup.find_all("link")] == ["data:,"]
    assert "url(" not in page()


@PAGES
def test_its_policy_allows_its_own_script_alone(page: Callable[[], str]) -> None:
    """The hashes of the policy are those of the style and the script, and no element has more."""
    soup = BeautifulSoup(page(), "html5lib")
    policy = str(one(soup, "meta[http-equiv=Content-Security-Policy]")["content"])
    for name, directive in (("style", "style-src"), ("script", "script-src")):
        text = "".join(map(str, one(soup, name).contents))
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name == "style" or name.startswith("on")]


def test_foreign_texts_stay_texts() -> None:
    """Names, messages and statements that look like markup are shown, and make no element."""
    soup = BeautifulSoup(hostile(), "html5lib")
    assert not soup.find_all("img")
    assert len(soup.find_all("script")) == 1
    assert "</script></style></pre><script>window.struck=1</script>" in soup.get_text()


def test_no_character_is_hidden() -> None:
    """Control and direction characters of a record are spelled out."""
    found = set(re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", hostile()))
    assert found == set()
    hostile().encode()


def test_every_part_is_there() -> None:
    """The page names the run, its verdicts, failures, diagrams, plots and findings."""
    soup = BeautifulSoup(ordinary(), "html5lib")
    text = soup.get_text(" ")
    for shown in (
        "seed 7",
        "in process",
        "moto",
        "a used code gave tokens again",
        "pytest 'scenarios/test_sign_in.py::test_used_code' --cognito-seed=7",
        "CodeMismatchException",
        "1 h 5 min later",
        "MfaConfiguration is OFF, expected ON",
        "Noticed: 1, not noticed: 1.",
        "no SMS here",
        "12 calls were throttled",
    ):
        assert shown in text, shown
    headings = [heading.get_text() for heading in soup.find_all("h2")]
    assert headings == [
        "Verdicts",
        "Failures",
        "Since the earlier run",
        "Scorecard",
        "Verdicts by pool variant",
        "Scenarios",
        "Latencies",
        "Audit",
        "Drift",
        "Self-proof",
    ]
    assert len(soup.select("svg.plot")) == 2
    assert soup.select(".matrix tbody td.open")
    assert soup.select(".sequence .challenge")


def test_secrets_are_marked_as_redacted() -> None:
    """A member that the record does not hold is shown as redacted."""
    soup = BeautifulSoup(ordinary(), "html5lib")
    rows = [row.get_text(" ", strip=True) for row in soup.select(".message tr")]
    assert "Session redacted" in rows
    assert "[redacted]" not in ordinary()


def test_a_button_leads_to_its_message() -> None:
    """Each row of a diagram opens the members of its message, without a script."""
    soup = BeautifulSoup(ordinary(), "html5lib")
    messages = {tag["id"] for tag in soup.select("[popover]")}
    buttons = {tag["popovertarget"] for tag in soup.select(".sequence button")}
    assert buttons
    assert buttons <= messages


def test_every_id_is_used_once() -> None:
    """No two elements have one id, also if scenarios have strange names."""
    for page in (ordinary(), hostile()):
        ids = [tag["id"] for tag in BeautifulSoup(page, "html5lib").find_all(id=True)]
        assert len(ids) == len(set(ids))


def test_failures_of_one_cause_are_in_full_three_times() -> None:
    """Of five failures with one cause, three have their explanation, and two have a line each."""
    part = section(ordinary(), "failures")
    assert "5 times: codes are good more than once" in part.get_text()
    assert len(part.select("[aria-label=Explanation]")) == 3
    assert len(part.select(".sequence")) == 3
    assert "2 more with this cause" in part.get_text()


def test_a_run_that_was_cut_off_says_so() -> None:
    """The page about a record without its end begins with a notice."""
    whole = ordinary_record()
    assert "was cut off" not in ordinary()
    page = render(content_of(RunRecord(whole.run, whole.scenarios)))
    header = one(BeautifulSoup(page, "html5lib"), "body > header")
    assert "The run was cut off" in header.get_text()


def test_an_empty_run_is_a_page() -> None:
    """A run without scenarios has a page without rows."""
    page = render(content_of(RunRecord(ordinary_record().run, ())))
    assert "No scenario failed." in page
    assert "No call was recorded." in page


def test_the_default_run_is_small() -> None:
    """A page about 624 scenarios of 20 calls, none like another, is under three megabytes."""
    record = large_record()
    page = render(content_of(record))
    assert len(page.encode()) < MOST_BYTES
    assert "diagrams are left out" in page
    # The first diagram of each scenario stays.
    groups = re.findall(r"<details data-scenario=.*?</ol>", page, re.DOTALL)
    assert len(groups) == page.count("<details data-scenario=") == 156
    assert not [group for group in groups if "<details data-scenario=" in group[1:]]


def test_failures_keep_their_diagrams_before_others() -> None:
    """Where there is little room, the diagrams of failures are drawn first."""
    content = content_of(ordinary_record())
    sizes = [len(render(content, room)) for room in (0, 10_000_000)]
    assert sizes[0] < sizes[1]
    little = render(content, 7_000)
    assert len(section(little, "failures").select(".sequence")) == 3
    assert len(section(little, "scenarios").select(".sequence")) < 3
