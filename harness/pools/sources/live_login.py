"""Reads what managed login of a live pool needs: its domains, resource servers and branding.

An administrator may be allowed to describe a pool and not these, and other services that speak
Cognito's API may not have them. What cannot be read is unknown, with the refusal as its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from harness.pools.configuration.pool_configuration import Kind, Part, Unknown
from harness.pools.configuration.service_members import member_names
from harness.pools.sources.managed_login import described_domains

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

__all__ = ["LiveLogin", "domain_part", "server_part"]


class LiveLogin:
    """Reads the parts of one pool; changes nothing.

    Args:
        client: a boto3 client, which may be allowed DescribeUserPoolDomain, ListResourceServers and
            DescribeManagedLoginBrandingByClient.
        user_pool_id: the id of the pool.

    Attributes:
        not_shown: the kinds of parts that could not be read.
    """

    def __init__(self, client: CognitoIdentityProviderClient, user_pool_id: str) -> None:
        self._client = client
        self._user_pool_id = user_pool_id
        self.not_shown: dict[Kind, Unknown] = {}

    def domains(self, described: Mapping[str, Any]) -> tuple[Part, ...]:
        """Return the domains that the description of the pool names."""
        return tuple(map(self._domain, described_domains(described, Unknown("not read"))))

    def resource_servers(self) -> tuple[Part, ...]:
        """Return the resource servers."""
        pages = self._client.get_paginator("list_resource_servers").paginate(
            UserPoolId=self._user_pool_id
        )
        try:
            return tuple(server_part(one) for page in pages for one in page["ResourceServers"])
        except (BotoCoreError, ClientError) as error:
            self.not_shown["resource_server"] = _refused(error)
            return ()

    def branding(self, domains: Iterable[Part], clients: Mapping[str, str]) -> tuple[Part, ...]:
        """Return the brandings; without a domain of version 2 they mean nothing (H008).

        Args:
            domains: the domains of the pool.
            clients: the names of the app clients, by their ids.
        """
        if not any(part.value("ManagedLoginVersion") == 2 for part in domains):
            return ()
        return tuple(
            Part("branding", name, {"ClientId": name})
            for client_id, name in clients.items()
            if self._has_branding(client_id)
        )

    def _domain(self, shown: Part) -> Part:
        name = shown.name
        try:
            described = self._client.describe_user_pool_domain(Domain=name)["DomainDescription"]
        except (BotoCoreError, ClientError) as error:
            reason = _refused(error)
            members = {key: reason if key != "Domain" else name for key in shown.members}
            return Part("domain", name, members)
        found = domain_part(described or shown.members)
        if "CustomDomainConfig" in shown.members:
            # DescribeUserPool has said that it is one.
            return Part("domain", name, {"CustomDomainConfig": {}, **found.members})
        return found

    def _has_branding(self, client_id: str) -> bool:
        try:
            self._client.describe_managed_login_branding_by_client(
                UserPoolId=self._user_pool_id, ClientId=client_id
            )
        except self._client.exceptions.ResourceNotFoundException:
            return False
        except (BotoCoreError, ClientError) as error:
            self.not_shown["branding"] = _refused(error)
            return False
        return True


def domain_part(described: Mapping[str, Any]) -> Part:
    """Return the domain of a DomainDescription."""
    names = member_names("domain")
    # A prefix domain is described with an empty CustomDomainConfig (M145).
    members = {name: described[name] for name in names if described.get(name)}
    return Part("domain", str(described.get("Domain", "domain")), members)


def server_part(described: Mapping[str, Any]) -> Part:
    """Return a resource server from its description."""
    names = member_names("resource_server")
    members = {name: described[name] for name in names if name in described}
    return Part("resource_server", str(described.get("Identifier", "")), members)


def _refused(error: BotoCoreError | ClientError) -> Unknown:
    if not isinstance(error, ClientError):
        return Unknown(" ".join(str(error).split()))
    code = error.response.get("Error", {}).get("Code", "unknown error")
    return Unknown(f"{error.operation_name} is refused: {code}")
