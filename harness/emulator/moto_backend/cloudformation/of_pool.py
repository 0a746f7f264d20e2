"""The resources that belong to a user pool: app clients, groups, resource servers and users."""

from __future__ import annotations

from typing import Any

from moto.core.common_models import CloudFormationModel

from harness.emulator.moto_backend.cloudformation.base import Resource

__all__ = [
    "UserPoolClientResource",
    "UserPoolGroupResource",
    "UserPoolResourceServerResource",
    "UserPoolUserResource",
]


class UserPoolClientResource(Resource, CloudFormationModel):
    """AWS::Cognito::UserPoolClient."""

    kind = "UserPoolClient"
    name_property = "ClientName"
    replacing = ("UserPoolId", "GenerateSecret")
    attributes = ("ClientId", "ClientSecret", "Name")

    def create(self, generated_name: str) -> None:
        """Create the app client."""
        request = {"ClientName": generated_name, **self.request()}
        self.name = self.call("CreateUserPoolClient", request)["UserPoolClient"]["ClientId"]

    def update(self, _before: Resource) -> None:
        """Change the app client."""
        request = self.request()
        request.pop("GenerateSecret", None)
        self.call("UpdateUserPoolClient", {**request, "ClientId": self.name})

    def remove(self) -> None:
        """Delete the app client."""
        self.call("DeleteUserPoolClient", self._ids())

    def attribute(self, name: str) -> Any:
        """Return the id, the name or the secret; the secret is empty if there is none."""
        described = self.call("DescribeUserPoolClient", self._ids())["UserPoolClient"]
        return described.get({"Name": "ClientName"}.get(name, name), "")

    def _ids(self) -> dict[str, Any]:
        return {"UserPoolId": self.properties["UserPoolId"], "ClientId": self.name}


class UserPoolGroupResource(Resource, CloudFormationModel):
    """AWS::Cognito::UserPoolGroup."""

    kind = "UserPoolGroup"
    name_property = "GroupName"
    replacing = ("UserPoolId", "GroupName")

    def create(self, generated_name: str) -> None:
        """Create the group."""
        request = {"GroupName": generated_name, **self.request()}
        self.name = self.call("CreateGroup", request)["Group"]["GroupName"]

    def update(self, _before: Resource) -> None:
        """Change the group."""
        self.call("UpdateGroup", {**self.request(), "GroupName": self.name})

    def remove(self) -> None:
        """Delete the group."""
        pool_id = self.properties["UserPoolId"]
        self.call("DeleteGroup", {"UserPoolId": pool_id, "GroupName": self.name})


class UserPoolResourceServerResource(Resource, CloudFormationModel):
    """AWS::Cognito::UserPoolResourceServer."""

    kind = "UserPoolResourceServer"
    name_property = "Identifier"
    replacing = ("UserPoolId", "Identifier")

    def create(self, _generated_name: str) -> None:
        """Create the resource server."""
        created = self.call("CreateResourceServer", self.request())["ResourceServer"]
        self.name = created["Identifier"]

    def update(self, _before: Resource) -> None:
        """Change the name and the scopes."""
        self.call("UpdateResourceServer", self.request())

    def remove(self) -> None:
        """Delete the resource server."""
        pool_id = self.properties["UserPoolId"]
        self.call("DeleteResourceServer", {"UserPoolId": pool_id, "Identifier": self.name})


class UserPoolUserResource(Resource, CloudFormationModel):
    """AWS::Cognito::UserPoolUser: every change replaces the user."""

    kind = "UserPoolUser"
    name_property = "Username"
    replacing = (
        "ClientMetadata",
        "DesiredDeliveryMediums",
        "ForceAliasCreation",
        "MessageAction",
        "UserAttributes",
        "Username",
        "UserPoolId",
        "ValidationData",
    )

    def create(self, generated_name: str) -> None:
        """Create the user and send the invitation."""
        request = {"Username": generated_name, **self.request()}
        self.name = self.call("AdminCreateUser", request)["User"]["Username"]

    def update(self, _before: Resource) -> None:
        """Do nothing: a user has no property that can be changed."""

    def remove(self) -> None:
        """Delete the user."""
        pool_id = self.properties["UserPoolId"]
        self.call("AdminDeleteUser", {"UserPoolId": pool_id, "Username": self.name})
