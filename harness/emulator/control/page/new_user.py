"""The form that creates a user: invited with a temporary password, or confirmed at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from harness.emulator.control.page.actions import ActionRefused, Form, administer

if TYPE_CHECKING:
    from harness.emulator.engine import Engine

_CONTACTS = {"email": "email", "phone": "phone_number"}
_MOST_ATTRIBUTES = 25


def create_user(engine: Engine, form: Form) -> str:
    """Create a user; ``confirmed`` sets the password for good, and sends no invitation.

    A user who cannot get the password is not created either.

    Raises:
        ActionRefused: the form is not complete.
        Refusal: Cognito would refuse it.
    """
    username, password = form.get("username", ""), form.get("password", "")
    attributes = [*_contacts(form), *_more(form.get("attributes", ""))]
    members = {"Username": username, "UserAttributes": attributes}
    if not form.get("confirmed"):
        given = {"TemporaryPassword": password} if password else {}
        action = {} if form.get("invite") else {"MessageAction": "SUPPRESS"}
        administer(engine, "AdminCreateUser", form, **members, **given, **action)
        return "created"
    if not password:
        raise ActionRefused("a confirmed user needs a password")
    _create_confirmed(engine, form, members, password)
    return "created"


def _create_confirmed(
    engine: Engine, form: Form, members: Mapping[str, object], password: str
) -> None:
    made = administer(engine, "AdminCreateUser", form, **members, MessageAction="SUPPRESS")
    named = {"Username": made["User"]["Username"]}
    wanted = {"Password": password, "Permanent": True}
    try:
        administer(engine, "AdminSetUserPassword", form, **named, **wanted)
    except Exception:
        administer(engine, "AdminDeleteUser", form, **named)
        raise


def _contacts(form: Form) -> list[dict[str, str]]:
    """Return the email address and the phone number, verified if the form says so."""
    given = {name: form[field] for field, name in _CONTACTS.items() if form.get(field)}
    found = [{"Name": name, "Value": value} for name, value in given.items()]
    if form.get("verified"):
        found += [{"Name": f"{name}_verified", "Value": "true"} for name in given]
    return found


def _more(text: str) -> list[dict[str, str]]:
    """Return the attributes of lines such as ``given_name=Ada``."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > _MOST_ATTRIBUTES:
        raise ActionRefused(f"there are more than {_MOST_ATTRIBUTES} attributes")
    if any("=" not in line for line in lines):
        raise ActionRefused("each line of the other attributes must be name=value")
    pairs = (line.partition("=") for line in lines)
    return [{"Name": name.strip(), "Value": value.strip()} for name, _, value in pairs]
