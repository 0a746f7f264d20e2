"""The page of the self-proof has what the last whole run found, about the faults of today."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from harness.redaction import Redactor
from harness.selfcheck.exceptions import IDLE_SCENARIOS, UNNOTICED_FAULTS
from harness.selfcheck.faults import FAULTS
from harness.selfcheck.result import End, Result, read_result_file
from harness.verdicts.verdict import Verdict
from tests.selfcheck.page import PAGE, RESULT, with_tables
from tests.selfcheck.test_faults import SCENARIOS


@pytest.fixture(scope="module")
def result() -> Result:
    """The result that is kept."""
    return read_result_file(RESULT)


def test_page_is_written_from_the_result() -> None:
    """``python -m tests.selfcheck.page`` would change nothing."""
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page)


def test_result_has_the_faults_of_today(result: Result) -> None:
    """Each fault is in the result, in order, with the same sentence, and nothing else is."""
    now = [(fault.id, fault.wrong, fault.area, fault.kind) for fault in FAULTS]
    assert [(each.id, each.wrong, each.area, each.kind) for each in result.faults] == now


def test_every_fault_was_noticed_for_the_right_reason(result: Result) -> None:
    """What was not has a reason."""
    assert result.whole
    assert result.unnoticed() == []
    not_noticed = {each.id for each in result.faults if each.end is not End.NOTICED}
    assert not_noticed == UNNOTICED_FAULTS.keys()


def test_every_notice_shows_its_fault_of_today(result: Result) -> None:
    """Scenario, verdict, facts and message of each notice are what the fault asks for now."""
    now = {fault.id: fault for fault in FAULTS}
    assert [
        (found.id, notice)
        for found in result.faults
        if found.end is End.NOTICED
        for notice in found.notices
        if not now[found.id].is_shown_by(
            notice.scenario, Verdict(notice.verdict), notice.facts, notice.message
        )
    ] == []
    assert all(found.notices for found in result.faults if found.end is End.NOTICED)


def test_every_scenario_noticed_a_fault(result: Result) -> None:
    """What did not has a reason, and each other scenario is in a notice."""
    noticing = {notice.scenario for found in result.faults for notice in found.notices}
    assert set(SCENARIOS) - noticing - _not_collected(SCENARIOS) == IDLE_SCENARIOS.keys()
    assert result.idle == IDLE_SCENARIOS
    assert result.scenarios == len(set(SCENARIOS) - _not_collected(SCENARIOS))


def test_messages_are_sentences_without_secrets(result: Result) -> None:
    """Each notice has a line that a redactor leaves as it is, about two values that differ."""
    messages = [each.message for fault in result.faults for each in fault.notices]
    assert all(messages)
    assert [each for each in messages if Redactor().scrub(each) != each] == []
    assert [each for each in messages if re.search(r"\b\w+Error:", each)] == []
    assert [each for each in messages if re.search(r" is (.+), expected \1$", each)] == []


def _not_collected(names: Iterable[str]) -> set[str]:
    # They compare a pool with its file, and there is no file here.
    return {name for name in names if name.startswith("configuration::")}
