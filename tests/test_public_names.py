"""The public names: all there, all listed, and cheap to import."""

from __future__ import annotations

import subprocess
import sys

import pytest

import harness


@pytest.mark.parametrize("name", harness.__all__)
def test_a_listed_name_is_there(name: str) -> None:
    """Every name of ``__all__`` can be had from the package."""
    assert getattr(harness, name) is not None


def test_every_name_imported_on_first_use_is_listed() -> None:
    """What the package finds for its users is what it lists, in order and once."""
    assert set(harness._HOME) < set(harness.__all__)
    assert len(set(harness.__all__)) == len(harness.__all__)
    assert dir(harness) == sorted(harness.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """A wrong name fails as on any module."""
    with pytest.raises(AttributeError, match="has no attribute 'SingIn'"):
        _ = harness.SingIn


def test_importing_the_package_is_cheap() -> None:
    """Neither boto3 nor moto nor pyotp is loaded before it is needed."""
    program = (
        "import sys, harness; "
        "print([name for name in ('boto3', 'botocore', 'moto', 'pyotp', 'faker', 'gmpy2') "
        "if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
