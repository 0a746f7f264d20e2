"""An emulator with what is hard to lay out: long names, other scripts, many users, many calls."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.emulator.stores.faults import Fault
from tests.emulator.support.expect import START
from tests.emulator.support.over_the_wire import OverTheWire
from tests.emulator.support.walker import ALWAYS, Walker, new_client, new_pool, new_walker

#: Names of the kinds that break layouts.
NAMES = (
    "ada",
    "a.very.long.user.name.that.somebody.has.chosen.in.a.hurry." + "0123456789" * 6,
    "x" * 128,
    "משתמש_עם_שם_ארוך_מאוד_בעברית",
    "مستخدم_له_اسم_طويل",
    "🦊🐻🐼" * 10,
    "山田太郎" * 12,
)
_LONG_EMAIL = "an.unusually.long.mailbox.name+with.tags.{0}@a-subdomain.of-a-department.example.com"


@dataclass(frozen=True)
class Crowd:
    """The emulator, and the user with everything that a user can have."""

    emulator: Emulator
    pool_id: str
    sub: str
    secret: str


def crowd() -> Crowd:
    """Return the emulator; its clock stands still."""
    clock = VirtualClock(START, frozen=True)
    emulator = Emulator(clock=clock, settings=EmulatorSettings(seed=3), mock=False)
    wire = cast(Engine, OverTheWire(emulator.engine))
    long_name = "A pool whose name is as long as a name of a pool can be, or nearly so"
    new_pool(wire, PoolName=long_name)
    pool_id = new_pool(wire, PoolName="shop", mfa="OPTIONAL", devices=ALWAYS)
    new_client(wire, pool_id, ClientName="web " + "and more " * 10, GenerateSecret=True)
    open_client = new_client(wire, pool_id, ClientName="spa")
    for number in range(12):
        _invite(wire, pool_id, f"user{number:02}", f"user{number:02}@example.com")
    for number, name in enumerate(NAMES[1:]):
        _invite(wire, pool_id, name, _LONG_EMAIL.format(number))
    ada = new_walker(wire, username="ada", pool_id=pool_id, client=open_client)
    secret = _equip(ada)
    for name in NAMES:
        wrong = Walker(wire, pool_id, open_client["ClientId"], name, password="Wrong-password-1")
        with suppress(Refusal):
            wrong.by_password()
    emulator.faults.plan(Fault("ForgotPassword", "LimitExceededException", status=400, times=3))
    emulator.faults.set_profile("throttle@SignUp+GetUser+AdminRespondToAuthChallenge:0.25")
    user = emulator.engine.pools[pool_id].users.by_username("ada")
    assert user is not None
    return Crowd(emulator, pool_id, user.sub, secret)


def _equip(ada: Walker) -> str:
    secret = ada.enrol(ada.by_srp()["AuthenticationResult"])
    ada.engine.clock.advance(30)
    for name in ("Ada's laptop", "A phone with a name that is long, " * 4):
        tokens = ada.by_totp(ada.by_srp(), secret)["AuthenticationResult"]
        ada.confirm_device(tokens, DeviceName=name)
        ada.engine.clock.advance(30)
    return secret


def _invite(engine: Engine, pool_id: str, name: str, email: str) -> None:
    attributes = [{"Name": "email", "Value": email}]
    members = {"UserPoolId": pool_id, "Username": name, "UserAttributes": attributes}
    engine.call("AdminCreateUser", members)
