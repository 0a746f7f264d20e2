"""Differences between two services: each kind once, aligned within each scenario."""

from __future__ import annotations

from typing import Any

import pytest

from harness.verdicts.differences import AnswerDifference, compare
from harness.verdicts.run_record import RunLine, RunRecord, ScenarioLine
from tests.verdicts.lines import call, line

RUN = RunLine("a1b2c3", "endpoint", "http://127.0.0.1:5000", 7, 0.0)
SESSION = {"Session": "string"}


def record(*lines: ScenarioLine) -> RunRecord:
    """Return the record of a run with these scenarios."""
    return RunRecord(RUN, lines)


def scenario(*calls: dict[str, Any], name: str = "x") -> ScenarioLine:
    """Return a scenario that made these calls."""
    return line(name, calls=calls)


def found(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[str]:
    """Return the differences of one scenario as text."""
    comparison = compare(record(scenario(*before)), record(scenario(*now)))
    return [str(difference) for difference in comparison.differences]


@pytest.mark.parametrize(
    ("before", "now", "differences"),
    [
        (call("SignUp"), call("SignUp"), []),
        (
            call("SignUp", "A", "no pool us-east-1_AbCdEf123"),
            call("SignUp", "A", "no pool us-east-1_Zz9"),
            [],
        ),
        (
            call("SignUp", "A", "no"),
            call("SignUp", "B", "no"),
            ["SignUp, code: A 'no' in the record, B 'no' now"],
        ),
        (
            call("SignUp", "A", "no"),
            call("SignUp"),
            ["SignUp, code: A 'no' in the record, ok now"],
        ),
        (
            call("SignUp", "A", "no"),
            call("SignUp", "A", "never"),
            ["SignUp, text: A 'no' in the record, A 'never' now"],
        ),
        (
            call("SignUp", shape=SESSION),
            call("SignUp", shape={}),
            ["SignUp, members: Session is there in the record, Session is absent now"],
        ),
        (
            call("SignUp", shape={}),
            call("SignUp", shape={"Details": "structure", "Details.Medium": "string"}),
            ["SignUp, members: Details is absent in the record, Details is there now"],
        ),
        (
            call("ListUsers", shape={"Users": "list"}),
            call("ListUsers", shape={"Users": "list", "Users[]": "structure"}),
            ["ListUsers, members: Users[] is absent in the record, Users[] is there now"],
        ),
        (
            call("SignUp", shape={"UserConfirmed": "boolean"}),
            call("SignUp", shape={"UserConfirmed": "string"}),
            ["SignUp, types: UserConfirmed is boolean in the record, UserConfirmed is string now"],
        ),
    ],
)
def test_differences_of_one_call(
    before: dict[str, Any], now: dict[str, Any], differences: list[str]
) -> None:
    """Code, text, members and types are compared, and ids are no difference."""
    assert found([before], [now]) == differences


def test_calls_are_aligned_by_operation_and_challenge() -> None:
    """A call that one side alone made is the one difference; what follows it says nothing new."""
    password = call("RespondToAuthChallenge", parameters={"ChallengeName": "PASSWORD_VERIFIER"})
    code = call("RespondToAuthChallenge", parameters={"ChallengeName": "SOFTWARE_TOKEN_MFA"})
    after = call("GetUser", "A", "no")
    assert found([call("SignUp"), password, code, after], [call("SignUp"), password, after]) == [
        "RespondToAuthChallenge, calls: SOFTWARE_TOKEN_MFA was asked in the record, not asked now"
    ]


def test_what_follows_a_call_of_one_side_alone_is_still_compared() -> None:
    """Each call that is counted as compared was compared, also after one that stands alone."""
    before = [call("SignUp"), call("GetUser"), call("ListDevices", "A", "no")]
    now = [call("SignUp"), call("ListDevices", "B", "no"), call("ForgetDevice")]
    comparison = compare(record(scenario(*before)), record(scenario(*now)))
    assert sorted(str(item) for item in comparison.differences) == [
        "GetUser, calls: it was called in the record, not called now",
        "ListDevices, code: A 'no' in the record, B 'no' now",
    ]
    assert comparison.calls == 2
    assert set(*comparison.asked.values()) == {"SignUp", "GetUser", "ListDevices"}


def test_what_follows_from_another_code_is_no_difference_of_its_own() -> None:
    """After a call that one side alone accepted, the calls of that side alone are not listed."""
    before, now = [call("SignUp", "A", "no")], [call("SignUp"), call("ConfirmSignUp")]
    assert found(before, now) == ["SignUp, code: A 'no' in the record, ok now"]


def test_a_call_more_is_a_difference_of_the_other_side() -> None:
    """A call that only the other run made is named as such."""
    assert found([], [call("GetUser")]) == [
        "GetUser, calls: not called in the record, it was called now"
    ]


def test_each_kind_is_listed_once_with_its_scenarios() -> None:
    """The same difference in several scenarios is one, and the most frequent comes first."""
    before = [scenario(call("SignUp", "A", f"no {n}"), name=f"s{n}") for n in range(3)]
    now = [scenario(call("SignUp", "B", f"no {n}"), name=f"s{n}") for n in range(3)]
    before.append(scenario(call("GetUser"), name="other"))
    now.append(scenario(call("GetUser", "A"), name="other"))
    comparison = compare(record(*before), record(*now))
    first, second = comparison.differences
    assert (first.operation, len(first.ids)) == ("SignUp", 3)
    assert second == AnswerDifference(
        "GetUser", "code", "ok", "A", ("scenarios/test_refresh.py::test_other",)
    )
    assert (comparison.scenarios, comparison.calls) == (4, 4)


def test_what_one_side_has_not_run_is_not_compared() -> None:
    """Skipped scenarios are left out, and those that only the record has are listed."""
    before = [scenario(name="gone"), scenario(name="skipped"), scenario(name="both")]
    now = [line("skipped", outcome="skipped", verdict=None), scenario(name="both")]
    comparison = compare(record(*before), record(*now))
    assert comparison.scenarios == 1
    assert [name.rpartition("_")[2] for name in comparison.missing] == ["gone", "skipped"]
