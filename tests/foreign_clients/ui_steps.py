"""The steps of a user at AWS's own form: a code, then a passkey that the form offers."""

from __future__ import annotations

from dataclasses import replace

from harness.pools.spec.pool_spec import Mfa
from tests.foreign_clients.administrator import Administrator, PoolSetting
from tests.foreign_clients.walk import Steps, Visit, Walk

__all__ = ["UI"]

_ASKED = "asked"
_REFUSED = "refused"
_INSIDE = "signed in as ada@example.com"

_EXPECTED = {
    "sign_up_with_email": _ASKED,
    "confirm_with_wrong_code": _REFUSED,
    "confirm_with_right_code": _ASKED,
    "register_passkey": _INSIDE,
    "sign_in_with_passkey": _INSIDE,
    "sign_in_with_foreign_passkey": _REFUSED,
    "ask_for_code": _ASKED,
    "sign_in_with_wrong_code": _REFUSED,
    "sign_in_with_right_code": _INSIDE,
}


def _steps(visit: Visit) -> Steps:
    # The form takes the email address as the username.
    reader = replace(visit.person, username=visit.person.email)
    yield "sign_up_with_email", visit.outcome("sign_up_with_email")
    wrong, right = reader.wrong_code(), reader.newest_code()
    yield "confirm_with_wrong_code", visit.outcome("confirm", code=wrong)
    # The form signs in with the session of the confirmation, and then offers a passkey.
    yield "confirm_with_right_code", visit.outcome("confirm", code=right)
    yield "register_passkey", visit.holder.register()
    yield "sign_in_with_passkey", visit.outcome("sign_in_with_passkey")
    foreign = visit.holder.sign_in_with_foreign_passkey(lambda: visit.ask("sign_in_with_passkey"))
    yield "sign_in_with_foreign_passkey", foreign
    yield "ask_for_code", visit.outcome("sign_in_with_email")
    yield "sign_in_with_wrong_code", visit.outcome("confirm", code=reader.wrong_code())
    yield "sign_in_with_right_code", visit.outcome("confirm", code=reader.newest_code())


def _prepare(administrator: Administrator, mfa: Mfa) -> None:
    administrator.make_choice_pool(PoolSetting("PASSWORD", "EMAIL_OTP", "WEB_AUTHN"))


#: The Authenticator, in a pool without MFA.
UI = Walk("the form of Amplify UI", _EXPECTED, _steps, _prepare)
