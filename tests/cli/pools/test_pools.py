"""``cognito-harness provision`` and ``snapshot``: pools from files, and files from pools."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.emulator.server import EmulatorServer
from harness.pools.configuration.defaults import completed
from harness.pools.configuration.pool_configuration import PoolConfiguration
from harness.pools.sources import load
from tests.cli.conftest import CommandLine, Outcome
from tests.plugin.pools.runs import POOLS
from tests.pools.sources.files import EVERY_FORMAT, STACK, template
from tests.support.sources import ROOT


def values(outcome: Outcome) -> dict[str, str]:
    """Return the ``KEY=VALUE`` lines that a command printed."""
    assert outcome.code == 0, outcome.err
    return dict(line.split("=", 1) for line in outcome.out.splitlines())


def main_job(url: str, made: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the main scenario in an existing pool, over HTTP."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            "--cognito-target=server",
            f"--cognito-endpoint-url={url}",
            f"--cognito-user-pool-id={made['UserPoolId']}",
            f"--cognito-client-id={made['ClientId']}",
            *("--cognito-srp=native", "scenarios/test_main_job.py"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def comparable(configuration: PoolConfiguration) -> list[dict[str, Any]]:
    """Return all known settings of a configuration, with Cognito's defaults."""
    parts = completed(configuration).parts
    unknown = {name for part in configuration.parts for name in part.unknown()}
    return [
        {
            name: {key: one for key, one in value.items() if f"{name}.{key}" not in unknown}
            if isinstance(value, dict)
            else value
            for name, value in part.members.items()
        }
        for part in parts
    ]


class TestProvision:
    """Creating a pool from a file."""

    def test_a_stack_prints_its_outputs_and_works(
        self, cli: CommandLine, served: EmulatorServer
    ) -> None:
        """Our own template prints both ids, and the whole scenario passes in its pool."""
        pytest.importorskip("openapi_spec_validator")
        made = values(cli("provision", "--endpoint-url", served.url, "--stack", str(STACK)))
        assert set(made) == {"UserPoolId", "ClientId"}
        done = main_job(served.url, made)
        # Runs with a username, a password and SRP; not with an email address or a client secret.
        assert " passed" in done.stdout, done.stdout
        assert done.returncode == 0, done.stdout

    @pytest.mark.parametrize("name", [name for name in EVERY_FORMAT if "Formation" not in name])
    def test_every_format_gives_the_same_pool(
        self, cli: CommandLine, served: EmulatorServer, name: str
    ) -> None:
        """A pool from SAM, CDK or Terraform passes the whole scenario too."""
        made = values(
            cli("provision", "--endpoint-url", served.url, "--spec", str(EVERY_FORMAT[name]))
        )
        done = main_job(served.url, made)
        assert " passed" in done.stdout, done.stdout
        assert done.returncode == 0, done.stdout

    def test_what_is_left_out_is_reported(self, cli: CommandLine, served: EmulatorServer) -> None:
        """A trigger without a known ARN is left out and reported."""
        sam = str(EVERY_FORMAT["SAM template"])
        outcome = cli("provision", "--endpoint-url", served.url, "--spec", sam)
        assert outcome.code == 0
        assert "LambdaConfig.PostConfirmation is unknown (Fn::GetAtt Welcome.Arn)" in outcome.err

    def test_a_stack_without_outputs_is_said(
        self, cli: CommandLine, served: EmulatorServer, tmp_path: Path
    ) -> None:
        """A stack with nothing to print does not look as if nothing had happened."""
        pytest.importorskip("openapi_spec_validator")
        path = template(tmp_path, "UserPoolName: a")
        stack = ("--stack", str(path), "--stack-name", "silent")
        done = cli("provision", "--endpoint-url", served.url, *stack)
        assert (done.code, done.out) == (0, "")
        assert "the stack silent is made, and its template has no Outputs to print" in done.err

    def test_no_secret_of_a_stack_is_printed(
        self, cli: CommandLine, served: EmulatorServer, tmp_path: Path
    ) -> None:
        """An output with the app client's secret, or with a value of NoEcho, is hidden."""
        pytest.importorskip("openapi_spec_validator")
        more = (
            "  App:\n    Type: AWS::Cognito::UserPoolClient\n"
            "    Properties: {UserPoolId: !Ref Pool, GenerateSecret: true}\n"
            "Parameters: {Key: {Type: String, NoEcho: true}}\n"
            "Conditions: {HasKey: !Not [!Equals [!Ref Key, '']]}\n"
            "Outputs:\n  Hidden: {Value: !GetAtt App.ClientSecret}\n"
            "  Key: {Value: !Sub 'key-${Key}'}\n"
            "  Shown: {Value: a, Condition: HasKey}\n"
        )
        path = template(tmp_path, "UserPoolName: a", more)
        parameter = ("--parameter", "Key=hunter2")
        done = cli("provision", "--endpoint-url", served.url, "--stack", str(path), *parameter)
        assert "hunter2" not in done.out + done.err
        assert values(done) == {"Hidden": "[redacted]", "Key": "[redacted]", "Shown": "a"}

    @pytest.mark.parametrize(
        ("arguments", "part"),
        [
            ((), "give exactly one of them"),
            (("--spec", "a", "--stack", "b"), "give exactly one of them"),
            (("--spec", str(STACK), "--target", "aws"), "does not support real accounts"),
            (("--spec", str(STACK), "--target", "emulator"), "ends with the command"),
            (("--spec", str(STACK), "--target", "serve"), "did you mean 'server'?"),
            (("--spec", str(STACK), "--pool", "Pool"), "did you mean 'UserPool'?"),
            (("--spec", str(STACK), "--region", "here"), "a region looks like"),
            (("--stack", str(EVERY_FORMAT["Terraform plan"])), "not a CloudFormation template"),
            (
                ("--spec", "nowhere.yaml"),
                "--spec: cannot use 'nowhere.yaml'; it cannot be read: No",
            ),
            (("--spec", "tests"), "--spec: cannot use 'tests'; it must be the output of cdk"),
            (("--stack", "tests"), "--stack: cannot use 'tests'; it cannot be read: Is a dir"),
        ],
    )
    def test_misuse(
        self, cli: CommandLine, served: EmulatorServer, arguments: tuple[str, ...], part: str
    ) -> None:
        """Misuse is one line and exit code 2."""
        outcome = cli("provision", "--endpoint-url", served.url, *arguments)
        assert outcome.code == 2
        assert part in outcome.err
        assert len(outcome.err.splitlines()) == 1
        assert not served.emulator.engine.pools

    def test_a_server_that_is_not_there(self, cli: CommandLine) -> None:
        """The message is that of the other commands: the address, and how to start an emulator."""
        url = "http://127.0.0.1:1"
        outcome = cli("provision", "--endpoint-url", url, "--spec", str(STACK))
        said = f"no emulator at {url}; start one with `cognito-harness serve`"
        assert (outcome.code, outcome.err) == (2, f"cognito-harness: {said}\n")

    def test_aws_itself_is_refused(self, cli: CommandLine) -> None:
        """AWS itself is not accepted as an endpoint."""
        url = "https://cognito-idp.us-east-1.amazonaws.com"
        outcome = cli("provision", "--endpoint-url", url, "--spec", str(STACK))
        assert outcome.code == 2
        assert "AWS itself" in outcome.err


