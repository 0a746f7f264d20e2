"""Users with everything they sign in with, and how they sign in in a variant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from harness import (
    Actions,
    AppClient,
    Authenticator,
    AuthFlow,
    Clock,
    Device,
    HarnessError,
    Mailbox,
    Person,
    PoolSpec,
    Progress,
    Secret,
    SignIn,
    SignInContext,
    SignInResult,
)
from scenarios.support.answers import expect_access, member_of
from scenarios.support.expectations import Situation
from scenarios.support.steps import expect_steps
from scenarios.support.variants import Flow, Variant

#: How USER_AUTH takes a password.
ByPassword = Literal["PASSWORD", "PASSWORD_SRP"]


@dataclass(frozen=True)
class Member:
    """A confirmed user, with an authenticator if the pool has MFA with TOTP.

    Attributes:
        mailbox: where the codes come that the service sends to them, for scenarios about these.
    """

    person: Person
    authenticator: Authenticator | None = None
    mailbox: Mailbox | None = None

    @property
    def second_factor(self) -> Authenticator:
        """The authenticator, in scenarios whose pools all have MFA."""
        if self.authenticator is None:
            raise HarnessError("the pool of this scenario has no MFA")
        return self.authenticator

    def with_password(self, new: Secret) -> Member:
        """Return the same member with another password."""
        return replace(self, person=self.person.with_password(new))

    def with_authenticator(self, authenticator: Authenticator | None) -> Member:
        """Return the same member with an authenticator."""
        return replace(self, authenticator=authenticator)

    def context(self, **more: Any) -> SignInContext:
        """Return what the member signs in with; ``more`` adds to it or replaces a part of it."""
        with_factor = {"authenticator": self.authenticator, "mailbox": self.mailbox, **more}
        return SignInContext.for_person(self.person, **with_factor)


class MemberSignIn:
    """Signs members in with the flow of the variant.

    Call it to sign in to the end, or use its methods to go step by step.

    Args:
        walker: signs users in.
        flow: how to start.
        variant: the pool, to know what a sign-in must ask; without it, that is not checked.
        preferred: PREFERRED_CHALLENGE, if the flow is USER_AUTH.
    """

    def __init__(
        self,
        walker: SignIn,
        flow: AuthFlow,
        variant: Variant | None = None,
        preferred: ByPassword | None = None,
    ) -> None:
        self.walker = walker
        self.flow = flow
        self.variant = variant
        self.preferred = preferred

    def through(self, actions: Actions) -> MemberSignIn:
        """Return the same sign-in through another app client."""
        walker = SignIn(actions, self.walker.engine, self.walker.clock)
        return MemberSignIn(walker, self.flow, self.variant, self.preferred)

    def with_clock(self, clock: Clock) -> MemberSignIn:
        """Return the same sign-in with another clock."""
        walker = SignIn(self.walker.actions, self.walker.engine, clock)
        return MemberSignIn(walker, self.flow, self.variant, self.preferred)

    def __call__(self, member: Member, **more: Any) -> SignInResult:
        """Sign in; ``more`` adds to what the member has, such as ``device``."""
        return self.walker.run(self.context(member, **more), self.flow)

    def context(self, member: Member, **more: Any) -> SignInContext:
        """Return what a member signs in with, and what they prefer if they have the choice."""
        if self.preferred is not None:
            more = {"preferred_challenge": self.preferred, **more}
        return member.context(**more)

    def works_for(
        self, member: Member, situation: Situation | None = None, **more: Any
    ) -> SignInResult:
        """Expect that a member signs in as the pool demands, and that the access token works.

        Args:
            member: who signs in.
            situation: what is true of them; by default they are enrolled if they have an
                authenticator, and a device that they present is remembered.
            more: what they sign in with besides, such as ``device``.
        """
        result = self(member, **more)
        if self.variant is not None:
            context = member.context(**more)
            true_of_them = situation or Situation(
                enrolled=context.authenticator is not None,
                device_remembered=None if context.device is None else True,
            )
            flow = self.variant.flow if self.preferred else Flow(self.flow)
            expect_steps(result.steps, replace(self.variant, flow=flow), true_of_them)
        expect_access(self.walker.actions, result.tokens)
        return result

    def until(self, challenge: str, member: Member, **more: Any) -> Progress:
        """Sign in up to a challenge, without responding to it."""
        return self.walker.run(self.context(member, **more), self.flow, until=challenge)

    def start(self, member: Member, **more: Any) -> Progress:
        """Send the first request only."""
        return self.walker.start(self.context(member, **more), self.flow)

    def answer(self, progress: Progress, **changed: str) -> Progress:
        """Respond to the pending challenge, with ``changed`` replacing members of the response."""
        answer = self.walker.prepare(progress)
        answer.update(changed)
        return self.walker.submit(progress, answer)

    def give_code(self, progress: Progress, code: str, *, username: str | None = None) -> Progress:
        """Respond to SOFTWARE_TOKEN_MFA with a code, as the user who is asked or as another."""
        answer = {
            "USERNAME": username or progress.username,
            "SOFTWARE_TOKEN_MFA_CODE": code,
        }
        return self.walker.submit(progress, answer)


#: A device that no service has issued.
UNKNOWN_DEVICE = Device(
    key="us-east-1_0f1e2d3c-4b5a-4697-8877-665544332211",
    group_key="-Xk3PqZ7d",
    password=Secret("never issued"),
)


@dataclass(frozen=True)
class TrackedMember:
    """A member with a confirmed device."""

    member: Member
    device: Device


def client_without_secret(actions: Actions) -> Actions:
    """Return the same app client without its secret."""
    app = AppClient(actions.app.user_pool_id, actions.app.client_id)
    return Actions(actions.client, app, actions.admin)


def client_with_another_secret(actions: Actions) -> Actions:
    """Return the same app client with a wrong secret."""
    app = AppClient(actions.app.user_pool_id, actions.app.client_id, Secret("another" * 7))
    return Actions(actions.client, app, actions.admin)


def new_app_client(actions: Actions, spec: PoolSpec, pool_id: str) -> AppClient:
    """Create an app client as a specification says, in the same or another pool."""
    answer = actions.admin.create_user_pool_client(**spec.create_client_request(pool_id))
    made = member_of(answer, "UserPoolClient", of="CreateUserPoolClient")
    client_id = member_of(made, "ClientId", of="CreateUserPoolClient")
    secret = made.get("ClientSecret")
    return AppClient(pool_id, client_id, None if secret is None else Secret(secret))
