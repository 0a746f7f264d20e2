"""Reads the facts and the marks of the tests that prove them, and writes the page of both."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.fidelity.choices import CHOICES, SETTLED_FACTS, SETTLED_LATER, SUPERSEDED
from tests.fidelity.scope import OUT_OF_SCOPE, PROVEN_IN_PART

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "fidelity.md"
FACTS = Path(__file__).with_name("facts.json")
#: The texts that the package has with it, since tests are not in the wheel.
SHIPPED = ROOT / "harness" / "verdicts" / "facts.json"


_MEASURING = """\
## From reported to measured

A run on AWS measures facts. Its checks name the facts that they come from, and its record keeps
them:

```sh
pytest --cognito-target=aws --cognito-record=run.jsonl
python -m tests.fidelity --evidence run.jsonl
```

The second command lists, for each fact that a check names, whether the record confirms or
contradicts it. It refuses a record of any other service, unless `--rehearsal` says that it is only
to try the command. It exits with 1 if a fact is contradicted.

- A fact that is confirmed and not contradicted becomes `measured`: change its level in
  `tests/fidelity/facts.json`, and add the run, the region and the date to its text, as the first
  line of the list has them. If one check names several facts, it confirms only what they say
  together.
- A fact that is contradicted gets a successor with what AWS answered, as `measured`, and goes into
  `SUPERSEDED`. The emulator follows the successor, and so does the scenario.
- `refused in other words` contradicts the words alone: then the code and the text become facts of
  their own, such as `A015` and `A015b`.

