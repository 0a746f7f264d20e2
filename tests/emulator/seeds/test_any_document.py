"""Documents that a hostile or careless client could send."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harness.clock import VirtualClock
from harness.emulator.engine import Engine
from harness.emulator.seeds import SeedRefused, apply_seed, export_seed
from tests.emulator.seeds.documents import shop
from tests.emulator.support.expect import START

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["ON", "email", "0", "AAAA", "us-east-1_a", "-1", "\ud800", "a" * 3000]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            found += _places(item, (*path, key))
    return found


@given(st.sampled_from(_places(shop())), _VALUES)
def test_any_value_anywhere_is_made_or_refused(path: tuple[Any, ...], value: Any) -> None:
    """A document with any JSON at any place is made, and can be exported, or is refused."""
    document = shop()
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    engine = Engine(clock=VirtualClock(START, frozen=True))
    try:
        apply_seed(engine, {"document": document})
    except SeedRefused:
        assert not engine.pools
        assert not engine.clients
    else:
        exported = export_seed(engine, secrets=True).document
        assert exported == document
