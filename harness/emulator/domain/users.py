"""A user record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.emulator.domain.codes import CodeBook
from harness.emulator.domain.contacts import VERIFIED_FLAG
from harness.emulator.domain.devices import DeviceBook
from harness.emulator.domain.next_challenge import in_order
from harness.emulator.domain.passkeys import PasskeyBook
from harness.emulator.domain.passwords import Lockout, PasswordRecord
from harness.emulator.domain.totp import SoftwareToken

UNCONFIRMED = "UNCONFIRMED"
CONFIRMED = "CONFIRMED"
RESET_REQUIRED = "RESET_REQUIRED"
FORCE_CHANGE_PASSWORD = "FORCE_CHANGE_PASSWORD"

#: The only member that MFAOptions can have: SMS codes, switched on by SetUserSettings (A064, A071).
SMS_OPTION = {"DeliveryMedium": "SMS", "AttributeName": "phone_number"}
#: The name of passkeys in UserMFASettingList (N037).
WEB_AUTHN_MFA = "WEB_AUTHN_MFA"


@dataclass
class MfaPreferences:
    """The second factors that the user has switched on, and the preferred one.

    Attributes:
        web_authn: whether a passkey with user verification counts as MFA (N033); it is no second
            factor, and can never be preferred (N034).
    """

    enabled: set[str] = field(default_factory=set)
    preferred: str | None = None
    web_authn: bool = False

    def without(self, factor: str) -> MfaPreferences:
        """Return the preferences of a user who has lost a factor.

        Passkeys count as MFA only beside another one (N036).
        """
        enabled = self.enabled - {factor}
        preferred = None if self.preferred == factor else self.preferred
        return MfaPreferences(enabled, preferred, self.web_authn and bool(enabled))

    def listed(self) -> list[str]:
        """Return UserMFASettingList in a stable order (A242), with passkeys at its end (N037)."""
        return [*in_order(self.enabled), *([WEB_AUTHN_MFA] if self.web_authn else [])]

    def described(self) -> dict[str, Any]:
        """Return UserMFASettingList and PreferredMfaSetting; empty ones are left out (A066)."""
        members = {"UserMFASettingList": self.listed(), "PreferredMfaSetting": self.preferred}
        return {name: value for name, value in members.items() if value}


@dataclass(eq=False)
class User:
    """One user of one pool. Times are epoch seconds by the emulator's clock.

    Attributes:
        username: the internal username: the name at sign-up, or the sub if the pool's usernames
            are email addresses or phone numbers (A020, A021). It is USER_ID_FOR_SRP (A149).
        attributes: every attribute except ``sub``, as strings.
        sign_outs: how often all tokens of the user were revoked (A271).
        hourly: the times of limited operations in the last hour, by operation (A289).
        sms_by_settings: whether SetUserSettings switched SMS codes on, beside the preferences.
    """

    username: str
    sub: str
    status: str
    created: float
    modified: float
    password: PasswordRecord | None
    lockout: Lockout
    codes: CodeBook
    devices: DeviceBook
    passkeys: PasskeyBook = field(default_factory=PasskeyBook)
    attributes: dict[str, str] = field(default_factory=dict, repr=False)
    enabled: bool = True
    mfa: MfaPreferences = field(default_factory=MfaPreferences)
    software_token: SoftwareToken | None = None
    pending_software_token: SoftwareToken | None = None
    password_history: list[PasswordRecord] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    sign_outs: int = 0
    hourly: dict[str, list[float]] = field(default_factory=dict)
    sms_by_settings: bool = False

    def is_verified(self, attribute: str) -> bool:
        """Return whether the user has the email address or phone number and it is verified."""
        flag = self.attributes.get(VERIFIED_FLAG[attribute], "false")
        return bool(self.attributes.get(attribute)) and flag.lower() == "true"

    def attribute_list(self) -> list[dict[str, str]]:
        """Return the attributes as the API shows them, with ``sub``."""
        shown = {"sub": self.sub, **self.attributes}
        return [{"Name": name, "Value": value} for name, value in sorted(shown.items())]

    def mfa_options(self) -> dict[str, list[dict[str, str]]]:
        """Return MFAOptions for a description of the user; it is absent unless it has SMS."""
        return {"MFAOptions": [dict(SMS_OPTION)]} if self.sms_by_settings else {}

    def touch(self, moment: float) -> None:
        """Set the time of the record's last change."""
        self.modified = moment
