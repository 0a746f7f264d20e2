"""Turn the whole state of a service into one JSON document, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from harness.clock import LAST_MOMENT, Clock, SystemClock
from harness.emulator.domain.pools import Pool
from harness.emulator.service import Service
from harness.emulator.state.checks import StateError, fits
from harness.emulator.state.decoding import Decoder
from harness.emulator.state.encoding import Encoder, Pausing
from harness.emulator.state.freeze import Freeze, without_garbage_collection
from harness.emulator.state.without_secrets import LEFT_OUT, REPLACEMENTS, replace_client_secrets
from harness.emulator.stores.authorization_codes import AuthorizationCode
from harness.emulator.stores.browser_sessions import BrowserSession
from harness.emulator.stores.device_sign_ins import DeviceSignIn
from harness.emulator.stores.fault_profile import FaultProfile
from harness.emulator.stores.faults import Fault
from harness.emulator.stores.login_transactions import LoginTransaction
from harness.emulator.stores.outbox import LateMessage, Message
from harness.emulator.stores.pages import PagePosition
from harness.emulator.stores.passkey_registrations import PasskeyRegistration
from harness.emulator.stores.sessions import Session
from harness.emulator.stores.srp_challenges import OpenChallenge
from harness.version import __version__

__all__ = [
    "FORMAT",
    "LEFT_OUT",
    "VERSION",
    "Written",
    "export_state",
    "import_state",
    "write_state",
]

FORMAT = "cognito-harness state"
#: How many users are written while other calls wait.
AT_ONCE = 200
#: The version of the format; it goes up when files of the version before become unreadable.
VERSION = 1


@dataclass
class _Contents:
    """The parts of a state. Without secrets, only pools, faults and the fault profile are there."""

    pools: dict[str, Pool]
    faults: list[Fault]
    outbox: list[tuple[Message, list[str]]] = field(default_factory=list)
    sessions: dict[str, Session] = field(default_factory=dict)
    srp_challenges: dict[str, OpenChallenge] = field(default_factory=dict)
    device_sign_ins: dict[tuple[str, str, str], DeviceSignIn] = field(default_factory=dict)
    pages: dict[str, PagePosition] = field(default_factory=dict)
    made_up_users_key: bytes | None = None
    random: tuple[Any, ...] | None = None
    fault_profile: FaultProfile | None = None
    late_messages: list[LateMessage] = field(default_factory=list)
    passkey_registrations: dict[str, PasskeyRegistration] = field(default_factory=dict)
    login_transactions: dict[str, LoginTransaction] = field(default_factory=dict)
    browser_sessions: dict[str, BrowserSession] = field(default_factory=dict)
    authorization_codes: dict[str, AuthorizationCode] = field(default_factory=dict)


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
    "fault_profile": FaultProfile | None,
    "late_messages": list[LateMessage],
    "passkey_registrations": dict[str, PasskeyRegistration],
    "login_transactions": dict[str, LoginTransaction],
    "browser_sessions": dict[str, BrowserSession],
    "authorization_codes": dict[str, AuthorizationCode],
}


#: The parts that 0.1.0 does not know: a file without them is one that it reads.
_LEFT_OUT_IF_EMPTY = frozenset(
    {"fault_profile", "late_messages", "passkey_registrations"}
    | {"login_transactions", "browser_sessions", "authorization_codes"}
)


@dataclass(frozen=True)
class Written:
    """A state as text.

    Attributes:
        pieces: the pieces of the text; each is short enough to handle in one go.
        pools: the number of pools in it.
        users: the number of users in it.
    """

    pieces: Iterator[str]
    pools: int
    users: int


def export_state(
    service: Service, *, secrets: bool, machine: Clock | None = None
) -> dict[str, Any]:
    """Return the current state as a document of JSON's types; for its arguments, `write_state`."""
    written = write_state(service, secrets=secrets, machine=machine)
    document: dict[str, Any] = json.loads("".join(written.pieces))
    return document


