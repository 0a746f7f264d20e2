"""The control surface of a served emulator, for tests only, under ``/_harness/``.

Its path is separate from Cognito's protocol, so no response can be mistaken for one of Cognito's.
It takes and returns JSON, and has a browser page; `harness.emulator.control.access` decides who
may use it.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import parse_qs

from harness.clock import LAST_MOMENT
from harness.emulator.control import page
from harness.emulator.control.access import PRIVATE_HEADERS, Sender, refusal
from harness.emulator.control.domains import browsers, domains
from harness.emulator.http.sources import AllowedSources
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.stores.fault_profile import FaultProfile
from harness.emulator.stores.faults import Fault
from harness.errors import ConfigurationError, HarnessError
from harness.version import __version__

if TYPE_CHECKING:
    from harness.emulator.engine import Engine

PREFIX = "/_harness/"
_THIS_MACHINE = AllowedSources()
#: The attributes that codes are sent to.
_CONTACTS = ("email", "phone_number")


class BadControlRequest(ValueError):
    """A control request that cannot be carried out; the text says what is allowed.

    Args:
        text: what is wrong, and what is allowed.
        more: more members of the response.
    """

    def __init__(self, text: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(text)
        self._more = more or {}

    def described(self) -> dict[str, Any]:
        """Return the members of the response."""
        return {"error": str(self), **self._more}


@dataclass(frozen=True)
class ControlRequest:
    """One control request.

    Attributes:
        engine: the engine that it controls.
        query: the parameters of the query string.
        body: the members of the JSON body.
    """

    engine: Engine
    query: Mapping[str, str]
    body: Mapping[str, Any]


def handle(
    engine: Engine,
    method: str,
    path: str,
    query: str,
    body: bytes,
    sender: Sender,
    sources: AllowedSources = _THIS_MACHINE,
) -> HttpAnswer:
    """Carry out one control request and return its response."""
    name = path.removeprefix(PREFIX).strip("/")
    if name == "health" and method == "HEAD":
        method = "GET"
    refused = refusal(method, sender, sources, is_form=page.is_form(method, name))
    if refused is not None:
        if (method, name) == ("GET", "health"):
            # Monitors call it by any name, so it says nothing about the emulator to strangers.
            return _json({"status": "ok"})
        status, reason = refused
        return _json({"error": reason}, status)
    asked = page.PageRequest(engine, method, name, _query(query), body, sender.if_none_match)
    view = page.answer(asked)
    if view is not None:
        return view
    route = ROUTES.get((method, name))
    if route is None:
        routes = ", ".join(f"{verb} {PREFIX}{name}" for verb, name in sorted(ROUTES))
        return _json({"error": f"no such control: {method} {path}; use one of: {routes}"}, 404)
    try:
        return _json(route(ControlRequest(engine, _query(query), _body(body))))
    except BadControlRequest as problem:
        return _json(problem.described(), 400)
    except HarnessError as problem:
        return _json({"error": str(problem)}, 500)


def takes_long(method: str, path: str) -> bool:
    """Return whether a control request is too slow for other requests to wait for it.

    A form of the page may write the state, or call a trigger's handler.
    """
    name = path.removeprefix(PREFIX).strip("/")
    return (method, name) in _SLOW or page.is_form(method, name)


def health(request: ControlRequest) -> dict[str, Any]:
    """Report that the server runs, its version, and where it is more lenient than Cognito."""
    return {
        "status": "ok",
        "version": __version__,
        "loosened": request.engine.settings.loosened(),
    }


def outbox(request: ControlRequest) -> dict[str, Any]:
    """Return the sent messages, newest first, with their codes.

    If there are none, ``missing`` says whether the pool or the user does not exist.
    """
    allowed = {"username", "user_pool_id", "kind"}
    _refuse_unknown(request.query, allowed)
    messages = request.engine.outbox.messages(**{name: request.query.get(name) for name in allowed})
    return {
        "messages": [dataclasses.asdict(message) for message in messages],
        "missing": None if messages else _missing(request),
    }


def _missing(request: ControlRequest) -> str | None:
    """Return which pool or user of a query does not exist, as a sentence."""
    engine, pool_id = request.engine, request.query.get("user_pool_id")
    username = request.query.get("username")
    if pool_id is not None and pool_id not in engine.pools:
        return f"there is no user pool {pool_id!r}"
    pools = list(engine.pools.values()) if pool_id is None else [engine.pools[pool_id]]
    if username is None or engine.outbox.messages(username=username, user_pool_id=pool_id):
        return None
    if any(engine.find_user(pool, username) or pool.users.by_sub(username) for pool in pools):
        return None
    values = (pool.users.by_value(name, username) for pool in pools for name in _CONTACTS)
    where = "" if pool_id is None else f" in {pool_id}"
    return None if any(values) else f"there is no user {username!r}{where}"


def show_clock(request: ControlRequest) -> dict[str, Any]:
    """Return the emulator's time."""
    clock = request.engine.clock
    return {"time": clock.time(), "now": clock.now().isoformat()}


