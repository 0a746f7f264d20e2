"""The differences of two services as text, JSON and Markdown."""

from __future__ import annotations

from harness.reports.differences import (
    differences_json,
    differences_markdown,
    differences_text,
)
from harness.verdicts.differences import AnswerDifference, Comparison
from harness.verdicts.expected_differences import Judged, KnownDifference

EVIL = "\x1b[31m\n![x](y)\ud800\u202e`|"


def test_foreign_texts_reach_no_terminal_and_no_markdown() -> None:
    """Control codes are spelled out, Markdown is escaped, and every form can be written."""
    difference = AnswerDifference(EVIL, "text", EVIL, EVIL, (EVIL,))
    known = KnownDifference(EVIL, operation=EVIL)
    judged = Judged((difference,), ((known, 1),), (known,), (known,))
    comparison = Comparison((difference,), 1, 1, {}, (EVIL,))
    for form in (differences_text, differences_json, differences_markdown):
        text = form(comparison, judged, EVIL)
        text.encode()
        assert not set(text) & set("\x1b\u202e\ud800"), form
    assert "![" not in differences_markdown(comparison, judged, EVIL)


def test_the_text_stays_short() -> None:
    """However much differs, is known or was not asked, the text has fewer than 200 lines."""
    found = tuple(AnswerDifference(f"Op{n}", "code", "A", "B", ("x",)) for n in range(60))
    known = tuple(KnownDifference("why", operation=f"Op{n}") for n in range(60))
    for judged in (
        Judged(found, tuple((item, 1) for item in known), known, known),
        Judged((), tuple((item, 1) for item in known), known, known),
    ):
        text = differences_text(Comparison(found, 1, 1, {}, ("gone",)), judged, "A title")
        assert text.count("\n") < 200
        assert "more entries; --json has them all" in text
        assert text.splitlines()[-1].startswith("1 scenario and 1 call compared")
