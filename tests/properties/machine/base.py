"""What all parts of the machine share: the emulator, the model, and ways to pick from both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from harness.clock import VirtualClock
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from tests.properties.machine import valid_requests
from tests.properties.machine.checker import Checker
from tests.properties.machine.known_values import KnownValues, Twist
from tests.properties.machine.pools import START
from tests.properties.model.case import Answer, Params
from tests.properties.model.records import Account, Client, Pending, Pool, Token

Item = TypeVar("Item")
#: A value of AuthFlow, and whether an administrator uses it to sign the user in.
Flow = tuple[str, bool]

FLOWS: list[Flow] = [
    ("USER_PASSWORD_AUTH", False),
    ("USER_SRP_AUTH", False),
    ("ADMIN_USER_PASSWORD_AUTH", True),
    ("USER_SRP_AUTH", True),
    ("USER_AUTH", False),
    ("USER_AUTH", True),
]
#: Choice-based sign-in, the only way for users without a password.
CHOICE: Flow = ("USER_AUTH", False)

#: What is not sent again: a request for one pool means something else for another one.
POOL_CHANGES = ("UpdateUserPool", "SetUserPoolMfaConfig")

#: Picks one of a few users or clients, or one of many other things, counted from the newest.
FEW = st.integers(0, 3)
MANY = st.integers(0, 9)


class MachineBase(RuleBasedStateMachine):
    """The emulator on a clock that stands still, and everything that was sent to it.

    Attributes:
        tally: what happened in all runs of the machine, to check how far they got.
    """

    tally: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.clock = VirtualClock(START, frozen=True)
        engine = Engine(clock=self.clock, settings=EmulatorSettings(seed=1))
        self.checker = Checker(engine, self.tally)
        self.world = self.checker.world
        self.known_values = KnownValues(self.world)
        self.sent: list[tuple[str, Params]] = []

    def send(self, operation: str, params: Params, twist: Twist | None = None) -> Answer | None:
        """Send a request, perhaps with one member replaced, and let the checker judge it."""
        if twist is not None:
            params = self.known_values.twisted(operation, params, twist)
        self.known_values.keep(params)
        answer = self.checker.send(operation, params)
        if answer is not None and operation not in POOL_CHANGES:
            self.sent.append((operation, params))
            self.known_values.keep(answer)
        return answer

    # --- Picking ------------------------------------------------------------------------------

    def account(self, number: int) -> Account:
        """Return one of the existing users; the last may be a deleted one."""
        gone = [account for account in self.world.accounts if account.deleted]
        there = [account for account in self.world.accounts if not account.deleted]
        choice = [*there, *gone[-1:]]
        return choice[number % len(choice)]

    def flow_of(self, client: Client, number: int) -> Flow:
        """Return a flow that the client allows; now and then any flow."""
        allowed = [flow for flow in FLOWS if flow[0] in client.flows]
        return allowed[number % len(allowed)] if number < 8 else FLOWS[number % len(FLOWS)]

    def client_of(self, pool: Pool, number: int) -> Client:
        """Return one of the three app clients of a pool."""
        return [c for c in self.world.clients.values() if c.pool is pool][number % 3]

    def open_pendings(self) -> list[Pending]:
        """Return the challenges that have no successful response yet, expired or not."""
        return [pending for pending in self.world.pendings if not pending.spent]

    def token_of(self, account: Account) -> Token | None:
        """Return the newest access token of a user."""
        tokens = [token for token in self.world.access.values() if token.grant.account is account]
        return tokens[-1] if tokens else None

    # --- Valid sequences -----------------------------------------------------------------------

    def walk(
        self, account: Account, client: Client, flow: Flow, device: str | None = None
    ) -> Answer | None:
        """Sign in with every proof; return ``None`` if it is refused, which may be right."""
        if account.password is None:
            flow = CHOICE
        answer = self.send(*valid_requests.begin(client, account, flow, account.name, device))
        while answer is not None and "AuthenticationResult" not in answer:
            answer = self.go_on(self.world.pendings[-1], device)
        return answer

    def go_on(self, pending: Pending, device: str | None = None) -> Answer | None:
        """Send the right response; move the clock if it needs a new TOTP step."""
        account = pending.progress.account if pending.progress else None
        if account is not None and pending.challenge == "SOFTWARE_TOKEN_MFA":
            self.wait_for_a_step(account)
        return self.send(*valid_requests.answer(self.world, pending, device=device))

    def wait_for_a_step(self, account: Account) -> None:
        """Move the clock forward until there is an unused TOTP step."""
        present = int(self.world.now // 30)
        if {present - 1, present, present + 1} <= account.spent:
            self.clock.advance(30)

    def pick(self, items: Sequence[Item], number: int) -> Item:
        """Return one of the items, the newest for 0."""
        return items[-1 - number % len(items)]
