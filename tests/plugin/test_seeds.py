"""The option ``--cognito-seed-file``: pinned pools, and people who are as the file has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from harness.errors import ConfigurationError
from harness.pools.seeds.writing import seed_text
from harness.settings.run_settings import Setting, Settings
from harness.users.passkey import Passkey
from tests.emulator.seeds.documents import (
    CLIENT_ID,
    CLIENT_SECRET,
    PASSWORD,
    POOL_ID,
    TOTP_SECRET,
    changed,
    shop,
)
from tests.plugin.conftest import Inner

SUITE = """
def test_people_sign_in(cognito_seeded_person):
    alice = cognito_seeded_person("alice", client="web")
    assert alice.app.user_pool_id == "us-east-1_Shop12345"
    assert alice.app.client_id == "1example23456789"
    assert cognito_seeded_person.sign_in(alice).steps[-1] == "DEVICE_PASSWORD_VERIFIER"
    by_totp = cognito_seeded_person.sign_in(alice, device=None)
    assert by_totp.steps[-1] == "SOFTWARE_TOKEN_MFA"

def test_changes(cognito_seeded_person, cognito_target):
    alice = cognito_seeded_person("alice", client="web")
    client, pool = cognito_target.client(), alice.app.user_pool_id
    client.admin_disable_user(UserPoolId=pool, Username="alice")
    client.admin_create_user(UserPoolId=pool, Username="carol", MessageAction="SUPPRESS")

def test_changes_are_over(cognito_seeded_person, cognito_target):
    pool = cognito_seeded_person("alice", client="web").app.user_pool_id
    users = cognito_target.client().list_users(UserPoolId=pool)["Users"]
    assert {user["Username"]: user["Enabled"] for user in users} == {"alice": True, "bob": False}

def test_other_pools_can_be_made_beside(cognito_confirmed, cognito_seeded_person):
    assert cognito_seeded_person("bob", client="web").person.username == "bob"
"""


@pytest.fixture
def seed_file(inner: Inner, tmp_path: Path) -> str:
    """A seed file outside the folder of the inner run."""
    path = tmp_path / "seed.yaml"
    path.write_text(seed_text(shop(), "yaml"), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("target", ["emulator", "server"])
def test_each_test_has_the_people_of_the_file(inner: Inner, seed_file: str, target: str) -> None:
    """Where the run starts the emulator, each test that asks has the pools as in the file."""
    options = (f"--cognito-target={target}", f"--cognito-seed-file={seed_file}")
    inner(*options, source=SUITE).assert_outcomes(passed=4)


def test_the_pool_of_the_run_can_be_one_of_the_file(inner: Inner, seed_file: str) -> None:
    """With its ids, the tests of the run share the pool, without a URL."""
    source = """
def test_pool(cognito_pool, cognito_confirmed):
    assert cognito_pool.user_pool_id == "us-east-1_Shop12345"
"""
    options = (
        f"--cognito-seed-file={seed_file}",
        f"--cognito-user-pool-id={POOL_ID}",
        f"--cognito-client-id={CLIENT_ID}",
    )
    inner(*options, source=source).assert_outcomes(passed=1)


def test_a_wrong_name_is_said(inner: Inner, seed_file: str) -> None:
    """A name that the file does not have fails the test with those that it has."""
    source = """
import pytest
from harness import ConfigurationError

@pytest.mark.parametrize(("how", "part"), [
    (dict(username="alcie", client="web"), "did you mean 'alice'?"),
    (dict(username="alice"), "name one app client of us-east-1_Shop12345"),
    (dict(username="alice", pool="x"), "pool: cannot use 'x'; allowed: us-east-1_Shop12345"),
])
def test_names(cognito_seeded_person, how, part):
    with pytest.raises(ConfigurationError) as error:
        cognito_seeded_person(how.pop("username"), **how)
    assert part in str(error.value)
