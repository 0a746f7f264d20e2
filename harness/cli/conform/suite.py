"""Where the scenarios are: in the installed package, or in the checkout that it runs from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import HarnessError

__all__ = ["Suite"]

_PACKAGE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Suite:
    """The scenarios with their pytest.ini.

    Attributes:
        root: the folder that has both.
        is_checkout: whether it is the project's own folder, from which ``harness`` is imported.
    """

    root: Path
    is_checkout: bool

    @classmethod
    def find(cls, package: Path = _PACKAGE) -> Suite:
        """Return the scenarios that belong to a package.

        Args:
            package: the folder of ``harness``.

        Raises:
            HarnessError: they are not there.
        """
        for root, is_checkout in ((package / "bundled", False), (package.parent, True)):
            if (root / "scenarios" / "conftest.py").is_file() and (root / "pytest.ini").is_file():
                return cls(root, is_checkout)
        raise HarnessError(
            f"the scenarios are missing from {package}; install cognito-mfa-harness again"
        )

    def arguments(self) -> list[str]:
        """Return pytest's arguments that name the scenarios and nothing of the user's folder."""
        return [
            *("-c", str(self.root / "pytest.ini"), "--rootdir", str(self.root)),
            *("-p", "harness.plugin", "-p", "no:cacheprovider"),
            # A warning of a library that the project is not tested with is no finding.
            *("-o", "filterwarnings=default"),
        ]

    def environment(self, of_the_user: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of pytest, without what would change the run.

        Args:
            of_the_user: the environment of this process.
        """
        kept = {name: of_the_user[name] for name in of_the_user if not name.startswith("PYTEST_")}
        kept |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONUNBUFFERED": "1"}
        if self.is_checkout:
            path = (str(self.root), kept.get("PYTHONPATH", ""))
            kept["PYTHONPATH"] = os.pathsep.join(filter(None, path))
        return kept
