"""What Cognito's resources have in common: how moto calls them, and how they call the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from moto.core.exceptions import ServiceException
from moto.utilities.utils import get_partition

from harness.emulator.api.fast_validation import validate
from harness.emulator.api.request import Caller
from harness.emulator.moto_backend.cloudformation.outputs import CurrentOutputs
from harness.emulator.moto_backend.cloudformation.properties import request_members, violations
from harness.emulator.moto_backend.models import current_engine, is_installed
from harness.emulator.refusals import Refusal

__all__ = ["Resource"]

_GONE = frozenset({"ResourceNotFoundException", "UserNotFoundException"})


class _Failure(ServiceException):
    """What CloudFormation says of a resource that could not be made, changed or deleted."""

    code = "ValidationError"


class Resource:
    """What the resources have in common.

    Args:
        account, region: where the stack is.
    name: what Ref gives.
        properties: those of the template, worked out.
    """

    #: The resource's type behind ``AWS::Cognito::``.
    kind: ClassVar[str]
    #: The property by which a resource is named, if its maker may name it.
    name_property: ClassVar[str] = ""
    #: Properties that only another resource in its place can have.
    replacing: ClassVar[tuple[str, ...]] = ("UserPoolId",)
    attributes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, account: str, region: str, properties: Mapping[str, Any]) -> None:
        self.account = account
        self.region = region
        self.properties = properties
        self.name = ""
        self.stack_id: str | None = None

    @classmethod
    def cloudformation_type(cls) -> str:
        """CloudFormation's name of the type, while there is an emulator to make one."""
        return f"AWS::Cognito::{cls.kind}" if is_installed() else f"Not::Installed::{cls.kind}"

    @classmethod
    def cloudformation_name_type(cls) -> str:
        """The property that names the resource."""
        return cls.name_property

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether Fn::GetAtt knows an attribute."""
        return attr in cls.attributes

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **names: Any,
    ) -> Any:
        """Make the resource."""
        properties = _checked(cls, cloudformation_json, names.get("LogicalId", resource_name))
        made = cls(account_id, region_name, properties)
        made.stack_id = names.get("StackId")
        _renew_outputs(made)
        with _told_as_cloudformation_does():
            made.create(resource_name)
        return made

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Any:
        """Change the resource, or put another one in its place where it cannot be changed."""
        before: Resource = original_resource
        properties = _checked(cls, cloudformation_json, before.name)
        after = cls(account_id, region_name, properties)
        after.stack_id = before.stack_id
        _renew_outputs(after)
        with _told_as_cloudformation_does():
            if any(before.properties.get(name) != properties.get(name) for name in cls.replacing):
                after.create(new_resource_name)
                before.delete(account_id, region_name)
            else:
                after.name = before.name
                after.update(before)
        return after

    @classmethod
    def delete_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> None:
        """Delete the resource."""
        gone = cls(account_id, region_name, cloudformation_json.get("Properties") or {})
        gone.name = resource_name
        gone.delete(account_id, region_name)

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives."""
        return self.name

    def is_created(self) -> bool:
        """Whether it is there: Cognito makes its resources at once."""
        return True

    def create(self, generated_name: str, /) -> None:
        """Make it, under the generated name where the template gives none."""
        raise NotImplementedError

    def update(self, before: Resource, /) -> None:
        """Change it to the properties that it now has."""
        raise NotImplementedError

    def remove(self) -> None:
        """Delete it."""
        raise NotImplementedError

    def delete(self, _account: str, _region: str) -> None:
        """Delete it, if nobody has done so already."""
        with _told_as_cloudformation_does():
            try:
                self.remove()
            except Refusal as refused:
                if refused.code not in _GONE:
                    raise

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """What Fn::GetAtt gives."""
        if attribute_name not in self.attributes:
            from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

            raise UnformattedGetAttTemplateException
        return self.attribute(attribute_name)

    def attribute(self, name: str) -> Any:
        """One of the attributes that there are."""
        raise NotImplementedError(name)

    def call(self, operation: str, members: Mapping[str, Any]) -> Any:
        """Carry out an operation as the account whose stack it is."""
        caller = Caller(self.account, self.region, get_partition(self.region))
        params = validate(operation, dict(members))
        return current_engine().call(operation, params, caller)

    def request(self) -> dict[str, Any]:
        """The members of the request that makes it."""
        return request_members(self.kind, self.properties)


def _checked(resource: type[Resource], given: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The properties of a template, if the schema of the resource has them."""
    properties: dict[str, Any] = given.get("Properties") or {}
    wrong = violations(resource.kind, properties)
    if wrong:
        text = "\n".join(wrong)
        raise _Failure(f"Properties validation failed for resource {name} with message:\n{text}")
    return properties


def _renew_outputs(resource: Resource) -> None:
    """Let the stack's outputs follow its template."""
    from moto.cloudformation.models import cloudformation_backends

    stacks = cloudformation_backends[resource.account][resource.region].stacks
    stack: Any = stacks.get(resource.stack_id or "")
    if stack is not None:
        stack.output_map = CurrentOutputs(stack)


@contextmanager
def _told_as_cloudformation_does() -> Iterator[None]:
    """Say in CloudFormation's words what Cognito refuses."""
    try:
        yield
    except Refusal as refused:
        raise _Failure(
            f'Resource handler returned message: "Invalid request provided: {refused.message} '
            f'(Service: CognitoIdentityProvider, Status Code: {refused.status})"'
        ) from refused
