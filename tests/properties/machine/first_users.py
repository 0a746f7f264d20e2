"""How a run begins: two pools, and users at different stages."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from tests.properties.machine import valid_requests
from tests.properties.machine.base import FLOWS, MachineBase
from tests.properties.machine.pools import Plan, make_pool, plans
from tests.properties.model.records import SIGN_UP, TOTP, Account, Pool
from tests.properties.model.totp import STEP

#: Both factors enabled, so that the user has to choose.
BOTH_FACTORS = {
    member: {"Enabled": True, "PreferredMfa": False}
    for member in ("SMSMfaSettings", "SoftwareTokenMfaSettings")
}
STAGES = (
    *("tracked", "enrolled", "confirmed", "invited", "two factors"),
    *("tracked", "tracked", "enrolled", "signed up"),
)


class FirstUsers(MachineBase):
    """The first users; both pools use the same usernames, so that they can be confused."""

    @initialize(
        first=plans(),
        second=plans(),
        stages=st.tuples(*[st.sampled_from(STAGES)] * 3),
    )
    def open(self, first: Plan, second: Plan, stages: tuple[str, ...]) -> None:
        """Create two users in one pool and one user in another."""
        pools = [make_pool(self.checker, first), make_pool(self.checker, second)]
        places = [(pools[0], "ann"), (pools[0], "bob"), (pools[1], "ann")]
        for stage, (pool, name) in zip(stages, places, strict=True):
            self.admit(pool, name, stage)

    def admit(self, pool: Pool, name: str, stage: str) -> None:
        """Bring a new user to a stage, step by step through the API."""
        draft = self.invitation if stage == "invited" else self.registration
        self.send(*draft(pool, name))
        account = pool.accounts[-1]
        if stage in ("invited", "signed up"):
            return
        code = valid_requests.code(account, SIGN_UP)
        params = valid_requests.named(self.client_of(pool, 0), account, ConfirmationCode=code)
        self.send("ConfirmSignUp", params)
        if stage in ("enrolled", "two factors", "tracked"):
            self.enrol(account)
        if stage == "two factors" and account.phone:
            whose = valid_requests.by_administrator(account)
            self.send("AdminSetUserMFAPreference", {**whose, **BOTH_FACTORS})
        if stage == "tracked":
            self.track(account)

    def registration(self, pool: Pool, name: str) -> tuple[str, dict[str, Any]]:
        """Return SignUp through the client without a secret."""
        account = self.newcomer(pool, name)
        params = valid_requests.named(self.client_of(pool, 0), account, Password=account.password)
        return "SignUp", {**params, "UserAttributes": valid_requests.attributes(account)}

    def invitation(self, pool: Pool, name: str) -> tuple[str, dict[str, Any]]:
        """Return AdminCreateUser with a temporary password and a verified address."""
        account = self.newcomer(pool, name)
        params = valid_requests.by_administrator(account, TemporaryPassword=account.password)
        attributes = [
            *valid_requests.attributes(account),
            {"Name": "email_verified", "Value": "true"},
        ]
        return "AdminCreateUser", {
            **params,
            "MessageAction": "SUPPRESS",
            "UserAttributes": attributes,
        }

    def newcomer(self, pool: Pool, name: str) -> Account:
        """Return a new user; Ann has a phone number if the pool sends SMS codes."""
        phone = "+15550000001" if "SMS_MFA" in pool.factors and name == "ann" else None
        account = Account(pool, name, f"{name}@example.com", phone, "")
        account.password = valid_requests.fresh_password(account)
        return account

    def enrol(self, account: Account) -> None:
        """Set up TOTP and enable it, if the pool has it."""
        self.walk(account, self.client_of(account.pool, 0), FLOWS[0])
        token = self.token_of(account)
        if token is None or TOTP not in account.pool.factors:
            return
        if account.secret is None:
            self.send("AssociateSoftwareToken", {"AccessToken": token.text})
            code = valid_requests.setup_code(self.world, account)
            self.send("VerifySoftwareToken", {"AccessToken": token.text, "UserCode": code})
        if TOTP not in account.factors:
            settings = {"Enabled": True, "PreferredMfa": True}
            params = {"AccessToken": token.text, "SoftwareTokenMfaSettings": settings}
            self.send("SetUserMFAPreference", params)
        self.clock.advance(STEP)

    def track(self, account: Account) -> None:
        """Sign in again and confirm the device, if the pool tracks devices."""
        self.walk(account, self.client_of(account.pool, 0), FLOWS[0])
        token = self.token_of(account)
        device = token.grant.device if token else None
        if token is None or device is None:
            return
        self.send(*valid_requests.confirm_device(self.world, device, token))
        if not device.remembered:
            status = {"DeviceKey": device.key, "DeviceRememberedStatus": "remembered"}
            self.send("UpdateDeviceStatus", {"AccessToken": token.text, **status})
