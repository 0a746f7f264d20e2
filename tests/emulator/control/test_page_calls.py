"""The calls on the page: filters, which work without a script, and why a call was refused."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import cast

import pytest
from bs4 import BeautifulSoup

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX, answer
from harness.emulator.refusals import Refusal
from tests.emulator.support.over_the_wire import OverTheWire
from tests.emulator.support.page import part, query_of, read, text, words
from tests.emulator.support.walker import ALWAYS, Walker, new_walker


def ask(engine: Engine, operation: str, **members: str) -> None:
    """Call an operation as a client does, whatever comes of it."""
    answer(engine, TARGET_PREFIX + operation, json.dumps(members).encode(), Caller())


def shown(page: BeautifulSoup) -> list[str]:
    """Return the operations of the calls that are shown."""
    return [text(row.select("td")[1]) for row in part(page, "calls").select("tbody tr")]


@pytest.fixture
def three_calls(engine: Engine) -> str:
    """Three calls: two of alice, of which one is refused, and one of bob."""
    walker = new_walker(engine)
    pool_id = walker.user_pool_id
    ask(engine, "AdminGetUser", UserPoolId=pool_id, Username="alice")
    ask(engine, "AdminConfirmSignUp", UserPoolId=pool_id, Username="alice")
    ask(engine, "AdminGetUser", UserPoolId=pool_id, Username="bob")
    return pool_id


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["AdminGetUserbob", "AdminConfirmSignUpalice", "AdminGetUseralice"]),
        ({"by": "LIC"}, ["AdminConfirmSignUpalice", "AdminGetUseralice"]),
        ({"operation": "AdminGetUser"}, ["AdminGetUserbob", "AdminGetUseralice"]),
        ({"refused": "1"}, ["AdminGetUserbob", "AdminConfirmSignUpalice"]),
        ({"text": "usernotfound"}, ["AdminGetUserbob"]),
        ({"text": "200"}, ["AdminGetUseralice"]),
        ({"by": "alice", "refused": "1"}, ["AdminConfirmSignUpalice"]),
        ({"by": "zoe"}, []),
        ({"text": "x" * 5_000}, []),
    ],
)
def test_filters_select_calls(
    engine: Engine, three_calls: str, query: dict[str, str], expected: list[str]
) -> None:
    """User, operation, refused only and text, alone and together, in both views."""
    for view in ("", "log"):
        assert shown(read(engine, view, **query)) == expected
    if not expected:
        assert "No calls pass the filters" in words(part(read(engine, **query), "calls"))


def test_filters_are_a_form_that_keeps_the_rest_of_the_address(
    engine: Engine, three_calls: str
) -> None:
    """The form has what is filtered already, and the pool and the search of the same page."""
    query = {"pool": three_calls, "find": "ali", "by": "alice", "refused": "1"}
    page = read(engine, **query)
    (form,) = (one for one in page.select("form[data-filter]") if one.select("[type=checkbox]"))
    assert form["method"] == "get"
    fields = {str(it["name"]): it.get("value") for it in form.select("input")}
    assert fields == {**query, "text": ""}
    assert form.select_one("[name=refused][checked]") is not None
    kept = {str(it["name"]) for it in page.select("form[role=search] input[type=hidden]")}
    assert kept == {"pool", "by", "refused", "find"}


def test_all_matching_calls_are_a_link_away(engine: Engine, three_calls: str) -> None:
    """The overview shows the newest; its link shows all with the same filters."""
    for _ in range(20):
        ask(engine, "AdminGetUser", UserPoolId=three_calls, Username="alice")
    page = read(engine, by="alice", text="200")
    assert len(shown(page)) == 8
    (link,) = part(page, "calls").select("p.pages a")
    assert query_of(link) == {"pool": three_calls, "by": "alice", "text": "200"}
    assert len(shown(read(engine, "log", **query_of(link)))) == 21


def test_calls_of_another_pool_have_its_id(engine: Engine, three_calls: str) -> None:
    """The pool that is shown needs no name; another one does."""
    ask(engine, "DescribeUserPool", UserPoolId="us-east-1_none")
    (row, *_) = part(read(engine), "calls").select("tbody tr")
    assert "us-east-1_none" in words(row)
    assert "400 ResourceNotFoundException" in words(row)
    assert "User pool us-east-1_none does not exist." in words(row)
    assert three_calls not in text(part(read(engine), "calls"))


class TestReasons:
    """A refused call says which of the causes it was, and links to the likely ones."""

    @pytest.fixture
    def tracked(self, engine: Engine) -> tuple[Walker, str]:
        """A user whose calls are logged, with the TOTP secret of the authenticator app."""
        wire = cast(Engine, OverTheWire(engine))
        walker = new_walker(wire, mfa="OPTIONAL", devices=ALWAYS)
        return walker, walker.enrol(walker.by_password()["AuthenticationResult"])

    def reasons(self, engine: Engine) -> list[str]:
        """Return the reasons that are shown, the newest first."""
        return [words(tag) for tag in part(read(engine), "calls").select(".reason")]

    def test_of_totp_codes(self, engine: Engine, tracked: tuple[Walker, str]) -> None:
        """A code was used, and when; or it is of another step, and how far away."""
        walker, secret = tracked
        engine.clock.advance(30)
        session = walker.by_password()["Session"]
        code = walker.code(secret)
        walker.respond("SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)
        engine.clock.advance(12)
        session = walker.by_password()["Session"]
        with pytest.raises(Refusal):
            walker.respond("SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)
        used = "Refused because the code of the present step was used before, 12 s ago."
        assert self.reasons(engine)[0] == used
        engine.clock.advance(90)
        with pytest.raises(Refusal):
            walker.respond("SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)
        late = (
            "Refused because the code is of step -3, 90 s behind, and only -1 to +1 are accepted."
        )
        assert self.reasons(engine)[0] == late
        engine.clock.advance(118)
        with pytest.raises(Refusal):
            walker.respond("SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)
        expired = "Refused because this Session of SOFTWARE_TOKEN_MFA expired 28 s ago."
        assert self.reasons(engine)[0] == expired

    def test_a_reason_links_to_the_likely_causes(
        self, engine: Engine, tracked: tuple[Walker, str]
    ) -> None:
        """The link leads to the row of the help page about this error."""
        walker, _ = tracked
        walker.password = "Wrong-password-1"
        with suppress(Refusal):
            walker.by_password()
        (link,) = part(read(engine), "calls").select("a[href^=help]")
        page = read(engine, "help")
        row = part(page, str(link["href"]).partition("#")[2])
        assert words(row).startswith("Incorrect username or password.")

    def test_a_reason_is_found_by_its_words(
        self, engine: Engine, tracked: tuple[Walker, str]
    ) -> None:
        """The text of the filter may be part of a reason."""
        walker, _ = tracked
        walker.password = "Wrong-password-1"
        with suppress(Refusal):
            walker.by_password()
        assert len(shown(read(engine, text="the password is another one"))) == 1
