"""A pool that cannot be made or described ends the run with one message, not with one per test."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.stub import Stubber

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from harness.errors import ConfigurationError
from harness.plugin.run.existing_pool import configuration_of
from harness.settings.setting import COMMAND_LINE, Setting
from harness.targets.clients import offline_client
from tests.plugin.conftest import Inner, the_one_line

#: The service refuses this, and no check of the harness does.
REFUSED = """
Resources:
  Pool: {Type: "AWS::Cognito::UserPool"}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      AccessTokenValidity: 5000
      TokenValidityUnits: {AccessToken: days}
"""
TESTS = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_it(number, cognito_signed_up): pass
"""
SAID = (
    "--cognito-pool: cannot use 'pool.yaml' (from command line); CreateUserPoolClient is refused: "
    "InvalidParameterException: Invalid range for token validity.; "
    "see pool.yaml, line 6, Resources.Web.Properties"
)


@pytest.mark.parametrize("more", [[], ["-p", "xdist.plugin", "-n", "2"]], ids=["alone", "workers"])
def test_a_pool_that_the_service_refuses_is_one_message(
    inner: Inner, pytester: pytest.Pytester, more: list[str]
) -> None:
    """The first test that needs the pool ends the run, with the words of the service."""
    Path(pytester.path, "pool.yaml").write_text(REFUSED, encoding="utf-8")
    result = inner("--cognito-pool=pool.yaml", *more, source=TESTS)
    assert result.ret == 2
    assert [line.strip("! ") for line in result.outlines if "Exit: " in line] == [
        f"_pytest.outcomes.Exit: {SAID}"
    ]
    result.stdout.no_fnmatch_line("*Error*")
    result.stdout.fnmatch_lines(["*= no tests ran in *"])


def test_a_setting_that_no_pool_can_have_is_named_with_its_line(
    inner: Inner, pytester: pytest.Pytester
) -> None:
    """What the specification of a pool refuses has the line of the file."""
    text = REFUSED + "      AuthSessionValidity: 60\n"
    Path(pytester.path, "pool.yaml").write_text(text, encoding="utf-8")
    result = inner("--cognito-pool=pool.yaml", source=TESTS)
    assert result.ret == 2
    assert "cannot use 60 (from pool.yaml" in the_one_line(result)


def test_a_target_that_makes_no_pools_is_one_message(
    inner: Inner, pytester: pytest.Pytester
) -> None:
    """Where nobody may make a pool, a file alone is no pool."""
    Path(pytester.path, "pool.yaml").write_text(REFUSED, encoding="utf-8")
    with EmulatorServer(emulator=Emulator(mock=False)) as server:
        result = inner(
            "--cognito-pool=pool.yaml",
            "--cognito-target=endpoint",
            f"--cognito-endpoint-url={server.url}",
            source=TESTS,
        )
    assert result.ret == 2
    result.stdout.fnmatch_lines(
        [
            "!*Exit: --cognito-pool: cannot use 'pool.yaml' (from command line); target 'endpoint' "
            "has no capability 'provisioning': the run must make the pool of the file; *!"
        ]
    )


def test_a_pool_that_is_not_described_is_one_error() -> None:
    """What the service says about its description is a line, whichever call is refused."""
    client = offline_client("us-east-1", "http://127.0.0.1:9")
    target = cast("Any", SimpleNamespace(client=lambda: client))
    named = Setting("eu-west-1_Pool1", COMMAND_LINE)
    settings = cast("Any", SimpleNamespace(user_pool_id=named))
    with Stubber(client) as stubber:
        stubber.add_client_error("describe_user_pool", "AccessDeniedException", "You may not.")
        with pytest.raises(ConfigurationError) as caught:
            configuration_of(target, settings)
    assert str(caught.value) == (
        "--cognito-user-pool-id: cannot use 'eu-west-1_Pool1' (from command line); "
        "DescribeUserPool is refused: AccessDeniedException: You may not."
    )
