"""The steps of a person who signs in to an app with managed login, and the outcome of each."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping

from tests.foreign_clients.managed_login.apps import LoginApp, RunningApp
from tests.foreign_clients.managed_login.pool import Person
from tests.foreign_clients.walk import Report, run_steps

__all__ = ["EXPECTED", "expected_of", "taken"]

_PASSWORD_PAGE = "asked for a password"
_CODE_PAGE = "asked for a code"
_SIGNED_IN = "signed in as ada"
_DEAD_CODE = "refused: invalid_grant"
_BY_CLIENT = "the client refuses"

#: The outcome of each step, in order.
EXPECTED: Mapping[str, str] = {
    "begin": _PASSWORD_PAGE,
    "wrong_password": _PASSWORD_PAGE,
    "right_password": _CODE_PAGE,
    "wrong_totp_code": _CODE_PAGE,
    "right_totp_code": _SIGNED_IN,
    "call": "user info of ada",
    "refresh": "new tokens",
    "sign_in_by_cookie": _SIGNED_IN,
    "used_code": _DEAD_CODE,
    "code_of_nobody": _DEAD_CODE,
    "another_state": _BY_CLIENT,
    "another_verifier": _DEAD_CODE,
    "code_for_another_redirect": "refused: unauthorized_client",
    "foreign_redirect": "error page 400",
    "wrong_secret": "refused: invalid_client",
    "right_secret_after_wrong_one": _SIGNED_IN,
    "sign_in_again": _SIGNED_IN,
    "sign_out": "signed out",
    "begin_after_sign_out": _PASSWORD_PAGE,
}


def expected_of(app: LoginApp) -> dict[str, str]:
    """Return the expected outcome of each step that an app can take."""
    return {step: outcome for step, outcome in EXPECTED.items() if step not in app.cannot}


def taken(app: LoginApp, running: RunningApp, person: Person) -> Report:
    """Take the steps of an app, until one has an unexpected outcome."""
    expected = expected_of(app)
    actions = _actions(running, person)
    assert actions.keys() == EXPECTED.keys()
    return run_steps(_outcomes(actions, expected), expected)


def _outcomes(
    actions: Mapping[str, Callable[[], str]], steps: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for step in steps:
        outcome = actions[step]()
        # What a client says when it refuses by itself is its own.
        yield step, _BY_CLIENT if outcome.startswith(f"{_BY_CLIENT}: ") else outcome


def _actions(app: RunningApp, person: Person) -> dict[str, Callable[[], str]]:
    def password(typed: str) -> str:
        return app.answer(username=person.username, current_password=typed)

    return {
        "begin": app.begin,
        "wrong_password": lambda: password(person.wrong_password),
        "right_password": lambda: password(person.password),
        "wrong_totp_code": lambda: app.answer(one_time_code=person.wrong_code()),
        "right_totp_code": lambda: app.answer(one_time_code=person.code()),
        "call": lambda: app.do("call"),
        "refresh": lambda: app.do("refresh"),
        "sign_in_by_cookie": app.begin,
        "used_code": app.use_code_again,
        "code_of_nobody": lambda: app.begin(code=str(uuid.uuid4())),
        "another_state": lambda: app.begin(state="of-another-sign-in"),
        "another_verifier": lambda: app.begin_with("spoil_verifier"),
        "code_for_another_redirect": lambda: app.begin_with("spoil_redirect"),
        "foreign_redirect": app.begin_with_foreign_redirect,
        "wrong_secret": app.begin_with_wrong_secret,
        "right_secret_after_wrong_one": app.finish_again,
        "sign_in_again": app.begin,
        "sign_out": app.sign_out,
        "begin_after_sign_out": app.begin,
    }