`cognito-harness conform --against run.jsonl` lists what the emulator answers otherwise, also where
no fact says anything."""


@dataclass(frozen=True)
class Fact:
    """One thing that is known about Cognito, and how well it is known."""

    id: str
    section: str
    level: str
    text: str


@dataclass(frozen=True)
class Proof:
    """A test that is marked with a fact."""

    fact: str
    test: str


@dataclass(frozen=True)
class Tally:
    """How many facts of one level of evidence are in scope, and how many of them are proven."""

    in_scope: int
    proven: int
    in_part: int

    @property
    def not_proven(self) -> int:
        """The number of facts without any proof."""
        return self.in_scope - self.proven - self.in_part


#: The levels of evidence, best first, and what each means.
EVIDENCE = {
    "measured": "it was run against Cognito, and the result was recorded",
    "documented": "it is in AWS's documentation or service model",
    "client-implied": "a working client cannot work in any other way",
    "reported": "it is in issues, or in clients that match the text",
    "inferred": "it follows from other facts",
    "unknown": "it is not known; see [Choices](#choices)",
    "conflict": "sources disagree; see [Choices](#choices)",
    "note": "it explains the sources",
}


def facts() -> dict[str, Fact]:
    """Return all facts by their ids, in the order of the fact sheets."""
    found = (Fact(**entry) for entry in json.loads(FACTS.read_text(encoding="utf-8")))
    return {fact.id: fact for fact in found}


def shipped(known: Iterable[Fact]) -> str:
    """Return the file of the package: level and text of each fact, one on a line."""
    lines = (
        f"{json.dumps(fact.id)}: {json.dumps([fact.level, fact.text], ensure_ascii=False)}"
        for fact in known
        if fact.level != "note"
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def proofs() -> list[Proof]:
    """Find every mark ``@pytest.mark.fact("A001", ...)`` on a test in the sources."""
    found: list[Proof] = []
    for folder in ("tests", "scenarios"):
        for path in sorted((ROOT / folder).rglob("test_*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            name = path.relative_to(ROOT).as_posix()
            found.extend(_of_module(tree, name))
    return found


def _of_module(tree: ast.Module, name: str) -> Iterator[Proof]:
    everywhere = [mark for node in tree.body if _is_pytestmark(node) for mark in _marks(node)]
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            inherited = [*everywhere, *_decorated(node)]
            for inner in node.body:
                yield from _of_function(inner, f"{name}::{node.name}", inherited)
        else:
            yield from _of_function(node, name, everywhere)


def _of_function(node: ast.stmt, where: str, inherited: list[str]) -> Iterator[Proof]:
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
        for fact in dict.fromkeys([*inherited, *_decorated(node)]):
            yield Proof(fact, f"{where}::{node.name}")


def _decorated(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    return [mark for decorator in node.decorator_list for mark in _marks(decorator)]


def _is_pytestmark(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets
    )


def _marks(node: ast.AST) -> list[str]:
    """Return the ids in every ``pytest.mark.fact(...)`` in a node, also on parameters."""
    return [
        argument.value
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and _is_fact_mark(call.func)
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def _is_fact_mark(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "fact"
        and isinstance(function.value, ast.Attribute)
        and function.value.attr == "mark"
    )


@dataclass(frozen=True)
class Ledger:
    """All facts and the tests that prove them."""

    facts: dict[str, Fact]
    tests: dict[str, list[str]]

    @classmethod
    def from_sources(cls) -> Ledger:
        """Read the facts and the marks from the sources."""
        tests: dict[str, list[str]] = {}
        for proof in proofs():
            tests.setdefault(proof.fact, []).append(proof.test)
        return cls(facts(), tests)

    @property
    def in_scope(self) -> list[str]:
        """The facts that the emulator must follow."""
        return [fact for fact in self.facts if fact not in {*OUT_OF_SCOPE, *SUPERSEDED}]

    @property
    def proven(self) -> list[str]:
        """The facts in scope that a test proves."""
        return [fact for fact in self.in_scope if fact in self.tests]

    @property
    def fully_proven(self) -> list[str]:
        """The proven facts that the emulator follows completely."""
        return [fact for fact in self.proven if fact not in PROVEN_IN_PART]

    @property
    def percentage(self) -> float:
        """The percentage of facts in scope that are fully proven, rounded down."""
        return int(1000 * len(self.fully_proven) / len(self.in_scope)) / 10

    def by_level(self) -> dict[str, Tally]:
        """Count the facts in scope by their evidence, in the order of `EVIDENCE`."""
        found: dict[str, Tally] = {}
        for level in EVIDENCE:
            scope = [fact for fact in self.in_scope if self.facts[fact].level == level]
            proven = sum(fact in self.tests for fact in scope)
            in_part = sum(fact in PROVEN_IN_PART for fact in scope)
            found[level] = Tally(len(scope), proven - in_part, in_part)
        return found


def render(ledger: Ledger) -> str:
    """Return the text of the page."""
    parts = [_head(ledger), _levels(ledger), _MEASURING, *_sections(ledger)]
    parts += [_superseded(), _choices(ledger)]
    return "\n\n".join(parts) + "\n"


def _head(ledger: Ledger) -> str:
    missing = [fact for fact in ledger.in_scope if fact not in ledger.tests]
    return "\n".join(
        [
            "# Fidelity",
            "",
            "What is known about Cognito user pools, how well it is known, and which test proves",
            "that the emulator does it. Use this page to look up whether you can rely on something",
            "the emulator does. `python -m tests.fidelity` writes it from the list of facts, the",
            "marks on the tests and the list of facts that are out of scope. A test fails if the",
            "page is out of date.",
            "",
            f"In scope: {len(ledger.in_scope)} of {len(ledger.facts)} facts. "
            f"Proven: {len(ledger.fully_proven)}, which is {ledger.percentage}%. "
            f"Another {len(ledger.proven) - len(ledger.fully_proven)} are proven in part.",
            "",
            f"Not proven: {', '.join(missing) or 'none'}.",
        ]
    )


def _levels(ledger: Ledger) -> str:
    """Return the table that counts the facts by their evidence."""
    tallies = ledger.by_level()
    head = (
        "| evidence | means | in scope | proven | in part | not proven |\n|---|---|---|---|---|---|"
    )
    rows = [
        f"| {level} | {EVIDENCE[level]} | {tally.in_scope} | {tally.proven} | {tally.in_part} "
        f"| {tally.not_proven} |"
        for level, tally in tallies.items()
    ]
    return (
        "A fact whose halves are known in different ways has two or more rows: `A209` and `A209b`."
        "\n\n" + "\n".join([head, *rows])
    )


def _superseded() -> str:
    """Return the facts that lost against others, and those that others have settled."""
    lost = "\n".join(f"| {fact} | {text} |" for fact, text in SUPERSEDED.items())
    settled = "\n".join(f"| {fact} | {text} |" for fact, text in SETTLED_LATER.items())
    return (
        "## Superseded\n\n"
        "Where two facts disagree, the better evidence wins, and the emulator does not follow the "
        f"other one.\n\n| fact | what wins |\n|---|---|\n{lost}\n\n"
        "These facts were open, weaker or wider before others were found.\n\n"
        f"| fact | what settles it |\n|---|---|\n{settled}"
    )


def _sections(ledger: Ledger) -> Iterator[str]:
    by_section: dict[str, list[Fact]] = {}
    for fact in ledger.facts.values():
        by_section.setdefault(fact.section, []).append(fact)
    for section, members in by_section.items():
        rows = [_row(fact, ledger) for fact in members]
        table = "| fact | evidence | what | proof |\n|---|---|---|---|\n" + "\n".join(rows)
        yield f"## {section}\n\n{table}"


def _row(fact: Fact, ledger: Ledger) -> str:
    if fact.id in OUT_OF_SCOPE:
        proof = f"out of scope: {OUT_OF_SCOPE[fact.id]}"
    elif fact.id in SUPERSEDED:
        proof = "superseded, see [below](#superseded)"
    else:
        proof = _proof(ledger.tests.get(fact.id, []))
    if fact.id in PROVEN_IN_PART:
        proof = f"in part; not covered: {PROVEN_IN_PART[fact.id]}<br>{proof}"
    text = fact.text.replace("|", "\\|")
    return f"| {fact.id} | {fact.level} | {text} | {proof} |"


def _proof(tests: list[str]) -> str:
    return "<br>".join(_short(test) for test in tests) or "**none**"


def _short(test: str) -> str:
    path, _, name = test.partition("::")
    return f"`{Path(path).name}::{name}`"


def _choices(ledger: Ledger) -> str:
    """Return the numbered choices with their tests, and the choices for single facts."""
    numbered = "\n".join(
        f"| {number} | **{topic}** {text} | {_proof(ledger.tests.get(choice_id(number), []))} |"
        for number, (topic, text) in CHOICES.items()
    )
    settled = "\n".join(f"| {fact} | {text} |" for fact, text in SETTLED_FACTS.items())
    return (
        "## Choices\n\n"
        "What the emulator does where Cognito's behavior is unknown or the sources disagree.\n\n"
        f"| choice | what | proof |\n|---|---|---|\n{numbered}\n\n"
        "These choices settle single facts from the tables above, which also name their tests.\n\n"
        f"| fact | choice |\n|---|---|\n{settled}"
    )


def choice_id(number: int) -> str:
    """Return the id by which a test's mark names a numbered choice: ``D.7``."""
    return f"D.{number}"
