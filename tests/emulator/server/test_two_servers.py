"""Two served emulators in one process: each answers by its own."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from harness.emulator.triggers import Triggers


@pytest.mark.parametrize("triggers", [None, Triggers(pre_sign_up=lambda event, _: event)])
def test_each_server_has_its_own_pools(triggers: Triggers | None) -> None:
    """A pool of one served emulator is not in another one, whichever was started last.

    With a trigger, calls are answered by a thread instead of the server's own.
    """

    def client(server: EmulatorServer) -> Any:
        return boto3.client(
            "cognito-idp",
            endpoint_url=server.url,
            region_name="us-east-1",
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="secret",
        )

    first = EmulatorServer(emulator=Emulator(mock=False, triggers=triggers))
    second = EmulatorServer(emulator=Emulator(mock=False, triggers=triggers))
    with first, second:
        client(first).create_user_pool(PoolName="pool")
        pools = [
            len(client(server).list_user_pools(MaxResults=5)["UserPools"])
            for server in (first, second)
        ]
    assert pools == [1, 0]
