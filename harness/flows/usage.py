"""What a run uses: calls by category, users, pools and e-mails, and what that takes and costs."""

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

__all__ = ["PLANS", "Plan", "Usage", "UsageMeter"]

_SERVICE = "cognito-identity-provider"
_OTHER = "other"
#: What has Cognito send a message, if the pool has somewhere to send it to.
_SENDING = frozenset(
    {
        "AdminResetUserPassword",
        "ForgotPassword",
        "GetUserAttributeVerificationCode",
        "ResendConfirmationCode",
    }
)


@dataclass(frozen=True)
class Plan:
    """A feature plan of Cognito, and what a monthly active user costs in it, in US dollars."""

    name: str
    dollars_a_user: float
    free_users: int

    def cost(self, users: int) -> float:
        """Return what so many users cost, if the account has had no others this month."""
        return max(0, users - self.free_users) * self.dollars_a_user


#: Prices as danguisinger.com gives them, seen 2026-11-22; the first tier, and Cognito's free users.
#: The bill is decided by https://aws.amazon.com/cognito/pricing/.
PLANS = (
    Plan("Lite", 0.0055, 10_000),
    Plan("Essentials", 0.015, 10_000),
    Plan("Plus", 0.02, 0),
)


@dataclass
class Usage:
    """What was used, which can be added up.

    Attributes:
        calls: how many calls of each category.
        users: how many users were made; deleting one does not take it off the month's bill.
        pools: how many user pools were made.
        messages: how many e-mails and SMS messages were asked for.
    """

    calls: Counter[str] = field(default_factory=Counter)
    users: int = 0
    pools: int = 0
    messages: int = 0

    def __add__(self, other: Usage) -> Usage:
        """Return both together."""
        return Usage(
            self.calls + other.calls,
            self.users + other.users,
            self.pools + other.pools,
            self.messages + other.messages,
        )

    def as_record(self) -> dict[str, Any]:
        """Return it as plain data, for other processes."""
        return {
            "calls": dict(self.calls),
            "users": self.users,
            "pools": self.pools,
            "messages": self.messages,
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Usage:
        """Return what :meth:`as_record` gave."""
        return cls(Counter(record["calls"]), record["users"], record["pools"], record["messages"])

    def least_seconds(self, share: float) -> float:
        """Return how long the calls take at least, with a share of each default quota."""
        return max(
            (count / (RATES[name] * share) for name, count in self.calls.items() if name in RATES),
            default=0.0,
        )

    def lines(self, share: float) -> list[str]:
        """Return what a person wants to know before it happens."""
        total = sum(self.calls.values())
        seconds = math.ceil(self.least_seconds(share))
        costs = (
            f"{plan.name} ${plan.cost(self.users):,.2f} (${plan.dollars_a_user:g} a user, "
            f"{f'{plan.free_users:,}' if plan.free_users else 'none'} free)"
            for plan in PLANS
        )
        return [
            f"{self.users} users, {self.pools} user pools, {total} calls, {self.messages} messages",
            *(self._category(name, count, share) for name, count in self.calls.most_common()),
            f"at least {seconds} s, at {share:.0%} of the default quotas",
            "monthly active users, if the account has no others: " + "; ".join(costs),
            f"messages: Cognito's own sender sends {EMAILS_A_DAY} e-mails a day",
        ]

    def _category(self, name: str, count: int, share: float) -> str:
        if name not in RATES:
            return f"  {name}: {count} calls"
        rate = RATES[name] * share
        return f"  {name}: {count} calls, {count / rate:.1f} s at {rate:g} a second"


class UsageMeter:
    """Counts what a client uses."""

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
            self.usage.users += model.name == "SignUp"
            self.usage.users += model.name == "AdminCreateUser" and action != "RESEND"
            self.usage.pools += model.name == "CreateUserPool"
            self.usage.messages += sends or invites
