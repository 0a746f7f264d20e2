"""An app in another language, started by a test: its environment is enough to reach the target."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.foreign_clients.install_packages import NODE

if TYPE_CHECKING:
    from harness import Mailbox, Person, Trace


@pytest.fixture(scope="module")
def cognito_environment_names() -> dict[str, str]:
    """The names of the app."""
    return {
        "SHOP_POOL_ID": "{user_pool_id}",
        "SHOP_CLIENT_ID": "{client_id}",
        "SHOP_JWKS": "{jwks_url}",
    }


@pytest.mark.usefixtures("cognito_environment")
def test_node_finds_endpoint_region_and_credentials(
    cognito_person: Person, cognito_mailbox: Mailbox, cognito_trace: Trace
) -> None:
    """The AWS SDK for JavaScript calls the pool of the test, and the trace has its calls."""
    person = cognito_person
    done = subprocess.run(
        ["node", "own_app.mjs", person.username, person.email or ""],
        cwd=NODE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert person.username in found["users"]
    assert found["keys"]
    assert cognito_mailbox.newest_code(person.username, kind="sign_up").value.reveal()
    cognito_trace.assert_sequence(("SignUp", {"Password": "Node-Horse-1"}), "ListUsers", by="app")
