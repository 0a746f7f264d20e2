"""Faults for the tests of the self-proof: one that is found, and those that must not count."""

from __future__ import annotations

import itertools
from typing import Any

from harness.emulator import refusals
from harness.emulator.stores.sessions import Sessions
from harness.selfcheck.fault import PlantedFault
from harness.selfcheck.tampering import handlers, method
from harness.verdicts.verdict import Verdict

__all__ = ["FAULTS"]

_AREA = "strange"
_ONCE = ("sessions::session_is_good_only_once",)


def _used_again(original: Any) -> Any:
    def find(store: Any, text: str, now: float) -> Any:
        session = store._sessions.get(text)
        if session is not None:
            session.used = False
        return original(store, text, now)

    return find


def _same(original: Any) -> Any:
    return lambda store, text, now: original(store, text, now)


def _refuse(original: Any) -> Any:
    def refuse(service: Any, request: Any) -> Any:
        raise refusals.session_used()

    return refuse


def _break(original: Any) -> Any:
    def fall_over(service: Any, request: Any) -> Any:
        raise KeyError("a mistake in the emulator")

    return fall_over


def _loop(original: Any) -> Any:
    def loop(service: Any, request: Any) -> Any:
        for _ in itertools.count():
            pass

    return loop


_RESPOND = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge")

FAULTS = (
    PlantedFault(
        "found", "a session works again", _AREA, method(Sessions, "find", _used_again), _ONCE
    ),
    PlantedFault("harmless", "nothing is wrong", _AREA, method(Sessions, "find", _same), _ONCE),
    PlantedFault(
        "all-refused", "every response is refused", _AREA, handlers(_RESPOND, _refuse), _ONCE
    ),
    PlantedFault("broken", "the emulator falls over", _AREA, handlers(_RESPOND, _break), _ONCE),
    PlantedFault(
        "dead",
        "nobody becomes a user",
        _AREA,
        handlers(("SignUp", "AdminCreateUser", "ConfirmSignUp", "AdminSetUserPassword"), _refuse),
        ("main_job::*",),
        (Verdict.ANSWERED_OTHERWISE,),
        message="UserConfirmed of SignUp is True, expected False",
    ),
    PlantedFault("endless", "a response never comes", _AREA, handlers(_RESPOND, _loop), _ONCE),
)