def move_clock(request: ControlRequest) -> dict[str, Any]:
    """Move the emulator's clock forward by ``advance_seconds``, or to ``time``, also back."""
    _refuse_unknown(request.body, {"advance_seconds", "time"})
    if "time" in request.body:
        return _set_clock(request)
    seconds = request.body.get("advance_seconds")
    if not _is_number(seconds) or not seconds >= 0:
        raise BadControlRequest(
            f"advance_seconds is {seconds!r}; it must be a number of seconds, at least 0"
        )
    if seconds > LAST_MOMENT - request.engine.clock.time():
        raise BadControlRequest(
            f"advance_seconds is {seconds!r}; the clock cannot go beyond the year 9999"
        )
    request.engine.clock.advance(seconds)
    return show_clock(request)


def _set_clock(request: ControlRequest) -> dict[str, Any]:
    moment = request.body["time"]
    if "advance_seconds" in request.body:
        raise BadControlRequest("advance_seconds and time are both given; use one of them")
    if not _is_number(moment) or not 0 <= moment <= LAST_MOMENT:
        raise BadControlRequest(
            f"time is {moment!r}; it must be in epoch seconds, in the years 1970 to 9999"
        )
    request.engine.clock.set(moment)
    return show_clock(request)


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def show_faults(request: ControlRequest) -> dict[str, Any]:
    """Return the planned faults, and the fault profile with how often each rule has struck."""
    faults = request.engine.faults
    planned = [dataclasses.asdict(fault) for fault in list(faults.planned)]
    return {"planned": planned, "profile": _profile_shown(faults.profile)}


def _profile_shown(profile: FaultProfile | None) -> dict[str, Any] | None:
    if profile is None:
        return None
    rules = [{**dataclasses.asdict(rule), "text": rule.text()} for rule in profile.rules]
    return {"text": profile.text(), "seed": profile.seed, "rules": rules}


def plan_faults(request: ControlRequest) -> dict[str, Any]:
    """Plan a fault from the members of `Fault`, or cancel all of them with ``{"clear": true}``.

    A member ``profile`` is a fault profile instead: its compact form, the members of its file, or
    null to turn it off.
    """
    faults = request.engine.faults
    if "profile" in request.body:
        return _set_profile(request)
    if request.body.get("clear"):
        faults.clear()
        return {"planned": 0}
    members = {field.name for field in dataclasses.fields(Fault)}
    _refuse_unknown(request.body, members | {"clear", "profile"})
    planned = {name: value for name, value in request.body.items() if name != "clear"}
    try:
        faults.plan(Fault(**planned))
    except (TypeError, ValueError) as problem:
        raise BadControlRequest(str(problem)) from None
    return {"planned": len(faults.planned)}


def _set_profile(request: ControlRequest) -> dict[str, Any]:
    from harness.emulator.stores.fault_profile_text import profile_of, read_profile

    _refuse_unknown(request.body, {"profile"})
    given, seed = request.body["profile"], request.engine.settings.seed
    profile: FaultProfile | None = None
    try:
        if isinstance(given, dict):
            profile = profile_of(given, "profile", seed)
        elif isinstance(given, str) and not given.strip().lower().endswith(".toml"):
            profile = read_profile(given, "profile", seed)
        elif given is not None:
            raise BadControlRequest(
                f"profile is {given!r}; it must be the compact form, the members of a file, or null"
            )
    except ConfigurationError as problem:
        raise BadControlRequest(str(problem)) from None
    request.engine.faults.set_profile(profile)
    return {"profile": _profile_shown(profile)}


def show_calls(request: ControlRequest) -> dict[str, Any]:
    """Return how many calls have ended, by operation and outcome."""
    return {"calls": request.engine.call_log.counts()}


def show_refusal(request: ControlRequest) -> dict[str, Any]:
    """Return the reason for which a recent call was refused, by the request id of its response."""
    _refuse_unknown(request.query, {"request_id"})
    request_id = request.query.get("request_id", "")
    if not request_id:
        raise BadControlRequest("request_id is missing; give that of the refused response")
    return {"reason": request.engine.call_log.why_refused(request_id)}


def show_quotas(request: ControlRequest) -> dict[str, Any]:
    """Return whether the request quotas apply."""
    return {"enabled": request.engine.quotas.enabled}


