"""The steps of a user with a passkey, in two pools: it counts as MFA in one of them only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.pools.spec.pool_spec import Mfa
from tests.foreign_clients.administrator import RELYING_PARTY, Administrator, PoolSetting
from tests.foreign_clients.holders import BrowserHolder, SoftwareHolder
from tests.foreign_clients.walk import Steps, Visit, Walk

__all__ = ["PASSKEYS", "PASSKEYS_AS_MFA"]

_DONE = "done"
_SIGNED_IN = "signed in"
_NOT_AUTHORIZED = "refused: NotAuthorizedException"
_WITHOUT_PASSKEYS = "asked for one of PASSWORD, PASSWORD_SRP"
_WITH_PASSKEYS = f"{_WITHOUT_PASSKEYS}, WEB_AUTHN"
_ASKED = "asked for SOFTWARE_TOKEN_MFA"

_EXPECTED = {
    "sign_up": _DONE,
    "confirm": _DONE,
    "prefer_passkey_without_one": _WITHOUT_PASSKEYS,
    "sign_in_with_password": _SIGNED_IN,
    "register_on_another_site": "refused: WebAuthnOriginNotAllowedException",
    "register_without_transports": "refused: InvalidParameterException",
    "register": _DONE,
    "list_passkeys": f"passkeys of {RELYING_PARTY}",
    "choose_nothing": _WITH_PASSKEYS,
    "select_passkey": _SIGNED_IN,
    "prefer_passkey": _SIGNED_IN,
    "foreign_passkey": _NOT_AUTHORIZED,
    "passkey_on_another_site": _NOT_AUTHORIZED,
    "cloned_passkey": _NOT_AUTHORIZED,
    "passkey_again": _SIGNED_IN,
    "switch_totp_on": _DONE,
    "prefer_passkey_with_totp_on": _WITHOUT_PASSKEYS,
    "select_passkey_with_totp_on": _NOT_AUTHORIZED,
    "password_asks_for_totp_code": _ASKED,
    "sign_in_with_totp_code": _SIGNED_IN,
    "delete_passkey": _DONE,
    "delete_passkey_again": "refused: ResourceNotFoundException",
    "list_passkeys_at_the_end": "passkeys of none",
}
_EXPECTED_AS_MFA = {
    "sign_up": _DONE,
    "confirm": _DONE,
    "sign_in_with_password": "asked for MFA_SETUP",
    "set_up_totp": _SIGNED_IN,
    "register": _DONE,
    "prefer_passkey_before_it_is_mfa": _WITHOUT_PASSKEYS,
    "select_passkey": _SIGNED_IN,
    "prefer_passkey": _SIGNED_IN,
    "password_asks_for_totp_code": _ASKED,
    "sign_in_with_totp_code": _SIGNED_IN,
    "passkey_without_user_verification": _NOT_AUTHORIZED,
    "authenticator_without_user_verification": "failed: NotAllowedError",
}


def _steps(visit: Visit) -> Steps:
    yield from _sign_up(visit)
    yield "prefer_passkey_without_one", visit.outcome("choose", preferred="WEB_AUTHN")
    yield "sign_in_with_password", _with_password(visit)
    yield from _refused_registrations(visit)
    yield "register", visit.holder.register()
    yield "list_passkeys", visit.outcome("list_passkeys")
    yield "choose_nothing", visit.outcome("choose")
    yield from _use_passkey(visit)
    yield from _misuse_passkey(visit)
    yield "passkey_again", visit.holder.sign_in(_preferred(visit))
    yield from _switch_totp_on(visit)
    yield from _with_code(visit)
    # A page that was reloaded does not know it any more.
    visit.ask("list_passkeys")
    yield "delete_passkey", visit.outcome("delete_passkey")
    yield "delete_passkey_again", visit.outcome("delete_passkey")
    yield "list_passkeys_at_the_end", visit.outcome("list_passkeys")


def _steps_as_mfa(visit: Visit) -> Steps:
    yield from _sign_up(visit)
    yield "sign_in_with_password", _with_password(visit)
    visit.person.take_secret(visit.ask("begin_totp"))
    yield "set_up_totp", visit.outcome("end_totp", code=visit.person.totp_code())
    yield "register", visit.holder.register()
    before = visit.holder.sign_in(_preferred(visit))
    yield "prefer_passkey_before_it_is_mfa", before
    visit.administrator.let_passkeys_be_mfa(visit.person.username)
    yield from _use_passkey(visit)
    yield from _with_code(visit)
    unverified = visit.holder.sign_in_unverified(_preferred(visit))
    yield "passkey_without_user_verification", unverified
    if isinstance(visit.holder, BrowserHolder):
        unable = visit.holder.sign_in_unable_to_verify(_preferred(visit))
        yield "authenticator_without_user_verification", unable


def _sign_up(visit: Visit) -> Steps:
    yield "sign_up", visit.outcome("sign_up", password=visit.person.password)
    yield "confirm", visit.outcome("confirm", code=visit.person.newest_code())


def _refused_registrations(visit: Visit) -> Steps:
    """Register what an honest browser would not send, where the client sends what it is given."""
    if isinstance(visit.holder, SoftwareHolder):
        yield "register_on_another_site", visit.holder.register_on_another_site()
        yield "register_without_transports", visit.holder.register_without_transports()


def _use_passkey(visit: Visit) -> Steps:
    yield "select_passkey", visit.holder.sign_in(_selected(visit))
    yield "prefer_passkey", visit.holder.sign_in(_preferred(visit))


def _misuse_passkey(visit: Visit) -> Steps:
    holder, ask = visit.holder, _preferred(visit)
    yield "foreign_passkey", holder.sign_in_with_foreign_passkey(ask)
    if isinstance(holder, SoftwareHolder):
        yield "passkey_on_another_site", holder.sign_in_on_another_site(ask)
        yield "cloned_passkey", holder.sign_in_with_clone(ask)


def _switch_totp_on(visit: Visit) -> Steps:
    visit.person.take_secret(visit.ask("begin_totp_by_token"))
    code = visit.person.totp_code()
    yield "switch_totp_on", visit.outcome("end_totp_by_token", code=code)
    yield "prefer_passkey_with_totp_on", visit.holder.sign_in(_preferred(visit))
    yield "select_passkey_with_totp_on", visit.holder.sign_in(_selected(visit))


def _with_code(visit: Visit) -> Steps:
    yield "password_asks_for_totp_code", _with_password(visit)
    code = visit.person.totp_code()
    yield "sign_in_with_totp_code", visit.outcome("answer_code", code=code)


def _with_password(visit: Visit) -> str:
    return visit.outcome("choose", preferred="PASSWORD", password=visit.person.password)


def _preferred(visit: Visit) -> Callable[[], Mapping[str, Any]]:
    return lambda: visit.ask("choose", preferred="WEB_AUTHN")


def _selected(visit: Visit) -> Callable[[], Mapping[str, Any]]:
    def ask() -> Mapping[str, Any]:
        visit.ask("choose")
        return visit.ask("select", factor="WEB_AUTHN")

    return ask


def _prepare(administrator: Administrator, mfa: Mfa) -> None:
    setting = PoolSetting("PASSWORD", "WEB_AUTHN", mfa="OPTIONAL", passkeys="SINGLE_FACTOR")
    administrator.make_choice_pool(setting)


def _prepare_as_mfa(administrator: Administrator, mfa: Mfa) -> None:
    multi = "MULTI_FACTOR_WITH_USER_VERIFICATION"
    setting = PoolSetting("PASSWORD", "WEB_AUTHN", mfa="ON", passkeys=multi)
    administrator.make_choice_pool(setting)


#: MFA is optional, and a passkey does not count as MFA.
PASSKEYS = Walk("passkeys", _EXPECTED, _steps, _prepare)
#: MFA is required, and a passkey with user verification counts as MFA.
PASSKEYS_AS_MFA = Walk("passkeys as MFA", _EXPECTED_AS_MFA, _steps_as_mfa, _prepare_as_mfa)
