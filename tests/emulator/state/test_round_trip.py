"""A state comes back as it went, whatever happened before, and every attribute is thought of."""

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
from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX, answer
from harness.emulator.operations.table import OPERATIONS
from harness.emulator.state.encoding import Encoder
from harness.emulator.state.shapes import SHAPES, by_class
from harness.emulator.stores.faults import Fault
from tests.emulator.support.worlds import another, exported, moved
from tests.properties.generation import Sent, requests_of
from tests.properties.populated import populated_engine
from tests.properties.profiles import share

EVERYTHING = tuple(sorted(OPERATIONS))


@share(1)
@given(st.lists(requests_of(*EVERYTHING), max_size=40), st.booleans())
def test_what_comes_out_goes_in(requests: list[Sent], secrets: bool) -> None:
    """Exporting what was imported gives the same document, after whatever calls."""
    engine, live = populated_engine()
    engine.faults.plan(Fault("AddCustomAttributes", times=None, probability=0.01))
    for sent in requests:
        body = json.dumps(live.fill(sent.body)).encode()
        given = answer(engine, TARGET_PREFIX + sent.operation, body, Caller())
        live.learn(json.loads(given.body))
    before = exported(engine, secrets=secrets)
    restarted = another(before)
    if secrets:
        assert exported(restarted) == before
    again = exported(restarted, secrets=False)
    assert again == exported(engine, secrets=False)


def test_the_next_random_values_are_those_that_would_have_come() -> None:
    """With its secrets a seeded emulator goes on drawing where it stopped."""
    engine, _ = populated_engine()
    restarted = moved(engine)
    assert [restarted.random.uuid() for _ in range(5)] == [engine.random.uuid() for _ in range(5)]


def test_without_secrets_a_seed_gives_nothing_twice() -> None:
    """Where the sequence is left out, the ids that it has given do not come again."""
    settings = EmulatorSettings(seed=1)
    engine = Engine(settings=settings)
    given = engine.call("CreateUserPool", {"PoolName": "pool"})["UserPool"]["Id"]
    restarted = moved(engine, secrets=False)
    assert given in restarted.pools
    assert restarted.random.pool_suffix() != Engine(settings=settings).random.pool_suffix()


class TestShapes:
    """The list of types."""

    def test_no_attribute_is_forgotten(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each object that is written has the attributes that its shape keeps or makes anew."""
        met: set[type] = set()
        forgotten: set[str] = set()
        write = Encoder._fill

        def watch(encoder: Encoder, written: dict[str, Any], shape: Any, value: Any) -> None:
            met.add(type(value))
            if shape.write is None:
                known = {*shape.types, *shape.not_saved}
                forgotten.update(f"{shape.name}.{name}" for name in vars(value).keys() ^ known)
            write(encoder, written, shape, value)

        monkeypatch.setattr(Encoder, "_fill", watch)
        engine, _ = populated_engine()
        engine.faults.plan(Fault("SignUp"))
        exported(engine)
        assert not forgotten
        # What a populated_engine emulator has not is of dataclasses, whose fields are all kept.
        unmet = {shape.cls for shape in SHAPES} - met
        assert all(dataclasses.is_dataclass(cls) for cls in unmet)
        assert len(unmet) <= 6

    def test_an_object_of_another_type_is_told(self) -> None:
        """What no shape is for is not passed over in silence."""
        with pytest.raises(TypeError, match="a state has no Engine"):
            Encoder().encode([Engine()])

    def test_names_are_one_each(self) -> None:
        """No two types have the same name in the file."""
        assert len({shape.name for shape in SHAPES}) == len(SHAPES) == len(by_class())

    def test_what_is_met_twice_is_one(self) -> None:
        """An object to which two ways lead is one object afterwards."""
        engine, _ = populated_engine()
        restarted = moved(engine)
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
    """The sign-ins that wait in sessions."""

    def found() -> Iterator[Any]:
        for session in engine.sessions.open_ones(engine.clock.time()).values():
            if session.attempt is not None:
                yield session.attempt

    return list(found())
