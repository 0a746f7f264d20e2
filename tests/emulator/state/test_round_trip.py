"""A state is imported as it was exported, whatever calls came before, with every attribute."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.emulator.api.request import Caller
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.domain.token_overrides import ClaimsOverride
from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX, answer
from harness.emulator.operations.table import OPERATIONS
from harness.emulator.state.encoding import Encoder
from harness.emulator.state.shapes import SHAPES, by_class
from harness.emulator.stores.faults import Fault
from tests.emulator.support.saved_states import exported, imported, restart
from tests.properties.generation import Sent, requests_of
from tests.properties.populated import populated_engine
from tests.properties.profiles import share

EVERYTHING = tuple(sorted(OPERATIONS))


@share(1)
@given(st.lists(requests_of(*EVERYTHING), max_size=40), st.booleans())
def test_import_and_export_are_inverse(requests: list[Sent], secrets: bool) -> None:
    """Exporting an imported state gives the same document, after any calls."""
    engine, live = populated_engine()
    engine.faults.plan(Fault("AddCustomAttributes", times=None, probability=0.01))
    for sent in requests:
        body = json.dumps(live.fill(sent.body)).encode()
        given = answer(engine, TARGET_PREFIX + sent.operation, body, Caller())
        live.learn(json.loads(given.body))
    before = exported(engine, secrets=secrets)
    restarted = imported(before)
    if secrets:
        assert exported(restarted) == before
    again = exported(restarted, secrets=False)
    assert again == exported(engine, secrets=False)


def test_random_sequence_continues_with_secrets() -> None:
    """With secrets a seeded emulator continues its random sequence."""
    engine, _ = populated_engine()
    restarted = restart(engine)
    assert [restarted.random.uuid() for _ in range(5)] == [engine.random.uuid() for _ in range(5)]


def test_random_ids_do_not_repeat_without_secrets() -> None:
    """Without secrets the sequence restarts, but ids already used do not repeat."""
    settings = EmulatorSettings(seed=1)
    engine = Engine(settings=settings)
    given = engine.call("CreateUserPool", {"PoolName": "pool"})["UserPool"]["Id"]
    restarted = restart(engine, secrets=False)
    assert given in restarted.pools
    assert restarted.random.pool_suffix() != Engine(settings=settings).random.pool_suffix()


def use_the_pages(engine: Engine) -> None:
    """Give an emulator a sign-in under way, a browser session and a code."""
    pool = next(pool for pool in engine.pools.values() if len(pool.users))
    user, now = next(iter(pool.users)), engine.clock.time()
    asked = AuthorizeRequest("client", "https://app.test/", "code", ("openid",))
    engine.login_transactions.begin(pool.pool_id, asked, now)
    engine.browser_sessions.open(pool.pool_id, user, now)
    changes = ClaimsOverride()
    engine.authorization_codes.issue(pool.pool_id, user, asked, int(now), now, changes)


class TestShapes:
    """The list of saved types."""

    def test_every_attribute_is_kept_or_rebuilt(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each saved object has exactly the attributes that its shape keeps or rebuilds."""
        met: set[type] = set()
        forgotten: set[str] = set()
        write = Encoder._object

        def watch(encoder: Encoder, value: Any) -> None:
            met.add(type(value))
            shape = by_class().get(type(value))
            if shape is not None and shape.write is None:
                known = {*shape.types, *shape.not_saved}
                forgotten.update(f"{shape.name}.{name}" for name in vars(value).keys() ^ known)
            write(encoder, value)

        monkeypatch.setattr(Encoder, "_object", watch)
        engine, _ = populated_engine()
        engine.faults.plan(Fault("SignUp"))
        engine.faults.set_profile("throttle:0.5")
        sent = engine.outbox.messages()[0]
        engine.outbox.send_later(sent, ["alice"], engine.clock.time() + 1)
        use_the_pages(engine)
        exported(engine)
        assert not forgotten
        # The types that a populated emulator lacks are dataclasses, whose fields are all kept.
        unmet = {shape.cls for shape in SHAPES} - met
        assert all(dataclasses.is_dataclass(cls) for cls in unmet)
        assert len(unmet) <= 6

    def test_object_without_a_shape_is_refused(self) -> None:
        """An object without a shape is an error."""
        with pytest.raises(TypeError, match="a state has no Engine"):
            Encoder().encode([Engine()])

    def test_type_names_are_unique(self) -> None:
        """No two types have the same name in the file."""
        assert len({shape.name for shape in SHAPES}) == len(SHAPES) == len(by_class())

    def test_shared_object_stays_shared(self) -> None:
        """An object with two references is one object after loading."""
        engine, _ = populated_engine()
        restarted = restart(engine)
        for pool in restarted.pools.values():
            for client in pool.clients.values():
                assert client.pool is pool
                assert restarted.clients[client.client_id] is client
            for group in pool.groups.values():
                assert all(member in pool.users for member in group.members.values())
        assert attempts(restarted)
        for attempt in attempts(restarted):
            assert attempt.user in attempt.pool.users
            assert attempt.user.password is attempt.password


def attempts(engine: Engine) -> list[Any]:
    """Return the open sign-ins in sessions."""

    def found() -> Iterator[Any]:
        for session in engine.sessions.open_ones(engine.clock.time()).values():
            if session.attempt is not None:
                yield session.attempt

    return list(found())
