"""``docs/moto-suite.md``, made of the list; ``python -m tests.moto_suite.page`` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.fidelity.ledger import Fact, facts
from tests.moto_suite.listed import Exceptional, Listed, listed

PAGE = Path(__file__).parents[2] / "docs" / "moto-suite.md"

_HEAD = """\
# moto's own tests

The emulator stands on moto and answers in its place, so it has to answer for moto's tests as well.
`tests/moto_suite` downloads moto's source distribution, takes the Cognito tests out of it and runs
them with `harness.emulator.install()` called before any mock starts:

```sh
tox -e moto-suite
```

No copy of them is kept here. They run in a process of their own that has none of the user's
settings, AWS credentials or network; the harness' pytest plugin is not loaded there. Each test has
a fresh emulator. A test that waits moves its clock instead, and the test's authenticator reads that
clock: so those that wait on AWS for the next TOTP code wait here too.

Run on moto {moto}, whose Cognito tests are {tests}:

| | tests |
|---|---|
| pass | {passed} |
| of these verified on AWS by moto's authors: all there are | {verified} |
| do not pass, and are listed below | {listed} |

The run fails if a test verified on AWS does not pass, if a listed one passes or fails by another
refusal than the list says, if one that is not listed does not pass, and if an entry names no fact
about Cognito. moto's tests of other services that only hand on the ARN of a pool are not run.

## What moto expects and Cognito does not do

Each row is moto's tests that cannot pass where Cognito's rules hold, often in the first lines that
make a pool or a user. The facts are those of [the ledger](fidelity.md), with how well they are
known. Lengths, patterns and allowed values are those of the service model in botocore."""


def render(known: Listed, ledger: dict[str, Fact]) -> str:
    """The page."""
    rows = "\n".join(_row(entry, ledger) for entry in known.entries)
    head = _HEAD.format(
        moto=known.tried.moto,
        tests=known.tried.tests,
        passed=known.tried.tests - len(known.tests),
        verified=known.tried.verified,
        listed=len(known.tests),
    )
    table = f"| moto's tests | expect | Cognito | facts |\n|---|---|---|---|\n{rows}"
    return f"{head}\n\n{table}\n"


def _row(entry: Exceptional, ledger: dict[str, Fact]) -> str:
    named = "<br>".join(_names(entry))
    proof = "<br>".join(f"{fact} ({ledger[fact].level})" for fact in entry.facts)
    return f"| {named} | {entry.asks} | {entry.cognito} | {proof} |"


def _names(entry: Exceptional) -> Iterator[str]:
    """The tests by their names, the file's name before the first."""
    for number, test in enumerate(entry.tests):
        path, _, name = test.partition("::")
        yield f"`{path.rpartition('/')[2]}`:<br>`{name}`" if number == 0 else f"`{name}`"


if __name__ == "__main__":
    PAGE.write_text(render(listed(), facts()), encoding="utf-8")
