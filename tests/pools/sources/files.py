"""The files of the tests, and functions to write more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILES = Path(__file__).parent / "files"
STACK = Path(__file__).parents[3] / "stack" / "cognito-mfa-pool.yaml"

#: The same pool in every format.
EVERY_FORMAT = {
    "CloudFormation template": STACK,
    "SAM template": FILES / "sam.yaml",
    "CDK assembly": FILES / "cdk.out",
    "Terraform plan": FILES / "plan.json",
    "Terraform state": FILES / "state.json",
    "AWS CLI output": FILES / "described",
    "Serverless service": FILES / "serverless" / "serverless.yml",
    "Pulumi stack": FILES / "pulumi.json",
    "Amplify project": FILES / "amplify",
}


def template(folder: Path, properties: str = "", more: str = "") -> Path:
    """Write a template with one pool with these properties, and return its path."""
    path = folder / "pool.yaml"
    indented = "".join(f"      {line}\n" for line in properties.splitlines())
    path.write_text(
        f"Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n{indented}{more}",
        encoding="utf-8",
    )
    return path


def written(folder: Path, value: Any, name: str = "pool.json") -> Path:
    """Write a value as JSON, and return the path of the file."""
    path = folder / name
    path.write_text(json.dumps(value), encoding="utf-8")
    return path
