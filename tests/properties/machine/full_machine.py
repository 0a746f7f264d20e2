"""The machine with all its parts, and sign-ins that something interrupts."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.properties.machine import valid_requests
from tests.properties.machine.accounts import Accounts
from tests.properties.machine.base import FEW, FLOWS
from tests.properties.machine.passkey_requests import WRONG
from tests.properties.machine.pools import CHOICES, with_first_factors
from tests.properties.machine.signing_in import DEVICES, PREFERRED, WAYS, SigningIn
from tests.properties.machine.tokens import Tokens
from tests.properties.model.records import Account, Pending

#: Send a wrong response before each right one, or send the right one again after it.
WRONG_PROOFS, REPLAYS = "wrong proofs", "replays"
#: What may happen to the user, or to the request itself, between two steps of a sign-in.
INTERRUPTIONS = st.sampled_from(
    [
        *["AdminDisableUser", "AdminDeleteUser", "AdminSetUserPassword", "AdminResetUserPassword"],
        *["AdminSetUserMFAPreference", "AdminForgetDevice", "AdminUpdateDeviceStatus"],
        *["another sign-in", "another device", "another passkey", "a changed pool"],
        *["DeleteWebAuthnCredential"] * 2,
        *["a pause"] * 3,
        *[WRONG_PROOFS] * 4,
        *[REPLAYS] * 2,
    ]
)
#: How much longer a pause is than the life of a session, in seconds.
BEYOND = [-1, 0, 0, 0, 1, 1, 60, 3_600]


class Machine(Accounts, SigningIn, Tokens):
    """Users, clients, devices, administrators, thieves and time, in any order."""

    @rule(
        who=FEW,
        at=FEW,
        way=WAYS,
        device=DEVICES,
        after=st.sampled_from([0, 0, 1, 1, 2]),
        what=INTERRUPTIONS,
        preferred=PREFERRED,
        detail=st.integers(0, 7),
    )
    def interrupted_sign_in(
        self,
        who: int,
        at: int,
        way: int,
        device: str | int | None,
        after: int,
        what: str,
        preferred: str | None,
        detail: int,
    ) -> None:
        """A user signs in with every proof, and something happens after some of the steps."""
        account = self.account(who)
        client, key = self.client_of(account.pool, at), self.device_key(account, device)
        flow = self.flow_of(client, way)
        draft = valid_requests.begin(client, account, flow, account.name, key, preferred)
        answer = self.send(*draft)
        while answer is not None and "AuthenticationResult" not in answer:
            pending = self.world.pendings[-1]
            if what == WRONG_PROOFS:
                self.answer_wrongly(pending, detail)
            elif after == 0 and what != REPLAYS:
                self.interrupt(pending, account, what, detail)
            after, detail = after - 1, (detail + 1) % 8
            answer = self.go_on(pending, key)
            if answer is not None and what == REPLAYS:
                self.send(*self.sent[-1])

    def interrupt(self, pending: Pending, account: Account, what: str, detail: int) -> None:
        """Make one thing happen while a challenge waits for its response."""
        if what == "a pause":
            self.clock.advance(pending.client.session_seconds + BEYOND[detail])
        elif what == "another sign-in":
            self.walk(account, self.client_of(account.pool, detail), FLOWS[1])
        elif what == "another device":
            self.track(account)
        elif what == "another passkey":
            self.with_passkey(account)
        elif what == "a changed pool":
            choice = CHOICES[detail % len(CHOICES)]
            self.send("UpdateUserPool", with_first_factors(account.pool, choice))
        elif what == "DeleteWebAuthnCredential":
            self.lose_passkey(account)
        else:
            self.intervene(account, what, detail)

    def lose_passkey(self, account: Account) -> None:
        """The user deletes their newest passkey."""
        token = self.token_of(account)
        if token is not None and account.passkeys:
            ident = self.pick(list(account.passkeys), 0)
            params = {"AccessToken": token.text, "CredentialId": ident}
            self.send("DeleteWebAuthnCredential", params)

    def answer_wrongly(self, pending: Pending, detail: int) -> None:
        """Respond to a challenge with something that belongs elsewhere, or too early."""
        how: dict[str, Any] = {"early": True, "signature": WRONG[detail % len(WRONG)]}
        if pending.block is not None:
            skew = (0, 0, 0, 0, 0, 400, -400, 0)[detail]
            how.update(skew=skew, secret=None if skew else self.another_secret(pending))
        operation, params = valid_requests.answer(self.world, pending, **how)
        self.send(operation, self.known_values.with_wrong_proof(params, detail))

    def intervene(self, account: Account, what: str, detail: int) -> None:
        """An administrator changes the user, or the user's newest device."""
        members: dict[str, Any] = self.settings(what, account, detail)
        if what.endswith(("Device", "DeviceStatus")):
            if not account.devices:
                return
            members = {"DeviceKey": self.pick(list(account.devices), 0)}
        if what == "AdminUpdateDeviceStatus":
            members["DeviceRememberedStatus"] = "not_remembered"
        self.send(what, valid_requests.by_administrator(account, **members))
