"""Folders of ``cdk synth`` for tests: templates, their resources, and the manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.pools.sources import find

POOL, POOL_CLIENT = "AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient"
BUCKET = {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"}


def pool(name: Any = None, **members: Any) -> dict[str, Any]:
    """Return the resource of a pool."""
    members = members if name is None else {"UserPoolName": name, **members}
    return {"Type": POOL, "Properties": members}


def client(pool_id: Any) -> dict[str, Any]:
    """Return the resource of an app client."""
    return {"Type": POOL_CLIENT, "Properties": {"UserPoolId": pool_id}}


def nested(template: str, key: str = "0123456789abcdef", **parameters: Any) -> dict[str, Any]:
    """Return the resource of a nested stack whose template is an asset."""
    url = ["https://s3.", {"Ref": "AWS::Region"}, "/", BUCKET, f"/{key}.json"]
    return {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": {"Fn::Join": ["", url]}, "Parameters": parameters},
        "Metadata": {"aws:asset:path": template, "aws:asset:property": "TemplateURL"},
    }


def stack(file: str, **more: Any) -> dict[str, Any]:
    """Return the artifact of a stack."""
    properties = {"templateFile": file}
    return {"type": "aws:cloudformation:stack", "properties": properties, **more}


def assembly(folder: Path, files: Mapping[str, Any], **artifacts: Any) -> Path:
    """Write the files of an assembly, and return its folder."""
    folder.mkdir(exist_ok=True)
    everything = {"manifest.json": {"version": "36.0.0", "artifacts": artifacts}, **files}
    for name, content in everything.items():
        (folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    return folder


def template(resources: Mapping[str, Any], **sections: Any) -> dict[str, Any]:
    """Return a template."""
    return {"Resources": resources, **sections}


def parameter(**members: Any) -> dict[str, Any]:
    """Return a parameter of a template."""
    return {"Type": "String", **members}


def clients(folder: Path) -> dict[str, list[str]]:
    """Return the app clients of each pool, by the names that messages show."""
    return {one.name: list(one.clients) for one in find(folder).pools}
