"""The protocol of a target: the service that a run tests, and what it can do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.clock import Clock
    from harness.emulator.triggers import TriggerHandlers
    from harness.targets.account import Identity
    from harness.targets.faults import Faults
    from harness.users.mailboxes.base import Mailbox

__all__ = [
    "AccountTarget",
    "AppCall",
    "AppCallListener",
    "Capability",
    "ExplainsRefusals",
    "ForgetsUsers",
    "PlantsSeeds",
    "SaysWhy",
    "SeesCallsOfApps",
    "TakesTriggers",
    "Target",
]


class Capability(Enum):
    """Something that not every target can do; ``cognito_needs`` takes the values."""

    #: The clock can be moved, so that codes, sessions and tokens expire at once.
    CLOCK = "clock"
    #: The messages that Cognito sends to users can be read.
    OUTBOX = "outbox"
    #: Pools and app clients can be made and deleted.
    PROVISIONING = "provisioning"
    #: Pools can be made that send text messages and emails by senders of their own.
    SENDERS = "senders"
    #: The operations that need AWS credentials can be called: Admin*, ListUsers, DescribeUserPool.
    ADMIN = "admin"
    #: Failures can be planned.
    FAULTS = "faults"
    #: The responses come from a script; there is no service.
    SCRIPTED = "scripted"


@dataclass(frozen=True)
class AppCall:
    """One call of a client that is not the target's own, as the service has seen it.

    Attributes:
        operation: name of the operation in Cognito's API.
        parameters: members of the request, with their secrets; empty if it was not JSON.
        outcome: ``ok``, or the error code.
        message: text of the error; empty without an error.
        answer: members of the response, with their secrets; empty after an error.
        request_id: request id of the response; empty without a response.
        started_at: when it began, in epoch seconds by the target's clock.
        latency_seconds: how long the service took, in real time.
    """

    operation: str
    parameters: dict[str, Any] = field(repr=False)
    outcome: str
    message: str = field(repr=False)
    answer: dict[str, Any] = field(repr=False)
    request_id: str
    started_at: float
    latency_seconds: float


AppCallListener: TypeAlias = Callable[[AppCall], None]


class Target(Protocol):
    """A service that speaks Cognito's API, and the means to use it."""

    @property
    def name(self) -> str:
        """Its name in ``--cognito-target``."""
        ...

    @property
    def region(self) -> str:
        """The AWS region of the clients."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it can do; for a target outside this process, known after it is started."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock by which codes, sessions and tokens expire."""
        ...

    @property
    def url(self) -> str:
        """The URL at which any client can call the service, such as that of an app under test.

        The emulator in this process is served on the loopback interface from the first use on.

        Raises:
            HarnessError: the target is not started.
            MissingCapability: there is no service.
        """
        ...

    def domain_url(self, domain: str) -> str:
        """Return the URL of the domain of a pool, without a slash at its end.

        Args:
            domain: the prefix, or the full name of a custom domain.

        Raises:
            HarnessError: the target is not started.
            MissingCapability: there is no service.
        """
        ...

    def describe(self) -> dict[str, str]:
        """Return the facts for the header; the target need not be started."""
        ...

    def check(self) -> None:
        """Check that the target can be started, without starting it.

        Raises:
            ConfigurationError: it cannot be started.
        """
        ...

    def start(self) -> None:
        """Make the target ready for use.

        Raises:
            ConfigurationError: it cannot be started.
        """
        ...

    def stop(self) -> None:
        """Release what the target holds; stopping twice does nothing."""
        ...

    def client(self) -> CognitoIdentityProviderClient:
        """Return the one boto3 client of this target; it is thread-safe."""
        ...

    def mailbox(self, user_pool_id: str) -> Mailbox:
        """Return the mailbox of the users of one pool.

        Raises:
            MissingCapability: the messages of this service cannot be read.
        """
        ...

    def faults(self) -> Faults:
        """Return the means to make operations fail.

        Raises:
            MissingCapability: failures of this service cannot be planned.
        """
        ...


@runtime_checkable
class PlantsSeeds(Protocol):
    """A target with an emulator of its own, which takes seeds."""

    def plant_seed(self, seed: Mapping[str, Any]) -> None:
        """Make the pools of a seed; those with the same ids are replaced.

        Raises:
            ConfigurationError: something in it is not allowed, and nothing is changed.
            HarnessError: the target is not started, or has no emulator of its own.
        """
        ...


@runtime_checkable
class TakesTriggers(Protocol):
    """A target that can start an emulator with trigger handlers."""

    #: Set before the start; an emulator that is already served has its own handlers.
    triggers: TriggerHandlers | None


@runtime_checkable
class ForgetsUsers(Protocol):
    """A target with an emulator of the run's own, which can be kept small."""

    def forget_users(self, user_pool_id: str, names: Collection[str]) -> None:
        """Delete users and everything that is kept of them, without any call of the API."""
        ...


@runtime_checkable
class SeesCallsOfApps(Protocol):
    """A target that sees each call of its service, whoever makes it, in whatever language."""

    def app_calls(self, listener: AppCallListener) -> AbstractContextManager[None] | None:
        """Tell a listener of each call inside the ``with`` block that is not of :meth:`client`.

        The listener is called in the thread that answers the call. ``None`` if the target cannot
        see the calls, such as those of an emulator that another process serves.
        """
        ...


@runtime_checkable
class ExplainsRefusals(Protocol):
    """A target that knows more about a refusal than Cognito's response says."""

    def why_refused(self, request_id: str) -> str:
        """Return why a call was refused, as the end of a sentence; empty if there is no more."""
        ...


@runtime_checkable
class SaysWhy(Protocol):
    """A target that knows why it lacks a capability."""

    def reason_without(self, capability: Capability) -> str | None:
        """Return why the target lacks the capability, or ``None`` if it does not know."""
        ...


@runtime_checkable
class AccountTarget(Protocol):
    """A target whose pools and users remain after the run, and cost money."""

    @property
    def identity(self) -> Identity | None:
        """The identity of the credentials; ``None`` if no request is signed."""
        ...

    def place(self) -> dict[str, str]:
        """Return account, region and endpoint; the journal records them."""
        ...

    @property
    def attempts(self) -> int | None:
        """How often to send a throttled call, or ``None`` if the user did not say."""
        ...

    @property
    def clock(self) -> Clock:
        """The machine's clock."""
        ...

    def client(self) -> CognitoIdentityProviderClient:
        """Return the one boto3 client."""
        ...