class TestSnapshot:
    """Saving the configuration of a pool."""

    @pytest.mark.parametrize("path", EVERY_FORMAT.values(), ids=EVERY_FORMAT)
    def test_it_is_what_the_pool_was_made_of(
        self, cli: CommandLine, served: EmulatorServer, path: Path, tmp_path: Path
    ) -> None:
        """With Cognito's defaults, the snapshot of a pool equals the file."""
        made = values(cli("provision", "--endpoint-url", served.url, "--spec", str(path)))
        saved = tmp_path / "snapshot.json"
        asked = ("--user-pool-id", made["UserPoolId"], "--output", str(saved))
        outcome = cli("snapshot", "--endpoint-url", served.url, *asked)
        assert (outcome.code, outcome.out) == (0, "")
        assert comparable(load(saved)) == comparable(load(path))
        again = values(cli("provision", "--endpoint-url", served.url, "--spec", str(saved)))
        assert again["UserPoolId"] != made["UserPoolId"]

    @pytest.mark.parametrize("name", ["amplify_passwordless", "passkeys_mfa", "passwordless"])
    def test_passkeys_and_codes_are_kept(
        self, cli: CommandLine, served: EmulatorServer, tmp_path: Path, name: str
    ) -> None:
        """A pool has the first factors and passkeys of its file, and so has its snapshot."""
        path = POOLS[name]
        made = values(cli("provision", "--endpoint-url", served.url, "--spec", str(path)))
        saved = tmp_path / "snapshot.json"
        asked = ("--user-pool-id", made["UserPoolId"], "--output", str(saved))
        assert cli("snapshot", "--endpoint-url", served.url, *asked).code == 0
        compared = cli("diff", str(path), str(saved))
        assert compared.code == 0, compared.out
        live = ("--endpoint-url", served.url, "--format", "json")
        audited = json.loads(cli("audit", made["UserPoolId"], *live).out)
        of_file = json.loads(cli("audit", str(path), "--format", "json").out)
        found = [
            {(one["id"], one["outcome"]) for one in each["records"] if "sms" not in one["id"]}
            for each in (audited, of_file)
        ]
        assert found[0] == found[1]

    def test_it_is_printed_and_has_no_secret(
        self, cli: CommandLine, served: EmulatorServer, tmp_path: Path
    ) -> None:
        """Without --output it goes to stdout; it says only that a client has a secret."""
        more = (
            "  App:\n    Type: AWS::Cognito::UserPoolClient\n"
            "    Properties: {UserPoolId: !Ref Pool, GenerateSecret: true}\n"
        )
        path = template(tmp_path, "UserPoolName: a", more)
        made = values(cli("provision", "--endpoint-url", served.url, "--spec", str(path)))
        pool_id = made["UserPoolId"]
        outcome = cli("snapshot", "--endpoint-url", served.url, "--user-pool-id", pool_id)
        (app,) = served.emulator.engine.pools[pool_id].clients.values()
        assert app.secret is not None
        assert app.secret not in outcome.out
        assert '"GenerateSecret": true' in outcome.out

    def test_a_pool_that_does_not_exist(self, cli: CommandLine, served: EmulatorServer) -> None:
        """Cognito's error is one line."""
        asked = ("--user-pool-id", "us-east-1_Missing01")
        outcome = cli("snapshot", "--endpoint-url", served.url, *asked)
        assert outcome.code == 1
        assert "does not exist" in outcome.err

    def test_a_file_that_cannot_be_written(self, cli: CommandLine, served: EmulatorServer) -> None:
        """One line names the file and the reason."""
        made = values(cli("provision", "--endpoint-url", served.url, "--spec", str(STACK)))
        asked = ("--user-pool-id", made["UserPoolId"], "--output", "no/such/folder.json")
        outcome = cli("snapshot", "--endpoint-url", served.url, *asked)
        assert outcome.code == 2
        assert "no/such/folder.json" in outcome.err
