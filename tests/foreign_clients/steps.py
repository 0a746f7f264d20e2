"""The steps of a user with a password, an authenticator app and a device."""

from __future__ import annotations

from tests.foreign_clients.administrator import Administrator
from tests.foreign_clients.walk import Steps, Visit, Walk

__all__ = ["EXPECTED", "PASSWORDS", "STEPS"]

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


def _steps(visit: Visit) -> Steps:
    yield from _sign_up(visit)
    yield from _set_up_totp(visit)
    yield from _sign_in_with_code(visit)
    yield from _sign_in_with_device(visit)
    yield from _forget_device(visit)
    yield from _sign_out(visit)


def _sign_up(visit: Visit) -> Steps:
    person = visit.person
    yield "sign_up", visit.outcome("sign_up", password=person.password)
    wrong, right = person.wrong_code(), person.newest_code()
    yield "confirm_with_wrong_code", visit.outcome("confirm", code=wrong)
    yield "confirm_with_right_code", visit.outcome("confirm", code=right)


def _set_up_totp(visit: Visit) -> Steps:
    person = visit.person
    wrong = visit.outcome("sign_in", password=person.wrong_password)
    yield "sign_in_with_wrong_password", wrong
    yield "sign_in_with_right_password", visit.outcome("sign_in", password=person.password)
    shown = visit.ask("begin_totp")
    yield "ask_for_totp_secret", str(shown["outcome"])
    person.take_secret(shown)
    wrong = visit.outcome("end_totp", code=person.wrong_totp_code())
    yield "set_up_totp_with_wrong_code", wrong
    yield "set_up_totp_with_right_code", visit.outcome("end_totp", code=person.totp_code())


def _sign_in_with_code(visit: Visit) -> Steps:
    person = visit.person
    yield "sign_in_asks_for_totp_code", visit.outcome("sign_in", password=person.password)
    wrong = visit.outcome("answer_code", code=person.wrong_totp_code())
    yield "sign_in_with_wrong_totp_code", wrong
    yield "sign_in_with_right_totp_code", visit.outcome("answer_code", code=person.totp_code())


def _sign_in_with_device(visit: Visit) -> Steps:
    person = visit.person
    yield "remember_device", visit.outcome("remember_device")
    yield "sign_in_with_remembered_device", visit.outcome("sign_in", password=person.password)
    yield "call_with_access_token", visit.outcome("call")
    yield "refresh", visit.outcome("refresh")
    visit.ask("spoil_device")
    wrong = visit.outcome("sign_in", password=person.password)
    yield "sign_in_with_wrong_device_password", wrong
    visit.ask("mend_device")
    right = visit.outcome("sign_in", password=person.password)
    yield "sign_in_with_right_device_password", right


def _forget_device(visit: Visit) -> Steps:
    person = visit.person
    yield "forget_device", visit.outcome("forget_device")
    yield "sign_in_with_forgotten_device", visit.outcome("sign_in", password=person.password)
    yield "sign_in_with_code_again", visit.outcome("answer_code", code=person.totp_code())


def _sign_out(visit: Visit) -> Steps:
    yield "sign_out_everywhere", visit.outcome("sign_out_everywhere")
    yield "call_after_sign_out", visit.outcome("call")
    yield "refresh_after_sign_out", visit.outcome("refresh")


#: The first walk; MfaConfiguration depends on the client.
PASSWORDS = Walk("passwords", EXPECTED, _steps, Administrator.make_pool)
