"""docs/page.md says what the page does."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest

from harness.emulator.control.page import actions
from harness.emulator.control.page.choices import FAULTS
from harness.emulator.engine import Engine
from harness.emulator.operations.table import OPERATIONS
from harness.emulator.refusals import Refusal
from tests.emulator.support.over_the_wire import OverTheWire
from tests.emulator.support.page import form_of, part, read, submit, user_query, words
from tests.emulator.support.walker import ALWAYS, Device, Walker, new_walker

DOCS = (Path(__file__).parents[3] / "docs" / "page.md").read_text(encoding="utf-8")
ROWS = [
    (button, ", ".join(re.findall(r"Admin\w+", operations)))
    for button, operations in re.findall(
        r"^\| ([A-Z][^|]+) \| (Admin[^|]+) \|$", DOCS, re.MULTILINE
    )
]


def test_every_button_of_a_user_is_in_the_table() -> None:
    """The table has all of them, and no other."""
    (table,) = re.findall(r"\| button \| operation \|\n\|---\|---\|\n((?:\|.*\n)+)", DOCS)
    assert len(table.splitlines()) == len(ROWS)
    named = {name for _, names in ROWS for name in names.split(", ")}
    source = Path(actions.__file__).read_text(encoding="utf-8")
    assert named == set(re.findall(r'"(Admin\w+)"', source))
    assert named <= set(OPERATIONS)


@pytest.mark.parametrize(("button", "operation"), ROWS)
def test_a_button_carries_out_its_operation(
    engine: Engine,
    alice: tuple[Walker, str, Device],
    monkeypatch: pytest.MonkeyPatch,
    button: str,
    operation: str,
) -> None:
    """What the docs name is what a click calls."""
    called: list[str] = []

    def record(_engine: Engine, name: str, _form: object, **_params: Any) -> None:
        called.append(name)

    walker, _, _ = alice
    (user,) = engine.pools[walker.user_pool_id].users
    texts = button.split(", ")
    for text, name in zip(texts, operation.split(", "), strict=True):
        user.status = "UNCONFIRMED" if text == "Confirm" else "CONFIRMED"
        user.enabled = text != "Enable"
        page = read(engine, "user", **user_query(engine, walker.user_pool_id))
        monkeypatch.setattr(actions, "administer", record)
        action, label = _ACTIONS.get(text, (text.lower().replace(" ", "-"), text))
        fields: dict[str, Any] = {"password": "x"} if action == "set-password" else {}
        fields |= {"sure": "1"} if action == "delete-user" else {}
        submit(engine, form_of(page, action), label, **fields)
        assert called == [name]
        called.clear()


#: The actions whose names are not those of their buttons.
_ACTIONS = {
    "Forget": ("forget-device", "Forget"),
    "Forget the authenticator app": ("forget-authenticator", "Forget the authenticator app"),
    "Delete the user": ("delete-user", "Delete user"),
    "Set a password": ("set-password", "Set password"),
    "Sign out everywhere": ("sign-out", "Sign out everywhere"),
}


def test_the_example_of_a_reason_is_real(engine: Engine) -> None:
    """The lines of the example are those of the page."""
    walker = new_walker(cast(Engine, OverTheWire(engine)), mfa="OPTIONAL", devices=ALWAYS)
    secret = walker.enrol(walker.by_password()["AuthenticationResult"])
    engine.clock.advance(60)
    code = walker.code(secret)
    for seconds in (0, 9):
        engine.clock.advance(seconds)
        session = walker.by_password()["Session"]
        with suppress(Refusal):
            walker.respond("SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)
    (example,) = re.findall(r"```text\n(.*?)```", DOCS, re.DOTALL)
    shown = words(part(read(engine), "calls").select("tr.refused td")[2])
    assert shown == " ".join([*example.split(), "Likely", "causes", "of", *_PHRASE.split()])


_PHRASE = "Your software token has already been used once."


def test_the_first_fault_is_the_documented_one() -> None:
    """It is the one that reaches the app."""
    assert f"`{next(iter(FAULTS))}`, reaches your app" in DOCS
