"""Saving a state lets other calls through: it stops them for a few users at a time only."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Any

import pytest

from harness.emulator.domain.users import User
from harness.emulator.engine import Engine
from harness.emulator.state import import_state, snapshot
from harness.emulator.state.encoding import Encoder
from harness.emulator.state.freeze import Freeze
from tests.emulator.support.walker import Walker, new_client, new_pool, new_walker, tokens_of

AT_ONCE = 2
SECONDS = 20


class Turn:
    """Stands for the turn of a lock, and says when a thread has taken it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.taken = Event()

    def __enter__(self) -> None:
        self._lock.acquire()
        self.taken.set()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@pytest.fixture
def ann(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Walker:
    """The first of nine users of one pool, which are written two at a time."""
    monkeypatch.setattr(snapshot, "AT_ONCE", AT_ONCE)
    ann = new_walker(engine, username="ann")
    for number in range(8):
        new_walker(engine, username=f"user-{number}", pool_id=ann.user_pool_id)
    return ann


def in_the_first_pause(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
    """Let a thread wait for the pool's lock, and act when it gets it."""
    pause, threads = Freeze.pause, list[Thread]()

    def pause_and_act(freeze: Freeze) -> None:
        if threads:
            return pause(freeze)
        (pool,) = freeze._service.pools.values()
        turn = Turn()
        monkeypatch.setattr(pool.lock, "_turn", turn)
        threads.append(Thread(target=act))
        threads[0].start()
        assert turn.taken.wait(SECONDS)
        return pause(freeze)

    monkeypatch.setattr(Freeze, "pause", pause_and_act)


def save(engine: Engine) -> Any:
    """Return the state with its secrets."""
    return json.loads("".join(snapshot.write_state(engine, secrets=True).pieces))


def load(document: Any) -> Engine:
    """Return a new engine with a state."""
    engine = Engine()
    import_state(engine, document)
    return engine


def test_no_call_waits_for_more_than_a_few_users(
    engine: Engine, ann: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From one pause to the next, at most so many users are written as the constant says."""
    holds = [0]
    write, pause = Encoder._object, Freeze.pause

    def count(encoder: Encoder, value: Any) -> None:
        holds[-1] += isinstance(value, User)
        write(encoder, value)

    def begin_another(freeze: Freeze) -> None:
        holds.append(0)
        pause(freeze)

    monkeypatch.setattr(Encoder, "_object", count)
    monkeypatch.setattr(Freeze, "pause", begin_another)
    save(engine)
    assert sum(holds) >= 9
    assert max(holds) <= AT_ONCE


def test_no_piece_is_long(engine: Engine, ann: Walker) -> None:
    """No piece of the text has more users than are written at once: none blocks other threads."""
    pieces = list(snapshot.write_state(engine, secrets=True).pieces)
    assert max(piece.count('"$type":"User"') for piece in pieces) <= AT_ONCE


def test_waiting_call_gets_through(
    engine: Engine, ann: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that waits for the pool is carried out in the next pause, before the save goes on."""
    late = Walker(engine, ann.user_pool_id, ann.client_id, "late")
    in_the_first_pause(monkeypatch, lambda: late.administer("AdminCreateUser"))
    written = snapshot.write_state(engine, secrets=True)
    assert engine.pools[ann.user_pool_id].users.by_username("late")
    assert written.users == 9


def test_state_has_the_users_of_its_beginning(
    engine: Engine, ann: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Users who come and go while the state is written do not change who is in it."""

    def act() -> None:
        with engine.pools[ann.user_pool_id].lock:
            ann.administer("AdminDeleteUser")
            new_walker(engine, username="ann", pool_id=ann.user_pool_id)
            Walker(engine, ann.user_pool_id, ann.client_id, "user-5").administer("AdminDeleteUser")

    before = [user.sub for user in engine.pools[ann.user_pool_id].users]
    in_the_first_pause(monkeypatch, act)
    loaded = load(save(engine))
    assert [user.sub for user in loaded.pools[ann.user_pool_id].users] == before


def test_user_is_written_as_they_are_then(
    engine: Engine, ann: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user who changes while others are written is saved with the change, and only once."""
    user = Walker(engine, ann.user_pool_id, ann.client_id, "user-5", password="Another-word-2")
    password = {"Password": user.password, "Permanent": True}
    in_the_first_pause(monkeypatch, lambda: user.administer("AdminSetUserPassword", **password))
    loaded = load(save(engine))
    tokens_of(Walker(loaded, user.user_pool_id, user.client_id, "user-5", user.password).by_srp())


def test_tokens_are_those_of_the_beginning(
    engine: Engine, ann: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sign-in while the state is written is not in it; earlier ones are."""
    before = tokens_of(ann.by_password())
    in_the_first_pause(monkeypatch, ann.by_password)
    loaded = load(save(engine))
    assert len(engine.pools[ann.user_pool_id].grants) == 2
    assert len(loaded.pools[ann.user_pool_id].grants) == 1
    loaded.call("GetUser", {"AccessToken": before["AccessToken"]})


@pytest.mark.parametrize("secrets", [True, False])
@pytest.mark.parametrize(("first", "second"), [("user-0", "user-7"), ("user-7", "user-0")])
@pytest.mark.parametrize("take", ["after deletion", "from the owner"])
def test_alias_belongs_to_one_user(
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    *,
    first: str,
    second: str,
    take: str,
    secrets: bool,
) -> None:
    """An alias that another user gets while the state is written signs in the first one only."""
    monkeypatch.setattr(snapshot, "AT_ONCE", AT_ONCE)
    pool_id = new_pool(engine, AliasAttributes=["preferred_username"])
    client = new_client(engine, pool_id)
    for number in range(8):
        new_walker(engine, username=f"user-{number}", pool_id=pool_id, client=client)
    alias = [{"Name": "preferred_username", "Value": "star"}]
    owner, taker = (Walker(engine, pool_id, client["ClientId"], name) for name in (first, second))
    owner.administer("AdminUpdateUserAttributes", UserAttributes=alias)

    def act() -> None:
        with engine.pools[pool_id].lock:
            if take == "after deletion":
                owner.administer("AdminDeleteUser")
            else:
                names = ["preferred_username"]
                owner.administer("AdminDeleteUserAttributes", UserAttributeNames=names)
            taker.administer("AdminUpdateUserAttributes", UserAttributes=alias)

    in_the_first_pause(monkeypatch, act)
    written = snapshot.write_state(engine, secrets=secrets)
    users = load(json.loads("".join(written.pieces))).pools[pool_id].users
    named = [user.username for user in users if "preferred_username" in user.attributes]
    taken = engine.pools[pool_id].users.by_alias("preferred_username", "star")
    assert taken is not None
    assert taken.username == second
    assert users.by_alias("preferred_username", "star") is users.by_username(first)
    assert named == [first]


def test_no_collection_of_garbage_meanwhile(
    engine: Engine, ann: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python does not walk through all users while they are written, and does so again later."""
    collects: list[bool] = []
    pause = Freeze.pause

    def look(freeze: Freeze) -> None:
        collects.append(gc.isenabled())
        pause(freeze)

    monkeypatch.setattr(Freeze, "pause", look)
    save(engine)
    assert set(collects) == {False}
    assert gc.isenabled()


def test_nothing_is_left_to_collect(
    engine: Engine, ann: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the collector starts again, the writer has let go of the users it has written."""
    encoders: list[Encoder] = []
    end = Encoder.end

    def look(encoder: Encoder) -> None:
        assert encoder._objects
        encoders.append(encoder)
        assert not gc.isenabled()
        end(encoder)

    monkeypatch.setattr(Encoder, "end", look)
    save(engine)
    (encoder,) = encoders
    assert not encoder._objects
    assert not encoder._places
