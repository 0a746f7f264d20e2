"""The part of the machine that uses, refreshes and revokes tokens, and manages devices."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.properties.machine import valid_requests
from tests.properties.machine.base import FEW, MANY, MachineBase
from tests.properties.machine.known_values import Twist, twists
from tests.properties.machine.pools import GRACE
from tests.properties.model.records import VERIFICATION, Account, Device, Token

#: SetUserMFAPreference with one factor, in every combination.
PREFERENCES = [
    {member: {"Enabled": enabled, "PreferredMfa": preferred}}
    for member in ("SoftwareTokenMfaSettings", "SMSMfaSettings")
    for enabled, preferred in ((True, True), (True, False), (False, False), (False, True))
]
EMAIL = {"AttributeName": "email"}
USES = st.sampled_from(
    [
        *["GetUser"] * 3,
        *["AssociateSoftwareToken", "VerifySoftwareToken"] * 2,
        *["GetUserAttributeVerificationCode", "VerifyUserAttribute"],
        *["SetUserMFAPreference", "ChangePassword"] * 2,
        *["ListDevices", "GlobalSignOut", "DeleteUser"],
    ]
)
DEVICE_ACTS = st.sampled_from(
    ["ConfirmDevice", "ConfirmDevice", "UpdateDeviceStatus", "GetDevice", "ForgetDevice"]
)


class Tokens(MachineBase):
    """What may be done with tokens."""

    @precondition(lambda self: self.world.access)
    @rule(which=MANY, use=USES, detail=st.integers(0, 7), twist=twists())
    def use_token(self, which: int, use: str, detail: int, twist: Twist | None) -> None:
        """Someone uses an access token."""
        token = self.pick(list(self.world.access.values()), which)
        if use == "VerifyUserAttribute":
            self.send("GetUserAttributeVerificationCode", {**EMAIL, "AccessToken": token.text})
        members = self.members(use, token.grant.account, detail)
        params = {"AccessToken": token.text, **members}
        if use.startswith("Verify"):
            self.send(use, self.known_values.with_wrong_proof(params, detail))
        self.send(use, params, twist)
        if use in ("GlobalSignOut", "DeleteUser"):
            self.send("GetUser", {"AccessToken": token.text})

    def members(self, use: str, account: Account, detail: int) -> dict[str, Any]:
        """Return the members of an operation other than the token."""
        if use == "SetUserMFAPreference":
            return dict(PREFERENCES[detail])
        if use == "VerifySoftwareToken":
            step = (0, 0, 0, 0, 1, -1, 2, -2)[detail]
            return {"UserCode": valid_requests.setup_code(self.world, account, step)}
        if use == "VerifyUserAttribute":
            return {**EMAIL, "Code": valid_requests.code(account, VERIFICATION)}
        if use == "GetUserAttributeVerificationCode":
            return dict(EMAIL)
        if use == "ChangePassword":
            fresh = valid_requests.fresh_password(account)
            others = [other.password for other in self.world.accounts if other is not account]
            previous = account.password if detail > 1 else others[detail]
            left_out = previous is None or detail == 2
            given = {} if left_out else {"PreviousPassword": previous}
            return {**given, "ProposedPassword": fresh}
        return {}

    @precondition(lambda self: self.world.refresh)
    @rule(
        which=FEW,
        how=st.sampled_from(["as its client does", "newly", "late again", "revoke"]),
        with_device=st.sampled_from([True, True, False]),
        twist=twists(),
    )
    def refresh(self, which: int, how: str, with_device: bool, twist: Twist | None) -> None:
        """A user refreshes their tokens, or revokes them."""
        tokens = list(self.world.refresh.values())
        if how == "late again":
            tokens = [token for token in tokens if token.grant.client.grace] or tokens
        token = self.pick(tokens, which)
        client = token.grant.client
        if how == "revoke":
            params = {"ClientId": client.client_id, "Token": token.text}
            self.send("RevokeToken", valid_requests.with_secret(client, params), twist)
        else:
            if with_device:
                self.keep_device(token)
            rotating = client.grace is not None or how == "newly"
            draft = valid_requests.refresh(token, rotating=rotating, with_device=with_device)
            self.send(*draft, twist)
            if how == "late again":
                self.clock.advance(GRACE)
                self.send(*draft)

    def keep_device(self, token: Token) -> None:
        """Confirm the device of a sign-in, as an app does before it refreshes."""
        device, access = token.grant.device, self.token_of(token.grant.account)
        if device is not None and access is not None and not device.confirmed:
            self.send(*valid_requests.confirm_device(self.world, device, access))

    @precondition(lambda self: self.world.devices)
    @rule(
        which=FEW,
        act=DEVICE_ACTS,
        admin=st.booleans(),
        status=st.sampled_from(["remembered", "remembered", "not_remembered"]),
        twist=twists(),
    )
    def manage_device(
        self, which: int, act: str, admin: bool, status: str, twist: Twist | None
    ) -> None:
        """Someone confirms, remembers, reads or forgets a device."""
        device = self.pick(list(self.world.devices.values()), which)
        token = self.token_of(device.account)
        if act == "ConfirmDevice":
            if token is not None:
                self.send(*valid_requests.confirm_device(self.world, device, token), twist)
            return
        params = self.asked_by(device.account, device, admin=admin)
        if act == "UpdateDeviceStatus":
            params["DeviceRememberedStatus"] = status
        self.send(f"Admin{act}" if "UserPoolId" in params else act, params, twist)
        if token is not None and act != "GetDevice":
            self.send("GetDevice", {"AccessToken": token.text, "DeviceKey": device.key})

    def asked_by(self, account: Account, device: Device, *, admin: bool) -> dict[str, str]:
        """Return who asks about a device: an administrator, or the user with their newest token."""
        token = self.token_of(account)
        if admin or token is None:
            return valid_requests.by_administrator(account, DeviceKey=device.key)
        return {"AccessToken": token.text, "DeviceKey": device.key}
