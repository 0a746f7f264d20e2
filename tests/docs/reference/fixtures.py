"""The page on the fixtures of the plugin, read from their definitions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.docs.reference.markdown import cell, code, table
from tests.support.sources import ROOT

__all__ = ["Fixture", "fixtures", "lines"]

_FOLDER = ROOT / "harness" / "plugin" / "fixtures"
#: What each module of fixtures is about, in the order of the page.
_HEADINGS = {
    "ladder": "The state that a test starts from",
    "sign_in_fixtures": "Tools",
    "pools": "The pool",
    "configuration": "The configuration of a given pool",
    "target": "The run",
    "script": "A scripted service",
}
_GENERATORS = ("Iterator", "Generator", "AsyncIterator")


@dataclass(frozen=True)
class Fixture:
    """What the code says of one fixture.

    Attributes:
        name: what a test asks for.
        module: the module that defines it.
        scope: how long it lives.
        gives: the type of what a test gets; empty if it only does something.
        needs: the fixtures of the plugin that it asks for itself.
        says: the first paragraph of its docstring.
    """

    name: str
    module: str
    scope: str
    gives: str
    needs: tuple[str, ...]
    says: str


def fixtures() -> tuple[Fixture, ...]:
    """Return all fixtures that a test may ask for, in the order of their modules."""
    found = [each for path in sorted(_FOLDER.glob("*.py")) for each in _in(path)]
    return tuple(each for each in found if not each.name.startswith("_"))


def lines() -> Iterator[str]:
    """Yield the lines of the page."""
    yield "# Fixtures of the plugin"
    yield ""
    yield (
        "All names begin with `cognito_`. A `conftest.py`, a class or a module can override each "
        "of them, and the fixtures that need it then use yours. "
        "[Fixtures](../fixtures.md) explains them with examples."
    )
    found = fixtures()
    modules = {**_HEADINGS, **{each.module: each.module for each in found}}
    for module in dict.fromkeys((*_HEADINGS, *modules)):
        rows = [_row(each) for each in found if each.module == module]
        if rows:
            yield ""
            yield f"## {_HEADINGS.get(module) or module.replace('_', ' ').capitalize()}"
            yield from table(("fixture", "scope", "gives", "what it is", "needs"), rows)


def _row(fixture: Fixture) -> tuple[str, ...]:
    needs = ", ".join(code(name) for name in fixture.needs) or "-"
    gives = code(fixture.gives) if fixture.gives else "-"
    return code(fixture.name), fixture.scope, gives, cell(fixture.says), needs


def _in(path: Path) -> Iterator[Fixture]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _defined(node, path.stem)


def _defined(node: ast.FunctionDef | ast.AsyncFunctionDef, module: str) -> Iterator[Fixture]:
    for decorator in node.decorator_list:
        call = decorator.func if isinstance(decorator, ast.Call) else decorator
        if ast.unparse(call) != "pytest.fixture":
            continue
        keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
        given = {word.arg: word.value for word in keywords}
        says = (ast.get_docstring(node) or "").split("\n\n")[0]
        needs = tuple(each.arg for each in node.args.args if each.arg.startswith("cognito_"))
        yield Fixture(
            name=_text(given.get("name"), node.name),
            module=module,
            scope=_text(given.get("scope"), "function"),
            gives=_gives(node.returns),
            needs=needs,
            says=says,
        )


def _text(value: ast.expr | None, default: str) -> str:
    if value is None:
        return default
    # A scope may be computed: https://docs.pytest.org/en/stable/how-to/fixtures.html#dynamic-scope
    return str(value.value) if isinstance(value, ast.Constant) else ast.unparse(value)


def _gives(returns: ast.expr | None) -> str:
    """Return what a test gets: of a generator what it yields."""
    if isinstance(returns, ast.Subscript) and ast.unparse(returns.value) in _GENERATORS:
        inner = returns.slice
        returns = inner.elts[0] if isinstance(inner, ast.Tuple) else inner
    said = "" if returns is None else ast.unparse(returns)
    return "" if said == "None" else said.strip("'\"")
