"""What a load run on AWS would use: calls, users, the least time and the cost."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from harness.flows.quotas import RATES, category_of
from harness.flows.usage import Usage
from harness.load.flow_names import Kind
from harness.load.numbers import Numbers
from harness.load.profile import LoadProfile

__all__ = ["CALLS_OF_FLOW", "estimate", "flows_a_second"]

_INITIATE, _RESPOND = "InitiateAuth", "RespondToAuthChallenge"
#: The calls of each flow, by the name of its Locust user.
CALLS_OF_FLOW: Mapping[str, Mapping[str, int]] = {
    "SignUpStorm": {"SignUp": 1},
    "SrpSignIn": {_INITIATE: 1, _RESPOND: 1},
    "TotpSignIn": {_INITIATE: 1, _RESPOND: 2},
    "RememberedDeviceSignIn": {_INITIATE: 1, _RESPOND: 3},
    "Refresh": {_INITIATE: 1},
    "WrongCodeProbing": {_INITIATE: 1, _RESPOND: 2},
}
_CREATED = {"AdminCreateUser": 1, "AdminSetUserPassword": 1, _INITIATE: 1, _RESPOND: 1}
_ENROLLED = {"AssociateSoftwareToken": 1, "VerifySoftwareToken": 1, "SetUserMFAPreference": 1}
_PREPARED: Mapping[Kind, Mapping[str, int]] = {
    Kind.PASSWORD: _CREATED,
    Kind.TOTP: {**_CREATED, **_ENROLLED},
    Kind.DEVICE: {**_CREATED, **_ENROLLED, "ConfirmDevice": 1, _INITIATE: 2, _RESPOND: 3},
}
_POOL = ("CreateUserPool", "SetUserPoolMfaConfig", "CreateUserPoolClient", "DeleteUserPool")


def flows_a_second(profile: LoadProfile, users: float, share: float) -> float:
    """Return how many flows can begin in a second: by the users, and by the quotas.

    Args:
        profile: the mix of flows, and the pace of the users.
        users: the number of users.
        share: the share of the default quotas that the run keeps to.
    """
    total = sum(profile.weights.values())
    calls: Counter[str] = Counter()
    for name, weight in profile.weights.items():
        for operation, count in CALLS_OF_FLOW[name].items():
            calls[category_of(operation) or ""] += count * weight / total  # type: ignore[assignment]
    throughput = profile.pace.throughput
    by_users = math.inf if throughput is None else users * throughput
    by_quotas = (RATES[name] * share / count for name, count in calls.items() if count)
    return min([by_users, *by_quotas])


def estimate(
    profile: LoadProfile,
    numbers: Numbers,
    *,
    users: int,
    seconds: float,
    share: float,
    makes_pool: bool,
) -> Usage:
    """Return the most that a run uses.

    Args:
        profile: the mix of flows.
        numbers: the people to prepare.
        users: the number of Locust users.
        seconds: length of the run, without preparation and removal.
        share: the share of the default quotas that the run keeps to.
        makes_pool: whether the run makes its pool; otherwise it deletes each user.
    """
    operations: Counter[str] = Counter()
    for kind in Kind:
        for operation, count in _PREPARED[kind].items():
            operations[operation] += count * numbers.of(kind)
    flows = flows_a_second(profile, users, share) * seconds
    total = sum(profile.weights.values())
    for name, weight in profile.weights.items():
        for operation, count in CALLS_OF_FLOW[name].items():
            operations[operation] += count * math.ceil(flows * weight / total)
    made = operations["AdminCreateUser"] + operations["SignUp"]
    operations.update(_POOL if makes_pool else {"AdminDeleteUser": made})
    calls: Counter[str] = Counter()
    for operation, count in operations.items():
        calls[category_of(operation) or "other"] += count
    return Usage(calls=+calls, users=made, pools=int(makes_pool))
