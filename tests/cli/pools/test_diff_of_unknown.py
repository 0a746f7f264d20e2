"""``diff`` of a template that a deployment completes: what is unknown is shown and is no drift."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.cli import app
from harness.emulator.server import EmulatorServer

Output = pytest.CaptureFixture[str]

#: Nobody knows the first URL, so nobody knows whether it is that of the deployed pool.
TEMPLATE = """\
Parameters:
  Url: {Type: String}
Resources:
  Pool: {Type: AWS::Cognito::UserPool}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      AllowedOAuthFlowsUserPoolClient: true
      AllowedOAuthFlows: [code]
      AllowedOAuthScopes: [openid]
      SupportedIdentityProviders: [COGNITO]
      CallbackURLs: [!Ref Url]
"""
SENTENCE = "CallbackURLs of Web is unknown (Ref Url) in the first and"


@pytest.fixture
def template(tmp_path: Path) -> str:
    """The path of the template."""
    path = tmp_path / "pool.yaml"
    path.write_text(TEMPLATE, encoding="utf-8")
    return str(path)


@pytest.fixture
def deployed(tmp_path: Path) -> str:
    """A snapshot of a pool that was deployed from the template with one URL."""
    path = tmp_path / "deployed.yaml"
    path.write_text(TEMPLATE.replace("!Ref Url", "'https://shop.example.com'"), encoding="utf-8")
    return str(path)


@pytest.fixture
def url() -> Iterator[str]:
    """The URL of a served emulator."""
    with EmulatorServer() as server:
        yield server.url


def test_what_only_a_deployment_knows_does_not_fail(
    template: str, deployed: str, capsys: Output
) -> None:
    """The setting is shown with a question mark, and the exit code is 0."""
    assert app.run(["diff", template, deployed]) == 0
    shown = capsys.readouterr().out
    assert f"? medium   drift/client.CallbackURLs  {SENTENCE} https://shop.example.com" in shown
    assert shown.endswith("1 unknown\n")


def test_strict_fails_on_what_is_unknown(template: str, deployed: str, capsys: Output) -> None:
    """With --strict, a setting that may differ is a finding, and equal files have none."""
    assert app.run(["diff", template, deployed, "--strict"]) == 1
    assert "? medium" in capsys.readouterr().out
    assert app.run(["diff", deployed, deployed, "--strict"]) == 0


def test_a_known_item_that_is_missing_fails(template: str, deployed: str, capsys: Output) -> None:
    """The unknown URL cannot be both of the deployed ones."""
    text = Path(template).read_text(encoding="utf-8")
    Path(template).write_text(text.replace("[!Ref Url]", "[!Ref Url, 'https://old.example.com']"))
    assert app.run(["diff", template, deployed]) == 1
    assert "✗ medium   drift/client.CallbackURLs" in capsys.readouterr().out


def test_a_provisioned_file_does_not_differ_from_its_snapshot(
    template: str, url: str, tmp_path: Path, capsys: Output
) -> None:
    """provision, snapshot and diff of the file with the result: nothing but the unknown URL."""
    assert app.run(["provision", "--spec", template, "--endpoint-url", url]) == 0
    pool_id = capsys.readouterr().out.splitlines()[0].removeprefix("UserPoolId=")
    saved = str(tmp_path / "snapshot.json")
    arguments = ["snapshot", "--user-pool-id", pool_id, "--endpoint-url", url, "--output", saved]
    assert app.run(arguments) == 0
    assert app.run(["diff", template, saved]) == 0
    assert f"{SENTENCE} https://stand-in.invalid/callback in the second" in capsys.readouterr().out
    assert app.run(["diff", template, pool_id, "--endpoint-url", url]) == 0


def test_no_report_calls_it_a_failure(template: str, deployed: str, capsys: Output) -> None:
    """JSON and Markdown say unknown, JUnit says skipped, and SARIF has a note and no result."""
    reports = {}
    for form in ("json", "markdown", "junit", "sarif"):
        assert app.run(["diff", template, deployed, "--format", form]) == 0
        reports[form] = capsys.readouterr().out
    (record,) = json.loads(reports["json"])["records"]
    assert (record["outcome"], record["title"]) == ("unknown", "client.CallbackURLs may differ")
    assert "| unknown | medium | `drift/client.CallbackURLs` |" in reports["markdown"]
    suite = ElementTree.fromstring(reports["junit"].encode())[0]
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")
    (run,) = json.loads(reports["sarif"])["runs"]
    assert run["results"] == []
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["level"] == "note"
    assert SENTENCE in note["message"]["text"]
    line = TEMPLATE.splitlines().index("      CallbackURLs: [!Ref Url]") + 1
    assert note["locations"][0]["physicalLocation"]["region"] == {"startLine": line}


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_what_is_unknown_says_which_parameter_to_give(
    template: str, deployed: str, form: str, capsys: Output
) -> None:
    """A comparison and an audit name the option for the parameter, and no fix of a setting."""
    app.run(["diff", template, deployed, "--format", form])
    assert "--parameter Url=VALUE" in capsys.readouterr().out.replace("\\-", "-")
    app.run(["audit", template, "--format", form])
    shown = capsys.readouterr().out.replace("\\-", "-")
    assert "--parameter Url=VALUE" in shown
    if form != "json":
        # The fix of client-callback-urls, which may have nothing to fix.
        assert "use https, and http only for localhost" not in shown
