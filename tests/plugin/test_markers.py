"""Markers: arguments that cannot be used are found at collection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from harness.plugin.run.markers import check_markers
from tests.plugin.conftest import Inner


@dataclass
class Marker:
    """A marker as pytest keeps it."""

    name: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)


@dataclass
class Item:
    """A test with one marker."""

    marker: Marker
    nodeid: str = "test_it.py::test_it"

    def iter_markers(self) -> Iterator[Marker]:
        """Yield the marker."""
        yield self.marker


def check(marker: Marker) -> None:
    """Check one marker as at collection."""
    check_markers([cast("pytest.Item", Item(marker))])


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        (Marker("cognito_pool", kwargs={"mfaa": "ON"}), "did you mean 'mfa'?"),
        (Marker("cognito_pool", kwargs={"mfa": "YES"}), "allowed: OFF, OPTIONAL, ON"),
        (Marker("cognito_pool", ("ON",)), "takes only keywords"),
        (Marker("cognito_pool", kwargs={"template": 7}), "needs the path of a file as template"),
        (Marker("cognito_pool", kwargs={"pool_name": "A"}), "needs the path of a file as template"),
        (Marker("cognito_pool", kwargs={"template": "a", "pool_name": 7}), "must be a name"),
        (Marker("cognito_pool", kwargs={"template": "a", "parameters": "b"}), "must be a mapping"),
        (Marker("cognito_pool", kwargs={"template": "a", "mfaa": 1}), "did you mean 'mfa'?"),
        (Marker("cognito_pool", kwargs={"template": "a", "mfa": "YES"}), "allowed: OFF, OPTIONAL"),
        (Marker("cognito_pool", kwargs={"templat": "a"}), "did you mean 'template'?"),
        (Marker("cognito_needs", ("clok",)), "did you mean 'clock'?"),
        (Marker("cognito_needs"), "takes the names of one or more capabilities"),
        (Marker("cognito_needs", ("clock",), {"why": "so"}), "and no keywords"),
        (Marker("cognito_flow", ("USER_SRP",)), "allowed: USER_PASSWORD_AUTH"),
        (Marker("cognito_flow"), "takes the name of one flow"),
    ],
    ids=lambda value: value.name if isinstance(value, Marker) else "",
)
def test_bad_arguments_are_named(marker: Marker, said: str) -> None:
    """The message names the test, the marker, and what is allowed."""
    with pytest.raises(pytest.UsageError) as caught:
        check(marker)
    assert str(caught.value).startswith(f"test_it.py::test_it: marker {marker.name}: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "marker",
    [
        Marker("cognito_pool", kwargs={"mfa": "ON", "client_secret": True}),
        Marker("cognito_pool"),
        Marker(
            "cognito_pool",
            kwargs={"template": "a.yaml", "pool_client": "Web", "parameters": {"Mode": "ON"}},
        ),
        Marker("cognito_needs", ("clock", "outbox")),
        Marker("cognito_flow", ("ADMIN_USER_SRP_AUTH",)),
        Marker("cognito_flow", ("ADMIN_USER_AUTH",)),
        Marker("cognito_flow", ("CUSTOM_AUTH",)),
        Marker("exhaustive"),
        Marker("of_somebody_else", (1, 2), {"three": 4}),
    ],
    ids=lambda marker: str(marker.name),
)
def test_good_arguments_pass(marker: Marker) -> None:
    """Right arguments, and other people's markers, pass."""
    check(marker)


def test_bad_marker_ends_the_run(inner: Inner) -> None:
    """A run with such a marker ends with one line, with the exit code of its own usage errors."""
    result = inner(
        source="import pytest\n@pytest.mark.cognito_pool(mfaa='ON')\ndef test_it(): pass"
    )
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: test_inner.py::test_it: marker cognito_pool: field: cannot use 'mfaa'*"]
    )
