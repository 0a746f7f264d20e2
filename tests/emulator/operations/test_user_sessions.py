"""The operations on the sessions of users, which are not emulated."""

from __future__ import annotations

import json

import pytest

from harness.emulator.api.request import Caller
from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX, answer
from tests.emulator.support.walker import new_walker, tokens_of


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        ("ListUserSessions", ("AccessToken",)),
        ("AdminListUserSessions", ("UserPoolId", "Username")),
        ("GetUserPoolSessionConfiguration", ("UserPoolId",)),
        ("GetUserPoolClientSessionConfiguration", ("UserPoolId", "ClientId")),
    ],
)
def test_operation_is_refused_in_one_line(
    engine: Engine, operation: str, names: tuple[str, ...]
) -> None:
    """Each is refused with status 501 and says that it is not emulated."""
    walker = new_walker(engine)
    given = {
        "AccessToken": tokens_of(walker.by_password())["AccessToken"],
        "UserPoolId": walker.user_pool_id,
        "ClientId": walker.client_id,
        "Username": walker.username,
    }
    body = json.dumps({name: given[name] for name in names}).encode()
    response = answer(engine, TARGET_PREFIX + operation, body, Caller())
    text = json.loads(response.body)["message"]
    assert response.status == 501
    assert operation in text
    assert "\n" not in text
