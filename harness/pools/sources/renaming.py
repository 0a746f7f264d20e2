"""Settings brought to Cognito's names, without losing where each stands in its source."""

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

__all__ = ["EMAIL_MFA", "MFA_SWITCHES", "Renamed"]

EMAIL_MFA = "EmailMfaConfiguration"
_SMS_MFA = "SmsMfaConfiguration"
_SOFTWARE_TOKEN = "SoftwareTokenMfaConfiguration.Enabled"

#: The factors by CloudFormation's EnabledMfas, with the member that each switches on.
MFA_SWITCHES = {
    "SOFTWARE_TOKEN_MFA": "SoftwareTokenMfaConfiguration",
    "SMS_MFA": _SMS_MFA,
    "EMAIL_OTP": EMAIL_MFA,
}


class Renamed:
    """The members of the parts of one pool, put together setting by setting.

    Args:
        places: where each setting of the source stands, by the source's own paths.
    """

    def __init__(self, places: Mapping[str, SourceLocation]) -> None:
        self._source = places
        self._members: dict[Kind, dict[str, Any]] = {"pool": {}, "mfa": {}, "client": {}}
        self._places: dict[Kind, dict[str, SourceLocation]] = {"pool": {}, "mfa": {}, "client": {}}
        self._factors: set[str] = set()

    def put(self, kind: Kind, member: str, value: Any, source: str) -> None:
        """Set a member.

        Args:
            kind: whose member it is.
            member: its path by Cognito's names.
            value: what it is set to.
            source: the path of the setting that says so, by the source's names.
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
        """Write the factors down as SetUserPoolMfaConfig takes them.

        Texts for a factor that is not on are kept by CloudFormation and reach nobody; SMS needs
        the role of the pool.
        """
        mfa, pool = self._members["mfa"], self._members["pool"]
        for factor, member in MFA_SWITCHES.items():
            if factor not in self._factors and not isinstance(mfa.get(member), Unknown):
                mfa.pop(member, None)
        if "SOFTWARE_TOKEN_MFA" in self._factors:
            mfa["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
        if "EMAIL_OTP" in self._factors:
            mfa.setdefault(EMAIL_MFA, {})
        if "SMS_MFA" in self._factors:
            sms = mfa.setdefault(_SMS_MFA, {})
            if "SmsConfiguration" in pool:
                sms["SmsConfiguration"] = pool["SmsConfiguration"]

    def members(self, kind: Kind) -> dict[str, Any]:
        """Return the members of one part."""
        return self._members[kind]

    def places(self, kind: Kind) -> dict[str, SourceLocation]:
        """Return the places of one part's settings."""
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
