"""``cognito-harness login-url``: prints the address at which a person signs in."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from harness.emulator.server import EmulatorServer
from tests.cli.conftest import CommandLine

CALLBACKS = ["http://localhost:3000/callback", "https://shop.example.com/callback"]
SCOPES = ["openid", "email"]


class Pools:
    """Pools with domains, on the served emulator."""

    def __init__(self, url: str) -> None:
        self._cognito: Any = boto3.client(
            "cognito-idp",
            region_name="us-east-1",
            endpoint_url=url,
            aws_access_key_id="made-up",
            aws_secret_access_key="made-up",
        )

    def make(self, domain: str = "", **wanted: Any) -> str:
        """Make a pool, perhaps with a domain; return its id."""
        pool_id = str(self._cognito.create_user_pool(PoolName="shop")["UserPool"]["Id"])
        if domain:
            self._cognito.create_user_pool_domain(UserPoolId=pool_id, Domain=domain, **wanted)
        return pool_id

    def app(self, pool_id: str, name: str = "app", **wanted: Any) -> str:
        """Make an app client for the pages; return its id."""
        usual = {
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": SCOPES,
            "CallbackURLs": CALLBACKS,
            "SupportedIdentityProviders": ["COGNITO"],
        }
        answer = self._cognito.create_user_pool_client(
            UserPoolId=pool_id, ClientName=name, **{**usual, **wanted}
        )
        return str(answer["UserPoolClient"]["ClientId"])


@pytest.fixture
def pools(served: EmulatorServer) -> Pools:
    """Makes pools."""
    return Pools(served.url)


def query_of(line: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return {name: value for name, (value,) in parse_qs(urlsplit(line).query).items()}


class TestAddress:
    """The line that is printed."""

    def test_it_is_all_that_is_printed(
        self, cli: CommandLine, served: EmulatorServer, pools: Pools
    ) -> None:
        """Without options it is that of the only app client that can sign in."""
        pool_id = pools.make("shop")
        client_id = pools.app(pool_id)
        pools.app(pool_id, "api", AllowedOAuthFlowsUserPoolClient=False)

        outcome = cli("login-url", "--endpoint-url", served.url)

        assert (outcome.code, outcome.err) == (0, "")
        (line,) = outcome.out.splitlines()
        assert line.startswith(f"{served.url}/_domain/shop/oauth2/authorize?")
        assert query_of(line) == {
            "client_id": client_id,
            "response_type": "code",
            "scope": "openid email",
            "redirect_uri": CALLBACKS[0],
        }

    def test_its_parameters_are_chosen(
        self, cli: CommandLine, served: EmulatorServer, pools: Pools
    ) -> None:
        """Each option is a parameter, whatever characters it has."""
        pools.app(pools.make("shop"))
        chosen = {
            "redirect_uri": CALLBACKS[1],
            "scope": "openid",
            "state": "a&b=c d%20",
            "nonce": "once",
            "login_hint": "ada@example.com",
        }
        options = [
            word
            for name, value in chosen.items()
            for word in (f"--{name.replace('_', '-')}", value)
        ]

        line = cli("login-url", "--endpoint-url", served.url, *options).out

        assert chosen.items() <= query_of(line.strip()).items()

    def test_a_verifier_fits_its_challenge(
        self, cli: CommandLine, served: EmulatorServer, pools: Pools
    ) -> None:
        """The second line is what the token endpoint takes; each run makes another."""
        pools.app(pools.make("shop"))
        lines = [
            cli("login-url", "--pkce", "--endpoint-url", served.url).out.splitlines()
            for _ in range(2)
        ]
        for address, parameter in lines:
            name, _, verifier = parameter.partition("=")
            digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
            assert name == "code_verifier"
            assert 43 <= len(verifier) <= 128
            assert query_of(address)["code_challenge"] == digest.rstrip(b"=").decode()
            assert query_of(address)["code_challenge_method"] == "S256"
        assert lines[0][1] != lines[1][1]

    def test_an_implicit_client_gets_tokens(
        self, cli: CommandLine, served: EmulatorServer, pools: Pools
    ) -> None:
        """An app client with the implicit flow alone asks for a token (H013, H022)."""
        pools.app(pools.make("shop"), AllowedOAuthFlows=["implicit"])
        line = cli("login-url", "--endpoint-url", served.url).out
        assert query_of(line.strip())["response_type"] == "token"

    @pytest.mark.parametrize("by", ["name", "id"])
    def test_one_of_several_is_named(
        self, cli: CommandLine, served: EmulatorServer, pools: Pools, by: str
    ) -> None:
        """Among several app clients and pools, one is chosen by name, id or pool."""
        first, second = pools.make("shop"), pools.make("office")
        pools.app(first)
        wanted, other = pools.app(first, "web"), pools.app(second, "desk")
        named = "web" if by == "name" else wanted

        line = cli("login-url", "--client", named, "--endpoint-url", served.url).out
        assert query_of(line.strip())["client_id"] == wanted
        line = cli("login-url", "--user-pool-id", second, "--endpoint-url", served.url).out
        assert query_of(line.strip())["client_id"] == other


class TestRefusals:
    """One line says what is missing."""

    def refused(self, cli: CommandLine, served: EmulatorServer, *options: str) -> tuple[int, str]:
        """Return the exit code and the line."""
        outcome = cli("login-url", "--endpoint-url", served.url, *options)
        assert outcome.out == ""
        (line,) = outcome.err.splitlines()
        return outcome.code, line

    def test_without_a_domain(self, cli: CommandLine, served: EmulatorServer, pools: Pools) -> None:
        """A pool without a domain has no pages (H001)."""
        pools.app(pools.make())
        code, line = self.refused(cli, served)
        assert (code, "no user pool has a domain" in line) == (2, True)

    @pytest.mark.parametrize("named", [(), ("--client", "web")])
    def test_without_an_app_client(
        self, cli: CommandLine, served: EmulatorServer, pools: Pools, named: tuple[str, ...]
    ) -> None:
        """A pool with a domain alone lacks an app client, whatever was asked for."""
        pools.make("shop")
        code, line = self.refused(cli, served, *named)
        assert (code, "domain shop has no app client" in line) == (2, True)

    def test_challenge_without_codes(
        self, cli: CommandLine, served: EmulatorServer, pools: Pools
    ) -> None:
        """An app client that gets tokens at once has no use for a verifier (H022)."""
        pools.app(pools.make("shop"), AllowedOAuthFlows=["implicit"])
        code, line = self.refused(cli, served, "--pkce")
        assert (code, "has the flow implicit alone" in line) == (2, True)

    @pytest.mark.parametrize(
        ("wanted", "reason"),
        [
            (
                {"AllowedOAuthFlowsUserPoolClient": False},
                "set AllowedOAuthFlowsUserPoolClient to true",
            ),
            ({"SupportedIdentityProviders": []}, "SupportedIdentityProviders has no COGNITO"),
        ],
    )
    def test_an_app_client_without_pages(
        self,
        cli: CommandLine,
        served: EmulatorServer,
        pools: Pools,
        wanted: dict[str, Any],
        reason: str,
    ) -> None:
        """The line names the app client and the setting to change (H009, H018)."""
        client_id = pools.app(pools.make("shop"), **wanted)
        code, line = self.refused(cli, served)
        assert code == 2
        assert f"app client {client_id} (app): {reason}" in line

    def test_pages_without_a_style(
        self, cli: CommandLine, served: EmulatorServer, pools: Pools
    ) -> None:
        """Version 2 shows nothing to an app client without a style (H008)."""
        pools.app(pools.make("shop", ManagedLoginVersion=2))
        assert "create-managed-login-branding" in self.refused(cli, served)[1]

    def test_several_app_clients(
        self, cli: CommandLine, served: EmulatorServer, pools: Pools
    ) -> None:
        """Where it could be one of several, the line lists them."""
        pool_id = pools.make("shop")
        made = [pools.app(pool_id, name) for name in ("app", "web")]
        code, line = self.refused(cli, served)
        assert code == 2
        assert f"{made[0]} (app), {made[1]} (web)" in line

    def test_app_client_of_a_pool_without_a_domain(
        self, cli: CommandLine, served: EmulatorServer, pools: Pools
    ) -> None:
        """It exists, so that the line says what its pool lacks, and which have it."""
        other = pools.app(pools.make(), "api")
        shop = pools.make("shop")
        assert "domain shop has no app client" in self.refused(cli, served)[1]
        web = pools.app(shop, "web")
        line = self.refused(cli, served, "--client", other)[1]
        assert f"no user pool with a domain has this app client; it must be one of {web}" in line

    @pytest.mark.parametrize(
        ("option", "given"),
        [
            ("--client", "nobody"),
            ("--redirect-uri", CALLBACKS[0] + "/"),
            ("--scope", "openid groups"),
            ("--user-pool-id", "us-east-1_Missing1"),
        ],
    )
    def test_what_does_not_exist(
        self, cli: CommandLine, served: EmulatorServer, pools: Pools, option: str, given: str
    ) -> None:
        """A value that the pages would refuse is refused here, with those that are allowed."""
        pools.app(pools.make("shop"))
        code, line = self.refused(cli, served, option, given)
        assert code == 2
        assert given.split()[-1] in line
