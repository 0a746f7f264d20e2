"""The part of the machine that begins sign-ins, responds to challenges, and replays requests."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.properties.machine import valid_requests
from tests.properties.machine.base import FEW, MANY, MachineBase
from tests.properties.machine.known_values import Twist, twists
from tests.properties.machine.passkey_requests import SIGNATURES
from tests.properties.model.first_factors import FIRST_FACTORS
from tests.properties.model.records import Account, Pending

#: A flow of the client, or any flow for the last number.
WAYS = st.integers(0, 9)
#: PREFERRED_CHALLENGE of USER_AUTH, mostly none.
PREFERRED = st.sampled_from([None, None, *FIRST_FACTORS])
#: Which device is presented: mostly none or the user's newest, sometimes another user's.
DEVICES = st.sampled_from([None, None, None, "own", "own", "own", "own", 0])
#: The TOTP step, relative to the current one; ``None`` means an unused one.
STEPS = st.sampled_from([None, None, None, 0, -1, 1, -2, 2])
#: How many seconds the client's clock is ahead.
SKEWS = st.sampled_from([0, 0, 0, 0, 200, -200, 400, -400])


class SigningIn(MachineBase):
    """What happens between a username and tokens."""

    @rule(
        who=FEW,
        at=FEW,
        way=WAYS,
        preferred=PREFERRED,
        device=DEVICES,
        alias=st.booleans(),
        twist=twists(),
    )
    def begin(
        self,
        who: int,
        at: int,
        way: int,
        preferred: str | None,
        device: str | int | None,
        alias: bool,
        twist: Twist | None,
    ) -> None:
        """A user begins a sign-in."""
        account = self.account(who)
        client = self.client_of(account.pool, at)
        name = account.email if alias and account.pool.alias else account.name
        key = self.device_key(account, device)
        flow = self.flow_of(client, way)
        draft = valid_requests.begin(client, account, flow, name, key, preferred)
        self.send(*draft, twist)

    @precondition(lambda self: self.open_pendings())
    @rule(
        which=FEW,
        device=DEVICES,
        alias=st.booleans(),
        step=STEPS,
        skew=SKEWS,
        foreign=st.sampled_from([False, False, False, True]),
        early=st.sampled_from([False, False, False, True]),
        chosen=PREFERRED,
        signature=SIGNATURES,
        twist=twists(),
    )
    def answer(
        self,
        which: int,
        device: str | int | None,
        alias: bool,
        step: int | None,
        skew: int,
        foreign: bool,
        early: bool,
        chosen: str | None,
        signature: str,
        twist: Twist | None,
    ) -> None:
        """A user responds to a challenge: rightly, or with one thing wrong."""
        pending = self.pick(self.open_pendings(), which)
        account = pending.progress.account if pending.progress else None
        draft = valid_requests.answer(
            self.world,
            pending,
            alias=alias and pending.client.pool.alias,
            device=self.device_key(account, device) if account else None,
            step=step,
            skew=skew,
            secret=self.another_secret(pending) if foreign else None,
            early=early,
            chosen=chosen,
            signature=signature,
        )
        self.send(*draft, twist)

    @rule(who=FEW, at=FEW, way=WAYS, device=DEVICES)
    def sign_in(self, who: int, at: int, way: int, device: str | int | None) -> None:
        """A user signs in to the end, with every proof."""
        account = self.account(who)
        client = self.client_of(account.pool, at)
        flow = self.flow_of(client, way)
        self.walk(account, client, flow, self.device_key(account, device))

    @precondition(lambda self: self.sent)
    @rule(which=MANY, twist=twists())
    def replay(self, which: int, twist: Twist | None) -> None:
        """Someone sends a request again that was accepted before, perhaps with a change."""
        self.send(*self.pick(self.sent, which), twist)

    @precondition(lambda self: self.open_pendings())
    @rule(which=FEW, device=DEVICES)
    def answer_rightly(self, which: int, device: str | int | None) -> None:
        """A user responds to a challenge rightly."""
        pending = self.pick(self.open_pendings(), which)
        account = pending.progress.account if pending.progress else None
        self.go_on(pending, self.device_key(account, device) if account else None)

    def device_key(self, account: Account, device: str | int | None) -> str | None:
        """Return the key to present: the user's newest confirmed device, or any user's device."""
        if device is None:
            return None
        own = [key for key, kept in account.devices.items() if kept.confirmed]
        keys = own if device == "own" else list(self.world.devices)
        return self.pick(keys, 0 if device == "own" else int(device)) if keys else None

    def another_secret(self, pending: Pending) -> str:
        """Return a secret of another user or device, in place of the one to be proven."""
        mine = pending.progress.account if pending.progress else None
        others = [a.password for a in self.world.accounts if a is not mine and a.password]
        if pending.progress and pending.progress.device:
            own = pending.progress.device
            others = [
                device.password
                for device in self.world.devices.values()
                if device is not own and device.password
            ]
        return others[0] if others else "nobody's secret"
