"""``audit`` and ``diff``: exit codes, formats, sources and mistakes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import boto3
import pytest

from harness.cli import app
from harness.emulator.server import EmulatorServer

ROOT = Path(__file__).parents[3]
STACK = str(ROOT / "stack" / "cognito-mfa-pool.yaml")

Output = pytest.CaptureFixture[str]


@pytest.fixture
def changed(tmp_path: Path) -> str:
    """The stack with MFA made optional."""
    text = Path(STACK).read_text(encoding="utf-8")
    path = tmp_path / "changed.yaml"
    path.write_text(text.replace('MfaConfiguration: "ON"', "MfaConfiguration: OPTIONAL"))
    return str(path)


@pytest.fixture
def live() -> Iterator[tuple[str, str]]:
    """The URL and id of a pool on a served emulator."""
    with EmulatorServer() as server:
        client = boto3.client(
            "cognito-idp",
            "us-east-1",
            endpoint_url=server.url,
            aws_access_key_id="made-up",
            aws_secret_access_key="made-up",
        )
        pool_id = client.create_user_pool(PoolName="live")["UserPool"]["Id"]
        client.create_user_pool_client(UserPoolId=pool_id, ClientName="web")
        client.close()
        yield server.url, pool_id


def test_our_stack_is_made_for_tracked_devices(capsys: Output) -> None:
    """Our stack passes the preset device-tracking."""
    assert app.run(["audit", STACK, "--preset", "device-tracking"]) == 0
    assert "11 passed" in capsys.readouterr().out


def test_a_broken_rule_is_a_finding(changed: str, capsys: Output) -> None:
    """A failed rule gives exit code 1 and is shown with its line in the template."""
    assert app.run(["audit", changed, "--preset", "device-tracking"]) == 1
    shown = capsys.readouterr().out
    assert "mfa-required  MfaConfiguration of UserPool is OPTIONAL, expected ON" in shown
    line = Path(changed).read_text().splitlines().index("      MfaConfiguration: OPTIONAL") + 1
    assert f"{changed}:{line}" in shown


def test_what_is_not_bad_enough_does_not_fail(changed: str, capsys: Output) -> None:
    """The user chooses the severity that fails."""
    arguments = ["audit", changed, "--preset", "device-tracking", "--fail-on"]
    assert [app.run([*arguments, level]) for level in ("high", "critical")] == [1, 0]


def test_a_profile_is_used(changed: str, tmp_path: Path, capsys: Output) -> None:
    """A waiver in the profile lets the audit pass, and is shown."""
    profile = tmp_path / "audit.toml"
    profile.write_text(
        'preset = "device-tracking"\n[[waiver]]\nrule = "mfa-required"\nreason = "migration"\n'
        "expires = 9999-12-31\n"
    )
    assert app.run(["audit", changed, "--profile", str(profile)]) == 0
    assert "until 9999-12-31: migration" in capsys.readouterr().out


def test_a_live_pool_is_read_from_a_served_emulator(live: tuple[str, str], capsys: Output) -> None:
    """A live pool is given by its id; it has no lines."""
    url, pool_id = live
    assert app.run(["audit", pool_id, "--endpoint-url", url, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    failed = {record["id"] for record in found["records"] if record["outcome"] == "failed"}
    assert {"mfa-required", "client-hides-users"} <= failed
    assert {record["line"] for record in found["records"]} == {None}


def test_a_live_pool_is_not_looked_for_on_aws_unasked(capsys: Output) -> None:
    """Without an endpoint or an account, no request is sent."""
    assert app.run(["audit", "us-east-1_AbCdEf123"]) == 2
    assert "--aws-accounts" in capsys.readouterr().err


AT_AWS = "https://cognito-idp.us-east-1.amazonaws.com"


def test_aws_is_not_an_endpoint(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """AWS is refused as an endpoint, and an endpoint is refused together with accounts."""
    for command in (["audit", "us-east-1_AbCdEf123"], ["diff", STACK, "us-east-1_AbCdEf123"]):
        assert app.run([*command, "--endpoint-url", AT_AWS]) == 2
        assert "this is AWS itself" in capsys.readouterr().err
    monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "http://127.0.0.1:5000")
    assert app.run(["audit", "us-east-1_AbCdEf123", "--aws-accounts", "123456789012"]) == 2
    assert "names another service" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["audit", "nowhere.yaml"], "nowhere.yaml"),
        (["audit", STACK, "--preset", "strickt"], "did you mean 'strict'"),
        (["audit", STACK, "--fail-on", "awful"], "critical"),
        (["audit", STACK, "--profile", "nowhere.toml"], "nowhere.toml"),
        (["audit", STACK, "--pool", "Other"], "UserPool"),
        (["audit", STACK, "--output", "/nowhere/at/all"], "--output"),
        (["diff", STACK, "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_mistakes_are_one_line(arguments: list[str], word: str, capsys: Output) -> None:
    """Mistakes give exit code 2 and one line that says what is wrong."""
    assert app.run(arguments) == 2
    complaint = capsys.readouterr().err
    assert word in complaint
    assert complaint.count("\n") == 1


def test_a_pool_does_not_differ_from_itself(capsys: Output) -> None:
    """No difference gives exit code 0."""
    assert app.run(["diff", STACK, STACK]) == 0
    assert "nothing to report" in capsys.readouterr().out


def test_drift_is_a_finding_with_its_effect(changed: str, capsys: Output) -> None:
    """A difference is shown with its effect on sign-in."""
    assert app.run(["diff", STACK, changed]) == 1
    shown = capsys.readouterr().out
    assert "MfaConfiguration of UserPool is ON in the first and OPTIONAL in the second" in shown
    assert "OPTIONAL asks users who set one up" in shown


def test_every_form_can_be_written(changed: str, tmp_path: Path) -> None:
    """Each format is written to a file in the form that its readers expect."""
    names = ["text", "json", "markdown", "junit", "sarif", "html"]
    for name in names:
        output = str(tmp_path / name)
        assert app.run(["diff", STACK, changed, "--format", name, "--output", output]) == 1
    found = {name: (tmp_path / name).read_text(encoding="utf-8") for name in names}
    assert json.loads(found["sarif"])["version"] == "2.1.0"
    assert json.loads(found["json"])["records"]
    assert ElementTree.fromstring(found["junit"].encode()).tag == "testsuites"
    assert found["markdown"].startswith("## ")
    assert found["html"].startswith("<!doctype html>")
    assert "MfaConfiguration of UserPool is ON in the first" in found["html"]


@pytest.mark.parametrize("form", ["text", "json", "markdown", "junit", "sarif", "html"])
def test_a_name_that_no_encoding_has_is_reported(form: str, tmp_path: Path) -> None:
    """Half of a surrogate pair, which JSON can hold, does not end a report."""
    template, report = tmp_path / "pool.json", tmp_path / "report"
    template.write_text(
        '{"Resources": {"Po\\ud800ol": {"Type": "AWS::Cognito::UserPool", "Properties": {}}}}'
    )
    assert app.run(["audit", str(template), "--format", form, "--output", str(report)]) == 1
    shown = report.read_text(encoding="utf-8")
    # Markdown needs each backslash twice.
    assert r"Po\ud800ol" in shown.replace("\\\\", "\\")


def test_a_terminal_without_the_marks_gets_the_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A terminal whose encoding lacks the marks of the findings gets them spelled."""
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    monkeypatch.setattr("sys.stdout", terminal)
    assert app.run(["audit", STACK]) == 1
    terminal.seek(0)
    assert r"\u2717 medium   deletion-protection" in terminal.read()
