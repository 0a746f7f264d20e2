"""Templates as people write them: made, saved and compared without a difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.emulator.server import EmulatorServer
from tests.cli.conftest import CommandLine

ROLE = "arn:aws:iam::123456789012:role/sms"
WEB = "  Web: {Type: AWS::Cognito::UserPoolClient, Properties: {UserPoolId: !Ref Pool}}\n"
SMS = f"""\
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      MfaConfiguration: "ON"
      AutoVerifiedAttributes: [phone_number]
      SmsConfiguration: {{SnsCallerArn: '{ROLE}', ExternalId: x}}
{WEB}"""
LOOPS = f"""\
Transform: AWS::LanguageExtensions
Parameters:
  Stages: {{Type: CommaDelimitedList, Default: "test,prod"}}
Mappings:
  Lengths: {{prod: {{minimum: 12}}}}
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: !Join ["-", [app, !Select [1, !Ref Stages]]]
      Policies:
        PasswordPolicy:
          MinimumLength:
            Fn::FindInMap: [Lengths, !Select ["1", !Ref Stages], minimum, {{DefaultValue: 8}}]
      UserPoolTags:
        Fn::ForEach::Tags: [Stage, !Ref Stages, {{"for-${{Stage}}": "yes"}}]
{WEB}
  Fn::ForEach::Queues:
    - Name
    - !Split [",", !ImportValue names]
    - Queue${{Name}}: {{Type: AWS::SQS::Queue}}
"""


@pytest.mark.parametrize(("text", "notes"), [(SMS, 0), (LOOPS, 1)])
def test_a_template_its_pool_and_its_snapshot_agree(
    cli: CommandLine, served: EmulatorServer, tmp_path: Path, text: str, notes: int
) -> None:
    """The pool that is made of a template has no difference to it, nor its snapshot."""
    path = tmp_path / "pool.yaml"
    path.write_text(text, encoding="utf-8")
    made = cli("provision", "--endpoint-url", served.url, "--spec", str(path))
    assert made.code == 0, made.err
    assert made.err.count("Fn::ForEach::Queues is left out: its collection is unknown") == notes
    pool_id = made.out.splitlines()[0].removeprefix("UserPoolId=")
    saved = cli("snapshot", "--endpoint-url", served.url, "--user-pool-id", pool_id)
    assert saved.code == 0, saved.err
    snapshot = tmp_path / "snapshot.json"
    snapshot.write_text(saved.out, encoding="utf-8")
    for other in (pool_id, str(snapshot)):
        compared = cli("diff", "--endpoint-url", served.url, str(path), other)
        assert (compared.code, compared.err) == (0, ""), compared.out


def test_an_audit_of_the_implied_sms(cli: CommandLine, tmp_path: Path) -> None:
    """The preset strict fails mfa-no-sms, with the line of SmsConfiguration."""
    path = tmp_path / "pool.yaml"
    path.write_text(SMS, encoding="utf-8")
    audited = cli("audit", str(path), "--preset", "strict")
    assert audited.code == 1
    assert "mfa-no-sms" in audited.out
    assert f"{path}:7" in audited.out
