"""``cognito-harness export`` and ``seed``: users move to another server, and sign in there."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.cli.app import run
from harness.cli.options import ENDPOINT_VARIABLES
from harness.cli.serve.seed_file import planted_seed
from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer, ServerLimits
from harness.flows.actions import Actions, AppClient
from harness.flows.devices import track_device
from harness.flows.mfa import enrol
from harness.flows.passkeys import register_passkey
from harness.flows.progress import AuthFlow, SignInContext, SignInResult
from harness.flows.sign_in import SignIn
from harness.pools.seeds.writing import SeedFormat, seed_format, seed_text
from harness.redaction import Secret
from harness.srp.engines import load_engine
from harness.targets.served import ServedTarget
from harness.users.authenticator import Authenticator
from harness.users.device import Device
from harness.users.passkey import Passkey
from tests.cli.processes import cognito_harness, serving
from tests.emulator.seeds.documents import POOL_ID, changed, shop

PASSWORD = "Correct-Horse-1"
REGION = "eu-west-1"


@dataclass
class Moved:
    """What a person keeps when the server changes.

    Attributes:
        app: pool, app client and its secret.
        authenticator: the authenticator app, whose secret the next one gets.
        device: the tracked device.
        passkey: the passkey of another user, who has no second factor.
    """

    app: AppClient
    authenticator: Authenticator
    device: Device
    passkey: Passkey


@contextmanager
def served(seed_file: Path | None = None) -> Iterator[str]:
    """Serve an emulator in this process, with the pools of a file, and yield its URL.

    Processes of their own, as users start them, are slower; a few tests have them all the same.
    """
    emulator = Emulator(mock=False)
    with (
        planted_seed(emulator, None if seed_file is None else str(seed_file)),
        EmulatorServer(emulator=emulator) as server,
    ):
        yield server.url


class OneServer:
    """Signs people in at one server."""

    def __init__(self, url: str, app: AppClient | None = None) -> None:
        self.target = ServedTarget(region=REGION, endpoint_url=url)
        self.client = self.target.client()
        self.app = self._furnished() if app is None else app
        self.actions = Actions(self.client, self.app, admin=self.client)
        self._sign_in = SignIn(self.actions, load_engine("native"), self.target.clock)

    def _furnished(self) -> AppClient:
        """Make a pool with MFA, tracked devices and passkeys, its app client and two users."""
        pool_id = self.client.create_user_pool(
            PoolName="moving",
            DeviceConfiguration={"ChallengeRequiredOnNewDevice": True},
            Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
        )["UserPool"]["Id"]
        self.client.set_user_pool_mfa_config(
            UserPoolId=pool_id,
            MfaConfiguration="OPTIONAL",
            SoftwareTokenMfaConfiguration={"Enabled": True},
            WebAuthnConfiguration={"RelyingPartyId": "auth.example.com"},
        )
        app = self.client.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="app",
            GenerateSecret=True,
            ExplicitAuthFlows=[
                "ALLOW_USER_SRP_AUTH",
                "ALLOW_USER_PASSWORD_AUTH",
                "ALLOW_USER_AUTH",
                "ALLOW_REFRESH_TOKEN_AUTH",
            ],
        )["UserPoolClient"]
        for name in ("alice", "bob"):
            self.client.admin_create_user(UserPoolId=pool_id, Username=name)
            self.client.admin_set_user_password(
                UserPoolId=pool_id, Username=name, Password=PASSWORD, Permanent=True
            )
        return AppClient(pool_id, app["ClientId"], Secret(app["ClientSecret"]))

    def sign_in(
        self,
        username: str,
        flow: AuthFlow = "USER_SRP_AUTH",
        *,
        authenticator: Authenticator | None = None,
        device: Device | None = None,
        passkey: Passkey | None = None,
    ) -> SignInResult:
        """Sign in with all that the arguments give; with a passkey, it is the first factor."""
        context = SignInContext(
            username,
            Secret(PASSWORD),
            authenticator,
            device,
            passkey=passkey,
            first_factor=None if passkey is None else "WEB_AUTHN",
        )
        return self._sign_in.run(context, flow)

    def enrolled(self) -> Moved:
        """Set up an authenticator app, a device and a passkey, each through the API."""
        first = self.sign_in("alice")
        authenticator = enrol(self.actions, first.tokens.access, self.target.clock)
        with_mfa = self.sign_in("alice", authenticator=authenticator)
        device = track_device(self.actions, with_mfa.tokens.access, with_mfa.new_device)
        passkey = register_passkey(self.actions, self.sign_in("bob").tokens)
        self.sign_in("bob", "USER_AUTH", passkey=passkey)
        return Moved(self.app, authenticator, device, passkey)


def exported(url: str, path: Path, *options: str) -> None:
    """Export a server to a file."""
    assert run(["export", "--endpoint-url", url, "--output", str(path), *options]) == 0


def written(path: Path, document: dict[str, Any]) -> Path:
    """Write a document in its canonical form, in the format of the file's name."""
    form = seed_format(path.suffix.removeprefix("."), "format")
    path.write_text(seed_text(document, form), encoding="utf-8", newline="\n")
    return path


