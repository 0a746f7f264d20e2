"""Collects settings under Cognito's names and keeps their locations in the source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.pools.configuration.pool_configuration import (
    Kind,
    SourceLocation,
    Unknown,
    join,
    split,
)

__all__ = ["EMAIL_MFA", "MFA_SWITCHES", "Renamed", "lacks_second_factor"]

EMAIL_MFA = "EmailMfaConfiguration"
_SMS_MFA = "SmsMfaConfiguration"
_SOFTWARE_TOKEN = "SoftwareTokenMfaConfiguration.Enabled"

#: The factors in CloudFormation's EnabledMfas, and the member that each one switches on.
MFA_SWITCHES = {
    "SOFTWARE_TOKEN_MFA": "SoftwareTokenMfaConfiguration",
    "SMS_MFA": _SMS_MFA,
    "EMAIL_OTP": EMAIL_MFA,
}


def lacks_second_factor(mfa: Mapping[str, Any]) -> bool:
    """Return whether MFA is on without a factor, which Cognito refuses (A194, A199).

    Passkeys do not count as one (N039).

    Args:
        mfa: the members of SetUserPoolMfaConfig.
    """
    is_on = mfa.get("MfaConfiguration") in ("ON", "OPTIONAL")
    return is_on and not any(factor in mfa for factor in MFA_SWITCHES.values())


class Renamed:
    """Collects the members of the parts of one pool, setting by setting.

    Args:
        places: the location of each setting in the source, by the source's own paths.
    """

    def __init__(self, places: Mapping[str, SourceLocation]) -> None:
        self._source = places
        self._members: dict[Kind, dict[str, Any]] = {"pool": {}, "mfa": {}, "client": {}}
        self._places: dict[Kind, dict[str, SourceLocation]] = {"pool": {}, "mfa": {}, "client": {}}
        self._factors: set[str] = set()

    def put(self, kind: Kind, member: str, value: Any, source: str) -> None:
        """Set a member.

        Args:
            kind: the part that the member belongs to.
            member: the path of the member, with Cognito's names.
            value: the value of the member.
            source: the path of the setting in the source, with the source's names.
        """
        *outer, last = split(member)
        found: Any = self._members[kind]
        for key in outer:
            found = found.setdefault(key, {})
        found[last] = value
        self._note_places(kind, member, source)

    def switch(self, factor: str, source: str) -> None:
        """Switch a second factor on."""
        self._factors.add(factor)
        self._note_places("mfa", MFA_SWITCHES[factor], source)

    def finish_mfa(self) -> None:
        """Set the factors in the form of SetUserPoolMfaConfig.

        Removes the message texts of factors that are off: CloudFormation accepts them, but they
        have no effect. Copies the pool's role to the SMS factor.
        """
        mfa, pool = self._members["mfa"], self._members["pool"]
        self._switch_implied_factor()
        for factor, member in MFA_SWITCHES.items():
            if factor in self._factors:
                if isinstance(mfa.get(member), Unknown):
                    # Another item of EnabledMfas is unknown.
                    del mfa[member]
            elif not isinstance(mfa.get(member), Unknown):
                mfa.pop(member, None)
        if "SOFTWARE_TOKEN_MFA" in self._factors:
            mfa["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
        if "EMAIL_OTP" in self._factors:
            mfa.setdefault(EMAIL_MFA, {})
        if "SMS_MFA" in self._factors:
            sms = mfa.setdefault(_SMS_MFA, {})
            if "SmsConfiguration" in pool:
                sms["SmsConfiguration"] = pool["SmsConfiguration"]
                self._note_places("mfa", f"{_SMS_MFA}.SmsConfiguration", "SmsConfiguration")

    def _switch_implied_factor(self) -> None:
        """Switch SMS on if MFA is on, the pool can send SMS, and EnabledMfas names no factor.

        CloudFormation hands MfaConfiguration and SmsConfiguration to CreateUserPool, where they
        make a pool with SMS as the second factor; EnabledMfas came later and is optional:
        https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/769
        """
        mfa, pool = self._members["mfa"], self._members["pool"]
        unknown = any(isinstance(mfa.get(member), Unknown) for member in MFA_SWITCHES.values())
        if "SmsConfiguration" not in pool or self._factors or unknown:
            return
        mode = mfa.get("MfaConfiguration")
        if isinstance(mode, Unknown):
            self.put("mfa", _SMS_MFA, mode, "SmsConfiguration")
        elif mode in ("ON", "OPTIONAL"):
            self.switch("SMS_MFA", "SmsConfiguration")

    def members(self, kind: Kind) -> dict[str, Any]:
        """Return the members of one part."""
        return self._members[kind]

    def places(self, kind: Kind) -> dict[str, SourceLocation]:
        """Return the locations of one part's settings."""
        whole = {"": self._source[""]} if "" in self._source else {}
        return {**whole, **self._places[kind]}

    def _note_places(self, kind: Kind, member: str, source: str) -> None:
        places = self._places[kind]
        for path, place in self._source.items():
            rest = path.removeprefix(source)
            if path == source or (rest != path and rest[:1] in (".", "[")):
                below = rest.removeprefix(".")
                places[
                    member + rest if rest[:1] == "[" else join(member, below) if below else member
                ] = place
