"""Prepares the first calls of a server in a thread, while the server already listens.

A call that comes earlier does the same for what it needs, and waits for no more than that. So a
server listens early, and its first sign-in is not the one that pays for it.
"""

from __future__ import annotations

from threading import Thread

__all__ = ["warm_up"]


def warm_up() -> Thread:
    """Prepare this process for calls, and return the thread that does it.

    It is not a daemon thread: Python would end a daemon at exit while it may be in native code.
    """
    thread = Thread(target=_prepare, name="cognito-warm-up")
    thread.start()
    return thread


def _prepare() -> None:
    # In the order in which a first client needs them: an operation, the rules for its request, the
    # keys of tokens, the powers of SRP.
    from harness.emulator.operations.table import import_operations
    from harness.emulator.server.guard import public_targets

    import_operations()
    public_targets()

    from harness.emulator.domain.signing import find_primes_ahead
    from harness.srp.group import power

    power(1, 1)
    find_primes_ahead()
