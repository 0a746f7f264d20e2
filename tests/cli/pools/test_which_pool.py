"""Which pool and which app client: the names that commands take, and what they list."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.emulator.server import EmulatorServer
from harness.pools.sources import load
from harness.pools.sources.snapshot import render
from tests.cli.conftest import CommandLine

SEVERAL = """
Parameters: {Asked: {Type: String}}
Resources:
  Users: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: !Sub '${AWS::StackName}-users'}}
  Staff: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: !Sub '${AWS::StackName}-staff'}}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !GetAtt Users.UserPoolId}
  Kiosk:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Asked, ClientName: kiosk}
"""
ONE = "Resources:\n  P: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: app-users}}\n"


@pytest.fixture
def several(tmp_path: Path) -> str:
    """A template with two pools."""
    path = tmp_path / "several.yaml"
    path.write_text(SEVERAL, encoding="utf-8")
    return str(path)


@pytest.fixture
def snapshot(tmp_path: Path, several: str) -> str:
    """A snapshot of one of the two pools, as it is deployed."""
    path = tmp_path / "snapshot.json"
    path.write_text(render(load(several, "Users").with_client("Kiosk")), encoding="utf-8")
    return str(path)


@pytest.fixture
def one(tmp_path: Path) -> str:
    """A template with one pool."""
    path = tmp_path / "one.yaml"
    path.write_text(ONE, encoding="utf-8")
    return str(path)


class TestDiff:
    """``diff --pool`` chooses where there is something to choose."""

    def test_only_on_the_side_with_several(
        self, cli: CommandLine, several: str, snapshot: str, one: str
    ) -> None:
        """The other side has one pool, whatever its name, and either side can be the first."""
        assert cli("diff", several, snapshot, "--pool", "Users").code == 0
        assert cli("diff", snapshot, several, "--pool", "Users").code == 0
        outcome = cli("diff", several, one, "--pool", "Staff")
        assert outcome.out.startswith(
            f"Staff of CloudFormation template {several}, compared with P"
        )
        assert outcome.code == 0, outcome.err

    def test_with_several_on_both_sides(self, cli: CommandLine, several: str) -> None:
        """``--pool-after`` names the pool of the second side if it is another one."""
        assert cli("diff", several, several, "--pool", "Users").code == 0
        outcome = cli("diff", several, several, "--pool", "Users", "--pool-after", "Staff")
        assert outcome.code == 1
        assert "the app client Web is only in the first" in outcome.out

    @pytest.mark.parametrize(
        ("arguments", "part"),
        [
            ((), "there are several; name one with --pool"),
            (("--pool", "Userz"), "neither side has it"),
            (("--pool", "Users", "--pool-after", "Staff"), "cannot use 'Staff'"),
        ],
    )
    def test_a_choice_that_is_none_is_one_line(
        self, cli: CommandLine, several: str, one: str, arguments: tuple[str, ...], part: str
    ) -> None:
        """A name that no side has, and no name where one is needed, list what can be named."""
        outcome = cli("diff", several, one, *arguments)
        assert outcome.code == 2
        assert part in outcome.err
        assert outcome.err.count("\n") == 1

    def test_an_app_client_of_an_unknown_pool_is_unknown(
        self, cli: CommandLine, several: str, one: str
    ) -> None:
        """It is shown as unknown with its line, and is no difference."""
        outcome = cli("diff", several, one, "--pool", "Staff")
        assert "whether the app client Kiosk of the first is one of the pool" in outcome.out
        assert f"{several}:11" in outcome.out
        assert outcome.code == 0


def test_an_audit_lists_pools_with_their_app_clients(cli: CommandLine, several: str) -> None:
    """``audit`` without a name lists every pool, and with a typo the nearest one first."""
    listed = "Users (app client Web), Staff (no app client)"
    assert listed in cli("audit", several).err
    outcome = cli("audit", several, "--pool", "Stuff")
    assert "allowed: Staff (no app client), Users (app client Web); did you mean" in outcome.err
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert (
        "note: not certain: the user pool of the app client Kiosk"
        in cli("audit", several, "--pool", "Users").out
    )


def test_a_live_pool_is_not_taken_for_another_one(
    cli: CommandLine, served: EmulatorServer, one: str
) -> None:
    """A name given with the id of a live pool must be its name."""
    url = ("--endpoint-url", served.url)
    made = cli("provision", *url, "--spec", one).out.splitlines()[0].partition("=")[2]
    assert cli("audit", made, *url, "--pool", "app-users").code == 1
    outcome = cli("audit", made, *url, "--pool", "staff")
    assert outcome.code == 2
    assert "allowed: app-users (no app client)" in outcome.err


def test_provision_names_the_app_clients_that_it_leaves_out(
    cli: CommandLine, served: EmulatorServer, several: str
) -> None:
    """An app client that may belong to another pool is not made, and stderr says so."""
    outcome = cli("provision", "--endpoint-url", served.url, "--spec", several, "--pool", "Users")
    assert outcome.code == 0
    assert "ClientId=" in outcome.out
    assert "left out: client Kiosk is unknown (its user pool: Ref Asked; " in outcome.err
