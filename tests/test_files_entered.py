"""The road of a request stays short: who follows one opens few files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.files_entered import files_of_a_totp_response
from tests.support.sources import ROOT

#: The most files of the emulator that the response to SOFTWARE_TOKEN_MFA may enter.
MOST_FILES = 25


@pytest.fixture(scope="module")
def entered() -> dict[str, set[str]]:
    """The files and functions that a TOTP response enters."""
    return files_of_a_totp_response()


def test_a_totp_response_enters_few_files(entered: dict[str, set[str]]) -> None:
    """From socket to socket, the response to SOFTWARE_TOKEN_MFA enters at most 25 files."""
    assert len(entered) <= MOST_FILES, "\n".join(entered)


def test_two_files_judge_a_totp_code(entered: dict[str, set[str]]) -> None:
    """The challenge and `totp` judge the code; no other file that is entered knows a step of it."""
    assert "judge" in entered["sign_in/challenges/software_token.py"]
    assert "accept" in entered["domain/totp.py"]
    emulator = ROOT / "harness" / "emulator"
    judging = {name for name in entered if _judges(emulator / name)}
    assert judging == {"sign_in/challenges/software_token.py", "domain/totp.py"}


def _judges(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    return "TotpOutcome" in text or "SOFTWARE_TOKEN_MFA_CODE" in text
