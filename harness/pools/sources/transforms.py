"""The transforms of a template, which a deployment applies before anything else.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-reference.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["LANGUAGE_EXTENSIONS", "has_language_extensions", "what_is_not_applied"]

#: The transform that Fn::ForEach, Fn::Length and Fn::ToJsonString need.
LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
#: The transforms that are applied here, and those that make no part of a pool.
_HARMLESS = (
    LANGUAGE_EXTENSIONS,
    "AWS::CodeDeployBlueGreen",
    "AWS::SecretsManager-",
    "AWS::Serverless-2016-10-31",
    "AWS::ServiceCatalog",
)
_INCLUDED = "Fn::Transform"


def has_language_extensions(template: Mapping[str, Any]) -> bool:
    """Return whether a template has the transform AWS::LanguageExtensions."""
    return LANGUAGE_EXTENSIONS in _names(template)


def what_is_not_applied(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each transform that can add or change pools, and cannot be applied here.

    Only a deployment runs the macros of an account, and reads the files that AWS::Include names.

    Args:
        template: the template.
    """
    for name in _names(template):
        if not name.startswith(_HARMLESS):
            yield f"the transform {name} is not applied: only a deployment can run it"
    resources = template.get("Resources")
    if isinstance(resources, Mapping) and _INCLUDED in resources:
        yield f"{_INCLUDED} in Resources is not applied: only a deployment can run it"


def _names(template: Mapping[str, Any]) -> list[str]:
    found = template.get("Transform")
    named = found if isinstance(found, list) else [found]
    return [
        str(one.get("Name") if isinstance(one, Mapping) else one)
        for one in named
        if one is not None
    ]
