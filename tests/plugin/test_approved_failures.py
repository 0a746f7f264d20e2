"""What a failure of each kind shows, compared with texts that were read and approved."""

from __future__ import annotations

import re

import pytest

from tests.plugin.approved_outputs import APPROVED, approved, outputs
from tests.plugin.planted import KINDS
from tests.support.sources import ROOT

_MOST_LINES = 40


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    """The outputs of one run of all kinds."""
    return outputs()


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_failure_shows_what_was_approved(kind: str, shown: dict[str, str]) -> None:
    """Its whole output is the approved text, but for ids and numbers that differ by chance."""
    expected = APPROVED.joinpath(f"{kind}.txt").read_text(encoding="utf-8")
    assert shown[kind] == expected, "read it, then run: python -m tests.plugin.approved_outputs"


def test_every_approved_text_is_of_a_kind() -> None:
    """No text is left of a kind that is gone."""
    assert list(approved()) == sorted(KINDS)


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_report_is_short(kind: str) -> None:
    """A report has fewer than 40 lines of at most 100 characters; a command cannot be wrapped."""
    lines = approved()[kind].splitlines()
    assert len(lines) < _MOST_LINES
    assert not [line for line in lines if len(line) > 100 and not line.startswith("  repeat")]


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_report_says_what_to_do(kind: str) -> None:
    """It begins with a sentence, has no frame of a library, and ends with a command."""
    text = approved()[kind]
    assert "[redacted] ==" not in text
    assert "botocore/" not in text
    assert "Traceback" not in text
    for row in ("  scenario  ", "  at        ", "  pool      ", "  repeat    pytest "):
        assert f"\n{row}" in text, row


def test_the_documentation_shows_a_real_report() -> None:
    """The report in docs/troubleshooting.md is the approved text that it names."""
    page = ROOT.joinpath("docs", "troubleshooting.md").read_text(encoding="utf-8")
    found = re.findall(r"<!-- approved: (\w+) -->\n```\n(.*?)```", page, re.DOTALL)
    assert found
    for kind, text in found:
        assert text == approved()[kind]
