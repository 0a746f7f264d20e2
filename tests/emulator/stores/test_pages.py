"""Pagination tokens."""

from __future__ import annotations

import pytest

from harness.emulator.core.randomness import Randomness
from harness.emulator.stores.pages import Pages
from tests.emulator.support.expect import HOUR, refused

HERE = ("ListUsers", "pool")


@pytest.fixture
def pages() -> Pages:
    """A store without open lists."""
    return Pages(Randomness(1))


def test_token_leads_to_its_position(pages: Pages) -> None:
    """Each token gives its own position; without one the list begins at its start."""
    tokens = [pages.token(HERE, position, 0.0) for position in (3, 6)]
    assert [pages.position(HERE, token, 0.0, 0) for token in tokens] == [3, 6]
    assert pages.position(HERE, None, 0.0, 0) == 0


@pytest.mark.parametrize("listing", [("ListUsers", "other"), ("ListGroups", "pool")])
def test_token_of_another_list_is_refused(pages: Pages, listing: tuple[str, str]) -> None:
    """Another list refuses the token."""
    token = pages.token(HERE, 3, 0.0)
    with refused("InvalidParameterException", "Invalid pagination token."):
        pages.position(listing, token, 0.0, 0)


def test_token_has_only_letters_and_digits(pages: Pages) -> None:
    """A token needs no escaping in a shell or URL."""
    token = pages.token(HERE, 3, 0.0)
    assert token.isalnum()
    assert token != pages.token(HERE, 3, 0.0)


@pytest.mark.fact("A080")
def test_expired_tokens_are_removed(pages: Pages) -> None:
    """Expired tokens do not pile up in a long run."""
    for moment in range(10):
        pages.token(HERE, 3, float(moment))
    kept = pages.token(HERE, 3, HOUR + 5.0)
    assert len(pages._positions) == 5
    assert pages.position(HERE, kept, HOUR + 5.0, 0) == 3
    pages.clear()
    with refused("InvalidParameterException"):
        pages.position(HERE, kept, HOUR + 5.0, 0)
