"""A walk through the main job, stage by stage, so that it can stop and continue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness import (
    Actions,
    Code,
    Device,
    Mailbox,
    Person,
    SignIn,
    SignInContext,
    SignInResult,
    resend_code,
    track_device,
)

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

    def _sign_up(self) -> None:
        person = self.person
        self.actions.sign_up(person.username, person.password, person.attributes)

    def _resend(self) -> None:
        self.code = resend_code(self.actions, self.person, self.mailbox)

    def _confirm(self) -> None:
        assert self.code is not None
        self.actions.confirm_sign_up(self.person.username, self.code.value)

    def _look_up(self) -> None:
        found = self.actions.admin_get_user(self.person.username)
        assert found["UserStatus"] == "CONFIRMED"

    def _list(self) -> None:
        found = self.actions.list_users(filter=f'username = "{self.person.username}"')
        assert [user["Username"] for user in found["Users"]] == [self.person.username]

    def _enrol(self) -> None:
        context = SignInContext.for_person(self.person)
        self.enrolled = self.walker.run(context, "ADMIN_USER_PASSWORD_AUTH")

    def _track(self) -> None:
        assert self.enrolled is not None
        access = self.enrolled.tokens.access
        self.device = track_device(self.actions, access, self.enrolled.new_device)

    def _come_back(self) -> None:
        context = SignInContext.for_person(self.person, device=self.device)
        self.came_back = self.walker.run(context, "USER_PASSWORD_AUTH")
