"""Tells apart the folders that hold a pool, and says what to give instead of one that does not."""

from __future__ import annotations

from pathlib import Path

from harness.errors import ConfigurationError
from harness.pools.sources import amplify, cdk, describe_output
from harness.pools.sources.documents import Document, read_document
from harness.pools.sources.parameters import GivenParameters
from harness.pools.sources.pool_choice import FoundPools, ready

__all__ = ["HAS_VALUES", "find_in_folder", "packaged_template"]

#: Why a description takes no values of parameters.
HAS_VALUES = "{} shows what is deployed, which has values in place of parameters"
_MANIFEST = "manifest.json"
_DATA = (".json", ".yaml", ".yml")
#: What serverless package writes.
_PACKAGED = "cloudformation-template-update-stack.json"
#: A file of a project, and what to give instead of the folder; the first that is there counts.
_PROJECTS: tuple[tuple[str, str], ...] = (
    ("cdk.out/manifest.json", "give the folder cdk.out in it"),
    ("cdk.json", "it is a CDK project; run cdk synth, and give the folder cdk.out"),
    ("serverless.y*ml", "give the file serverless.yml in it"),
    (
        "amplify/auth/resource.ts",
        "it is a project of Amplify generation 2; run npx ampx sandbox or deploy, and give the "
        "template that aws cloudformation get-template --query TemplateBody prints for the auth "
        "stack",
    ),
    ("sst.config.ts", "run sst state export > stack.json in it, and give stack.json"),
    ("Pulumi.yaml", "run pulumi stack export --file stack.json in it, and give stack.json"),
    ("template.y*ml", "give the template in it"),
    ("terraform.tfstate", "give the file terraform.tfstate in it"),
    (
        "*.tf",
        "run terraform plan -out=plan.bin and terraform show -json plan.bin > plan.json in it, and "
        "give plan.json",
    ),
)


def packaged_template(folder: Path) -> Path | None:
    """Return the template in the folder ``.serverless`` that serverless package writes."""
    path = folder / _PACKAGED
    return path if path.is_file() else None


def find_in_folder(folder: Path, parameters: GivenParameters) -> FoundPools:
    """Return the user pools in a folder of cdk synth, of Amplify, or of outputs of the AWS CLI.

    Args:
        folder: the folder as the user wrote it.
        parameters: what the user gave for the parameters of templates.

    Raises:
        ConfigurationError: the folder is none of these, or a setting is not valid.
    """
    if (folder / _MANIFEST).is_file():
        return cdk.find_in_assembly(folder, parameters)
    if resources := amplify.auth_resources(folder):
        return amplify.find(resources, str(folder), parameters)
    documents = list(_documents(folder))
    if any(describe_output.recognizes(document) for document in documents):
        parameters.have_no_use(HAS_VALUES.format(folder))
        return ready(str(folder), describe_output.read(documents, str(folder)))
    raise ConfigurationError("folder", given=str(folder), hint=_hint(folder))


def _documents(folder: Path) -> list[Document]:
    """Return the files of data in a folder; a file that is something else is passed over."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix.lower() in _DATA:
            try:
                found.append(read_document(path))
            except ConfigurationError:
                continue
    return found


def _hint(folder: Path) -> str:
    for pattern, hint in _PROJECTS:
        if any(True for _ in folder.glob(pattern)):
            return hint
    empty = "" if any(folder.iterdir()) else "it is empty; "
    return (
        f"{empty}it must be the output of cdk synth, with {_MANIFEST} in it; a project of Amplify; "
        "or a folder with outputs of aws cognito-idp describe-user-pool"
    )
