"""How a run begins: two pools, and users at different stages."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from tests.properties.machine import valid_requests
from tests.properties.machine.base import FLOWS
from tests.properties.machine.passkey_acts import PasskeyActs
from tests.properties.machine.pools import Plan, make_pool, plans
from tests.properties.model.first_factors import may_be_without_password
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
    *(
        "passkey",
        "passkey",
        "passkey and TOTP",
        "passkey and TOTP",
        "no password",
        "no password, invited",
    ),
)


class FirstUsers(PasskeyActs):
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
        draft = self.invitation if stage.endswith("invited") else self.registration
        bare = stage.startswith("no password")
        self.send(*draft(pool, name, bare=bare and may_be_without_password(pool, name, None)))
        account = pool.accounts[-1]
        if stage.endswith("invited") or stage == "signed up":
            return
        self.confirm(account)
        if stage in ("enrolled", "two factors", "tracked", "passkey and TOTP"):
            self.enrol(account)
        if stage == "two factors" and account.phone:
            whose = valid_requests.by_administrator(account)
            self.send("AdminSetUserMFAPreference", {**whose, **BOTH_FACTORS})
        if stage == "tracked":
            self.track(account)
        if stage.startswith("passkey"):
            self.walk(account, self.client_of(pool, 0), FLOWS[0])
            self.with_passkey(account)

    def confirm(self, account: Account) -> None:
        """Enter the code of the sign-up, with its session, which then signs the user in."""
        pool = account.pool
        code = valid_requests.code(account, SIGN_UP)
        params = valid_requests.named(self.client_of(pool, 0), account, ConfirmationCode=code)
        self.send("ConfirmSignUp", {**params, **self.session_of_sign_up(account)})

    def session_of_sign_up(self, account: Account) -> dict[str, str]:
        """Return Session of the user's SignUp, if they have one."""
        texts = [
            text
            for text, found in self.world.sign_ups.items()
            if found.account is account and not found.confirmed
        ]
        return {"Session": texts[-1]} if texts else {}

    def registration(
        self, pool: Pool, name: str, *, bare: bool = False
    ) -> tuple[str, dict[str, Any]]:
        """Return SignUp through the client without a secret, with a password or without one."""
        account = self.newcomer(pool, name)
        params = valid_requests.named(self.client_of(pool, 0), account)
        params.update({} if bare else {"Password": account.password})
        return "SignUp", {**params, "UserAttributes": valid_requests.attributes(account)}

    def invitation(
        self, pool: Pool, name: str, *, bare: bool = False
    ) -> tuple[str, dict[str, Any]]:
        """Return AdminCreateUser with verified contacts, and a temporary password or none."""
        account = self.newcomer(pool, name)
        params = valid_requests.by_administrator(account)
        params.update({} if bare else {"TemporaryPassword": account.password})
        given = valid_requests.attributes(account)
        verified = [{"Name": f"{pair['Name']}_verified", "Value": "true"} for pair in given]
        attributes = [*given, *verified]
        return "AdminCreateUser", {
            **params,
            "MessageAction": "SUPPRESS",
            "UserAttributes": attributes,
        }

    def newcomer(self, pool: Pool, name: str) -> Account:
        """Return a new user; Ann has a phone number."""
        phone = "+15550000001" if name == "ann" else None
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
