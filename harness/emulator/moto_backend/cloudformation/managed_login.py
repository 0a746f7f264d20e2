"""What managed login needs of a stack: domains, styles of pages, and identity providers."""

from __future__ import annotations

from typing import Any

from moto.cognitoidp.models import cognitoidp_backends
from moto.core.common_models import CloudFormationModel

from harness.emulator.api.fast_validation import validate
from harness.emulator.moto_backend.cloudformation.base import Resource
from harness.emulator.moto_backend.models import current_engine

__all__ = [
    "ManagedLoginBrandingResource",
    "UserPoolDomainResource",
    "UserPoolIdentityProviderResource",
]


class UserPoolDomainResource(Resource, CloudFormationModel):
    """AWS::Cognito::UserPoolDomain."""

    kind = "UserPoolDomain"
    replacing = ("UserPoolId", "Domain")
    attributes = ("CloudFrontDistribution", "Id")

    def create(self, _generated_name: str) -> None:
        """Create the domain."""
        request = self.request()
        self.call("CreateUserPoolDomain", request)
        self.name = request["Domain"]

    def update(self, _before: Resource) -> None:
        """Change the version or the certificate."""
        self.call("UpdateUserPoolDomain", self.request())

    def remove(self) -> None:
        """Delete the domain, unless its pool no longer has it."""
        if self._described().get("UserPoolId") == self.properties["UserPoolId"]:
            named = {"UserPoolId": self.properties["UserPoolId"], "Domain": self.name}
            self.call("DeleteUserPoolDomain", named)

    def attribute(self, name: str) -> Any:
        """Return the CloudFront distribution or the id."""
        return self.name if name == "Id" else self._described()["CloudFrontDistribution"]

    def _described(self) -> dict[str, Any]:
        found = self.call("DescribeUserPoolDomain", {"Domain": self.name})
        described: dict[str, Any] = found["DomainDescription"]
        return described


class ManagedLoginBrandingResource(Resource, CloudFormationModel):
    """AWS::Cognito::ManagedLoginBranding.

    Its physical id is that of Cloud Control, of pool and style:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-managedloginbranding.html
    """

    kind = "ManagedLoginBranding"
    replacing = ("UserPoolId", "ClientId")
    attributes = ("ManagedLoginBrandingId",)

    def create(self, _generated_name: str) -> None:
        """Give the app client its style."""
        made = self.call("CreateManagedLoginBranding", self._request())["ManagedLoginBranding"]
        self.name = f"{made['UserPoolId']}|{made['ManagedLoginBrandingId']}"

    def update(self, _before: Resource) -> None:
        """Change the style."""
        request = self._request()
        request.pop("ClientId", None)
        self.call("UpdateManagedLoginBranding", {**request, **self._ids()})

    def remove(self) -> None:
        """Delete the style."""
        self.call("DeleteManagedLoginBranding", self._ids())

    def attribute(self, name: str) -> Any:
        """Return the id of the style."""
        return self._ids()[name]

    def _request(self) -> dict[str, Any]:
        """Return the request, without the property that only changes how a style is read."""
        request = self.request()
        request.pop("ReturnMergedResources", None)
        return request

    def _ids(self) -> dict[str, Any]:
        pool_id, _, branding_id = self.name.partition("|")
        return {"UserPoolId": pool_id, "ManagedLoginBrandingId": branding_id}


class UserPoolIdentityProviderResource(Resource, CloudFormationModel):
    """AWS::Cognito::UserPoolIdentityProvider, which moto keeps; app clients of a stack name it."""

    kind = "UserPoolIdentityProvider"
    replacing = ("UserPoolId", "ProviderName", "ProviderType")

    def create(self, _generated_name: str) -> None:
        """Create the identity provider."""
        request = validate("CreateIdentityProvider", self.request())
        self.call("DescribeUserPool", {"UserPoolId": request["UserPoolId"]})
        self.name = request.pop("ProviderName")
        pool = current_engine().pools[request["UserPoolId"]]
        self._backend().create_identity_provider(pool.pool_id, self.name, request)
        with pool.lock:
            pool.add_identity_provider(self.name)

    def update(self, _before: Resource) -> None:
        """Change the details of the identity provider."""
        request = self.request()
        del request["ProviderName"]
        self._backend().update_identity_provider(request["UserPoolId"], self.name, request)

    def remove(self) -> None:
        """Delete the identity provider, unless it or its pool is gone."""
        pool = current_engine().pools.get(self.properties["UserPoolId"])
        if pool is None or self.name not in pool.identity_providers:
            return
        self._backend().delete_identity_provider(pool.pool_id, self.name)
        with pool.lock:
            pool.remove_identity_provider(self.name)

    def _backend(self) -> Any:
        return cognitoidp_backends[self.account][self.region]
