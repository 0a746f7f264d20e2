"""The choice of combinations: few, allowed, and every pair among them."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from scenarios.support.pairwise import all_pairs, pairs_of

Row = tuple[int, ...]


@st.composite
def allowed_rows(draw: st.DrawFn) -> list[Row]:
    """Draw a product of a few dimensions, from which some combinations are left out."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    every = list(product(*(range(size) for size in sizes)))
    return draw(st.lists(st.sampled_from(every), unique=True, min_size=1))


def pairs_in(rows: list[Row]) -> set[object]:
    """Return every pair that occurs in one of the rows."""
    return {pair for row in rows for pair in pairs_of(row)}


class TestAllPairs:
    """What holds for any combinations."""

    @given(allowed_rows())
    def test_every_pair_that_is_allowed_is_chosen(self, rows: list[Row]) -> None:
        """A pair that occurs in an allowed combination occurs in a chosen one."""
        assert pairs_in(all_pairs(rows)) == pairs_in(rows)

    @given(allowed_rows())
    def test_only_allowed_combinations_are_chosen(self, rows: list[Row]) -> None:
        """The choice is a part of what is allowed, without repetition and in its order."""
        chosen = all_pairs(rows)
        assert chosen == [row for row in rows if row in set(chosen)]

    @given(allowed_rows())
    def test_same_combinations_give_the_same_choice(self, rows: list[Row]) -> None:
        """There is no chance in the choice: test ids are the same in every run and worker."""
        assert all_pairs(rows) == all_pairs(list(rows))

    @given(st.lists(st.integers(), unique=True))
    def test_of_one_dimension_every_value_is_chosen(self, values: list[int]) -> None:
        """Where there is nothing to pair, every value is kept."""
        rows = [(value,) for value in values]
        assert all_pairs(rows) == rows

    def test_choice_is_small(self) -> None:
        """Of 2 to the power of 10 combinations a dozen are enough for all pairs."""
        rows = list(product((False, True), repeat=10))
        assert len(all_pairs(rows)) <= 12

    def test_pair_that_only_one_combination_has_is_chosen(self) -> None:
        """A rare pair brings its combination into the choice."""
        rows = [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 1)]
        assert (1, 1, 1) in all_pairs(rows)
