"""The usage of a run: its calls, users, pools and messages, and what they take and cost."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.flows.quotas import EMAILS_A_DAY, RATES, category_of

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["MAKES_USERS", "PLANS", "FeaturePlan", "Usage", "UsageMeter", "makes_user"]

_SERVICE = "cognito-identity-provider"
_OTHER = "other"
#: The operations that make Cognito send a message, if the pool can send messages.
_SENDING = frozenset(
    {
        "AdminResetUserPassword",
        "ForgotPassword",
        "GetUserAttributeVerificationCode",
        "ResendConfirmationCode",
    }
)


#: The operations that make a user.
MAKES_USERS = ("SignUp", "AdminCreateUser")


@dataclass(frozen=True)
class FeaturePlan:
    """A feature plan of Cognito, and its price per monthly active user in US dollars."""

    name: str
    dollars_a_user: float
    free_users: int

    def cost(self, users: int) -> float:
        """Return the cost of ``users`` users, if the account has no others in the month."""
        return max(0, users - self.free_users) * self.dollars_a_user


#: Prices of the first tier and free users according to danguisinger.com, read on 2026-11-22.
#: The official prices: https://aws.amazon.com/cognito/pricing/.
PLANS = (
    FeaturePlan("Lite", 0.0055, 10_000),
    FeaturePlan("Essentials", 0.015, 10_000),
    FeaturePlan("Plus", 0.02, 0),
)


@dataclass
class Usage:
    """The usage of a run or a worker; usages can be added.

    Attributes:
        calls: number of calls of each category.
        users: number of users made; a deleted user stays on the bill of the month.
        pools: number of user pools made.
        messages: number of emails and SMS messages requested.
    """

    calls: Counter[str] = field(default_factory=Counter)
    users: int = 0
    pools: int = 0
    messages: int = 0

    def __add__(self, other: Usage) -> Usage:
        """Return the sum of both."""
        return Usage(
            self.calls + other.calls,
            self.users + other.users,
            self.pools + other.pools,
            self.messages + other.messages,
        )

    def as_record(self) -> dict[str, Any]:
        """Return the usage as plain data, for other processes."""
        return {
            "calls": dict(self.calls),
            "users": self.users,
            "pools": self.pools,
            "messages": self.messages,
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Usage:
        """Return the usage of a record from :meth:`as_record`."""
        return cls(Counter(record["calls"]), record["users"], record["pools"], record["messages"])

    def least_seconds(self, share: float) -> float:
        """Return the least time for the calls, with a share of each default quota."""
        return max(
            (count / (RATES[name] * share) for name, count in self.calls.items() if name in RATES),
            default=0.0,
        )

    def lines(self, share: float) -> list[str]:
        """Return the usage as lines of text, with time and costs."""
        total = sum(self.calls.values())
        seconds = math.ceil(self.least_seconds(share))
        costs = (
            f"{plan.name} ${plan.cost(self.users):,.2f} (${plan.dollars_a_user:g} per user, "
            f"{f'{plan.free_users:,}' if plan.free_users else 'none'} free)"
            for plan in PLANS
        )
        return [
            ", ".join(
                (
                    _counted(self.users, "user"),
                    _counted(self.pools, "user pool"),
                    _counted(total, "call"),
                    _counted(self.messages, "message"),
                )
            ),
            *(self._category(name, count, share) for name, count in self.calls.most_common()),
            f"at least {seconds} s, at {share:.0%} of the default quotas",
            "monthly active users, if the account has no others: " + "; ".join(costs),
            f"messages: Cognito's own sender sends up to {EMAILS_A_DAY} emails a day",
        ]

    def _category(self, name: str, count: int, share: float) -> str:
        if name not in RATES:
            return f"  {name}: {_counted(count, 'call')}"
        rate = RATES[name] * share
        return f"  {name}: {_counted(count, 'call')}, {count / rate:.1f} s at {rate:g} per second"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def makes_user(operation: str, message_action: str | None) -> bool:
    """Return whether a call makes a user.

    AdminCreateUser with MessageAction RESEND only invites an existing user again (A056).
    """
    return operation in MAKES_USERS and message_action != "RESEND"


class UsageMeter:
    """Counts the usage of a client."""

    def __init__(self) -> None:
        self.usage = Usage()
        self._lock = threading.Lock()

    def attach(self, client: CognitoIdentityProviderClient) -> None:
        """Count the calls of ``client`` from now on."""
        client.meta.events.register(f"provide-client-params.{_SERVICE}", self._called)
        client.meta.events.register(f"after-call.{_SERVICE}", self._answered)

    def _called(self, params: Mapping[str, Any], model: Any, context: Any, **_: Any) -> None:
        context["harness-usage"] = params.get("MessageAction")
        with self._lock:
            self.usage.calls[category_of(model.name) or _OTHER] += 1

    def _answered(
        self, http_response: Any, parsed: Mapping[str, Any], model: Any, context: Any, **_: Any
    ) -> None:
        if http_response.status_code >= 300:
            return
        action = context.get("harness-usage")
        sends = model.name in _SENDING or "CodeDeliveryDetails" in parsed
        invites = model.name == "AdminCreateUser" and action != "SUPPRESS"
        with self._lock:
            self.usage.users += makes_user(model.name, action)
            self.usage.pools += model.name == "CreateUserPool"
            self.usage.messages += sends or invites
