"""Says what to give instead of a file that describes a pool, but that cannot be read.

Most of them are programs, or the inputs of a tool: only that tool knows what they mean. The hint
names its command that writes a file for the harness.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["hint_about_text", "hint_about_value"]

_DESCRIBE = "give the output of aws cognito-idp describe-user-pool of the deployed pool"
_SHOW_PLAN = (
    "run terraform plan -out=plan.bin and terraform show -json plan.bin > plan.json, and give "
    "plan.json"
)
_SYNTH = "run cdk synth, and give the folder cdk.out"
_EXPORT = "run pulumi stack export --file stack.json, and give stack.json"
_GEN_2 = (
    "run npx ampx sandbox or deploy, and give the template that aws cloudformation get-template "
    "--query TemplateBody prints for the auth stack"
)
_IMPORT = r"^[ \t]*(?:import|from|const|require)\b.*"

#: A line begins with spaces or tabs here; "any space" would take hours for a file of empty lines.
#: What a text that is neither YAML nor JSON, or not meant as such, looks like; the first counts.
_TEXTS: tuple[tuple[str, str], ...] = (
    (r"\APK\x03\x04", f"it is a saved plan of Terraform; {_SHOW_PLAN}"),
    (
        r'^[ \t]*(?:resource|module|variable|provider|data|output)\s+"[^"]*"(?:\s+"[^"]*")?\s*\{'
        r"|^[ \t]*(?:terraform|locals)\s*\{",
        f"it is a configuration of Terraform; {_SHOW_PLAN}",
    ),
    (
        r"Terraform will perform the following actions"
        r"|OpenTofu will perform the following actions"
        r"|^[ \t]*# \S*aws_cognito_user_pool\S* (?:will|must) be ",
        f"it is what terraform plan shows people; {_SHOW_PLAN}",
    ),
    (r'\A\{"@level"', f"it is the log of terraform plan -json; {_SHOW_PLAN}"),
    (
        r"^# aws_cognito_user_pool\.|^# module\.\S+\.aws_cognito_user_pool\.",
        "it is what terraform show shows people; run terraform show -json > state.json, and give "
        "state.json",
    ),
    (
        rf"{_IMPORT}(?:@aws-amplify/backend)",
        f"it is a program of Amplify generation 2; {_GEN_2}",
    ),
    (
        rf"{_IMPORT}(?:aws-cdk-lib|@aws-cdk/|aws_cdk|software\.amazon\.awscdk|github\.com/aws/aws-cdk-go)|Amazon\.CDK",
        f"it is a program of the CDK; {_SYNTH}",
    ),
    (
        r"\$config\(|reference path=.*sst|new sst\.aws\.|" + _IMPORT + r"""['"]sst/""",
        "it is a program of SST; run sst state export > stack.json, and give stack.json",
    ),
    (
        _IMPORT + r"(?:@pulumi/|pulumi_aws|pulumi\b|github\.com/pulumi)",
        f"it is a program of Pulumi; {_EXPORT}",
    ),
    (
        r"aws_user_pools_id|awsmobile\b",
        "it only has the ids of the pool, for an app; " + _DESCRIBE,
    ),
    (
        r"@serverless/typescript|@serverless/types"
        r"|\A(?=[\s\S]*module\.exports)(?=[\s\S]*provider\s*:)",
        "it is a program of the Serverless Framework; run serverless package, and give "
        ".serverless/cloudformation-template-update-stack.json",
    ),
    (
        r"^\[[\w.-]+\.(?:deploy|build|global|validate|package|sync|local_\w+)(?:\.parameters)?\]"
        r"|\Aversion\s*=\s*0\.1",
        "it is the configuration of the SAM CLI, and holds parameters; give the template, and this "
        "file with --parameters",
    ),
    (
        r"^\|\s*(?:Describe|Get|List)UserPool|^USERPOOL\t",
        "it is the output of the AWS CLI for people; add --output json to the command",
    ),
)


def hint_about_text(text: str) -> str | None:
    """Return what to give instead of a file with this text; ``None`` if it may be data."""
    for pattern, hint in _TEXTS:
        if re.search(pattern, text, re.MULTILINE):
            return hint
    return None


