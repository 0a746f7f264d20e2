"""Emails with a link in the place of a code (DefaultEmailOption CONFIRM_WITH_LINK, H042)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator import Triggers
from harness.emulator.engine import Engine
from harness.emulator.triggers.runner import TriggerRunner
from tests.emulator.conftest import Call
from tests.emulator.support.expect import Person, refused

pytestmark = pytest.mark.fact("H042b", "H042c")

BY_LINK = {"DefaultEmailOption": "CONFIRM_WITH_LINK"}
NO_DOMAIN = (
    "Cannot perform specific action because there does not exist a valid use pool domain "
    "associated with the user pool"
)
_LINK = re.compile(r'<a href="([^"]+)">([^<]*)</a>')


@pytest.fixture
def linked(make_pool: Callable[..., str], engine: Engine) -> str:
    """A pool with a domain, whose emails of a sign-up have links."""
    pool_id = make_pool(VerificationMessageTemplate=BY_LINK)
    engine.pools[pool_id].domains["Domain"] = "shop"
    return pool_id


@pytest.fixture
def alice(
    linked: str,
    make_client: Callable[..., dict[str, Any]],
    unconfirmed_user: Callable[..., Person],
) -> Person:
    """A user of that pool who signed up."""
    return unconfirmed_user(linked, make_client(linked))


def link_to(person: Person, code: str, host: str = "shop.auth.us-east-1.amazoncognito.com") -> str:
    """Return the link that an email of this person must have."""
    query = f"client_id={person.client_id}&user_name={person.username}&confirmation_code={code}"
    return f"https://{host}/confirmUser?{query}"


@pytest.mark.parametrize("again", [False, True], ids=["SignUp", "ResendConfirmationCode"])
def test_the_link_has_everything_that_confirms(
    engine: Engine, call: Call, alice: Person, again: bool
) -> None:
    """The link names app client, user and code; the email has no other code."""
    if again:
        call("ResendConfirmationCode", ClientId=alice.client_id, Username="alice")
    message = engine.outbox.messages(username="alice")[0]
    assert message.subject == "Your verification link"
    assert _LINK.findall(message.body or "") == [(link_to(alice, message.code), "Verify Email")]
    assert _LINK.sub("", message.body or "").count(message.code) == 0


def test_the_link_is_on_the_custom_domain(
    engine: Engine, linked: str, make_client: Callable[..., dict[str, Any]], call: Call
) -> None:
    """A pool with both kinds of domains has its links on its own name; names are escaped."""
    engine.pools[linked].domains["CustomDomain"] = "auth.example.com"
    client_id = make_client(linked)["ClientId"]
    email = [{"Name": "email", "Value": "a@example.com"}]
    name = 'a"<b>&c=+'
    members = {"Username": name, "Password": "Correct-Horse-7", "UserAttributes": email}
    call("SignUp", ClientId=client_id, **members)
    body = engine.outbox.messages(user_pool_id=linked)[0].body or ""
    (found,) = _LINK.findall(body)
    assert found[0].startswith("https://auth.example.com/confirmUser?client_id=")
    assert "user_name=a%22%3Cb%3E%26c%3D%2B&" in found[0]


def test_a_served_link_leads_to_the_server(engine: Engine, call: Call, alice: Person) -> None:
    """With a public URL the link is below it, where a browser gets to."""
    engine.public_url = "http://127.0.0.1:9229"
    call("ResendConfirmationCode", ClientId=alice.client_id, Username="alice")
    body = engine.outbox.messages(username="alice")[0].body or ""
    assert 'href="http://127.0.0.1:9229/_domain/shop/confirmUser?client_id=' in body


def test_own_texts_are_kept(
    engine: Engine,
    make_pool: Callable[..., str],
    make_client: Callable[..., dict[str, Any]],
    unconfirmed_user: Callable[..., Person],
) -> None:
    """EmailMessageByLink and EmailSubjectByLink are the texts of the pool."""
    texts = {"EmailMessageByLink": "Go {##there##}", "EmailSubjectByLink": "Welcome"}
    pool_id = make_pool(VerificationMessageTemplate={**BY_LINK, **texts})
    engine.pools[pool_id].domains["Domain"] = "shop"
    person = unconfirmed_user(pool_id, make_client(pool_id))
    message = engine.outbox.messages(username="alice")[0]
    assert message.subject == "Welcome"
    assert message.body == f'Go <a href="{link_to(person, message.code)}">there</a>'


def test_other_emails_have_codes(
    engine: Engine, call: Call, alice: Person, code: Callable[..., str]
) -> None:
    """An email of a recovery has a code, also in this pool."""
    confirm = {"ClientId": alice.client_id, "Username": "alice"}
    call("ConfirmSignUp", **confirm, ConfirmationCode=code("alice"))
    call("ForgotPassword", **confirm)
    message = engine.outbox.messages(username="alice")[0]
    assert message.body == f"Your confirmation code is {message.code}."


@pytest.mark.parametrize("again", [False, True], ids=["SignUp", "ResendConfirmationCode"])
def test_without_a_domain_nothing_can_be_sent(
    engine: Engine,
    call: Call,
    linked: str,
    make_client: Callable[..., dict[str, Any]],
    unconfirmed_user: Callable[..., Person],
    again: bool,
) -> None:
    """Without a domain the sign-up is refused, and nobody is created; so is a new email."""
    client = make_client(linked)
    if again:
        unconfirmed_user(linked, client)
    engine.pools[linked].domains.clear()
    with refused("InvalidParameterException", NO_DOMAIN):
        if again:
            call("ResendConfirmationCode", ClientId=client["ClientId"], Username="alice")
        else:
            unconfirmed_user(linked, client)
    assert len(engine.pools[linked].users) == int(again)


@pytest.mark.parametrize(
    ("body", "kept"), [("Hi {##Click Here##}", True), ("Hi there", False)], ids=["link", "none"]
)
def test_custom_message_needs_a_link(
    engine: Engine, call: Call, alice: Person, body: str, kept: bool
) -> None:
    """A text of CustomMessage counts if it has the placeholder of a link."""

    def custom(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        event["response"]["emailMessage"] = body
        return event

    engine.triggers = TriggerRunner(Triggers(custom_message=custom), engine.random)
    call("ResendConfirmationCode", ClientId=alice.client_id, Username="alice")
    message = engine.outbox.messages(username="alice")[0]
    anchor = f'<a href="{link_to(alice, message.code)}">Click Here</a>'
    assert (message.body == f"Hi {anchor}") is kept
    assert anchor.partition(">")[0] in (message.body or "")
