"""Settings that are taken for others, while the service describes them as they were asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any, Literal

from harness.selfcheck.planting import Planter

__all__ = ["altered", "misheard"]

Place = Literal["pool", "client", "mfa"]

_MAKING = {
    "pool": ("CreateUserPool", "UpdateUserPool"),
    "client": ("CreateUserPoolClient", "UpdateUserPoolClient"),
    "mfa": ("SetUserPoolMfaConfig",),
}
_SHOWING = {
    "pool": ("CreateUserPool", "DescribeUserPool"),
    "client": ("CreateUserPoolClient", "UpdateUserPoolClient", "DescribeUserPoolClient"),
    "mfa": ("SetUserPoolMfaConfig", "GetUserPoolMfaConfig"),
}
_IDS = {"pool": "Id", "client": "ClientId", "mfa": "UserPoolId"}
_WHOLE = {"pool": "UserPool", "client": "UserPoolClient"}


def misheard(place: Place, path: str, move: Callable[[Any], Any]) -> Callable[[Planter], None]:
    """Return how to have a setting taken for another one.

    Args:
        place: whose setting it is.
        path: the member of the request, such as ``Policies.PasswordPolicy.MinimumLength``.
        move: returns the value in effect for the one that was asked for; ``None`` means absent.
    """

    def plant(planter: Planter) -> None:
        asked: dict[str, dict[str, Any]] = {}
        planter.handler(_MAKING[place], lambda original: _changing(original, place, path, move))
        # Wraps what is changed above: it sees what was asked for.
        planter.handler(_MAKING[place], lambda original: _noting(original, place, path, asked))
        planter.answer(
            _SHOWING[place], lambda _, request, answer: _show(place, request, answer, asked)
        )

    return plant


def altered(
    place: Literal["pool", "client"], change: Callable[[Any, str], None], *members: str
) -> Callable[[Planter], None]:
    """Return how to change what is kept of a new pool or client, which goes on showing what it was.

    Args:
        place: what is changed.
        change: changes it, given the service and the id.
        members: what is shown as it was asked for, until another request sets it.
    """

    def plant(planter: Planter) -> None:
        asked: dict[str, dict[str, Any]] = {}

        def make(service: Any, request: Any, answer: dict[str, Any]) -> None:
            shown, made = answer[_WHOLE[place]], _id(place, request, answer)
            asked[made] = {name: deepcopy(shown.get(name)) for name in members}
            change(service, made)

        planter.answer(f"Create{_WHOLE[place]}", make)
        planter.answer(
            f"Describe{_WHOLE[place]}",
            lambda _, request, answer: _show(place, request, answer, asked),
        )
        if place == "pool":
            planter.answer(
                "GetUserPoolMfaConfig",
                lambda _, request, answer: _show("mfa", request, answer, asked),
            )
        planter.answer(
            ("SetUserPoolMfaConfig", "UpdateUserPool")
            if place == "pool"
            else "UpdateUserPoolClient",
            lambda _, request, answer: _forget(place, request, answer, asked),
        )

    return plant


def _forget(place: Place, request: Any, answer: Any, asked: Mapping[str, dict[str, Any]]) -> None:
    """Drop what was asked for where a request sets it anew."""
    kept = asked.get(_id(place, request, answer), {})
    for name in [*kept]:
        if name in request.params:
            del kept[name]
    if place == "client":
        _show(place, request, answer, asked)


def _changing(original: Any, place: Place, path: str, move: Callable[[Any], Any]) -> Any:
    def changed(service: Any, request: Any) -> Any:
        params = deepcopy(request.params)
        if (
            place != "pool"
            or request.operation == "CreateUserPool"
            or _at(params, path) is not None
        ):
            _put(params, path, move(_at(params, path)))
        return original(service, replace(request, params=params))

    return changed


def _noting(original: Any, place: Place, path: str, asked: dict[str, dict[str, Any]]) -> Any:
    member = path.partition(".")[0]

    def noted(service: Any, request: Any) -> Any:
        answer = original(service, request)
        asked[_id(place, request, answer)] = {member: _truth(place, service, request, member)}
        return answer

    return noted


def _truth(place: Place, service: Any, request: Any, member: str) -> Any:
    """Return how a truthful service shows a member that was asked for."""
    from harness.emulator.rules.client_settings import client_settings_from
    from harness.emulator.rules.pool_settings import settings_at_creation

    params = deepcopy(request.params)
    if place == "pool":
        return settings_at_creation(params).get(member)
    if place == "client":
        pool = service.pools[params["UserPoolId"]]
        return client_settings_from(pool, params, has_secret=True).get(member)
    return params.get(member)


def _id(place: Place, request: Any, answer: Mapping[str, Any]) -> str:
    found = answer.get(_WHOLE.get(place, ""), {}).get(_IDS[place])
    params = request.params
    return str(found or params.get(_IDS[place]) or params.get("UserPoolId"))


def _show(place: Place, request: Any, answer: dict[str, Any], asked: Mapping[str, Any]) -> None:
    shown = answer[_WHOLE[place]] if place in _WHOLE else answer
    for member, value in asked.get(_id(place, request, answer), {}).items():
        if value is None:
            shown.pop(member, None)
        else:
            shown[member] = deepcopy(value)


def _at(params: Mapping[str, Any], path: str) -> Any:
    value: Any = params
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _put(params: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = path.split(".")
    inner = params
    for name in outer:
        inner = inner.setdefault(name, {})
    if value is None:
        inner.pop(last, None)
    else:
        inner[last] = value