"""
    inner(f"--cognito-seed-file={seed_file}", source=source).assert_outcomes(passed=3)


def test_without_a_file_the_test_says_what_it_needs(inner: Inner) -> None:
    """A test that asks for a person of no file fails with the option that it needs."""
    result = inner(source="def test_it(cognito_seeded_person):\n    cognito_seeded_person('a')\n")
    assert "--cognito-seed-file: no value given" in " ".join(result.stdout.str().split())


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (seed_text(changed("users/0/password", "short"), "yaml"), "seed.yaml, line"),
        ("pools: [", "it is neither YAML nor JSON"),
    ],
)
def test_a_file_that_cannot_be_used_ends_the_run(
    inner: Inner, seed_file: str, content: str, part: str
) -> None:
    """A mistake in the file is one line with its place, and no test runs."""
    Path(seed_file).write_text(content, encoding="utf-8")
    result = inner(f"--cognito-seed-file={seed_file}", source=SUITE)
    text = result.stdout.str() + result.stderr.str()
    assert result.ret == 2
    assert part in text
    assert "Traceback" not in text


@pytest.mark.parametrize("target", ["stub", "preflight", "aws", "endpoint"])
def test_other_targets_refuse_it(seed_file: str, target: str) -> None:
    """Only emulators of the harness can be seeded."""
    given = {
        "target": Setting(target, "command line"),
        "seed_file": Setting(seed_file, "command line"),
        "endpoint_url": Setting("http://127.0.0.1:9", "command line"),
    }
    if target != "endpoint":
        del given["endpoint_url"]
    with pytest.raises(ConfigurationError, match="is not an emulator of the harness"):
        Settings.resolve(given, {}, 1)


def test_environment_and_file_can_name_it(
    inner: Inner, seed_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As every setting, it can come from the environment; the header says where from."""
    monkeypatch.setenv("COGNITO_HARNESS_SEED_FILE", seed_file)
    source = "def test_it(cognito_seeded_person):\n    cognito_seeded_person('bob', client='web')\n"
    result = inner(source=source)
    result.assert_outcomes(passed=1)
    header = " ".join(result.stdout.str().split())
    assert f"seed file {seed_file} (environment COGNITO_HARNESS_SEED_FILE)" in header


def test_no_report_shows_a_secret_of_the_file(inner: Inner, seed_file: str) -> None:
    """Secrets of the file are removed from reports, also if no test asks for the people."""
    source = f"""
def test_it(cognito_target):
    print("{PASSWORD}", "{TOTP_SECRET}", "a-device-password", "{CLIENT_SECRET}")
    assert "{PASSWORD}" == ""
"""
    result = inner(f"--cognito-seed-file={seed_file}", source=source)
    result.assert_outcomes(failed=1)
    text = result.stdout.str() + result.stderr.str()
    for secret in (PASSWORD, TOTP_SECRET, "a-device-password", CLIENT_SECRET):
        assert secret not in text


BY_PASSKEY = """
def test_it(cognito_seeded_person):
    carol = cognito_seeded_person("carol", client="web")
    for count in (8, 9):
        signed_in = cognito_seeded_person.sign_in(carol, "USER_AUTH", first_factor="WEB_AUTHN")
        assert "WEB_AUTHN" in signed_in.steps
        assert carol.passkey.counter == count
"""


def test_a_passkey_of_the_file_signs_in(inner: Inner, tmp_path: Path) -> None:
    """A private key in the file is a passkey that goes on with the file's counter."""
    passkey = Passkey.create(
        {
            "rp": {"id": "auth.example.com", "name": "auth.example.com"},
            "user": {"id": "AA", "name": "carol", "displayName": "carol"},
            "challenge": "AAAA",
            "pubKeyCredParams": [{"alg": -257, "type": "public-key"}],
        }
    )
    document = shop()
    document["pools"][0]["users"] = [
        {
            "username": "carol",
            "password": PASSWORD,
            "attributes": {"email": "carol@example.com"},
            "passkeys": [
                {
                    "credential_id": passkey.credential_id,
                    "private_key": passkey.private_key().reveal(),
                    "sign_count": 7,
                }
            ],
        }
    ]
    path = tmp_path / "seed.toml"
    path.write_text(seed_text(document, "toml"), encoding="utf-8")
    inner(f"--cognito-seed-file={path}", source=BY_PASSKEY).assert_outcomes(passed=1)


def test_an_emulator_at_a_url_must_have_the_pools(inner: Inner, seed_file: str) -> None:
    """Other programs may use it, so a run makes nothing there, and says what is missing."""
    emulator = Emulator(mock=False)
    source = "def test_it(cognito_seeded_person):\n    cognito_seeded_person('bob', client='web')\n"
    with EmulatorServer(emulator=emulator) as server:
        options = (
            "--cognito-target=server",
            f"--cognito-endpoint-url={server.url}",
            f"--cognito-seed-file={seed_file}",
        )
        refused = inner(*options, source=source)
        assert refused.ret == 2
        text = refused.stdout.str() + refused.stderr.str()
        assert f"does not have {POOL_ID}; start it with serve --seed-file" in text
        emulator.seed({"document": shop()})
        before = emulator.engine.pools[POOL_ID]
        inner(*options, source=source).assert_outcomes(passed=1)
        assert emulator.engine.pools[POOL_ID] is before