def write_state(service: Service, *, secrets: bool, machine: Clock | None = None) -> Written:
    """Write the current state as JSON.

    The state has the pools, users, tokens and sessions of the moment at which the writing begins.
    Operations go on while it is written: each user is written as they are at one moment during the
    writing, never in the middle of an operation, but with the attributes that they had at its
    beginning, because what signs one user in may sign in another a moment later. An
    operation that waits for a trigger's handler is the exception: the state contains what it has
    done so far.

    Args:
        service: the service to save.
        secrets: whether to save password verifiers, keys, codes, tokens and other secrets.
            `LEFT_OUT` lists what is missing without them.
        machine: the machine's clock, which goes on while the emulator is stopped.
    """
    with without_garbage_collection():
        return _write(service, machine or SystemClock(), secrets=secrets)


def _write(service: Service, machine: Clock, *, secrets: bool) -> Written:
    with Freeze(service) as freeze, ExitStack() as held:
        moment = service.clock.time()
        contents = _collect(service, secrets=secrets)
        copies = _copies(contents.pools, held, secrets=secrets)
        pausing = Pausing(freeze.pause, AT_ONCE, copies)
        encoder = Encoder(None if secrets else REPLACEMENTS, pausing)
        head = {
            "format": FORMAT,
            "version": VERSION,
            "harness": __version__,
            "secrets": secrets,
            "left_out": [] if secrets else list(LEFT_OUT),
            "clock": {"moment": moment, "ahead": moment - machine.time()},
        }
        encoder.put(json.dumps(head, indent=1).removesuffix("\n}") + ',\n "contents": {')
        comma = "\n"
        for name, part in vars(contents).items():
            if name in _LEFT_OUT_IF_EMPTY and not part:
                continue
            encoder.put(f'{comma}  "{name}": ')
            # Drawn on in every pause, and no id may be drawn twice.
            encoder.encode(service.random.exported() if secrets and name == "random" else part)
            comma = ",\n"
        encoder.put("\n }\n}\n")
        users = sum(len(copies[id(pool.users)][-1]) for pool in contents.pools.values())
    copies.clear()
    encoder.end()
    return Written(encoder.texts(), len(contents.pools), users)


def _copies(pools: Mapping[str, Pool], held: ExitStack, *, secrets: bool) -> dict[int, Any]:
    """Return the users and the tokens of each pool as they are now, by the id of their object.

    Until ``held`` is closed, it also gets the attributes of users that change.
    """
    copies: dict[int, Any] = {}
    for pool in pools.values():
        copies[id(pool.users)] = held.enter_context(pool.users.held(copies))
        if secrets:
            copies[id(pool.grants)] = pool.grants.exported()
    return copies


def import_state(service: Service, document: Any, *, machine: Clock | None = None) -> None:
    """Load a state into an empty service, which stays empty if that fails.

    Raises:
        StateError: the document is not one that `export_state` makes.
    """
    _check_head(document)
    contents = _decoded(document.get("contents"))
    clock = document["clock"]
    _restore_random(service, contents.random, clock["moment"])
    _plan_faults(service, contents)
    _fill(service, contents)
    _set_clock(service, clock["ahead"], machine or SystemClock())
    service.imports_run = any(
        job.is_active for pool in service.pools.values() for job in pool.import_jobs.values()
    )
    if not document["secrets"]:
        replace_client_secrets(service)


def _plan_faults(service: Service, contents: _Contents) -> None:
    """Plan the faults again; a profile of the settings goes before the one of the state."""
    profile = contents.fault_profile
    try:
        if profile is not None:
            profile.check()
        for fault in contents.faults:
            service.faults.plan(fault)
    except ValueError as problem:
        service.faults.clear()
        raise StateError(f"faults: {problem}") from problem
    if not service.settings.faults:
        service.faults.set_profile(profile)


