"""Writes ``docs/moto-suite.md`` from the list: ``python -m tests.moto_suite.page``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.fidelity.ledger import Fact, facts
from tests.moto_suite.expected_failures import ExpectedFailure, ExpectedFailures, expected_failures

PAGE = Path(__file__).parents[2] / "docs" / "moto-suite.md"

_HEAD = """\
# moto's own tests

The emulator is built on moto and replaces its Cognito, so it should also pass moto's own Cognito
tests. `tests/moto_suite` downloads moto's source distribution, unpacks the Cognito tests and runs
them, with `harness.emulator.install()` called before any mock starts:

```sh
tox -e moto-suite
```

The repository contains no copy of these tests. They run in a separate process without your
settings, AWS credentials or network, and without the harness's pytest plugin. Each test has a fresh
emulator. A test that waits moves the emulator's clock instead, and its authenticator app uses the
same clock. So tests that wait for the next TOTP code on AWS also wait here.

Results with moto {moto}, which has {tests} Cognito tests:

| | tests |
|---|---|
| pass | {passed} |
| of these, verified on AWS by moto's authors (every such test) | {verified} |
| do not pass, and are listed below | {listed} |

The run fails if

- a test that is verified on AWS does not pass;
- a listed test passes, or fails with an error other than the listed one;
- a test that is not listed does not pass;
- an entry of the list names no fact about Cognito.

moto's tests of other services that only pass on the ARN of a pool are not run.

## What moto expects and Cognito does not do

Each row lists tests that cannot pass under Cognito's rules. They often fail in their first lines,
which create a pool or a user. The facts come from [the fidelity page](fidelity.md), which also says
how well each is known. Lengths, patterns and allowed values come from botocore's service model."""


def render(known: ExpectedFailures, ledger: dict[str, Fact]) -> str:
    """Return the text of the page."""
    rows = "\n".join(_row(entry, ledger) for entry in known.entries)
    head = _HEAD.format(
        moto=known.tested.moto,
        tests=known.tested.tests,
        passed=known.tested.tests - len(known.tests),
        verified=known.tested.verified,
        listed=len(known.tests),
    )
    table = f"| moto's tests | expect | Cognito | facts |\n|---|---|---|---|\n{rows}"
    return f"{head}\n\n{table}\n"


def _row(entry: ExpectedFailure, ledger: dict[str, Fact]) -> str:
    named = "<br>".join(_names(entry))
    proof = "<br>".join(f"{fact} ({ledger[fact].level})" for fact in entry.facts)
    return f"| {named} | {entry.expects} | {entry.cognito} | {proof} |"


def _names(entry: ExpectedFailure) -> Iterator[str]:
    """Return the names of the tests, with the name of their file before the first."""
    for number, test in enumerate(entry.tests):
        path, _, name = test.partition("::")
        yield f"`{path.rpartition('/')[2]}`:<br>`{name}`" if number == 0 else f"`{name}`"


if __name__ == "__main__":
    PAGE.write_text(render(expected_failures(), facts()), encoding="utf-8")
