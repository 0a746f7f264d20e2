"""The part of the machine that signs up, recovers and administers users, and moves the clock."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.properties.machine import valid_requests
from tests.properties.machine.base import CHOICE, FEW
from tests.properties.machine.first_users import BOTH_FACTORS, FirstUsers
from tests.properties.machine.known_values import Twist, twists
from tests.properties.machine.tokens import PREFERENCES
from tests.properties.model.first_factors import may_be_without_password
from tests.properties.model.records import RECOVERY, SIGN_UP, UNCONFIRMED, Account, Pool

CODES = ["ConfirmSignUp", "ResendConfirmationCode", "ForgotPassword", "ConfirmForgotPassword"]
ACTS = st.sampled_from(
    [
        *["AdminSetUserPassword", "AdminSetUserMFAPreference", "AdminResetUserPassword"] * 2,
        *["AdminDisableUser", "AdminEnableUser"] * 2,
        *["AdminConfirmSignUp", "AdminUserGlobalSignOut", "AdminDeleteUser"],
    ]
)
#: Pauses in seconds: inside and beyond a TOTP step, a session, a grace period, an hour, a day.
PAUSES = st.sampled_from(
    [*[1, 15, 30, 31, 61, 90, 170] * 2, 181, 301, 901, 3_601, 86_401, 8 * 86_400, 31 * 86_400]
)


class Accounts(FirstUsers):
    """What happens to users outside of sign-ins."""

    @precondition(lambda self: self.absent())
    @rule(who=FEW, invited=st.booleans(), bare=st.booleans(), twist=twists())
    def join(self, who: int, invited: bool, bare: bool, twist: Twist | None) -> None:
        """A user signs up or is invited, perhaps under the name of a deleted user.

        AdminCreateUser without a password makes one up where no code can be sent.
        """
        home, name = self.pick(self.absent(), who)
        if invited:
            bare = bare and may_be_without_password(home, name, None)
        draft = self.invitation if invited else self.registration
        self.send(*draft(home, name, bare=bare), twist)

    @precondition(lambda self: self.world.sign_ups)
    @rule(which=FEW, confirm=st.booleans(), twist=twists())
    def go_on_from_sign_up(self, which: int, confirm: bool, twist: Twist | None) -> None:
        """A new user confirms the sign-up and signs in with nothing but its session (A009)."""
        before = self.pick(list(self.world.sign_ups.values()), which)
        account, client = before.account, before.client
        if confirm:
            code = valid_requests.code(account, SIGN_UP)
            params = valid_requests.named(client, account, ConfirmationCode=code)
            self.send("ConfirmSignUp", {**params, **self.session_of_sign_up(account)})
        text = list(self.world.sign_ups)[-1 if confirm else -1 - which % len(self.world.sign_ups)]
        draft = valid_requests.begin(client, account, CHOICE, account.name, None)
        self.send(draft[0], {**draft[1], "Session": text}, twist)

    def absent(self) -> list[tuple[Pool, str]]:
        """Return the free usernames."""
        return [
            (pool, name)
            for pool in self.world.pools.values()
            for name in ("bob", "ann")
            if pool.find(name) is None
        ]

    @rule(who=FEW, at=FEW, act=st.integers(0, 5), wrong=st.integers(0, 7), twist=twists())
    def use_code(self, who: int, at: int, act: int, wrong: int, twist: Twist | None) -> None:
        """A user has a code sent, or enters one: a wrong one first, and then again."""
        account = self.account(who)
        operation = CODES[act % 4] if act > 3 else self.apt(account)
        members = {}
        if operation == "ConfirmSignUp":
            members = {"ConfirmationCode": valid_requests.code(account, SIGN_UP)}
        elif operation == "ConfirmForgotPassword":
            members = {"ConfirmationCode": valid_requests.code(account, RECOVERY)}
            members["Password"] = valid_requests.fresh_password(account)
        params = valid_requests.named(self.client_of(account.pool, at), account, **members)
        if members:
            self.send(operation, self.known_values.with_wrong_proof(params, wrong))
        self.send(operation, params, twist)
        if members and wrong % 2:
            self.send(operation, params)

    def apt(self, account: Account) -> str:
        """Return the operation with codes that the user would call next."""
        if account.status == UNCONFIRMED:
            return "ConfirmSignUp"
        return "ConfirmForgotPassword" if RECOVERY in account.codes else "ForgotPassword"

    @rule(who=FEW, act=ACTS, detail=st.integers(0, 8), twist=twists())
    def administer(self, who: int, act: str, detail: int, twist: Twist | None) -> None:
        """An administrator changes a user."""
        account = self.account(who)
        if account.status == UNCONFIRMED and detail == 0:
            act = "AdminConfirmSignUp"
        members = self.settings(act, account, detail)
        self.send(act, valid_requests.by_administrator(account, **members), twist)
        self.try_tokens(account)

    def try_tokens(self, account: Account) -> None:
        """The user finds out whether their newest tokens still work."""
        token = self.token_of(account)
        if token is not None:
            self.send("GetUser", {"AccessToken": token.text})

    def settings(self, act: str, account: Account, detail: int) -> dict[str, Any]:
        """Return the members of an administrator's operation other than pool and username."""
        if act == "AdminSetUserMFAPreference":
            return dict([*PREFERENCES, BOTH_FACTORS][detail])
        if act == "AdminSetUserPassword":
            return {
                "Password": valid_requests.fresh_password(account),
                "Permanent": detail % 2 == 0,
            }
        return {}

    @rule(seconds=PAUSES)
    def wait(self, seconds: int) -> None:
        """Move the clock forward."""
        self.clock.advance(seconds)
