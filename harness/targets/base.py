"""What a target is: the Cognito that a run talks to, what it can do, and which one to take."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from harness.clock import Clock
    from harness.emulator.triggers import Triggers
    from harness.targets.account import Identity
    from harness.targets.faults import Faults
    from harness.users.mailboxes.base import Mailbox

__all__ = ["Accounted", "Capability", "SaysWhy", "TakesTriggers", "Target"]


class Capability(Enum):
    """Something that not every target can do; the values are what ``cognito_needs`` takes."""

    #: The clock can be moved, so that codes, sessions and tokens expire at once.
    CLOCK = "clock"
    #: What Cognito sends to people can be read.
    OUTBOX = "outbox"
    #: Pools and app clients can be made, and are deleted again.
    PROVISIONING = "provisioning"
    #: The signed operations can be called: Admin*, ListUsers, DescribeUserPool.
    ADMIN = "admin"
    #: Failures can be planned.
    FAULTS = "faults"
    #: The answers are written beforehand; there is no service.
    SCRIPTED = "scripted"


class Target(Protocol):
    """A Cognito, and the means to use it."""

    @property
    def name(self) -> str:
        """What ``--cognito-target`` calls it."""
        ...

    @property
    def region(self) -> str:
        """The AWS region that the clients are made for."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it can do; of a target outside of this process, known once it is started."""
        ...

    @property
    def clock(self) -> Clock:
        """The time by which the service judges codes, sessions and tokens."""
        ...

    def describe(self) -> dict[str, str]:
        """Return what the report's header says about it, before it is started as well."""
        ...

    def check(self) -> None:
        """Look whether it could be started, without doing it.

        Raises:
            ConfigurationError: it could not.
        """
        ...

    def start(self) -> None:
        """Make it ready for use.

        Raises:
            ConfigurationError: the surroundings do not serve.
        """
        ...

    def stop(self) -> None:
        """Give back what it holds; stopping twice does nothing."""
        ...

    def client(self) -> CognitoIdentityProviderClient:
        """Return the one boto3 client of this target; it is shared and thread-safe."""
        ...

    def mailbox(self, user_pool_id: str) -> Mailbox:
        """Return the mailbox of the people of one user pool.

        Raises:
            MissingCapability: what this service sends cannot be read.
        """
        ...

    def faults(self) -> Faults:
        """Return the means to let operations fail.

        Raises:
            MissingCapability: nothing can be planned here.
        """
        ...


@runtime_checkable
class TakesTriggers(Protocol):
    """A target that may start an emulator of its own, in which Lambda handlers can take part."""

    #: Given before the start; an emulator that was served already has its own.
    triggers: Triggers | None


@runtime_checkable
class SaysWhy(Protocol):
    """A target that has found out why it lacks something."""

    def reason_without(self, capability: Capability) -> str | None:
        """Return why it lacks the capability, as far as it knows."""
        ...


@runtime_checkable
class Accounted(Protocol):
    """A target whose belongings outlive the run, and which somebody pays for."""

    @property
    def identity(self) -> Identity | None:
        """Whom the credentials stand for; ``None`` where nothing is signed."""
        ...

    def place(self) -> dict[str, str]:
        """Return account, region and endpoint, by which a journal knows where it belongs."""
        ...

    @property
    def attempts(self) -> int | None:
        """How often the user has said that a call is to be made."""
        ...

    @property
    def clock(self) -> Clock:
        """The machine's clock."""
        ...

    def client(self) -> CognitoIdentityProviderClient:
        """Return the one boto3 client."""
        ...
