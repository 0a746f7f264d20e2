"""The HTML report of an audit or a comparison: one file that needs nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag

from harness.reports.html import render
from harness.reports.records import Record, Report
from tests.reports.runs.records import HOSTILE
from tests.reports.test_forms import FAILED, PASSED, REPORT, UNKNOWN, WAIVED

LOW = replace(FAILED, id="own-email-sender", severity="low", elsewhere=(), fix="")
WHOLE = Report(REPORT.title, (LOW, *REPORT.records), REPORT.notices)
FOREIGN = Record(
    id=HOSTILE,
    title=HOSTILE,
    outcome="failed",
    severity="high",
    part=HOSTILE,
    setting=HOSTILE,
    message=f"{HOSTILE}\u202e\x07",
    reason=HOSTILE,
    fix=HOSTILE,
    elsewhere=(HOSTILE,),
    file=HOSTILE,
    line=3,
)
HOSTILE_REPORT = Report(
    HOSTILE,
    (FOREIGN, replace(FOREIGN, outcome="passed"), replace(FOREIGN, outcome="unknown")),
    (HOSTILE,),
)
PAGES = pytest.mark.parametrize("report", [WHOLE, HOSTILE_REPORT, Report("nothing", ())])


def soup_of(report: Report) -> BeautifulSoup:
    """Return the page of a report, read by an independent parser."""
    return BeautifulSoup(render(report), "html5lib")


def headings(soup: BeautifulSoup) -> list[str]:
    """Return the headings of the sections."""
    return [heading.get_text() for heading in soup.select("section > h2")]


@PAGES
def test_it_is_valid_html(report: Report) -> None:
    """A strict parser finds nothing wrong, and each id is there once."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(render(report))
    assert parser.errors == []
    ids = [str(tag["id"]) for tag in soup_of(report).find_all(id=True)]
    assert len(ids) == len(set(ids))


@PAGES
def test_it_needs_nothing_from_elsewhere(report: Report) -> None:
    """Nothing is loaded, nothing runs, and links lead to places in the page."""
    page, soup = render(report), soup_of(report)
    assert not soup.find_all(["script", "img", "iframe", "object", "embed", "base", "form"])
    assert not soup.find_all(src=True)
    assert [tag["href"] for tag in soup.find_all("link")] == ["data:,"]
    ids = {str(tag["id"]) for tag in soup.find_all(id=True)}
    assert {str(tag["href"]).removeprefix("#") for tag in soup.find_all("a")} <= ids
    style = "".join(map(str, soup.style.contents)) if soup.style else ""
    assert "url(" not in style
    assert "@import" not in style
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name == "style" or name.startswith("on")]
    assert page.count("<style>") == 1


@PAGES
def test_its_policy_allows_its_own_style_alone(report: Report) -> None:
    """The policy has the hash of the style, and forbids every script and request."""
    soup = soup_of(report)
    (meta,) = soup.select("meta[http-equiv=Content-Security-Policy]")
    (style,) = soup.select("style")
    digest = base64.b64encode(
        hashlib.sha256("".join(map(str, style.contents)).encode()).digest()
    ).decode()
    content = str(meta["content"])
    assert content.startswith(f"default-src 'none'; style-src 'sha256-{digest}'; ")
    assert "script-src 'none'" in content
    assert "unsafe" not in content


def test_foreign_texts_stay_texts() -> None:
    """Markup in any member of a record is shown as text, and hidden characters are spelled out."""
    page, soup = render(HOSTILE_REPORT), soup_of(HOSTILE_REPORT)
    assert "<script>window.struck=1</script>" in soup.get_text()
    assert not soup.find_all("script")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", page)
    assert "\\u202e" in page


def test_findings_stand_by_severity() -> None:
    """The worst come first; waived, unknown and passed records follow."""
    soup = soup_of(WHOLE)
    expected = ["Severity high", "Severity low", "Waived", "Unknown", "Passed"]
    assert headings(soup) == expected
    counts = [item.get_text(" ", strip=True) for item in soup.select(".counts li")]
    assert counts == ["failed 2", "waived 1", "unknown 1", "passed 1"]
    assert [link.get_text() for link in soup.select("nav a")] == expected
    assert [notice.get_text() for notice in soup.select(".notice")] == list(REPORT.notices)


def test_a_finding_has_its_place_reason_fix_and_names_elsewhere() -> None:
    """The members of a failed record are a list of terms, and empty ones are left out."""
    soup = soup_of(WHOLE)
    worst, least = soup.select("section:has(> #high) dl, section:has(> #low) dl")
    assert terms(worst) == {
        "severity": "high",
        "place": "stack/pool.yaml:12",
        "part": "Pool|A",
        "reason": FAILED.reason,
        "fix": FAILED.fix,
        "elsewhere": "Prowler cognito_user_pool_mfa_enabled",
    }
    assert {"fix", "elsewhere"}.isdisjoint(terms(least))
    waived, unknown = soup.select("section:has(> #waived) dl, section:has(> #unknown) dl")
    assert terms(waived)["reason"] == WAIVED.reason
    assert "place" not in terms(unknown)
    (passed,) = soup.select("section:has(> #passed) li")
    assert passed.get_text(" ", strip=True) == f"{PASSED.id} {PASSED.message}"
    assert UNKNOWN.message in soup.get_text()


def test_the_style_serves_both_schemes_small_screens_and_paper() -> None:
    """There are rules for dark screens, for narrow ones and for print, and no fixed width."""
    page = render(WHOLE)
    assert "@media (prefers-color-scheme: dark)" in page
    assert "@media (max-width: 620px)" in page
    assert "@media print" in page
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    finding = page[page.index("/* The findings of an audit") :]
    assert not re.search(r"[^-]width: \d{3,}px;", finding)


def test_a_report_of_nothing_says_so() -> None:
    """Two equal configurations give a page without findings."""
    soup = soup_of(Report("nothing", ()))
    assert "There is nothing to report." in soup.get_text()
    assert headings(soup) == []


def terms(found: Tag) -> dict[str, str]:
    """Return the terms of a list and what stands beside them."""
    names = [term.get_text() for term in found.find_all("dt")]
    return dict(zip(names, [value.get_text() for value in found.find_all("dd")], strict=True))
