"""Scenarios say in sentences what is wrong, and not in Python's comparisons.

A member that an answer lacks becomes a sentence in the report, see `tests.plugin.test_happened`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.support.sources import name_of, python_files, tree

#: Works out what must hold, from the variant; sees no answer.
WITHOUT_ANSWERS = ("scenarios/support/expectations.py", "scenarios/support/pool_under_test.py")


def bare_statements(node: ast.AST) -> Iterator[str]:
    """Yield what would fail without a sentence."""
    for child in ast.walk(node):
        if isinstance(child, ast.Assert):
            yield f"line {child.lineno}: a bare assert; use check() or scenarios.support.answers"
        elif isinstance(child, ast.Compare) and _compares_tuples(child):
            yield f"line {child.lineno}: tuples are compared; check each part in its own sentence"
        elif isinstance(child, ast.Assign) and _unpacks_an_answer(child):
            yield f"line {child.lineno}: an answer is unpacked; use the_only()"


def _compares_tuples(node: ast.Compare) -> bool:
    sides = [node.left, *node.comparators]
    equals = any(isinstance(operator, ast.Eq | ast.NotEq) for operator in node.ops)
    return equals and any(isinstance(side, ast.Tuple) for side in sides)


def _unpacks_an_answer(node: ast.Assign) -> bool:
    """Return whether names are bound to the parts of something of unknown length."""
    targets = [target for target in node.targets if isinstance(target, ast.Tuple | ast.List)]
    if not targets or isinstance(node.value, ast.Tuple | ast.GeneratorExp):
        return False
    if any(isinstance(part, ast.Starred) for target in targets for part in target.elts):
        return False
    return isinstance(node.value, ast.Subscript) or _calls_an_operation(node.value)


def _calls_an_operation(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and "actions" in ast.unparse(node)


def test_scenarios_speak_in_sentences() -> None:
    """No scenario and no helper of theirs fails with a comparison that nobody can read."""
    found = [
        f"{name_of(path)}, {statement}"
        for path in python_files("scenarios")
        if name_of(path) not in WITHOUT_ANSWERS
        for statement in bare_statements(tree(path))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("planted", "words"),
    [
        ("assert result.steps == expected", "bare assert"),
        ("check((a, b) == (c, d), 'x')", "tuples"),
        ("(found,) = actions.list_users()['users']", "unpacked"),
        ("(found,) = every_device(actions, access)", "unpacked"),
    ],
)
def test_a_planted_statement_is_found(planted: str, words: str) -> None:
    """The test above sees each kind of statement that it looks for."""
    found = list(bare_statements(ast.parse(planted)))
    assert any(words in statement for statement in found), found


@pytest.mark.parametrize(
    "allowed",
    [
        "check(found, 'the service returned nothing')",
        "proof['TIMESTAMP'] = another_weekday(proof['TIMESTAMP'])",
        "member, device = tracked.member, tracked.device",
        "first, second = (start(member) for _ in range(2))",
        "*before, time, zone, year = timestamp.split(' ')",
        "steps[-2:] == last",
    ],
)
def test_an_ordinary_statement_is_not_found(allowed: str) -> None:
    """What a client prepares, and what a scenario has made itself, needs no sentence."""
    assert not list(bare_statements(ast.parse(allowed)))
