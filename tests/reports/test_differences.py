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