def switch_quotas(request: ControlRequest) -> dict[str, Any]:
    """Switch the request quotas on or off."""
    _refuse_unknown(request.body, {"enabled"})
    enabled = request.body.get("enabled")
    if not isinstance(enabled, bool):
        raise BadControlRequest(f"enabled is {enabled!r}; it must be true or false")
    request.engine.quotas.enabled = enabled
    return show_quotas(request)


def save_state(request: ControlRequest) -> dict[str, Any]:
    """Write the state to its file now."""
    _refuse_unknown(request.body, set())
    file = request.engine.state_file
    if file is None:
        raise BadControlRequest(
            "there is no state file; start the emulator with serve --state FILE"
        )
    return dataclasses.asdict(file.save(request.engine))


def reset(request: ControlRequest) -> dict[str, Any]:
    """Delete all pools, users and messages, and cancel all planned faults; a profile stays."""
    request.engine.reset()
    request.engine.faults.clear()
    return {}


def seed(request: ControlRequest) -> dict[str, Any]:
    """Make the pools of a seed, or those of the emulator's own again if the body is empty."""
    # Few emulators are seeded, and this needs more than everything else here.
    from harness.emulator.seeds import SeedRefused, apply_seed, apply_seed_again

    engine, body = request.engine, request.body
    _refuse_unknown(body, {"document", "configurations"})
    try:
        report = apply_seed(engine, body) if body else apply_seed_again(engine)
    except SeedRefused as problem:
        raise BadControlRequest(str(problem), problem.described()) from None
    except ConfigurationError as problem:
        raise BadControlRequest(str(problem)) from None
    if report is None:
        raise BadControlRequest(
            "there is no seed; start the emulator with serve --seed-file FILE, or send a document"
        )
    return dataclasses.asdict(report)


def export(request: ControlRequest) -> dict[str, Any]:
    """Return all pools as a seed document; with ``secrets=true`` also passwords and keys."""
    from harness.emulator.seeds import export_seed  # see `seed`

    _refuse_unknown(request.query, {"secrets"})
    wanted = request.query.get("secrets", "false")
    if wanted not in ("true", "false"):
        raise BadControlRequest(f"secrets is {wanted!r}; it must be true or false")
    exported = export_seed(request.engine, secrets=wanted == "true")
    return {"document": exported.document, "notes": list(exported.notes)}


def show_domains(request: ControlRequest) -> dict[str, Any]:
    """Return each domain with an address to sign in at for each app client, and who is signed in.

    ``user_pool_id`` limits it to one pool.
    """
    _refuse_unknown(request.query, {"user_pool_id"})
    engine, pool_id = request.engine, request.query.get("user_pool_id")
    if pool_id is not None and pool_id not in engine.pools:
        raise BadControlRequest(f"there is no user pool {pool_id!r}")
    pools = list(engine.pools.values()) if pool_id is None else [engine.pools[pool_id]]
    signed_in = [each for pool in pools for each in browsers(engine, pool)]
    return {
        "domains": [dataclasses.asdict(domain) for domain in domains(engine, pools)],
        "browsers": [dataclasses.asdict(browser) for browser in signed_in],
    }


#: The controls that other requests must not wait for.
_SLOW = frozenset({("POST", "state"), ("POST", "seed"), ("GET", "export")})

Route = Callable[[ControlRequest], dict[str, Any]]
ROUTES: dict[tuple[str, str], Route] = {
    ("GET", "health"): health,
    ("GET", "outbox"): outbox,
    ("GET", "clock"): show_clock,
    ("POST", "clock"): move_clock,
    ("GET", "faults"): show_faults,
    ("POST", "faults"): plan_faults,
    ("GET", "calls"): show_calls,
    ("GET", "refusal"): show_refusal,
    ("GET", "quotas"): show_quotas,
    ("POST", "quotas"): switch_quotas,
    ("POST", "reset"): reset,
    ("POST", "state"): save_state,
    ("POST", "seed"): seed,
    ("GET", "export"): export,
    ("GET", "domains"): show_domains,
}


def _query(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text).items()}


def _body(body: bytes) -> dict[str, Any]:
    try:
        members = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise BadControlRequest("the body is not JSON") from None
    if not isinstance(members, dict):
        raise BadControlRequest("the body is not a JSON object")
    return members


def _refuse_unknown(members: Mapping[str, Any], allowed: set[str]) -> None:
    unknown = sorted(set(members) - allowed)
    if unknown:
        raise BadControlRequest(
            f"unknown: {', '.join(unknown)}; allowed: {', '.join(sorted(allowed))}"
        )


def _json(value: dict[str, Any], status: int = 200) -> HttpAnswer:
    headers = {"Content-Type": "application/json", **PRIVATE_HEADERS}
    return HttpAnswer(status, json.dumps(value).encode(), headers)
