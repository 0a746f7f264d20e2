"""A seed that is made while clients sign in and others export."""

from __future__ import annotations

import threading

from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.emulator.seeds import apply_seed_again, export_seed
from tests.emulator.seeds.documents import POOL_ID
from tests.emulator.seeds.test_made_pools import by_password, seeded

_PATIENCE_SECONDS = 60.0


def test_calls_go_on_while_a_pool_is_replaced() -> None:
    """Each call succeeds or gets an error of Cognito's, and nobody waits for ever."""
    engine, stop, strange = seeded(), threading.Event(), list[BaseException]()

    def repeat(action: object) -> None:
        assert callable(action)
        while not stop.is_set():
            try:
                action()
            except Refusal:
                pass
            except BaseException as error:
                strange.append(error)
                return

    def users_come_and_go() -> None:
        where = {"UserPoolId": POOL_ID, "Username": "carol"}
        engine.call("AdminCreateUser", {**where, "MessageAction": "SUPPRESS"})
        engine.call("AdminDeleteUser", where)

    actions = [
        lambda: by_password(engine),
        users_come_and_go,
        lambda: export_seed(engine, secrets=False),
    ]
    threads = [threading.Thread(target=repeat, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    made = [_again(engine) for _ in range(15)]
    stop.set()
    for thread in threads:
        thread.join(_PATIENCE_SECONDS)
        assert not thread.is_alive()
    assert strange == []
    assert all(made)
    apply_seed_again(engine)
    assert by_password(engine)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def _again(engine: Engine) -> bool:
    report = apply_seed_again(engine)
    return report is not None and report.made == (POOL_ID,)
