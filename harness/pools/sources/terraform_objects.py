"""Takes objects out of the output of Terraform, and refuses what has another form.

Terraform itself writes none of it, but people shorten and join such files by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import join
from harness.pools.sources.documents import Document

__all__ = ["CheckedObjects"]


class CheckedObjects:
    """Returns members that are objects, or lists of objects.

    Args:
        document: the output of Terraform.
    """

    def __init__(self, document: Document) -> None:
        self._document = document

    def one(self, found: Mapping[str, Any], name: str, path: str) -> Mapping[str, Any]:
        """Return a member that is an object; an empty one if there is none.

        Args:
            found: the object with the member.
            name: the name of the member.
            path: the path of the object.

        Raises:
            ConfigurationError: it is something else.
        """
        value = found.get(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self._refusal(join(path, name), value, "it must be an object")
        return value

    def several(self, found: Mapping[str, Any], name: str, path: str) -> list[Mapping[str, Any]]:
        """Return a member that is a list of objects; an empty one if there is none.

        Args:
            found: the object with the member.
            name: the name of the member.
            path: the path of the object.

        Raises:
            ConfigurationError: it is something else.
        """
        value = found.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            raise self._refusal(join(path, name), None, "it must be a list of objects")
        return value

    def text(self, found: Mapping[str, Any], name: str, path: str) -> str:
        """Return a member that is a text.

        Args:
            found: the object with the member.
            name: the name of the member.
            path: the path of the object.

        Raises:
            ConfigurationError: it is something else, or there is none.
        """
        value = found.get(name)
        if not isinstance(value, str):
            raise self._refusal(join(path, name), value, "it must be a text")
        return value

    def _refusal(self, path: str, given: Any, hint: str) -> ConfigurationError:
        lines = self._document.lines
        # A member that is not there has the line of its object.
        source = self._document.source(path if path in lines else path.rpartition(".")[0])
        return ConfigurationError(path, given=given, source=source, hint=hint)
