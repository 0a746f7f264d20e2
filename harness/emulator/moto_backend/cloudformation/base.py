"""The base class of Cognito's resources: how moto calls them, and how they call the engine."""

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

_NOT_FOUND = frozenset({"ResourceNotFoundException", "UserNotFoundException"})


class _Failure(ServiceException):
    """CloudFormation's error for a resource that cannot be created, changed or deleted."""

    code = "ValidationError"


class Resource:
    """A Cognito resource of a stack.

    Args:
        account: the account of the stack.
        region: the region of the stack.
        properties: the resource's properties in the template, with all functions resolved.

    Attributes:
        name: the physical id, which Ref returns.
        stack_id: the id of the stack, if known.
    """

    #: The part of the resource's type after ``AWS::Cognito::``.
    kind: ClassVar[str]
    #: The property that names the resource, if a template may name it.
    name_property: ClassVar[str] = ""
    #: Properties that cannot be changed: a new value needs a new resource.
    replacing: ClassVar[tuple[str, ...]] = ("UserPoolId",)
    #: The attributes that Fn::GetAtt can read.
    attributes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, account: str, region: str, properties: Mapping[str, Any]) -> None:
        self.account = account
        self.region = region
        self.properties = properties
        self.name = ""
        self.stack_id: str | None = None

    @classmethod
    def cloudformation_type(cls) -> str:
        """Return CloudFormation's name of the type, or another one if no emulator is installed."""
        return f"AWS::Cognito::{cls.kind}" if is_installed() else f"Not::Installed::{cls.kind}"

    @classmethod
    def cloudformation_name_type(cls) -> str:
        """Return the property that names the resource."""
        return cls.name_property

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Return whether Fn::GetAtt knows an attribute."""
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
        """Create the resource."""
        properties = _checked_properties(
            cls, cloudformation_json, names.get("LogicalId", resource_name)
        )
        created = cls(account_id, region_name, properties)
        created.stack_id = names.get("StackId")
        _renew_outputs(created)
        with _refusals_as_failures():
            created.create(resource_name)
        return created

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Any:
        """Change the resource, or replace it if the change needs a new one."""
        before: Resource = original_resource
        properties = _checked_properties(cls, cloudformation_json, before.name)
        after = cls(account_id, region_name, properties)
        after.stack_id = before.stack_id
        _renew_outputs(after)
        with _refusals_as_failures():
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
        resource = cls(account_id, region_name, cloudformation_json.get("Properties") or {})
        resource.name = resource_name
        resource.delete(account_id, region_name)

    @property
    def physical_resource_id(self) -> str:
        """The value of Ref."""
        return self.name

    def is_created(self) -> bool:
        """Return ``True``: Cognito creates its resources without delay."""
        return True

    def create(self, generated_name: str, /) -> None:
        """Create the resource, under the generated name if the template has none."""
        raise NotImplementedError

    def update(self, before: Resource, /) -> None:
        """Change the resource to its current properties."""
        raise NotImplementedError

    def remove(self) -> None:
        """Delete the resource."""
        raise NotImplementedError

    def delete(self, _account: str, _region: str) -> None:
        """Delete the resource, if it still exists."""
        with _refusals_as_failures():
            try:
                self.remove()
            except Refusal as refused:
                if refused.code not in _NOT_FOUND:
                    raise

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """Return the value of Fn::GetAtt."""
        if attribute_name not in self.attributes:
            from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

            raise UnformattedGetAttTemplateException
        return self.attribute(attribute_name)

    def attribute(self, name: str) -> Any:
        """Return one of the resource's attributes."""
        raise NotImplementedError(name)

    def call(self, operation: str, members: Mapping[str, Any]) -> Any:
        """Carry out an operation in the account and region of the stack."""
        caller = Caller(self.account, self.region, get_partition(self.region))
        params = validate(operation, dict(members))
        return current_engine().call(operation, params, caller)

    def request(self) -> dict[str, Any]:
        """Return the members of the request that creates the resource."""
        return request_members(self.kind, self.properties)


def _checked_properties(
    resource: type[Resource], template: Mapping[str, Any], name: str
) -> dict[str, Any]:
    """Return the properties of a template; refuse those that the resource does not have."""
    properties: dict[str, Any] = template.get("Properties") or {}
    wrong = violations(resource.kind, properties)
    if wrong:
        text = "\n".join(wrong)
        raise _Failure(f"Properties validation failed for resource {name} with message:\n{text}")
    return properties


def _renew_outputs(resource: Resource) -> None:
    """Make the stack's outputs follow its template."""
    from moto.cloudformation.models import cloudformation_backends

    stacks = cloudformation_backends[resource.account][resource.region].stacks
    stack: Any = stacks.get(resource.stack_id or "")
    if stack is not None:
        stack.output_map = CurrentOutputs(stack)


@contextmanager
def _refusals_as_failures() -> Iterator[None]:
    """Turn a refusal of Cognito into an error of CloudFormation's form."""
    try:
        yield
    except Refusal as refused:
        raise _Failure(
            f'Resource handler returned message: "Invalid request provided: {refused.message} '
            f'(Service: CognitoIdentityProvider, Status Code: {refused.status})"'
        ) from refused
