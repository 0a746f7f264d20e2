"""Network namespaces on one bridge: machines of their own, as far as the network goes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.load.locust_processes import LocustRun

__all__ = ["Host", "Network", "why_no_namespaces"]

_SUBNET = "10.213.77"


def why_no_namespaces() -> str:
    """Return why no network namespaces can be made here, or an empty text."""
    if shutil.which("ip") is None:
        return "network namespaces need iproute2"
    if os.geteuid() != 0:
        return "network namespaces need root"
    tried = subprocess.run(
        ["ip", "netns", "add", f"lr{os.getpid()}"], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        return f"network namespaces cannot be made here: {tried.stderr.strip()}"
    _ip("netns", "delete", f"lr{os.getpid()}")
    return ""


@dataclass(frozen=True)
class Host:
    """A namespace with an address on the bridge."""

    name: str
    address: str

    @property
    def prefix(self) -> tuple[str, ...]:
        """What a command begins with that runs there."""
        return ("ip", "netns", "exec", self.name)


class Network:
    """A bridge of this machine, and namespaces that are connected to it; removed at the end.

    Args:
        size: how many namespaces.

    Attributes:
        address: the address of this machine on the bridge.
        hosts: the namespaces; the first one is for the master.
    """

    def __init__(self, size: int) -> None:
        self.address = f"{_SUBNET}.1"
        self._bridge = f"lrb{os.getpid()}"
        self.hosts = [
            Host(f"lr{os.getpid()}-{number}", f"{_SUBNET}.{number + 2}") for number in range(size)
        ]
        self._undo = ExitStack()

    def __enter__(self) -> Network:
        with ExitStack() as undo:
            _ip("link", "add", self._bridge, "type", "bridge")
            undo.callback(_ip, "link", "delete", self._bridge)
            _ip("address", "add", f"{self.address}/24", "dev", self._bridge)
            _ip("link", "set", self._bridge, "up")
            for number, host in enumerate(self.hosts):
                _ip("netns", "add", host.name)
                undo.callback(_ip, "netns", "delete", host.name)
                self._connect(host, f"lrv{os.getpid()}{number}")
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    @contextmanager
    def locust_run(self, plan: Path) -> Iterator[LocustRun]:
        """Yield a run whose master is in the first namespace."""
        master = self.hosts[0]
        with LocustRun(plan, master_prefix=master.prefix, host=master.address) as run:
            yield run

    def _connect(self, host: Host, cable: str) -> None:
        _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", host.name)
        _ip("link", "set", cable, "master", self._bridge, "up")
        inside = ("-n", host.name)
        _ip(*inside, "address", "add", f"{host.address}/24", "dev", "eth0")
        _ip(*inside, "link", "set", "eth0", "up")
        _ip(*inside, "link", "set", "lo", "up")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