@pytest.mark.fact("A208", "A215", "D007", "D101", "N050")
@pytest.mark.parametrize("form", ["yaml", "json", "toml"])
def test_the_same_sign_ins_succeed_elsewhere(tmp_path: Path, form: SeedFormat) -> None:
    """Password, TOTP, device and passkey of an API's users work where the export is served."""
    path, again = tmp_path / f"seed.{form}", tmp_path / f"again.{form}"
    with served() as url:
        moved = OneServer(url).enrolled()
        exported(url, path, "--secrets")
    with served(path) as url:
        exported(url, again, "--secrets")
        assert again.read_bytes() == path.read_bytes()
        there = OneServer(url, moved.app)
        app = Authenticator(moved.authenticator.secret, there.target.clock)
        by_totp = there.sign_in("alice", authenticator=app)
        assert by_totp.steps[-1] == "SOFTWARE_TOKEN_MFA"
        by_text = there.sign_in("alice", "USER_PASSWORD_AUTH", authenticator=app)
        assert by_text.steps == ("SOFTWARE_TOKEN_MFA",)
        by_device = there.sign_in("alice", device=moved.device)
        assert by_device.steps[-1] == "DEVICE_PASSWORD_VERIFIER"
        by_passkey = there.sign_in("bob", "USER_AUTH", passkey=moved.passkey)
        assert "WEB_AUTHN" in by_passkey.steps


def test_a_file_comes_back_byte_for_byte(tmp_path: Path) -> None:
    """Seed file, server, export: the same bytes, and the file is its owner's alone."""
    path, back = written(tmp_path / "seed.yaml", shop()), tmp_path / "back.yaml"
    with serving("--seed-file", str(path)) as process:
        options = ("--endpoint-url", process.url, "--output", str(back), "--secrets")
        assert cognito_harness("export", *options).returncode == 0
    assert back.read_bytes() == path.read_bytes()
    if os.name == "posix":
        assert stat.S_IMODE(back.stat().st_mode) == 0o600


def test_without_secrets_it_says_what_it_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By default no secret leaves the server; the file and stderr say what is missing."""
    with served(written(tmp_path / "seed.yaml", shop())) as url:
        assert run(["export", "--endpoint-url", url]) == 0
    printed = capsys.readouterr()
    found = yaml.safe_load(printed.out)
    assert PASSWORD not in printed.out + printed.err
    assert [text.partition(":")[0] for text in found["left_out"]] == [
        "passwords",
        "TOTP secrets",
        "devices",
        "client secrets",
    ]
    assert printed.err.count("cognito-harness: left out ") == 4


class TestSeedCommand:
    """``cognito-harness seed``."""

    def test_it_makes_the_pools_of_a_file(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The pools of a file are made in a running server, which then knows their ids."""
        path = written(tmp_path / "seed.json", shop())
        with served() as url:
            assert run(["seed", "--endpoint-url", url, "--file", str(path)]) == 0
            assert capsys.readouterr().out == f"{POOL_ID}\n"
            exported(url, tmp_path / "back.json", "--secrets")
        assert (tmp_path / "back.json").read_bytes() == path.read_bytes()

    def test_a_refused_file_names_its_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The message has the file's line, which only the command knows."""
        path = written(tmp_path / "seed.yaml", changed("users/0/sub", "x"))
        line = path.read_text().splitlines().index("    sub: x") + 1
        with served() as url:
            assert run(["seed", "--endpoint-url", url, "--file", str(path)]) == 2
        err = capsys.readouterr().err
        assert f"seed.yaml, line {line}: pools[0].users[0].sub: cannot use 'x'" in err
        assert "nothing is changed" in err
        assert err.count("\n") == 1

    def test_without_a_file_the_server_reads_its_own_again(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A changed seed file counts as soon as somebody asks for it."""
        path = written(tmp_path / "seed.yaml", shop())
        with served(path) as url:
            written(path, changed("users/1/username", "carol"))
            assert run(["seed", "--endpoint-url", url]) == 0
            client = ServedTarget(region="us-east-1", endpoint_url=url).client()
            names = {user["Username"] for user in client.list_users(UserPoolId=POOL_ID)["Users"]}
            assert names == {"alice", "carol"}
            path.write_text("pools: []")
            assert run(["seed", "--endpoint-url", url]) == 2
            path.unlink()
            assert run(["seed", "--endpoint-url", url]) == 2
        err = capsys.readouterr().err
        assert "cognito_harness_seed" in err
        assert "it cannot be read" in err

    def test_a_file_that_is_too_large_names_the_limit(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The emulator is there, and the message says how it takes more."""
        path = written(tmp_path / "seed.json", shop())
        limits = ServerLimits(cognito_body_bytes=path.stat().st_size // 2)
        with EmulatorServer(limits=limits) as server:
            assert run(["seed", "--endpoint-url", server.url, "--file", str(path)]) == 2
        err = capsys.readouterr().err
        assert "too large for the emulator at http://127.0.0.1" in err
        assert "serve --limit cognito_body_bytes=NUMBER" in err

    def test_it_prints_the_schema(self, capsys: pytest.CaptureFixture[str]) -> None:
        """The schema needs no server, and is JSON."""
        assert run(["seed", "--schema"]) == 0
        assert json.loads(capsys.readouterr().out)["title"].endswith("version 1")

    def test_it_says_what_it_needs(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without an address it is misuse, in one line."""
        for name in ENDPOINT_VARIABLES:
            monkeypatch.delenv(name, raising=False)
        assert run(["seed"]) == 2
        assert capsys.readouterr().err.startswith("cognito-harness: --endpoint-url: no value given")
