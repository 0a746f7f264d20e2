"""The whole state of an service as one JSON document, and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from harness.clock import LAST_MOMENT, Clock, SystemClock
from harness.emulator.domain.pools import Pool
from harness.emulator.service import Service
from harness.emulator.state.checks import StateError, fits
from harness.emulator.state.decoding import Decoder
from harness.emulator.state.encoding import Encoder
from harness.emulator.state.without_secrets import LEFT_OUT, REPLACEMENTS, complete
from harness.emulator.stores.device_sign_ins import DeviceSignIn
from harness.emulator.stores.faults import Fault
from harness.emulator.stores.outbox import Message
from harness.emulator.stores.pages import PagePosition
from harness.emulator.stores.sessions import Session
from harness.emulator.stores.srp_challenges import OpenChallenge
from harness.version import __version__

__all__ = ["FORMAT", "LEFT_OUT", "VERSION", "export_state", "import_state"]

FORMAT = "cognito-harness state"
#: Goes up when a file of before cannot be read any more.
VERSION = 1


@dataclass
class _Everything:
    """What a state is made of; what is below ``faults`` is empty in one without secrets."""

    pools: dict[str, Pool]
    faults: list[Fault]
    outbox: list[tuple[Message, list[str]]] = field(default_factory=list)
    sessions: dict[str, Session] = field(default_factory=dict)
    srp_challenges: dict[str, OpenChallenge] = field(default_factory=dict)
    device_sign_ins: dict[tuple[str, str, str], DeviceSignIn] = field(default_factory=dict)
    pages: dict[str, PagePosition] = field(default_factory=dict)
    made_up_users_key: bytes | None = None
    random: tuple[Any, ...] | None = None


_TYPES: dict[str, Any] = {
    "pools": dict[str, Pool],
    "faults": list[Fault],
    "outbox": list[tuple[Message, list[str]]],
    "sessions": dict[str, Session],
    "srp_challenges": dict[str, OpenChallenge],
    "device_sign_ins": dict[tuple[str, str, str], DeviceSignIn],
    "pages": dict[str, PagePosition],
    "made_up_users_key": bytes | None,
    "random": tuple[Any, ...] | None,
}


def export_state(
    service: Service, *, secrets: bool, machine: Clock | None = None
) -> dict[str, Any]:
    """The state as a document of JSON's types, of one moment.

    No operation is in the middle then, except where it waits for a trigger's handler: it is in
    the state as far as it has come.

    Args:
        secrets: whether passwords' proofs, keys, codes, tokens and the like are in it; `LEFT_OUT`
            names what is not otherwise.
        machine: the clock that runs on while nothing is served.
    """
    with _still(service):
        moment = service.clock.time()
        encoder = Encoder(None if secrets else REPLACEMENTS)
        parts = vars(_everything(service, secrets=secrets))
        contents = {name: encoder.encode(part) for name, part in parts.items()}
    return {
        "format": FORMAT,
        "version": VERSION,
        "harness": __version__,
        "secrets": secrets,
        "left_out": [] if secrets else list(LEFT_OUT),
        "clock": {"moment": moment, "ahead": moment - (machine or SystemClock()).time()},
        "contents": contents,
    }


def import_state(service: Service, document: Any, *, machine: Clock | None = None) -> None:
    """Put a state into an service that has nothing yet; it stays empty where that fails.

    Raises:
        StateError: the document is none that `export_state` makes.
    """
    _check_head(document)
    everything = _decoded(document.get("contents"))
    clock = document["clock"]
    _go_on_drawing(service, everything.random, clock["moment"])
    _plan(service, everything.faults)
    _fill(service, everything)
    _set_clock(service, clock["moment"], clock["ahead"], machine or SystemClock())
    if not document["secrets"]:
        complete(service)


def _plan(service: Service, faults: list[Fault]) -> None:
    try:
        for fault in faults:
            service.faults.plan(fault)
    except ValueError as problem:
        service.faults.clear()
        raise StateError(f"faults: {problem}") from problem


def _fill(service: Service, everything: _Everything) -> None:
    with service.lock:
        for pool in everything.pools.values():
            service.add_pool(pool)
            service.clients.update(pool.clients)
        for message, names in everything.outbox:
            service.outbox.put(message, names)
        service.sessions.restore(everything.sessions)
        service.device_sign_ins.restore(everything.device_sign_ins)
        service.pages.restore(everything.pages)
        service.srp_challenges.restore(everything.srp_challenges, everything.made_up_users_key)


@contextmanager
def _still(service: Service) -> Iterator[None]:
    """Nothing happens in any pool inside the block; a pool's lock comes before the service's."""
    while True:
        with ExitStack() as held:
            held.enter_context(service.fast_path.closed())
            pools = dict(sorted(service.pools.items()))
            for pool in pools.values():
                held.enter_context(pool.lock)
            held.enter_context(service.lock)
            if pools == service.pools:
                yield
                return


def _everything(service: Service, *, secrets: bool) -> _Everything:
    found = _Everything(dict(service.pools), list(service.faults.planned))
    if secrets:
        challenges, key = service.srp_challenges.exported()
        found.outbox = service.outbox.exported()
        found.sessions = service.sessions.exported()
        found.srp_challenges = challenges
        found.device_sign_ins = service.device_sign_ins.exported()
        found.pages = service.pages.exported()
        found.made_up_users_key = key
        found.random = service.random.exported()
    return found


def _check_head(document: Any) -> None:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise StateError(f"it is no {FORMAT}")
    version = document.get("version")
    if version != VERSION:
        raise StateError(
            f"it has version {version!r}, written by {document.get('harness')!r};"
            f" {__version__} reads version {VERSION}"
        )
    clock = document.get("clock")
    names = {"moment", "ahead"}
    if not isinstance(clock, dict) or set(clock) != names or not fits(clock, dict[str, float]):
        raise StateError("its clock has no moment, or is not ahead by a number of seconds")
    if not 0 <= clock["moment"] <= LAST_MOMENT or not abs(clock["ahead"]) <= LAST_MOMENT:
        raise StateError("its clock shows a moment that no clock shows")
    if not isinstance(document.get("secrets"), bool):
        raise StateError("it does not say whether secrets are in it")


def _decoded(contents: Any) -> _Everything:
    if not isinstance(contents, dict) or not {"pools", "faults"} <= set(contents) <= set(_TYPES):
        raise StateError("its contents are not those of a state")
    decoder = Decoder()
    found: dict[str, Any] = {}
    # In the order of the file: what comes later refers to what came before.
    for name, part in contents.items():
        found[name] = decoder.decode(part, name)
        if not fits(found[name], _TYPES[name]):
            raise StateError(f"{name} is not of the type that it has")
    return _Everything(**found)


def _set_clock(service: Service, moment: float, ahead: float, machine: Clock) -> None:
    """As far ahead of the machine's clock as it was, and never behind where it stopped."""
    service.clock.wait_until(min(max(moment, machine.time() + ahead), LAST_MOMENT))


def _go_on_drawing(service: Service, random: tuple[Any, ...] | None, moment: float) -> None:
    """What a seed has given once must not come again, or new ids would be old ones."""
    if random is None:
        service.random.turn_off(repr(moment))
        return
    try:
        service.random.go_on(random)
    except (TypeError, ValueError) as problem:
        raise StateError("random is no state of a random generator") from problem
