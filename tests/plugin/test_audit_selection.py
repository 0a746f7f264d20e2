"""A pool that exists is held to its file, and its configuration to rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from harness.emulator.server import EmulatorServer
from harness.pools.making.provision_configuration import provision_configuration
from harness.pools.sources import load
from tests.plugin.conftest import Inner, the_one_line
from tests.support.sources import ROOT

STACK = ROOT / "stack" / "cognito-mfa-pool.yaml"
SCENARIOS = ROOT / "scenarios"
CONFIGURATION = SCENARIOS / "test_configuration.py"
MAIN_JOB = SCENARIOS / "test_main_job.py"


@dataclass(frozen=True)
class Deployed:
    """The stack's pool on a served emulator, and the options of a run on it."""

    client: Any
    user_pool_id: str
    client_id: str
    options: tuple[str, ...]

    def change_client(self, **members: Any) -> None:
        """Change members of the app client, and leave the others as they are."""
        names = {"UserPoolId": self.user_pool_id, "ClientId": self.client_id}
        described = self.client.describe_user_pool_client(**names)["UserPoolClient"]
        kept = ("ClientName", "ExplicitAuthFlows", "PreventUserExistenceErrors")
        given = {name: described[name] for name in kept}
        self.client.update_user_pool_client(**names, **{**given, **members})

    def change_mfa(self, mode: str) -> None:
        """Set MfaConfiguration."""
        self.client.set_user_pool_mfa_config(
            UserPoolId=self.user_pool_id,
            SoftwareTokenMfaConfiguration={"Enabled": True},
            MfaConfiguration=mode,
        )

    def change_pool(self, **members: Any) -> None:
        """Change members of the pool, and leave what the scenarios need as it is."""
        kept = {
            "AutoVerifiedAttributes": ["email"],
            "DeviceConfiguration": {
                "ChallengeRequiredOnNewDevice": True,
                "DeviceOnlyRememberedOnUserPrompt": False,
            },
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]
            },
        }
        self.client.update_user_pool(UserPoolId=self.user_pool_id, **{**kept, **members})


@pytest.fixture
def deployed() -> Iterator[Deployed]:
    """The pool of the stack, deployed."""
    with EmulatorServer() as server:
        client = boto3.client(
            "cognito-idp",
            "us-east-1",
            endpoint_url=server.url,
            aws_access_key_id="made-up",
            aws_secret_access_key="made-up",
        )
        built = provision_configuration(client, load(STACK))
        (app,) = built.apps.values()
        options = (
            "--cognito-target=server",
            f"--cognito-endpoint-url={server.url}",
            f"--cognito-user-pool-id={built.user_pool_id}",
            f"--cognito-client-id={app.client_id}",
        )
        yield Deployed(client, built.user_pool_id, app.client_id, options)
        client.close()


def test_a_pool_is_as_its_file_says(inner: Inner, deployed: Deployed) -> None:
    """The configuration is compared, and the scenario runs in the deployed pool."""
    result = inner(*deployed.options, f"--cognito-pool={STACK}", CONFIGURATION, MAIN_JOB)
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] > 3
    assert "failed" not in outcomes


def test_what_has_changed_is_named_with_what_it_means(inner: Inner, deployed: Deployed) -> None:
    """The comparison fails with the setting and its meaning."""
    deployed.change_mfa("OPTIONAL")
    result = inner(*deployed.options, f"--cognito-pool={STACK}", CONFIGURATION)
    result.assert_outcomes(passed=2, failed=1)
    said = " ".join(result.stdout.str().split())
    assert re.search(
        r"MfaConfiguration of \w+ is ON in the first and OPTIONAL in the second \(.*asks users who",
        said,
    )


