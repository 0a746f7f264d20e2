"""``serve --state`` and ``serve --smtp``: saved state and sent emails."""

from __future__ import annotations

import json
import signal
import socket
import urllib.request
from pathlib import Path
from typing import Any

import boto3
import pytest

from harness.cli.serve.mail_server import host_and_port
from harness.errors import ConfigurationError
from tests.cli.processes import Serving, cognito_harness, serving
from tests.emulator.support.expect import PASSWORD


def cognito(served: Serving) -> Any:
    """Return a boto3 client of a running server."""
    return boto3.client(
        "cognito-idp",
        region_name="eu-west-1",
        endpoint_url=served.url,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="x",
    )


def furnish(served: Serving) -> dict[str, str]:
    """Create a pool, an app client and a confirmed user; return the ids for a sign-in."""
    client = cognito(served)
    pool_id = client.create_user_pool(PoolName="kept")["UserPool"]["Id"]
    app = client.create_user_pool_client(
        UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )
    client.admin_create_user(UserPoolId=pool_id, Username="alice")
    client.admin_set_user_password(
        UserPoolId=pool_id, Username="alice", Password=PASSWORD, Permanent=True
    )
    return {"client_id": app["UserPoolClient"]["ClientId"], "pool_id": pool_id}


def sign_in(served: Serving, names: dict[str, str]) -> Any:
    """Sign in with the password."""
    return cognito(served).initiate_auth(
        ClientId=names["client_id"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]


class TestState:
    """State that goes from one server to the next."""

    def test_a_user_signs_in_after_a_restart(self, tmp_path: Path) -> None:
        """With secrets, passwords and tokens still work after a restart."""
        path = tmp_path / "state.json"
        options = ("--state", str(path), "--state-secrets")
        with serving(*options) as served:
            names = furnish(served)
            token = sign_in(served, names)["AccessToken"]
            code, out, err = served.stop(signal.SIGTERM)
        assert (code, err) == (0, "")
        assert f"state: saved to {path}, pools: 1, users: 1\n" in out
        with serving(*options) as served:
            assert cognito(served).get_user(AccessToken=token)["Username"] == "alice"
            sign_in(served, names)
            _, out, _ = served.stop(signal.SIGINT)
        assert f"state: {path}, pools: 1, users: 1\n" in out

    def test_without_secrets_it_says_what_is_missing(self, tmp_path: Path) -> None:
        """Pools and users come back without passwords; the output says so, and what follows."""
        path = tmp_path / "state.json"
        with serving("--state", str(path)) as served:
            names = furnish(served)
            _, out, _ = served.stop(signal.SIGTERM)
        assert "users: 1; without passwords, without TOTP secrets" in out
        with serving("--state", str(path)) as served:
            user = cognito(served).admin_get_user(UserPoolId=names["pool_id"], Username="alice")
            _, out, _ = served.stop(signal.SIGTERM)
        assert user["UserStatus"] == "RESET_REQUIRED"
        line = "state: loaded without secrets: users who must reset their password"
        assert f"{line} before they sign in: 1; app clients with a new secret: 0; everyone" in out

    @pytest.mark.parametrize(
        "content", ["my notes", '{"format": "cognito-harness state"}'], ids=["text", "JSON"]
    )
    def test_file_that_is_not_a_state_is_refused(self, tmp_path: Path, content: str) -> None:
        """It is refused before anything is served; it is not changed and no lock is left."""
        path = tmp_path / "notes.txt"
        path.write_text(content)
        finished = cognito_harness("serve", "--port", "0", "--state", str(path))
        # All in one assertion, which then shows how the process ended if it printed nothing.
        printed = (finished.stdout, finished.stderr.count("\n"))
        assert (finished.returncode, *printed) == (2, "", 1), finished
        assert "left as it is" in finished.stderr
        assert path.read_text() == content
        assert [found.name for found in tmp_path.iterdir()] == ["notes.txt"]

    def test_a_server_that_never_served_saves_nothing(self, tmp_path: Path) -> None:
        """A server that cannot get its port writes neither a state nor a lock."""
        path = tmp_path / "state.json"
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            finished = cognito_harness("serve", "--port", port, "--state", str(path))
        assert finished.returncode == 2
        assert not list(tmp_path.iterdir())

    def test_two_servers_do_not_share_a_file(self, tmp_path: Path) -> None:
        """The second server is refused in one line, and the first one saves its state."""
        path = tmp_path / "state.json"
        with serving("--state", str(path)) as served:
            furnish(served)
            finished = cognito_harness("serve", "--port", "0", "--state", str(path))
            assert (finished.returncode, finished.stdout) == (2, "")
            assert "another server has it until it stops" in finished.stderr
            assert finished.stderr.count("\n") == 1
            assert Path(f"{path}.lock").exists()
            assert served.stop(signal.SIGTERM)[0] == 0
        assert len(json.loads(path.read_text())["contents"]["pools"]) == 1

    def test_a_killed_server_leaves_its_file_free(self, tmp_path: Path) -> None:
        """The system releases the lock of a process that was killed."""
        path = tmp_path / "state.json"
        for _ in range(2):
            with serving("--state", str(path)) as served:
                served.process.kill()
                served.process.wait(60)

    def test_secrets_without_a_file(self) -> None:
        """--state-secrets without --state is refused."""
        finished = cognito_harness("serve", "--port", "0", "--state-secrets")
        assert finished.returncode == 2
        assert "--state: no value given; --state-secrets needs it" in finished.stderr

    def test_a_request_saves_the_state(self, tmp_path: Path) -> None:
        """A request saves the state while the server runs, and the response says what it wrote."""
        path = tmp_path / "state.json"
        with serving("--state", str(path)) as served:
            furnish(served)
            kind = {"Content-Type": "application/json"}
            request = urllib.request.Request(f"{served.url}/_harness/state", b"{}", kind)
            with urllib.request.urlopen(request, timeout=30) as answer:
                saved = json.load(answer)
            size = path.stat().st_size
            expected = {"path": str(path), "bytes": size, "pools": 1, "users": 1}
            assert saved == {**expected, "secrets": False}
            assert json.loads(path.read_text())["format"] == "cognito-harness state"


class TestSmtp:
    """The mail server's address."""

    def test_unreachable_mail_server_is_reported(self) -> None:
        """The emulator keeps serving, and stderr names the mail server in one line.

        The port stays bound, so that no other program listens on it, and refuses connections.
        """
        with socket.socket() as refusing:
            refusing.bind(("127.0.0.1", 0))
            place = f"127.0.0.1:{refusing.getsockname()[1]}"
            self.send_to(place)

    def send_to(self, place: str) -> None:
        """Serve with a mail server that refuses connections, and send one email."""
        with serving("--smtp", place) as served:
            client = cognito(served)
            pool_id = client.create_user_pool(PoolName="p")["UserPool"]["Id"]
            email = [{"Name": "email", "Value": "bob@example.com"}]
            client.admin_create_user(
                UserPoolId=pool_id,
                Username="bob",
                UserAttributes=email,
                DesiredDeliveryMediums=["EMAIL"],
            )
            code, _, err = served.stop(signal.SIGTERM)
        expected = f"cognito-harness: smtp: {place} did not take a message: Connection refused\n"
        assert (code, err) == (0, expected)

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("localhost:1025", ("localhost", 1025)),
            ("127.0.0.1:25", ("127.0.0.1", 25)),
            ("[::1]:2525", ("::1", 2525)),
        ],
    )
    def test_addresses(self, text: str, place: tuple[str, int]) -> None:
        """The host and the port are parsed."""
        assert host_and_port(text) == place

    @pytest.mark.parametrize(
        "text", ["", "localhost", "localhost:", ":25", "localhost:x", "localhost:99999", "a/b:25"]
    )
    def test_bad_addresses(self, text: str) -> None:
        """Anything that is not a host and a port is refused."""
        with pytest.raises(ConfigurationError, match="HOST:PORT"):
            host_and_port(text)
