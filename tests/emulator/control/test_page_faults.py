"""The page shows a fault profile: what, where, how often, and a button to turn it off."""

from __future__ import annotations

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX, answer
from harness.emulator.stores.faults import Fault
from tests.emulator.support.page import part, read, words
from tests.emulator.support.walker import new_walker


def test_the_profile_is_shown_with_what_it_did(engine: Engine) -> None:
    """Each rule has its operations, rate and delay, and how often it struck."""
    engine.faults.set_profile("throttle@SignUp+GetUser:0.25,slow:1:20-30,seed:7")
    answer(engine, f"{TARGET_PREFIX}ListUserPools", b'{"MaxResults": 1}', Caller())
    shown = part(read(engine), "faults")
    rows_shown = [words(row) for row in shown.select("tbody tr")]
    assert rows_shown == [
        "throttle SignUp, GetUser 0.25 0",
        "slow every operation 1 20-30 ms 1",
    ]
    assert "Seed 7." in words(shown)
    assert [str(field["value"]) for field in shown.select("[name=action]")] == ["clear-profile"]


def test_a_page_without_faults_says_so(engine: Engine) -> None:
    """Neither planned faults nor a profile are on."""
    assert words(part(read(engine), "faults")) == "off No faults planned."


def test_planned_faults_stand_beside_the_profile(engine: Engine) -> None:
    """Each has a button of its own."""
    engine.faults.set_profile("drop:0.5")
    engine.faults.plan(Fault("SignUp"))
    fields = part(read(engine), "faults").select("[name=action]")
    assert [str(field["value"]) for field in fields] == ["clear-faults", "clear-profile"]


def test_late_emails_are_counted(engine: Engine) -> None:
    """The page says how many emails are on their way, and shows them at their time."""
    engine.faults.set_profile("email-late:1:30s")
    new_walker(engine, confirmed=False)
    assert "emails on their way: 1." in words(part(read(engine), "faults"))
    engine.clock.advance(30)
    page = read(engine)
    assert "on their way" not in words(part(page, "faults"))
    assert "alice@example.com" in part(page, "outbox").get_text()
