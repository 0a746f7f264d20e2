"""Tokens of lists."""

from __future__ import annotations

import pytest

from harness.emulator.core.randomness import Randomness
from harness.emulator.stores.pages import Pages
from tests.emulator.support.expect import HOUR, refused

HERE = ("ListUsers", "pool")


@pytest.fixture
def pages() -> Pages:
    """The open ends of no list."""
    return Pages(Randomness(1))


def test_a_token_leads_back_to_its_place(pages: Pages) -> None:
    """Each token knows its own position, and without one the list begins at its start."""
    tokens = [pages.token(HERE, position, 0.0) for position in (3, 6)]
    assert [pages.position(HERE, token, 0.0, 0) for token in tokens] == [3, 6]
    assert pages.position(HERE, None, 0.0, 0) == 0


@pytest.mark.parametrize("listing", [("ListUsers", "other"), ("ListGroups", "pool")])
def test_a_token_is_of_no_use_elsewhere(pages: Pages, listing: tuple[str, str]) -> None:
    """Another list refuses it."""
    token = pages.token(HERE, 3, 0.0)
    with refused("InvalidParameterException", "Invalid pagination token."):
        pages.position(listing, token, 0.0, 0)


def test_tokens_are_opaque(pages: Pages) -> None:
    """They hold letters and digits only, so that no shell or URL trips over them."""
    token = pages.token(HERE, 3, 0.0)
    assert token.isalnum()
    assert token != pages.token(HERE, 3, 0.0)


@pytest.mark.fact("A080")
def test_expired_tokens_are_forgotten(pages: Pages) -> None:
    """A long run does not pile them up."""
    for moment in range(10):
        pages.token(HERE, 3, float(moment))
    kept = pages.token(HERE, 3, HOUR + 5.0)
    assert len(pages._positions) == 5
    assert pages.position(HERE, kept, HOUR + 5.0, 0) == 3
    pages.clear()
    with refused("InvalidParameterException"):
        pages.position(HERE, kept, HOUR + 5.0, 0)