def _fill(service: Service, contents: _Contents) -> None:
    with service.lock:
        for pool in contents.pools.values():
            service.add_pool(pool)
            service.clients.update(pool.clients)
        for message, names in contents.outbox:
            service.outbox.put(message, names)
        for late in contents.late_messages:
            service.outbox.send_later(late.message, late.names, late.due)
        service.sessions.imported(contents.sessions)
        service.device_sign_ins.imported(contents.device_sign_ins)
        service.passkey_registrations.imported(contents.passkey_registrations)
        service.login_transactions.imported(contents.login_transactions)
        service.browser_sessions.imported(contents.browser_sessions)
        service.authorization_codes.imported(contents.authorization_codes)
        service.pages.imported(contents.pages)
        service.srp_challenges.imported(contents.srp_challenges, contents.made_up_users_key)


def _collect(service: Service, *, secrets: bool) -> _Contents:
    contents = _Contents(dict(service.pools), list(service.faults.planned))
    profile = service.faults.profile
    contents.fault_profile = None if profile is None else profile.exported()
    if secrets:
        challenges, key = service.srp_challenges.exported()
        contents.outbox, contents.late_messages = service.outbox.exported()
        contents.sessions = service.sessions.exported()
        contents.srp_challenges = challenges
        contents.device_sign_ins = service.device_sign_ins.exported()
        contents.passkey_registrations = service.passkey_registrations.exported()
        contents.login_transactions = service.login_transactions.exported()
        contents.browser_sessions = service.browser_sessions.exported()
        contents.authorization_codes = service.authorization_codes.exported()
        contents.pages = service.pages.exported()
        contents.made_up_users_key = key
    return contents


def _check_head(document: Any) -> None:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise StateError(f"it is not a {FORMAT}")
    version = document.get("version")
    # 1.0 and true are equal to 1 in Python, but no emulator writes them.
    if type(version) is not int or version != VERSION:
        raise StateError(
            f"it has version {version!r}, written by {document.get('harness')!r};"
            f" {__version__} reads version {VERSION}"
        )
    clock = document.get("clock")
    names = {"moment", "ahead"}
    if not isinstance(clock, dict) or set(clock) != names or not fits(clock, dict[str, float]):
        raise StateError("its clock must have moment and ahead, both numbers of seconds")
    if not 0 <= clock["moment"] <= LAST_MOMENT or not abs(clock["ahead"]) <= LAST_MOMENT:
        raise StateError("its clock is out of range; moment must be from 1970 to the year 9999")
    if not isinstance(document.get("secrets"), bool):
        raise StateError("its member secrets must be true or false")


def _decoded(contents: Any) -> _Contents:
    if not isinstance(contents, dict) or not {"pools", "faults"} <= set(contents) <= set(_TYPES):
        raise StateError("its contents must be the parts of a state, pools and faults at least")
    decoder = Decoder()
    parts: dict[str, Any] = {}
    # In the order of the file, because later parts refer to earlier ones.
    for name, part in contents.items():
        parts[name] = decoder.decode(part, name)
        if not fits(parts[name], _TYPES[name]):
            raise StateError(f"{name} has a value of the wrong type")
    return _Contents(**parts)


def _set_clock(service: Service, ahead: float, machine: Clock) -> None:
    """Set the clock as far ahead of the machine's as before, also if that was set back.

    The machine's clock is the present that a test sees, which goes wherever the test goes.
    """
    service.clock.set(min(max(machine.time() + ahead, 0.0), LAST_MOMENT))


def _restore_random(service: Service, random: tuple[Any, ...] | None, moment: float) -> None:
    """Continue a seeded sequence, or change it, so that no id is ever drawn twice."""
    if random is None:
        service.random.turn_off(repr(moment))
        return
    try:
        service.random.imported(random)
    except (TypeError, ValueError) as problem:
        raise StateError("random is not the state of a random generator") from problem
