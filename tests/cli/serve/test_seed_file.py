"""``serve --seed-file``: pools with fixed ids from the first line on, with and without a state."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from harness.cli.app import run
from harness.pools.seeds.writing import seed_text
from tests.cli.processes import Serving, cognito_harness, serving
from tests.cli.serve.test_state import cognito
from tests.emulator.seeds.documents import CLIENT_ID, PASSWORD, changed, shop

#: What makes an app client one whose people sign in on the pages.
PAGES = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": ["http://localhost:3000/callback"],
    "SupportedIdentityProviders": ["COGNITO"],
}


@pytest.fixture
def seed_file(tmp_path: Path) -> str:
    """A seed file in the region of the client."""
    document = shop()
    pool = document["pools"][0]
    pool["id"] = "eu-west-1_Shop12345"
    del pool["users"][0]["devices"], pool["users"][0]["totp"], pool["users"][0]["mfa"]
    path = tmp_path / "seed.yaml"
    path.write_text(seed_text(document, "yaml"), encoding="utf-8")
    return str(path)


def signs_in(served: Serving, password: str = PASSWORD) -> bool:
    """Return whether alice gets tokens."""
    response = cognito(served).initiate_auth(
        ClientId=CLIENT_ID,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "alice", "PASSWORD": password},
    )
    return "AuthenticationResult" in response


def change_password(served: Serving) -> None:
    """Give alice another password."""
    cognito(served).admin_set_user_password(
        UserPoolId="eu-west-1_Shop12345",
        Username="alice",
        Password="Another-1",
        Permanent=True,
    )


def test_the_pool_is_there_at_once_and_after_a_restart(seed_file: str) -> None:
    """A server with a seed file has the same pool at every start, as the file has it."""
    for _ in range(2):
        with serving("--seed-file", seed_file) as served:
            assert signs_in(served)
            change_password(served)
            code, out, err = served.stop(signal.SIGTERM)
        assert (code, err) == (0, "")
        assert f"seed file: {seed_file}, pools: 1, users: 2\n" in out
        assert f"seed file: eu-west-1_Shop12345 web={CLIENT_ID} server=" in out


def test_what_to_type_next_comes_after_the_seed(seed_file: str) -> None:
    """The ids stand above the commands for a shell, which make these pools again and no other."""
    with serving("--seed-file", seed_file) as served:
        _, out, _ = served.stop(signal.SIGTERM)
    told, _, typed = out.partition("next, in another terminal:\n")
    assert "seed file: eu-west-1_Shop12345" in told
    assert "cognito-harness seed\n" in typed
    assert "seed file:" not in typed
    assert "provision" not in typed


def test_sign_in_pages_are_among_what_to_type_next(tmp_path: Path) -> None:
    """The command for a pool with a domain prints an address as it stands; others have none."""
    document = shop()
    pool = document["pools"][0]
    pool["configuration"]["Domain"] = "shop"
    pool["configuration"]["UserPoolClients"]["web"] |= PAGES
    path = tmp_path / "seed.yaml"
    path.write_text(seed_text(document, "yaml"), encoding="utf-8")
    with serving("--seed-file", str(path)) as served:
        printed = cognito_harness("login-url", "--client", CLIENT_ID, "--endpoint-url", served.url)
        _, out, _ = served.stop(signal.SIGTERM)
    assert f"\ncognito-harness login-url --client {CLIENT_ID}\n" in out
    assert printed.stdout.startswith(f"{served.url}/_domain/shop/oauth2/authorize?")
    with serving() as without:
        _, out, _ = without.stop(signal.SIGTERM)
    assert "login-url" not in out


def test_the_state_file_wins_for_a_pool_that_it_has(seed_file: str, tmp_path: Path) -> None:
    """With a state file, what the API has changed stays; an empty seed makes it undone."""
    options = ("--state", str(tmp_path / "state.json"), "--state-secrets", "--seed-file", seed_file)
    with serving(*options) as served:
        change_password(served)
        served.stop(signal.SIGTERM)
    with serving(*options) as served:
        assert signs_in(served, "Another-1")
        assert cognito_harness("seed", "--endpoint-url", served.url).returncode == 0
        assert signs_in(served)
        _, out, _ = served.stop(signal.SIGTERM)
    assert "seed file: as in the state file: eu-west-1_Shop12345\n" in out


def test_a_mistake_ends_it_before_it_listens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that cannot be used is one line with its place, and no server."""
    path = tmp_path / "seed.yaml"
    path.write_text(seed_text(changed("users/0/username", None), "yaml"), encoding="utf-8")
    assert run(["serve", "--port", "0", "--seed-file", str(path)]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert "pools[0].users[0].username: no value given" in printed.err
    assert PASSWORD not in printed.err


@pytest.mark.parametrize("name", ["missing.yaml", "seed.txt"])
def test_a_file_that_is_none_names_the_option(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong name is refused with the option that gave it."""
    assert run(["serve", "--port", "0", "--seed-file", str(tmp_path / name)]) == 2
    assert capsys.readouterr().err.startswith("cognito-harness: --seed-file: cannot use ")
