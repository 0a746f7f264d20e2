"""A long mixed load, to find errors, memory growth beyond the data, and lost users.

    python -m benchmarks.soak --seconds 600 --clients 32

Every client has its own users and repeats what apps do with them. It deletes what it creates, but a
service keeps sign-ins until long after their tokens expire. So the load runs twice. In between, the
clock moves forward until nothing from the first load matters any longer. The second load must need
no more memory per action than the first.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import calls
from benchmarks.calls import BenchmarkPool
from benchmarks.connection import Connection, RefusedError
from benchmarks.peers import PEERS
from benchmarks.processes import Service

_USERS_OF_EACH = 3
#: Refresh tokens live for 30 days, and are recognized as expired for another 30.
_UNTIL_FORGOTTEN = 61 * 86_400
_TRACKED = {
    "DeviceConfiguration": {
        "ChallengeRequiredOnNewDevice": True,
        "DeviceOnlyRememberedOnUserPrompt": False,
    }
}


class Client:
    """One client with its own users, and a count of what it did."""

    def __init__(self, port: int, pool: BenchmarkPool, number: int, done: Counter[str]) -> None:
        self._connection = Connection("127.0.0.1", port)
        self._pool = pool
        self._random = random.Random(number)
        self._done = done

    async def work(self, until: float) -> None:
        """Act until it is time to stop."""
        acts = [
            *(self.password, self.srp, self.device, self.device),
            *(self.list, self.refresh, self.comes_and_goes, self.wrong_password),
        ]
        while time.monotonic() < until:
            act = self._random.choice(acts)
            await act()
            self._done[act.__name__] += 1
        self._connection.close()

    async def password(self) -> None:
        """Sign in by password and sign out everywhere."""
        tokens = await calls.sign_in_by_password(self._connection, self._pool)
        await self._connection.call("GlobalSignOut", AccessToken=tokens["AccessToken"])

    async def srp(self) -> None:
        """Sign in by SRP and revoke the refresh token."""
        tokens = await calls.sign_in_by_srp(self._connection, self._pool)
        await self._revoke(tokens)

    async def device(self) -> None:
        """Sign in by SRP with the remembered device and revoke the refresh token."""
        tokens = await calls.sign_in_by_device(self._connection, self._pool)
        await self._revoke(tokens)

    async def list(self) -> None:
        """Look up a user."""
        await calls.list_one(self._connection, self._pool)

    async def refresh(self) -> None:
        """Sign in with the device, refresh with it, read the user, revoke the token."""
        name = self._pool.next_user()
        tokens = await calls.sign_in_by_device(self._connection, self._pool.of([name]))
        device = self._pool.devices[name]
        given = {"REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": device.key}
        answer = await self._connection.call(
            "InitiateAuth",
            ClientId=self._pool.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters=given,
        )
        access = answer["AuthenticationResult"]["AccessToken"]
        await self._connection.call("GetUser", AccessToken=access)
        await self._revoke(tokens)

    async def comes_and_goes(self) -> None:
        """Create a user, sign in, delete the user."""
        name = f"guest-{self._random.getrandbits(64):x}"
        named = {"UserPoolId": self._pool.pool_id, "Username": name}
        await self._connection.call("AdminCreateUser", **named, MessageAction="SUPPRESS")
        await self._connection.call(
            "AdminSetUserPassword", **named, Password=calls.PASSWORD, Permanent=True
        )
        await calls.sign_in_by_srp(self._connection, self._pool.of([name]))
        await self._connection.call("AdminDeleteUser", **named)

    async def wrong_password(self) -> None:
        """Try a wrong password, which must be refused, and then the right one."""
        name = self._pool.next_user()
        wrong = {"USERNAME": name, "PASSWORD": "Wrong-horse-7"}
        given = {"ClientId": self._pool.client_id, "AuthFlow": "USER_PASSWORD_AUTH"}
        try:
            await self._connection.call("InitiateAuth", **given, AuthParameters=wrong)
        except RefusedError:
            right = {"USERNAME": name, "PASSWORD": calls.PASSWORD}
            answer = await self._connection.call("InitiateAuth", **given, AuthParameters=right)
            await self._revoke(answer["AuthenticationResult"])
        else:
            raise AssertionError("a wrong password was accepted")

    async def _revoke(self, tokens: dict[str, Any]) -> None:
        await self._connection.call(
            "RevokeToken", Token=tokens["RefreshToken"], ClientId=self._pool.client_id
        )


async def soak(running: Service, clients: int, seconds: float) -> dict[str, Any]:
    """Load a service twice; return what was done, how fast, and the memory it took."""
    connection = Connection("127.0.0.1", running.port)
    pool = await calls.make_pool(connection, clients * _USERS_OF_EACH, **_TRACKED)
    await calls.track_devices(connection, pool)
    done: Counter[str] = Counter()
    memory, acts = [_megabytes(running)], [0]
    for _ in range(2):
        await _load(running, pool, clients, seconds / 2, done)
        memory.append(_megabytes(running))
        acts.append(sum(done.values()))
        await connection.control("clock", advance_seconds=_UNTIL_FORGOTTEN)
        pool.ahead += _UNTIL_FORGOTTEN
    described = await connection.call("DescribeUserPool", UserPoolId=pool.pool_id)
    connection.close()
    return {
        "done": dict(sorted(done.items())),
        "per_second": round(sum(done.values()) / seconds, 1),
        "memory_mb": memory,
        "acts": acts,
        "users_before": len(pool.users),
        "users_after": described["UserPool"]["EstimatedNumberOfUsers"],
    }


async def _load(
    running: Service, pool: BenchmarkPool, clients: int, seconds: float, done: Counter[str]
) -> None:
    until = time.monotonic() + seconds
    shares = [pool.users[number::clients] for number in range(clients)]
    workers = [
        Client(running.port, pool.of(share), number, done) for number, share in enumerate(shares)
    ]
    await asyncio.gather(*(worker.work(until) for worker in workers))


def _megabytes(running: Service) -> float:
    return round(running.resident_bytes() / 2**20, 1)


def main() -> int:
    """Run the load on a new served emulator; return 1 if anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=32)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, PEERS[0].serving(Path(folder)) as running:
        found = asyncio.run(soak(running, chosen.clients, chosen.seconds))
    print(found)
    (empty, first, second), (_, half, whole) = found["memory_mb"], found["acts"]
    kept = (second - empty) / (whole - half) <= 1.1 * (first - empty) / half
    return 0 if kept and found["users_before"] == found["users_after"] else 1


if __name__ == "__main__":
    sys.exit(main())
