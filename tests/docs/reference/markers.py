"""The page on the markers of the plugin, as ``pytest --markers`` shows them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from harness.plugin.run.markers import register_markers
from harness.pools.spec.pool_spec import PoolSpec
from tests.docs.reference.markdown import cell, code, sentence, table

__all__ = ["lines", "registered"]


class _Lines:
    """Takes the markers in pytest's place."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def addinivalue_line(self, name: str, line: str) -> None:
        """Keep one line of the setting ``markers``."""
        assert name == "markers"
        self.lines.append(line)


def registered() -> dict[str, str]:
    """Return the markers that the plugin registers, each with what it does."""
    taker = _Lines()
    config: pytest.Config = taker  # type: ignore[assignment]
    register_markers(config)
    return dict(line.split(": ", 1) for line in taker.lines)


def lines() -> Iterator[str]:
    """Yield the lines of the page."""
    yield "# Markers"
    yield ""
    yield (
        "The plugin registers these markers, so that `--strict-markers` can stay on. Their "
        "arguments are checked when the tests are collected. "
        "[Fixtures](../fixtures.md) has examples."
    )
    yield from table(
        ("marker", "what it does"),
        ((code(name), cell(sentence(said))) for name, said in registered().items()),
    )
    yield ""
    yield "## Fields of `cognito_pool`"
    yield ""
    yield (
        "They are the fields of `harness.PoolSpec`. What a marker leaves open has the default, or "
        "in a run on [a given pool](../pools.md#which-tests-run) what that pool has."
    )
    yield from table(("field", "type", "default"), map(_field, dataclasses.fields(PoolSpec)))


def _field(field: dataclasses.Field[object]) -> tuple[str, str, str]:
    return code(field.name), code(field.type), code(_default(field))


def _default(field: dataclasses.Field[object]) -> object:
    if field.default_factory is not dataclasses.MISSING:
        return repr(field.default_factory())
    return "(none)" if field.default is dataclasses.MISSING else repr(field.default)
