"""Functions that a template refers to have names in the emulator of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.pools.configuration.pool_configuration import Unknown
from harness.pools.making.local_functions import with_local_functions
from harness.pools.sources import read

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:"
TEMPLATE = """
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      LambdaConfig: {%s}
"""


@pytest.mark.parametrize(
    ("written", "name", "expected"),
    [
        ("PreSignUp: !GetAtt Check.Arn", "PreSignUp", f"{FUNCTION}Check"),
        ('PreSignUp: !Sub "${Check.Arn}"', "PreSignUp", f"{FUNCTION}Check"),
        (
            'PreSignUp: !Sub "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:check"',
            "PreSignUp",
            f"{FUNCTION}check",
        ),
        (
            "PreTokenGenerationConfig: {LambdaArn: !GetAtt Claims.Arn, LambdaVersion: V2_0}",
            "PreTokenGenerationConfig",
            {"LambdaArn": f"{FUNCTION}Claims", "LambdaVersion": "V2_0"},
        ),
        (f"PreSignUp: {FUNCTION}deployed", "PreSignUp", f"{FUNCTION}deployed"),
        ("PreSignUp: !ImportValue Check", "PreSignUp", Unknown("Fn::ImportValue Check")),
        ("KMSKeyID: !GetAtt Key.Arn", "KMSKeyID", Unknown("Fn::GetAtt Key.Arn")),
    ],
)
def test_reference_becomes_a_name(
    tmp_path: Path, written: str, name: str, expected: object
) -> None:
    """The logical id is the function's name; what names no function stays unknown."""
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE % written, encoding="utf-8")
    (found,) = read(path)
    made = with_local_functions(found, "eu-west-1")
    assert made.pool.members["LambdaConfig"][name] == expected


def test_pool_without_functions_stays_as_it_is(tmp_path: Path) -> None:
    """Nothing is added."""
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE.replace("LambdaConfig: {%s}", "UserPoolName: p"), encoding="utf-8")
    (found,) = read(path)
    assert with_local_functions(found, "eu-west-1") == found
