"""Pools in an emulator with one person each, for tests of the two sides together."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from harness.flows import devices, sign_up
from harness.flows.actions import Actions
from harness.flows.sign_in import AuthFlow, SignIn, SignInContext, SignInResult
from harness.pools.making.provision_spec import ProvisionedPool, deprovision, provision
from harness.pools.spec.people import PoolPeople
from harness.pools.spec.pool_spec import PoolSpec
from harness.pools.spec.senders import MADE_UP_SENDERS
from harness.srp.engines import load_engine
from harness.targets.base import Target
from harness.users.device import Device
from harness.users.mailboxes.base import Mailbox
from harness.users.person import Person, PersonFactory

SEEDS = itertools.count(1)


@dataclass
class Setting:
    """A pool, a confirmed person, and the means to sign in."""

    target: Target
    pool: ProvisionedPool
    actions: Actions
    mailbox: Mailbox
    person: Person

    def sign_in(self, engine: str = "native") -> SignIn:
        """Return a sign-in to the pool."""
        return SignIn(self.actions, load_engine(engine), self.target.clock)

    def run(self, flow: AuthFlow = "USER_SRP_AUTH", **means: Any) -> SignInResult:
        """Sign the person in."""
        return self.sign_in().run(SignInContext.for_person(self.person, **means), flow)

    def with_device(self, **means: Any) -> tuple[SignInResult, Device]:
        """Sign the person in on a new device and have that remembered."""
        result = self.run(**means)
        return result, devices.track_device(self.actions, result.tokens.access, result.new_device)


class Maker:
    """Makes settings, and remembers their pools."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.pools: list[ProvisionedPool] = []

    def __call__(self, spec: PoolSpec, *, signs_up: bool = True) -> Setting:
        """Make a pool of ``spec`` with a person, who has signed up and confirmed if wanted."""
        client = self.target.client()
        pool = provision(
            client, spec, name_prefix="tests-", tags={"owner": "tests"}, senders=MADE_UP_SENDERS
        )
        self.pools.append(pool)
        actions = Actions(client, pool.app, admin=client)
        mailbox = self.target.mailbox(pool.user_pool_id)
        factory = PersonFactory(
            next(SEEDS),
            rules=spec.password_policy,
            sign_in_name=spec.sign_in_names,
            phone_numbers=PoolPeople(spec).have_phone_numbers,
        )
        setting = Setting(self.target, pool, actions, mailbox, factory.make())
        if signs_up:
            sign_up.sign_up_and_confirm(actions, setting.person, mailbox)
        return setting

    def __enter__(self) -> Maker:
        return self

    def __exit__(self, *failure: object) -> None:
        for pool in self.pools:
            deprovision(self.target.client(), pool)
