"""The steps of a user without a password, who signs in by choice: passwords and codes."""

from __future__ import annotations

from collections.abc import Callable

from harness.pools.spec.pool_spec import Mfa
from tests.foreign_clients.administrator import Administrator, PoolSetting
from tests.foreign_clients.walk import Steps, Visit, Walk

__all__ = ["CHOICE", "SRP_BY_CHOICE"]

_DONE = "done"
_SIGNED_IN = "signed in"
_NOT_AUTHORIZED = "refused: NotAuthorizedException"
_MISMATCH = "refused: CodeMismatchException"
_OFFERED = "asked for one of EMAIL_OTP, PASSWORD, PASSWORD_SRP, SMS_OTP"
_PASSWORDS = ("PASSWORD", "PASSWORD_SRP")
_CODES = ("EMAIL_OTP", "SMS_OTP")
#: A factor is selected from the list that Cognito offers, or preferred from the start.
_WAYS = ("select", "prefer")


def _expected() -> dict[str, str]:
    expected = {
        "sign_up_without_password": _DONE,
        "confirm_with_wrong_code": _MISMATCH,
        "confirm_with_right_code": _DONE,
        "sign_in_after_confirmation": _SIGNED_IN,
        "set_first_password": _DONE,
        "list_factors": "can use EMAIL_OTP, PASSWORD, SMS_OTP",
        "choose_nothing": _OFFERED,
    }
    for way in _WAYS:
        for factor in _PASSWORDS:
            expected[f"{way}_{factor}_with_wrong_password"] = _NOT_AUTHORIZED
            expected[f"{way}_{factor}"] = _SIGNED_IN
        for factor in _CODES:
            expected[f"{way}_{factor}"] = f"asked for {factor}"
            expected[f"{way}_{factor}_with_wrong_code"] = _MISMATCH
            expected[f"{way}_{factor}_with_code_of_last_sign_in"] = _MISMATCH
            expected[f"{way}_{factor}_with_right_code"] = _SIGNED_IN
    return {
        **expected,
        "prefer_WEB_AUTHN_without_a_passkey": _OFFERED,
        "call_with_access_token": _DONE,
        "refresh": "new tokens",
    }


def _steps(visit: Visit) -> Steps:
    yield from _sign_up(visit)
    yield from _set_first_password(visit)
    yield "choose_nothing", visit.outcome("choose")
    for way in (_selected, _preferred):
        yield from _passwords(visit, way)
        yield from _codes(visit, way)
    refused = visit.outcome("choose", preferred="WEB_AUTHN")
    yield "prefer_WEB_AUTHN_without_a_passkey", refused
    yield from _use_tokens(visit)


def _sign_up(visit: Visit) -> Steps:
    yield "sign_up_without_password", visit.outcome("sign_up_without_password")
    wrong, right = visit.person.wrong_code(), visit.person.newest_code()
    yield "confirm_with_wrong_code", visit.outcome("confirm", code=wrong)
    yield "confirm_with_right_code", visit.outcome("confirm", code=right)
    yield "sign_in_after_confirmation", visit.outcome("sign_in_after_confirmation")


def _set_first_password(visit: Visit) -> Steps:
    username, password = visit.person.username, visit.person.password
    visit.administrator.verify_phone_number(username)
    if "set_first_password" in visit.steps:
        yield "set_first_password", visit.outcome("set_first_password", password=password)
    else:
        visit.administrator.set_password(username, password)
    if "list_factors" in visit.steps:
        yield "list_factors", visit.outcome("list_factors")


def _selected(visit: Visit, factor: str, **given: str) -> str:
    visit.ask("choose")
    return visit.outcome("select", factor=factor, **given)


def _preferred(visit: Visit, factor: str, **given: str) -> str:
    return visit.outcome("choose", preferred=factor, **given)


#: Asks for a factor in one of the two ways.
_Way = Callable[..., str]


def _passwords(visit: Visit, way: _Way) -> Steps:
    person = visit.person
    for factor in _PASSWORDS:
        wrong = way(visit, factor, password=person.wrong_password)
        yield f"{_name(way)}_{factor}_with_wrong_password", wrong
        yield f"{_name(way)}_{factor}", way(visit, factor, password=person.password)


def _codes(visit: Visit, way: _Way) -> Steps:
    person = visit.person
    for factor in _CODES:
        last = person.newest_code()
        yield f"{_name(way)}_{factor}", way(visit, factor)
        for which, code in (
            ("wrong_code", person.wrong_code()),
            ("code_of_last_sign_in", last),
            ("right_code", person.newest_code()),
        ):
            yield f"{_name(way)}_{factor}_with_{which}", visit.outcome("answer_code", code=code)


def _name(way: _Way) -> str:
    return dict(zip((_selected, _preferred), _WAYS, strict=True))[way]


def _use_tokens(visit: Visit) -> Steps:
    _preferred(visit, "PASSWORD", password=visit.person.password)
    yield "call_with_access_token", visit.outcome("call")
    yield "refresh", visit.outcome("refresh")


def _srp_steps(visit: Visit) -> Steps:
    person = visit.person
    yield "sign_up", visit.outcome("sign_up", password=person.password)
    yield "confirm_with_wrong_code", visit.outcome("confirm", code=person.wrong_code())
    yield "confirm_with_right_code", visit.outcome("confirm", code=person.newest_code())
    wrong = _preferred(visit, "PASSWORD_SRP", password=person.wrong_password)
    yield "prefer_PASSWORD_SRP_with_wrong_password", wrong
    right = _preferred(visit, "PASSWORD_SRP", password=person.password)
    yield "prefer_PASSWORD_SRP", right
    yield "call_with_access_token", visit.outcome("call")


def _prepare(administrator: Administrator, mfa: Mfa) -> None:
    administrator.make_choice_pool(PoolSetting("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"))


#: USER_AUTH with each preference and each selection, in a pool without MFA.
CHOICE = Walk("choice", _expected(), _steps, _prepare)
#: USER_AUTH with the one preference that a library for SRP can prove.
SRP_BY_CHOICE = Walk(
    "SRP by choice",
    {
        "sign_up": _DONE,
        "confirm_with_wrong_code": _MISMATCH,
        "confirm_with_right_code": _DONE,
        "prefer_PASSWORD_SRP_with_wrong_password": _NOT_AUTHORIZED,
        "prefer_PASSWORD_SRP": _SIGNED_IN,
        "call_with_access_token": _DONE,
    },
    _srp_steps,
    _prepare,
)
