"""NEW_PASSWORD_REQUIRED: a permanent password, and the attributes that are still missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from harness.emulator import refusals
from harness.emulator.domain.attempt import Attempt
from harness.emulator.domain.attributes import (
    NOT_FOR_CLIENTS,
    assign,
    check_aliases,
    check_client_writes,
    merged,
)
from harness.emulator.domain.next_challenge import NEW_PASSWORD_REQUIRED
from harness.emulator.domain.schema import Schema
from harness.emulator.domain.users import CONFIRMED, User
from harness.emulator.rules.password_policy import set_password
from harness.emulator.service import Service
from harness.emulator.sign_in.challenge_response import ChallengeResponse
from harness.emulator.sign_in.put import Outcome, Result, json_text, put_challenge

_PREFIX = "userAttributes."


def put(service: Service, attempt: Attempt) -> Result:
    """Put the challenge with the user's attributes and the missing required ones (A167)."""
    user = attempt.user
    missing = [name for name in attempt.pool.schema.required if not user.attributes.get(name)]
    parameters = {
        "USER_ID_FOR_SRP": user.username,
        "requiredAttributes": json_text([f"{_PREFIX}{name}" for name in missing]),
        "userAttributes": json_text(user.attributes),
    }
    return put_challenge(service, attempt, NEW_PASSWORD_REQUIRED, parameters)


def judge(response: ChallengeResponse) -> Outcome:
    """Set the password and the attributes of a user with a temporary password (A168, A169).

    A password that the policy refuses leaves the session usable, so the user can try another one.
    The sign-in continues without the device that it began with (D096).
    """
    session, attempt = response.pending()
    (password,) = response.responses.required("NEW_PASSWORD")
    attributes = _attributes(response, attempt)
    set_password(response.service, response.pool, attempt.user, password)
    response.service.sessions.use(session)
    assign(response.pool, attempt.user, attributes)
    attempt.user.status = CONFIRMED
    return replace(
        attempt, answered_as=response.username, device=None, password=attempt.user.password
    )


def _attributes(response: ChallengeResponse, attempt: Attempt) -> Mapping[str, str]:
    """Check the new attributes, and return them merged into the user's."""
    user, schema = attempt.user, response.pool.schema
    new = {
        name.removeprefix(_PREFIX): value
        for name, value in response.responses.items()
        if name.startswith(_PREFIX)
    }
    for name in new:
        _check_settable(schema, user, name)
    check_client_writes(response.client, new)
    schema.check_new(new)
    attributes = merged(user, new)
    missing = [name for name in schema.required if not attributes.get(name)]
    if missing:
        raise refusals.new_password_attributes_missing(missing)
    check_aliases(response.pool, user, attributes)
    return attributes


def _check_settable(schema: Schema, user: User, name: str) -> None:
    """Refuse what only Cognito sets, and what the user has already (A168).

    An immutable attribute without a value can be set once, here too.
    """
    immutable = name in schema and not schema[name].mutable and name in user.attributes
    if immutable or name in NOT_FOR_CLIENTS:
        raise refusals.cannot_modify_non_mutable_attribute(name)
    if user.attributes.get(name):
        raise refusals.cannot_modify_provided_attribute(name)
