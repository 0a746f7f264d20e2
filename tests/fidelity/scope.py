"""What the emulator does not cover, wholly or in part, and why."""

from __future__ import annotations

_NOTE = "a note on sources, nothing that the service does"
_CLIENT = "what clients do with the answers, not what the service answers"
_FIRST_FACTOR = "passwordless first factors are not emulated"
_THREATS = "threat protection and WAF are not emulated"
_RACE = "a race within the service's own machines"
_HOSTED = "hosted UI, OAuth endpoints and federation are not emulated"

#: Facts that no test of the emulator has to prove, with the reason.
OUT_OF_SCOPE: dict[str, str] = {
    "A001": _NOTE,
    "A002": _NOTE,
    "A003": _NOTE,
    "A040": _RACE,
    "A102": _FIRST_FACTOR,
    "A131": "states that no operation leads to, with unknown behaviour",
    "A135": "an observation of 2017; the documented lock-out is emulated",
    "A222": "calls on one pool are carried out one after the other, so that none is concurrent",
    "A273": _RACE,
    "A281": _HOSTED,
    "A293": "no published limit to hold anybody to",
    "A299": _THREATS,
    "A306": _THREATS,
    "A320": "a list of what is not known; the choices are below",
    "A321": _NOTE,
    "A322": _NOTE,
    "A323": _NOTE,
    "D018": _NOTE,
    "D054": _HOSTED,
    "D120": _HOSTED,
}

_OTP = "one-time codes as a first factor are not emulated; as a second factor they are"
_FEDERATED = "there are no federated users"

#: Facts that the emulator obeys in part only: what of them it does not do, and no test proves.
PARTLY: dict[str, str] = {
    "A062": f"EXTERNAL_PROVIDER: {_FEDERATED}",
    "A064": "MFAOptions is never there: SetUserSettings, which fills it, is not emulated",
    "A070": f"four of the eight occur: {_FEDERATED}, and no operation leads to the other three",
    "A071": "MFAOptions is never there: SetUserSettings, which fills it, is not emulated",
    "A080": "no page is empty, and nothing is only eventually consistent",
    "A187": f"eight digits by e-mail; {_OTP}",
    "A188": _OTP,
    "A189": f"PASSWORD and PASSWORD_SRP; passkeys and {_OTP}",
    "A277": "the endpoints of the hosted UI, which is not emulated, are left out",
    "A284": f"provider linking: {_FEDERATED}",
    "A287": "LimitManagement: its operations are not emulated",
    "A292": "the greatest numbers of passkeys and of users are not held to",
    "A302": "signatures are checked where moto's access control is on, which by default it is not",
    "D091": "the trigger is told of the password and of MFA, not of the device's proof",
}
