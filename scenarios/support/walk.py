"""A walk through the main job, stage by stage, so that it can stop and continue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from harness import (
    Actions,
    Authenticator,
    Code,
    Device,
    HarnessError,
    Mailbox,
    Person,
    SignIn,
    SignInContext,
    SignInResult,
    resend_code,
    track_device,
)
from scenarios.support.answers import expect_member, expect_status, member_of, the_only

Found = TypeVar("Found")

__all__ = ["CALLS", "STAGES", "Walk", "stage_of"]

#: The stages of the walk, and the calls that each of them makes.
STAGES: dict[str, tuple[str, ...]] = {
    "sign_up": ("SignUp",),
    "resend": ("ResendConfirmationCode",),
    "confirm": ("ConfirmSignUp",),
    "look_up": ("AdminGetUser",),
    "list": ("ListUsers",),
    "enrol": (
        "AdminInitiateAuth",
        "AssociateSoftwareToken",
        "VerifySoftwareToken",
        "AdminRespondToAuthChallenge",
    ),
    "track": ("ConfirmDevice",),
    "come_back": ("InitiateAuth", "RespondToAuthChallenge", "RespondToAuthChallenge"),
}
#: The thirteen calls.
CALLS = tuple(operation for calls in STAGES.values() for operation in calls)


def stage_of(call: int) -> tuple[str, int]:
    """Return the stage that makes a call, and the stage's first call; calls count from 0."""
    first = 0
    for name, calls in STAGES.items():
        if call < first + len(calls):
            return name, first
        first += len(calls)
    raise IndexError(call)


@dataclass
class Walk:
    """A person on their way through the stages, and what they have so far.

    Only finished stages change it.
    """

    actions: Actions
    walker: SignIn
    mailbox: Mailbox
    person: Person
    finished: list[str] = field(default_factory=list)
    code: Code | None = None
    enrolled: SignInResult | None = None
    device: Device | None = None
    came_back: SignInResult | None = None

    def resume(self, until: str | None = None) -> None:
        """Run the stages that are not finished, up to but not including the stage ``until``."""
        for name in STAGES:
            if name == until:
                return
            if name not in self.finished:
                stage: Callable[[], None] = getattr(self, f"_{name}")
                stage()
                self.finished.append(name)

    def results(self) -> tuple[Any, ...]:
        """Return everything that the walk has produced, to compare it later."""
        device = None if self.device is None else self.device.verifier_config()
        return (
            tuple(self.finished),
            self.person,
            self.code,
            self.enrolled,
            self.device,
            device,
            self.came_back,
        )

    def enrolled_by(self) -> tuple[str, ...]:
        """Return the challenges of the sign-in that enrolled the authenticator."""
        return _had(self.enrolled, "a sign-in").steps

    def authenticator(self) -> Authenticator:
        """Return the authenticator that the walk has enrolled."""
        return _had(_had(self.enrolled, "a sign-in").authenticator, "an authenticator")

    def end(self) -> SignInResult:
        """Return the last sign-in, on the device."""
        return _had(self.came_back, "its end")

    def _sign_up(self) -> None:
        person = self.person
        self.actions.sign_up(person.username, person.password, person.attributes)

    def _resend(self) -> None:
        self.code = resend_code(self.actions, self.person, self.mailbox)

    def _confirm(self) -> None:
        code = _had(self.code, "a code")
        self.actions.confirm_sign_up(self.person.username, code.value)

    def _look_up(self) -> None:
        expect_status(self.actions, self.person.username, "CONFIRMED")

    def _list(self) -> None:
        found = self.actions.list_users(filter=f'username = "{self.person.username}"')
        user = the_only(member_of(found, "Users", of="ListUsers"), "users", by="ListUsers")
        expect_member(user, "Username", self.person.username, of="ListUsers")

    def _enrol(self) -> None:
        context = SignInContext.for_person(self.person)
        self.enrolled = self.walker.run(context, "ADMIN_USER_PASSWORD_AUTH")

    def _track(self) -> None:
        enrolled = _had(self.enrolled, "a sign-in")
        self.device = track_device(self.actions, enrolled.tokens.access, enrolled.new_device)

    def _come_back(self) -> None:
        context = SignInContext.for_person(self.person, device=self.device)
        self.came_back = self.walker.run(context, "USER_PASSWORD_AUTH")


def _had(found: Found | None, what: str) -> Found:
    """Return what an earlier stage has left."""
    if found is None:
        raise HarnessError(f"the walk has not come to {what}")
    return found
