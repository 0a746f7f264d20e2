"""Finds the domain of the user's own that managed login of a pool has.

It is no setting of the pool: it is a resource of its own, and a pool that exists only shows it.
Passkeys of such a pool have to belong to it (N010).

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpooldomain.html
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cognito_user_pool_domain
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown
from harness.pools.sources.references import PoolKey, References
from harness.pools.sources.stacks import Stack
from harness.pools.sources.terraform_references import ShownResource

__all__ = ["DOMAIN", "in_description", "in_plan", "in_templates"]

_RESOURCE = "AWS::Cognito::UserPoolDomain"
#: Terraform's type of the resource.
DOMAIN = "aws_cognito_user_pool_domain"


def in_description(described: Mapping[str, Any], name: str = "CustomDomain") -> str | None:
    """Return the domain in what a service or a state shows of a pool.

    Args:
        described: the pool.
        name: the name of the member.
    """
    found = described.get(name)
    return found if isinstance(found, str) and found else None


def in_templates(key: PoolKey, references: References) -> str | Unknown | None:
    """Return the domain that templates give to a pool; one with a prefix of Cognito's is none."""
    for stack in references.stacks:
        for name in stack.of_type(_RESOURCE):
            properties = stack.resource(name).get("Properties")
            if not isinstance(properties, Mapping) or "CustomDomainConfig" not in properties:
                continue
            path = f"Resources.{name}.Properties"
            owner = references.pool_of(stack, properties.get("UserPoolId"), f"{path}.UserPoolId")
            if owner == key:
                return _domain(stack, properties.get("Domain"), f"{path}.Domain")
    return None


def in_plan(
    pool: ShownResource, domains: Iterable[tuple[ShownResource, object]]
) -> str | Unknown | None:
    """Return the domain that a plan or a state gives to a pool.

    Args:
        pool: the pool.
        domains: the domains of the document, each with the pool that it belongs to.
    """
    for domain, owner in domains:
        if owner is pool and domain.values.get("certificate_arn"):
            found = domain.values.get("domain")
            return found if isinstance(found, (str, Unknown)) else None
    return in_description(pool.values, "custom_domain")


def _domain(stack: Stack, expression: Any, path: str) -> str | Unknown:
    try:
        found = stack.functions.value(expression, path)
    except ConfigurationError as error:
        # A mistake in another resource does not keep the pool from being read.
        return Unknown(str(error))
    if isinstance(found, (str, Unknown)):
        return found
    return Unknown(f"{path}, which is no text")
