"""What a service answered is read with one check for each thing that is asked for."""

from __future__ import annotations

from typing import cast

import pytest

from harness import Progress, Secret, UnexpectedResult, Verdict
from harness.verdicts.checklist import collecting
from scenarios.support.answers import member_of
from scenarios.support.sessions import session_of


class Pending:
    """Stands in for a sign-in that waits for a response."""

    def __init__(self, session: Secret | None) -> None:
        self.session = session
        self.challenge_name = "MFA_SETUP"


def test_member_is_one_check() -> None:
    """A member is one check, however deep it is."""
    with collecting() as checks:
        assert member_of({"User": {"Name": {"First": 1}}}, "User.Name.First", of="GetUser") == 1
    assert [check.verdict for check in checks] == [Verdict.HOLDS]


def test_missing_member_is_named() -> None:
    """The part that is missing is named, with what is there."""
    with (
        collecting() as checks,
        pytest.raises(UnexpectedResult, match=r"without User\.Name$") as raised,
    ):
        member_of({"User": {"Age": 1}}, "User.Name.First", of="GetUser")
    assert raised.value.answered == "members: Age"
    assert [check.verdict for check in checks] == [Verdict.ANSWERED_OTHERWISE]


def test_session_is_a_check() -> None:
    """Whether a challenge has a Session is noted either way."""
    with collecting() as checks:
        session_of(cast("Progress", Pending(Secret("a session"))))
        with pytest.raises(UnexpectedResult, match="MFA_SETUP came without a Session"):
            session_of(cast("Progress", Pending(None)))
    assert [check.verdict for check in checks] == [Verdict.HOLDS, Verdict.ANSWERED_OTHERWISE]
