"""AWS::Cognito::UserPool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.core.common_models import CloudFormationModel

from harness.emulator.moto_backend.cloudformation.base import Resource
from harness.emulator.moto_backend.cloudformation.properties import mfa_request
from harness.emulator.refusals import Refusal

__all__ = ["UserPoolResource"]

_CANNOT_CHANGE = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")


class UserPoolResource(Resource, CloudFormationModel):
    """AWS::Cognito::UserPool."""

    kind = "UserPool"
    name_property = "UserPoolName"
    replacing = ()
    attributes = ("Arn", "ProviderName", "ProviderURL", "UserPoolId")

    def create(self, generated_name: str) -> None:
        """Create the pool with its MFA configuration; if one part fails, no pool is left."""
        mfa = mfa_request(self.properties)
        request = {"PoolName": generated_name, **self.request()}
        self.name = self.call("CreateUserPool", request)["UserPool"]["Id"]
        try:
            self._set_mfa(mfa)
        except Refusal:
            self.remove()
            raise

    def update(self, before: Resource) -> None:
        """Change the pool; its sign-in names are fixed, and attributes can only be added."""
        self._refuse_fixed(before)
        mfa, request = mfa_request(self.properties), self.request()
        added = self._added_attributes(before)
        for name in (*_CANNOT_CHANGE, "Schema"):
            request.pop(name, None)
        if added:
            members = {"UserPoolId": self.name, "CustomAttributes": added}
            self.call("AddCustomAttributes", members)
        self.call("UpdateUserPool", {"UserPoolId": self.name, **request})
        self._set_mfa(mfa)

    def remove(self) -> None:
        """Delete the pool."""
        self.call("DeleteUserPool", {"UserPoolId": self.name})

    def attribute(self, name: str) -> Any:
        """Return the ARN, the id, or the provider name or URL that identity pools use."""
        provider = f"cognito-idp.{self.region}.amazonaws.com/{self.name}"
        if name == "Arn":
            described = self.call("DescribeUserPool", {"UserPoolId": self.name})
            return described["UserPool"]["Arn"]
        return {
            "ProviderName": provider,
            "ProviderURL": f"https://{provider}",
            "UserPoolId": self.name,
        }[name]

    def _set_mfa(self, mfa: Mapping[str, Any]) -> None:
        if mfa != {"MfaConfiguration": "OFF"}:
            self.call("SetUserPoolMfaConfig", {"UserPoolId": self.name, **mfa})

    def _refuse_fixed(self, before: Resource) -> None:
        for name in _CANNOT_CHANGE:
            if before.properties.get(name) != self.properties.get(name):
                text = f"Updates are not allowed for property - {name}."
                raise Refusal("InvalidParameterException", text)

    def _added_attributes(self, before: Resource) -> list[Any]:
        old, new = (resource.request().get("Schema") or [] for resource in (before, self))
        if any(attribute not in new for attribute in old):
            text = "Existing schema attributes cannot be modified or deleted."
            raise Refusal("InvalidParameterException", text)
        return [attribute for attribute in new if attribute not in old]