def hint_about_value(value: Any) -> str | None:
    """Return what to give instead of a file with this YAML or JSON; ``None`` if nobody knows."""
    if isinstance(value, list):
        items = [item for item in value if isinstance(item, Mapping)]
        return next((hint for item in items if (hint := _of_list_item(item))), None)
    if not isinstance(value, Mapping):
        return None
    return next((hint for looks, hint in _VALUES if looks(value)), None)


def _of_list_item(item: Mapping[str, Any]) -> str | None:
    if "ParameterKey" in item:
        return "it holds parameters; give the template, and this file with --parameters"
    return hint_about_value(item)


def _has(*names: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda value: set(names) <= set(value)


def _is_terraform_json(value: Mapping[str, Any]) -> bool:
    resource = value.get("resource")
    return isinstance(resource, Mapping) and any(str(name).startswith("aws_") for name in resource)


def _is_amplify_client(value: Mapping[str, Any]) -> bool:
    auth = value.get("auth")
    if isinstance(auth, Mapping) and ("user_pool_id" in auth or "plugins" in auth):
        return True
    # Such as the settings of an app, or what a program has noted after it made the pool.
    ids = ("userpoolid", "awsuserpoolsid", "userpoolwebclientid")
    return any(re.sub(r"[^a-z]", "", str(name).lower()) in ids for name in value)


def _is_pulumi_program(value: Mapping[str, Any]) -> bool:
    resources = value.get("resources")
    types = resources.values() if isinstance(resources, Mapping) else ()
    return any(str(_type_of(item)).startswith(("aws:", "aws-native:", "awsx:")) for item in types)


def _type_of(item: Any) -> Any:
    return item.get("type") if isinstance(item, Mapping) else None


def _is_cdk_project(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("app"), str) and "format_version" not in value


def _is_of_another_cloud(value: Mapping[str, Any]) -> bool:
    return "deploymentTemplate" in str(value.get("$schema"))


def _is_kubernetes(value: Mapping[str, Any]) -> bool:
    return {"apiVersion", "kind"} <= set(value)


def _has_no_resources(value: Mapping[str, Any]) -> bool:
    sections = {"AWSTemplateFormatVersion", "Outputs", "Parameters", "Mappings", "Conditions"}
    return bool(sections & set(value)) and "Resources" not in value


_Look = Callable[[Mapping[str, Any]], bool]
_VALUES: tuple[tuple[_Look, str], ...] = (
    (
        _has("TemplateBody"),
        "it is what aws cloudformation get-template prints of a YAML template; add --query "
        "TemplateBody --output text to the command",
    ),
    (
        _has("UserPools"),
        f"it only lists the pools; {_DESCRIBE}",
    ),
    (
        lambda value: bool({"Stacks", "StackResources", "StackResourceSummaries"} & set(value)),
        "it only lists stacks or resources; give the output of aws cloudformation get-template "
        "--query TemplateBody, or of aws cognito-idp describe-user-pool",
    ),
    (
        _has("PoolName"),
        "it is the input of create-user-pool; create the pool, on a served emulator too, and "
        f"{_DESCRIBE}",
    ),
    (
        _is_terraform_json,
        f"it is a configuration of Terraform in JSON; {_SHOW_PLAN}",
    ),
    (
        _is_amplify_client,
        f"it only has the ids of the pool, for an app; {_DESCRIBE}",
    ),
    (_is_pulumi_program, f"it is a program of Pulumi in YAML; {_EXPORT}"),
    (
        lambda value: {"name", "runtime"} <= set(value),
        f"it is the project file of Pulumi; {_EXPORT}",
    ),
    (
        _has("steps", "changeSummary"),
        f"it is a preview of Pulumi; {_EXPORT}",
    ),
    (_is_cdk_project, f"it is the configuration of a CDK project; {_SYNTH}"),
    (
        _has("artifacts", "version"),
        "it is the manifest of cdk synth; give the folder that it is in",
    ),
    (
        _has("cognitoConfig"),
        "it is the input of the Amplify CLI; run amplify build, and give the folder of the auth "
        "resource",
    ),
    (
        _has("Parameters", "Tags"),
        "it holds parameters; give the template, and this file with --parameters",
    ),
    (
        _is_kubernetes,
        "resources of Kubernetes (ACK, Crossplane) are not read; " + _DESCRIBE,
    ),
    (
        _is_of_another_cloud,
        "it is a template of Azure, which has no Cognito user pools",
    ),
    (
        _has_no_resources,
        "it is a template without Resources; give the template that has the user pool",
    ),
)
