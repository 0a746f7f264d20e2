"""A run stops waiting for codes when several of them never came."""

from __future__ import annotations

import pytest

from harness.clock import VirtualClock
from harness.errors import DeadlineExceeded
from harness.redaction import Secret
from harness.users.mailboxes.base import Code, CodeWait, Mailbox, TellsTime
from harness.users.mailboxes.lost_codes import LostCodes, watched


class Post:
    """A mailbox that has what a test puts in, and notes how long each caller waited."""

    def __init__(self) -> None:
        self.codes: dict[str | None, str] = {}
        self.waited: list[float] = []
        self._clock = VirtualClock(0.0, frozen=True)

    def newest_code(
        self,
        username: str,
        *,
        kind: str | None = None,
        since: float | None = None,
        deadline_seconds: float | None = None,
    ) -> Code:
        """Return the code of this kind, or wait for it."""
        began = self._clock.time()
        try:
            return CodeWait(self._clock, 30.0).newest_code(
                lambda _: self._code(username, kind),
                username,
                kind,
                deadline_seconds,
                hint=lambda: "look there",
            )
        finally:
            self.waited.append(self._clock.time() - began)

    def _code(self, username: str, kind: str | None) -> Code | None:
        text = self.codes.get(kind)
        return None if text is None else Code(str(kind), username, Secret(text), 0.0)


class DatedPost(Post):
    """A mailbox that also has a clock."""

    clock = VirtualClock(7.0, frozen=True)


def lose(mailbox: Mailbox, kind: str, times: int) -> str:
    """Ask for codes that do not come, and return what is said about the last one."""
    said = ""
    for _ in range(times):
        with pytest.raises(DeadlineExceeded) as raised:
            mailbox.newest_code("alice", kind=kind)
        said = str(raised.value)
    return said


def test_third_code_is_the_last_that_is_waited_for() -> None:
    """After three codes that never came, the mailbox is looked into once, and an error says so."""
    post, lost = Post(), LostCodes()
    said = lose(watched(post, lost), "sign_up", 5)
    assert [round(seconds) for seconds in post.waited] == [30, 30, 30, 0, 0]
    assert said == (
        "there was no code for 'alice' of kind 'sign_up'; nobody waited for it, since 3 codes "
        "before it never came; look there"
    )
    assert lost.not_awaited == 2


def test_codes_of_all_kinds_and_pools_count_while_none_has_come() -> None:
    """A mailbox that has never given a code is silent for all kinds, whoever asks."""
    post, lost = Post(), LostCodes()
    for kind in ("sign_up", "forgot_password", "resend"):
        lose(watched(post, lost), kind, 1)
    lose(watched(post, lost), "mfa", 1)
    assert round(post.waited[-1]) == 0


def test_other_kinds_are_waited_for_once_a_code_has_come() -> None:
    """If one kind comes and another does not, only the other is not waited for."""
    post, lost = Post(), LostCodes()
    mailbox = watched(post, lost)
    post.codes["sign_up"] = "123456"
    assert mailbox.newest_code("alice", kind="sign_up").value == Secret("123456")
    lose(mailbox, "forgot_password", 4)
    lose(mailbox, "resend", 1)
    assert [round(seconds) for seconds in post.waited] == [0, 30, 30, 30, 0, 30]


def test_code_that_is_there_after_all_is_found() -> None:
    """A code is returned even if nobody waits for it, and then the next is waited for again."""
    post = Post()
    mailbox = watched(post, LostCodes())
    lose(mailbox, "sign_up", 4)
    post.codes["sign_up"] = "123456"
    assert mailbox.newest_code("alice", kind="sign_up").value == Secret("123456")
    del post.codes["sign_up"]
    lose(mailbox, "sign_up", 1)
    assert round(post.waited[-1]) == 30


def test_own_deadline_of_a_caller_stays() -> None:
    """Whoever says how long to wait may expect no code: it is no lost one, and they do wait."""
    post, lost = Post(), LostCodes()
    mailbox = watched(post, lost)
    for _ in range(4):
        with pytest.raises(DeadlineExceeded, match="within 5 s"):
            mailbox.newest_code("alice", kind="mfa", deadline_seconds=5)
    lose(mailbox, "mfa", 3)
    with pytest.raises(DeadlineExceeded, match="within 5 s"):
        mailbox.newest_code("alice", kind="mfa", deadline_seconds=5)
    assert lost.not_awaited == 0


def test_watched_mailbox_is_still_what_it_was() -> None:
    """A mailbox tells the time if it did before, and its own names can be reached."""
    dated = watched(DatedPost(), LostCodes())
    assert isinstance(dated, TellsTime)
    assert dated.clock.time() == 7.0
    plain = watched(Post(), LostCodes())
    assert not isinstance(plain, TellsTime)
    assert plain.codes == {}  # type: ignore[attr-defined]  # a name of its own
