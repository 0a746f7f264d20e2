"""Modular exponentiation with and without gmpy2."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.srp import group

#: Exponents of which the table makes most, and some that it does not make.
exponents = st.integers(0, 2**256 - 1) | st.integers(0, 2**300) | st.integers(0, 20)
numbers = st.integers(min_value=-(2**64), max_value=2**64) | st.integers(0, 2 * group.N)


@pytest.fixture(scope="module")
def group_without_gmpy2() -> ModuleType:
    """The module of the group, as it is loaded where gmpy2 cannot be installed."""
    assert group.__file__ is not None
    spec = importlib.util.spec_from_file_location("group_without_gmpy2", group.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        # None in sys.modules makes an import fail as if the module were not there.
        patch.setitem(sys.modules, "gmpy2", None)
        spec.loader.exec_module(module)
        module.power(1, 1)  # imports what it uses
        # Remembered, so that the tests do not have to keep gmpy2 away.
        module._generator_table()
    return module


def test_the_fall_back_does_without_gmpy2(group_without_gmpy2: ModuleType) -> None:
    """Without gmpy2 the group is loaded all the same and uses Python's own pow."""
    assert group_without_gmpy2._powmod() is pow


@given(base=numbers, exponent=st.integers(0, 2**300))
@example(base=-1, exponent=1)
@example(base=0, exponent=0)
def test_the_fall_back_gives_the_same(
    group_without_gmpy2: ModuleType, base: int, exponent: int
) -> None:
    """Both ways give the same number, for negative bases as well."""
    result = group.power(base, exponent)
    assert type(result) is int
    assert result == group_without_gmpy2.power(base, exponent) == pow(base, exponent, group.N)


@given(exponent=exponents)
@example(exponent=0)
@example(exponent=2**256 - 1)
@example(exponent=2**256)
def test_the_table_of_the_generator_gives_the_same(
    group_without_gmpy2: ModuleType, exponent: int
) -> None:
    """A power of g is the same number from the table, without one, and from Python."""
    result = group.power_of_generator(exponent)
    assert type(result) is int
    assert result == group_without_gmpy2.power_of_generator(exponent)
    assert result == pow(group.G, exponent, group.N)


def test_there_is_a_table_only_with_gmpy2(group_without_gmpy2: ModuleType) -> None:
    """Python's own products are too slow for the table to pay."""
    assert not group_without_gmpy2._generator_table()
    assert group._generator_table()
