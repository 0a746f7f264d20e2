"""Facts, the marks that prove them, and the page that is made of both."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.fidelity.choices import CHOICES, SETTLED
from tests.fidelity.scope import OUT_OF_SCOPE, PARTLY

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "fidelity.md"
FACTS = Path(__file__).with_name("facts.json")


@dataclass(frozen=True)
class Fact:
    """One thing that is known of Cognito, and how well."""

    id: str
    section: str
    level: str
    text: str


@dataclass(frozen=True)
class Proof:
    """A test that carries a fact's mark."""

    fact: str
    test: str


def facts() -> dict[str, Fact]:
    """All facts by their ids, in the order of the fact sheets."""
    found = (Fact(**entry) for entry in json.loads(FACTS.read_text(encoding="utf-8")))
    return {fact.id: fact for fact in found}


def proofs() -> list[Proof]:
    """Every mark ``@pytest.mark.fact("A001", ...)`` on a test, found in the sources."""
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
    """The ids in every ``pytest.mark.fact(...)`` below a node, parameters' marks among them."""
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
    """All facts, sorted into proven, not proven and out of scope."""

    facts: dict[str, Fact]
    tests: dict[str, list[str]]

    @classmethod
    def taken(cls) -> Ledger:
        """The ledger of the sources as they are."""
        tests: dict[str, list[str]] = {}
        for proof in proofs():
            tests.setdefault(proof.fact, []).append(proof.test)
        return cls(facts(), tests)

    @property
    def in_scope(self) -> list[str]:
        """The facts that the emulator is to obey."""
        return [fact for fact in self.facts if fact not in OUT_OF_SCOPE]

    @property
    def proven(self) -> list[str]:
        """Those of them that a test proves."""
        return [fact for fact in self.in_scope if fact in self.tests]

    @property
    def wholly(self) -> list[str]:
        """Those of the proven that leave nothing out."""
        return [fact for fact in self.proven if fact not in PARTLY]

    @property
    def percentage(self) -> float:
        """The wholly proven share of the facts in scope, in per cent, rounded down."""
        return int(1000 * len(self.wholly) / len(self.in_scope)) / 10


def render(ledger: Ledger) -> str:
    """The page."""
    parts = [_head(ledger), *_sections(ledger), _choices(ledger)]
    return "\n\n".join(parts) + "\n"


def _head(ledger: Ledger) -> str:
    missing = [fact for fact in ledger.in_scope if fact not in ledger.tests]
    return "\n".join(
        [
            "# Fidelity",
            "",
            "What is known of Cognito's user pools, how well, and which test proves that the",
            "emulator does it. Made by `python -m tests.fidelity` from the facts, the marks on the",
            "tests and the list of what is out of scope; a test fails when it is stale.",
            "",
            f"In scope: {len(ledger.in_scope)} of {len(ledger.facts)} facts. "
            f"Proven: {len(ledger.wholly)}. That is {ledger.percentage} %. "
            f"Another {len(ledger.proven) - len(ledger.wholly)} are proven in part.",
            "",
            f"Not proven: {', '.join(missing) or 'none'}.",
            "",
            "Evidence: *measured*, somebody ran it against the service and recorded it;",
            "*documented*, in AWS's documentation or service model; *client-implied*, a working",
            "client cannot work otherwise; *reported*, in issues or clients that match the text;",
            "*inferred*, a conclusion; *unknown* and *conflict*, see the choices at the end.",
        ]
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
    else:
        proof = _proof(ledger.tests.get(fact.id, []))
    if fact.id in PARTLY:
        proof = f"in part, but for this: {PARTLY[fact.id]}<br>{proof}"
    text = fact.text.replace("|", "\\|")
    return f"| {fact.id} | {fact.level} | {text} | {proof} |"


def _proof(tests: list[str]) -> str:
    return "<br>".join(_short(test) for test in tests) or "**none**"


def _short(test: str) -> str:
    path, _, name = test.partition("::")
    return f"`{Path(path).name}::{name}`"


def _choices(ledger: Ledger) -> str:
    """The numbered choices with their tests, and those that settle single facts."""
    numbered = "\n".join(
        f"| {number} | **{topic}** {text} | {_proof(ledger.tests.get(choice_id(number), []))} |"
        for number, (topic, text) in CHOICES.items()
    )
    settled = "\n".join(f"| {fact} | {text} |" for fact, text in SETTLED.items())
    return (
        "## Choices where nothing is known\n\n"
        "What the emulator does where Cognito's behaviour is not known, or the sources differ.\n\n"
        f"| choice | what | proof |\n|---|---|---|\n{numbered}\n\n"
        "And for facts that say themselves that something is not known; their proofs are above.\n\n"
        f"| fact | choice |\n|---|---|\n{settled}"
    )


def choice_id(number: int) -> str:
    """How a test's mark names a numbered choice: ``D.7``."""
    return f"D.{number}"
