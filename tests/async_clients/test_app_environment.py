"""An app that awaits its calls, by an aioboto3 client of its own, calls the target of the run."""

from __future__ import annotations

import asyncio
import importlib
import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from harness import AppEnvironment, Person, PersonFactory, Trace

aioboto3: Any = importlib.import_module("aioboto3")


async def register(people: list[Person]) -> None:
    """Sign people up at the same time, as an app does that knows only its environment."""
    async with aioboto3.Session().client("cognito-idp") as cognito:
        calls = (
            cognito.sign_up(
                ClientId=os.environ["COGNITO_CLIENT_ID"],
                Username=person.username,
                Password=person.password.reveal(),
                UserAttributes=[{"Name": "email", "Value": person.email}],
            )
            for person in people
        )
        await asyncio.gather(*calls)


@pytest.mark.usefixtures("cognito_environment")
def test_its_calls_are_seen(cognito_people: PersonFactory, cognito_trace: Trace) -> None:
    """The app's calls reach the pool of the test, and the trace has each once."""
    asyncio.run(register([cognito_people.make() for _ in range(4)]))
    cognito_trace.assert_called("SignUp", by="app", times=4, outcome="ok")


def test_the_environment_is_that_of_the_pool(cognito_environment: AppEnvironment) -> None:
    """The ids are those of the value that the fixture gives."""
    assert os.environ["COGNITO_USER_POOL_ID"] == cognito_environment.user_pool_id
