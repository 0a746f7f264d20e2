"""Files that look like a source at first and have something else inside end with one message."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.sources import read

#: What can be where something else is expected.
ODD: tuple[Any, ...] = (3, "x", None, [], {}, [1], {"a": 1}, True, [None])
POOL = {"Type": "AWS::Cognito::UserPool"}
_Shape = Callable[[Any], Any]


def described(**members: Any) -> dict[str, Any]:
    """Return the output of describe-user-pool with these members."""
    return {"UserPool": {"Id": "a", **members}}


def state(*instances: Any) -> dict[str, Any]:
    """Return a state of Terraform with these instances of a pool."""
    pool = {"mode": "managed", "type": "aws_cognito_user_pool", "name": "a"}
    return {"version": 4, "lineage": "a", "resources": [{**pool, "instances": list(instances)}]}


def stack(**members: Any) -> dict[str, Any]:
    """Return a stack of Pulumi with a pool with these members."""
    pool = {"type": "aws:cognito/userPool:UserPool", **members}
    return {"version": 3, "deployment": {"resources": [pool]}}


def service(**members: Any) -> dict[str, Any]:
    """Return a Serverless service with a pool and these members."""
    return {"service": "a", "provider": {}, "resources": {"Resources": {"P": POOL}}, **members}


SHAPES: dict[str, _Shape] = {
    "answer": lambda odd: {"UserPool": odd},
    "answers": lambda odd: [odd, {"MfaConfiguration": odd}],
    "name": lambda odd: described(Name=odd),
    "mode": lambda odd: described(MfaConfiguration=odd),
    "attributes": lambda odd: described(SchemaAttributes=odd),
    "attribute": lambda odd: described(SchemaAttributes=[odd]),
    "factor": lambda odd: [
        described(),
        {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": odd},
    ],
    "client": lambda odd: [described(), {"UserPoolClient": odd}],
    "client name": lambda odd: [
        described(),
        {"UserPoolClient": {"UserPoolId": "a", "ClientName": odd}},
    ],
    "list": lambda odd: [described(), {"UserPoolClients": odd}],
    "state version": lambda odd: {"version": odd, "lineage": "a"},
    "state resources": lambda odd: {"version": 4, "lineage": "a", "resources": odd},
    "state resource": lambda odd: {"version": 4, "lineage": "a", "resources": [odd]},
    "instance": state,
    "attributes of an instance": lambda odd: state({"attributes": odd}),
    "arguments": lambda odd: state(
        {"index_key": odd, "attributes": dict.fromkeys(("schema", "password_policy"), odd)}
    ),
    "block": lambda odd: state({"attributes": {"password_policy": [odd]}}),
    "deployment": lambda odd: {"version": 3, "deployment": odd},
    "stack resources": lambda odd: {"version": 3, "deployment": {"resources": odd}},
    "stack resource": lambda odd: {"version": 3, "deployment": {"resources": [odd]}},
    "resource members": lambda odd: stack(urn=odd, id=odd, outputs=odd, inputs=odd),
    "outputs": lambda odd: stack(outputs=dict.fromkeys(("schemas", "tags", "lambdaConfig"), odd)),
    "provider": lambda odd: service(service=odd, provider=odd),
    "resources": lambda odd: service(resources=odd),
    "list of resources": lambda odd: service(resources=[odd]),
    "Resources": lambda odd: service(resources={"Resources": odd}),
    "resource": lambda odd: service(resources={"Resources": {"P": odd}, "extensions": odd}),
    "functions": lambda odd: service(functions=odd),
    "events": lambda odd: service(functions={"f": {"events": odd}}),
    "event": lambda odd: service(functions={"f": {"events": [{"cognitoUserPool": odd}]}}),
    "trigger": lambda odd: service(
        functions={"f": {"events": [{"cognitoUserPool": {"pool": "p", "trigger": odd}}]}}
    ),
    "custom": lambda odd: service(
        custom=odd, params=odd, name="${self:custom.a.0}${param:a}", functions="${self:name}"
    ),
    "custom resource": lambda odd: {"Resources": {"P": POOL, "MFALambdaInputs": odd}},
    "envelope": lambda odd: {"TemplateBody": odd},
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_no_file_ends_with_a_traceback(tmp_path: Path, shape: _Shape) -> None:
    """A file is read or refused, whatever is where something else belongs."""
    path = tmp_path / "file.json"
    for odd in ODD:
        path.write_text(json.dumps(shape(odd)), encoding="utf-8")
        with contextlib.suppress(ConfigurationError):
            read(path)
