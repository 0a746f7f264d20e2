"""Sends requests to the emulator and compares the results with the model."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from typing import Any

from harness.emulator.api.fast_validation import validate
from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from tests.properties.model.case import Answer, Case, Params
from tests.properties.model.operations import judge
from tests.properties.model.passkeys import shows_factors
from tests.properties.model.records import Account, Pool
from tests.properties.model.rules import Finding, Rule
from tests.properties.model.world import Mail, World

#: All that can be seen of one user: AdminGetUser, their item of ListUsers, AdminListDevices,
#: AdminGetUserAuthFactors.
View = dict[str, Any]


class Checker:
    """Sends requests of the machine to the emulator and checks each result.

    Args:
        tally: counts how often each operation or challenge was accepted and each rule refused.
    """

    def __init__(self, engine: Engine, tally: Counter[str]) -> None:
        self.engine = engine
        self.world = World(engine.clock.time, self._mail)
        self.tally = tally
        self._seen: dict[tuple[str, str], View] = {}

    def call(self, operation: str, params: Params) -> Answer:
        """Send a request that the model does not judge, such as creating a pool or reading."""
        cleaned = validate(operation, deepcopy(params))
        return dict(self.engine.call(operation, cleaned))

    def send(self, operation: str, params: Params) -> Answer | None:
        """Send a request and check the result; return ``None`` if it was rightly refused."""
        case = judge(self.world, operation, params)
        before = self._seen
        what = params.get("ChallengeName", operation)
        try:
            answer = self.call(operation, params)
        except Refusal as refusal:
            self.tally.update(rule.name for rule in case.must)
            case.refused(what, refusal.code)
            if self._observe() != before:
                raise Finding(f"a refused {what} left a trace", [Rule.UNCHANGED]) from refusal
            self.world.no_more_mail()
            return None
        self.tally[what] += 1
        case.accepted(what, answer)
        self._compare(what, before, case)
        self.world.no_more_mail()
        return answer

    def _may_change(self, case: Case, key: tuple[str, str]) -> bool:
        if case.pool is not None and key[0] == case.pool.pool_id:
            return True
        account = case.account
        return account is not None and key == (account.pool.pool_id, account.name)

    def _compare(self, what: str, before: dict[tuple[str, str], View], case: Case) -> None:
        """Check that only one user's record changed, and that every record matches the model."""
        after = self._seen = self._observe()
        for key in before.keys() | after.keys():
            if before.get(key) != after.get(key) and not self._may_change(case, key):
                raise Finding(f"{what} changed the record of another user", [Rule.OTHERS])
        accounts = [account for account in self.world.accounts if not account.deleted]
        expected = {(account.pool.pool_id, account.name): account for account in accounts}
        if after.keys() != expected.keys():
            raise Finding(f"after {what} there are other users", [Rule.RECORD])
        for key, account in expected.items():
            if _summary(after[key]) != _expected(account):
                raise Finding(f"after {what} the service shows something else", [Rule.RECORD])
            if not shows_factors(account, after[key]["factors"]):
                raise Finding(f"after {what} other factors are shown", [Rule.FIRST_FACTOR])

    def _observe(self) -> dict[tuple[str, str], View]:
        return {
            (pool.pool_id, listed["Username"]): self._view(pool, listed)
            for pool in self.world.pools.values()
            for listed in self.engine.call("ListUsers", {"UserPoolId": pool.pool_id})["Users"]
        }

    def _view(self, pool: Pool, listed: dict[str, Any]) -> View:
        whose = {"UserPoolId": pool.pool_id, "Username": listed["Username"]}
        user = self.engine.call("AdminGetUser", dict(whose))
        devices = self.engine.call("AdminListDevices", dict(whose))
        factors = self.engine.call("AdminGetUserAuthFactors", dict(whose))
        return {
            "listed": listed,
            "user": user,
            "devices": devices["Devices"],
            "factors": factors["ConfiguredUserAuthFactors"],
        }

    def _mail(self) -> list[Mail]:
        return [
            Mail(sent.user_pool_id, sent.username, sent.kind, sent.attribute, sent.code)
            for sent in self.engine.outbox.messages()
        ]


def _summary(view: View) -> tuple[Any, ...]:
    """Return what the service shows of a user and the model knows."""
    user = view["user"]
    attributes = {pair["Name"]: pair["Value"] for pair in user["UserAttributes"]}
    verified = {
        name for name in ("email", "phone_number") if attributes.get(f"{name}_verified") == "true"
    }
    statuses = [
        (device["DeviceKey"], _attribute(device, "dev:device_remembered_status"))
        for device in view["devices"]
    ]
    return (
        user["UserStatus"],
        user["Enabled"],
        sorted(user.get("UserMFASettingList", [])),
        user.get("PreferredMfaSetting"),
        attributes["email"],
        verified,
        sorted(statuses),
    )


def _attribute(device: dict[str, Any], name: str) -> str:
    found: str = next(p["Value"] for p in device["DeviceAttributes"] if p["Name"] == name)
    return found


def _expected(account: Account) -> tuple[Any, ...]:
    """Return the same from the model."""
    statuses = [
        (key, "remembered" if device.remembered else "not_remembered")
        for key, device in account.devices.items()
        if device.confirmed
    ]
    return (
        account.status,
        account.enabled,
        sorted(account.factors),
        account.preferred,
        account.email,
        account.verified,
        sorted(statuses),
    )
