"""NEW_PASSWORD_REQUIRED: a permanent password, and the attributes that are still missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt, proceed
from harness.emulator.domain.attributes import assign, check_aliases, check_client_writes, merged
from harness.emulator.domain.passwords import set_password
from harness.emulator.domain.users import CONFIRMED
from harness.emulator.sign_in.challenge_response import Answer

_PREFIX = "userAttributes."


def new_password_required(answer: Answer) -> dict[str, Any]:
    """Set the password and the attributes of a user with a temporary password (A168, A169).

    The session outlives a password that the policy refuses, so that another can be tried. The
    sign-in goes on without the device that it began with (D096).
    """
    session, attempt = answer.pending()
    (password,) = answer.responses.required("NEW_PASSWORD")
    attributes = _attributes(answer, attempt)
    set_password(answer.engine, answer.pool, attempt.user, password)
    answer.engine.sessions.use(session)
    assign(answer.pool, attempt.user, attributes)
    attempt.user.status = CONFIRMED
    attempt = replace(
        attempt,
        answered_as=answer.responses["USERNAME"],
        device=None,
        password=attempt.user.password,
    )
    return proceed(answer.engine, answer.caller, attempt)


def _attributes(answer: Answer, attempt: Attempt) -> Mapping[str, str]:
    """The user's attributes with the new ones, once they are found to fit."""
    user, schema = attempt.user, answer.pool.schema
    given = {
        name.removeprefix(_PREFIX): value
        for name, value in answer.responses.items()
        if name.startswith(_PREFIX)
    }
    for name in given:
        if user.attributes.get(name):
            raise refusals.cannot_modify_provided_attribute(name)
    check_client_writes(answer.client, given)
    schema.check_new(given)
    attributes = merged(user, given)
    schema.check_required(attributes)
    check_aliases(answer.pool, user, attributes)
    return attributes
