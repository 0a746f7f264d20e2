"""The steps that every client goes through, and the expected outcome of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.foreign_clients.driver import Driver
from tests.foreign_clients.person import Person

__all__ = ["EXPECTED", "STEPS", "Report", "run_steps"]

_DONE = "done"
_SIGNED_IN = "signed in"
_ASKED = "asked for SOFTWARE_TOKEN_MFA"
_NOT_AUTHORIZED = "refused: NotAuthorizedException"

#: The outcome of each step, in order.
EXPECTED: dict[str, str] = {
    "sign_up": _DONE,
    "confirm_with_wrong_code": "refused: CodeMismatchException",
    "confirm_with_right_code": _DONE,
    "sign_in_with_wrong_password": _NOT_AUTHORIZED,
    "sign_in_with_right_password": "asked for MFA_SETUP",
    "ask_for_totp_secret": _DONE,
    "set_up_totp_with_wrong_code": "refused: EnableSoftwareTokenMFAException",
    "set_up_totp_with_right_code": _SIGNED_IN,
    "sign_in_asks_for_totp_code": _ASKED,
    "sign_in_with_wrong_totp_code": "refused: CodeMismatchException",
    "sign_in_with_right_totp_code": _SIGNED_IN,
    "remember_device": _DONE,
    "sign_in_with_remembered_device": _SIGNED_IN,
    "call_with_access_token": _DONE,
    "refresh": "new tokens",
    "sign_in_with_wrong_device_password": _NOT_AUTHORIZED,
    "sign_in_with_right_device_password": _SIGNED_IN,
    "forget_device": _DONE,
    "sign_in_with_forgotten_device": _ASKED,
    "sign_in_with_code_again": _SIGNED_IN,
    "sign_out_everywhere": _DONE,
    "call_after_sign_out": _NOT_AUTHORIZED,
    "refresh_after_sign_out": _NOT_AUTHORIZED,
}
STEPS = tuple(EXPECTED)


@dataclass(frozen=True)
class Report:
    """The outcomes of the steps of a client; they stop at the first unexpected one."""

    expected: dict[str, str]
    outcomes: dict[str, str]

    @property
    def failed_at(self) -> str | None:
        """The step with an unexpected outcome, if any."""
        differing = (step for step, found in self.outcomes.items() if found != self.expected[step])
        return next(differing, None)


def run_steps(driver: Driver, person: Person, expected: dict[str, str]) -> Report:
    """Run one step after another, until one has an unexpected outcome."""
    outcomes: dict[str, str] = {}
    for step, outcome in _steps(driver, person):
        outcomes[step] = outcome
        if outcome != expected[step]:
            break
    return Report(expected, outcomes)


def _steps(driver: Driver, person: Person) -> Iterator[tuple[str, str]]:
    yield from _sign_up(driver, person)
    yield from _set_up_totp(driver, person)
    yield from _sign_in_with_code(driver, person)
    yield from _sign_in_with_device(driver, person)
    yield from _forget_device(driver, person)
    yield from _sign_out(driver)


def _sign_up(driver: Driver, person: Person) -> Iterator[tuple[str, str]]:
    yield "sign_up", _outcome(driver, "sign_up", password=person.password)
    wrong, right = person.wrong_code_from_email(), person.code_from_email()
    yield "confirm_with_wrong_code", _outcome(driver, "confirm", code=wrong)
    yield "confirm_with_right_code", _outcome(driver, "confirm", code=right)


def _set_up_totp(driver: Driver, person: Person) -> Iterator[tuple[str, str]]:
    wrong = _outcome(driver, "sign_in", password=person.wrong_password)
    yield "sign_in_with_wrong_password", wrong
    yield "sign_in_with_right_password", _outcome(driver, "sign_in", password=person.password)
    shown = driver.ask("begin_totp")
    yield "ask_for_totp_secret", str(shown["outcome"])
    person.take_secret(shown)
    wrong = _outcome(driver, "end_totp", code=person.wrong_totp_code())
    yield "set_up_totp_with_wrong_code", wrong
    yield "set_up_totp_with_right_code", _outcome(driver, "end_totp", code=person.totp_code())


def _sign_in_with_code(driver: Driver, person: Person) -> Iterator[tuple[str, str]]:
    yield "sign_in_asks_for_totp_code", _outcome(driver, "sign_in", password=person.password)
    wrong = _outcome(driver, "answer_code", code=person.wrong_totp_code())
    yield "sign_in_with_wrong_totp_code", wrong
    yield "sign_in_with_right_totp_code", _outcome(driver, "answer_code", code=person.totp_code())


def _sign_in_with_device(driver: Driver, person: Person) -> Iterator[tuple[str, str]]:
    yield "remember_device", _outcome(driver, "remember_device")
    yield "sign_in_with_remembered_device", _outcome(driver, "sign_in", password=person.password)
    yield "call_with_access_token", _outcome(driver, "call")
    yield "refresh", _outcome(driver, "refresh")
    driver.ask("spoil_device")
    wrong = _outcome(driver, "sign_in", password=person.password)
    yield "sign_in_with_wrong_device_password", wrong
    driver.ask("mend_device")
    right = _outcome(driver, "sign_in", password=person.password)
    yield "sign_in_with_right_device_password", right


def _forget_device(driver: Driver, person: Person) -> Iterator[tuple[str, str]]:
    yield "forget_device", _outcome(driver, "forget_device")
    yield "sign_in_with_forgotten_device", _outcome(driver, "sign_in", password=person.password)
    yield "sign_in_with_code_again", _outcome(driver, "answer_code", code=person.totp_code())


def _sign_out(driver: Driver) -> Iterator[tuple[str, str]]:
    yield "sign_out_everywhere", _outcome(driver, "sign_out_everywhere")
    yield "call_after_sign_out", _outcome(driver, "call")
    yield "refresh_after_sign_out", _outcome(driver, "refresh")


def _outcome(driver: Driver, verb: str, **given: str) -> str:
    return str(driver.ask(verb, **given)["outcome"])