#: Changes of the deployed pool that touch sign-in.
CHANGES = {
    "MfaConfiguration": lambda pool: pool.change_mfa("OPTIONAL"),
    "DeviceConfiguration": lambda pool: pool.change_pool(
        DeviceConfiguration={
            "ChallengeRequiredOnNewDevice": False,
            "DeviceOnlyRememberedOnUserPrompt": False,
        }
    ),
    "remembered on prompt": lambda pool: pool.change_pool(
        DeviceConfiguration={
            "ChallengeRequiredOnNewDevice": True,
            "DeviceOnlyRememberedOnUserPrompt": True,
        }
    ),
    "ExplicitAuthFlows": lambda pool: pool.change_client(
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_scenarios_notice_what_touches_sign_in(
    inner: Inner, deployed: Deployed, change: Any
) -> None:
    """Walking the main job in the changed pool fails: it is walked as the file says it goes."""
    change(deployed)
    result = inner(*deployed.options, f"--cognito-pool={STACK}", MAIN_JOB)
    assert result.parseoutcomes().get("failed", 0) >= 1


def test_rules_are_scenarios_too(inner: Inner, deployed: Deployed) -> None:
    """One scenario for each rule, on the deployed pool or on the file alone.

    Rules about pools with other first factors are skipped.
    """
    deployed.change_mfa("OPTIONAL")
    audit = "--cognito-audit=device-tracking"
    live = inner(*deployed.options, audit, CONFIGURATION)
    live.assert_outcomes(passed=10, failed=1, skipped=3)
    live.stdout.fnmatch_lines(["*mfa-required: MfaConfiguration of * is OPTIONAL, expected ON*"])
    inner(f"--cognito-pool={STACK}", audit, CONFIGURATION).assert_outcomes(passed=11, skipped=3)


def test_a_profile_may_be_given(inner: Inner, tmp_path: Path) -> None:
    """A TOML file changes the preset."""
    profile = tmp_path / "rules.toml"
    profile.write_text('preset = "device-tracking"\n[expect]\nclient-session-validity = 2\n')
    arguments = (f"--cognito-pool={STACK}", f"--cognito-audit={profile}", CONFIGURATION)
    inner(*arguments).assert_outcomes(passed=10, failed=1, skipped=3)


def test_a_rule_about_an_unknown_setting_neither_passes_nor_fails(
    inner: Inner, tmp_path: Path
) -> None:
    """Its scenario is skipped, and says what the setting depends on."""
    template, profile = tmp_path / "pool.yaml", tmp_path / "rules.toml"
    text = STACK.read_text(encoding="utf-8")
    given = "      EmailConfiguration: {EmailSendingAccount: !ImportValue Sender}\n"
    template.write_text(
        text.replace("      AutoVerifiedAttributes:\n", given + "      AutoVerifiedAttributes:\n")
    )
    profile.write_text('preset = "device-tracking"\nrules = ["own-email-sender"]\n')
    result = inner(f"--cognito-pool={template}", f"--cognito-audit={profile}", CONFIGURATION, "-rs")
    result.assert_outcomes(passed=11, skipped=4)
    said = " ".join(result.stdout.str().split())
    assert "only a deployment knows whether the pool keeps it: own-email-sender: " in said
    assert "unknown (Fn::ImportValue Sender)" in said


def test_what_only_a_deployment_knows_is_no_drift(
    inner: Inner, deployed: Deployed, tmp_path: Path
) -> None:
    """A file with an unknown item of a list is compared, and the deployed pool does not differ."""
    template = tmp_path / "pool.yaml"
    text = STACK.read_text(encoding="utf-8")
    urls = "      LogoutURLs: [!ImportValue Url]\n      ClientName: cognito-mfa-client\n"
    template.write_text(text.replace("      ClientName: cognito-mfa-client\n", urls))
    result = inner(*deployed.options, f"--cognito-pool={template}", CONFIGURATION)
    result.assert_outcomes(passed=3)
    deployed.change_client(LogoutURLs=["https://a.example.com", "https://b.example.com"])
    changed = inner(*deployed.options, f"--cognito-pool={template}", CONFIGURATION)
    changed.assert_outcomes(passed=2, failed=1)


def test_ordinary_run_collects_no_test_of_a_configuration(inner: Inner) -> None:
    """An ordinary run of the scenarios has no test of a configuration."""
    result = inner("--collect-only", "-q", CONFIGURATION)
    assert "test_pool" not in result.stdout.str()


@pytest.mark.parametrize("value", ["strickt", "nowhere.toml"])
def test_unknown_rules_end_the_run_in_one_line(inner: Inner, value: str) -> None:
    """An unknown preset and a missing file end the run in one line."""
    result = inner(f"--cognito-pool={STACK}", f"--cognito-audit={value}", CONFIGURATION)
    line = the_one_line(result)
    assert "--cognito-audit" in line
    assert value in line
