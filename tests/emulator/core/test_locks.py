"""The pool's lock, which can be released from any depth."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest

from harness.emulator.core.locks import FairLock, PoolLock

SECONDS = 20


def is_free(lock: PoolLock, seconds: float = SECONDS) -> bool:
    """Return whether another thread gets the lock within that time."""

    def take() -> None:
        with lock:
            pass

    thread = Thread(target=take, daemon=True)
    thread.start()
    thread.join(seconds)
    return not thread.is_alive()


def test_lock_is_released_and_acquired_again() -> None:
    """The lock is free inside the block, and held as deeply as before afterwards."""
    lock = PoolLock()
    with lock, lock:
        with lock.released():
            assert is_free(lock)
            with lock, lock.released():
                assert is_free(lock)
        assert not is_free(lock, 0.05)
    assert is_free(lock)


def test_release_without_the_lock_does_nothing() -> None:
    """A thread without the lock releases nothing, and another thread keeps its lock."""
    lock = PoolLock()
    with lock.released():
        assert is_free(lock)

    def release() -> bool:
        with lock.released():
            return True

    with lock, ThreadPoolExecutor(1) as threads:
        assert threads.submit(release).result(SECONDS)


def test_lock_is_acquired_again_after_an_error() -> None:
    """After an error inside the block the lock is held again."""
    lock = PoolLock()
    with lock:
        with pytest.raises(ValueError, match="x"), lock.released():
            raise ValueError("x")
        assert not is_free(lock, 0.05)
    assert is_free(lock)


def test_waiting_thread_is_next() -> None:
    """A thread that waits gets the lock before the thread that releases it gets it again."""
    lock, order = FairLock(), list[str]()
    waits = Event()

    class Turn:
        """Says when the thread is next; from then on, nobody can overtake it."""

        def __enter__(self) -> None:
            turn.acquire()
            waits.set()

        def __exit__(self, *_: object) -> None:
            turn.release()

    def take() -> None:
        with lock:
            order.append("waiting")

    turn = lock._turn
    thread = Thread(target=take, daemon=True)
    with lock:
        setattr(lock, "_turn", Turn())  # noqa: B010
        thread.start()
        assert waits.wait(SECONDS)
    with lock:
        order.append("again")
    assert order == ["waiting", "again"]
    thread.join(SECONDS)
