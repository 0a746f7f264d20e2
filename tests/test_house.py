"""The house keeps its own rules: sizes, docstrings, time, and what is not said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sources import FOLDERS, PACKAGE, name_of, python_files, text_files, tree

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60


def everything() -> list[Path]:
    """Return every Python file of the project."""
    return python_files(*FOLDERS)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions and methods of a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def public_definitions(node: ast.AST) -> Iterator[ast.ClassDef | ast.FunctionDef]:
    """Yield what a module or class offers: no leading underscore, not inside a function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef) and not child.name.startswith("_"):
            yield child
        if isinstance(child, ast.ClassDef | ast.If | ast.Try) and not is_private(child):
            yield from public_definitions(child)


def is_private(node: ast.AST) -> bool:
    """Return whether a definition begins with an underscore."""
    return str(getattr(node, "name", "")).startswith("_")


def is_overload(node: ast.ClassDef | ast.FunctionDef) -> bool:
    """Return whether a definition is one signature of several, documented at the last of them."""
    return any(ast.unparse(item).endswith("overload") for item in node.decorator_list)


class TestSources:
    """Sizes, docstrings, and the one place that knows the time."""

    def test_there_are_sources(self) -> None:
        """The tests below have something to judge."""
        assert len(python_files(PACKAGE)) > 10
        assert len(python_files("tests")) > 10

    def test_modules_are_small(self) -> None:
        """No module has more than 400 lines."""
        sizes = {path: path.read_text(encoding="utf-8").count("\n") for path in everything()}
        long = [f"{name_of(path)}: {size}" for path, size in sizes.items() if size > LONGEST_MODULE]
        assert not long, "\n".join(long)

    def test_functions_are_small(self) -> None:
        """No function has more than 60 lines, its docstring included."""
        long = [
            f"{name_of(path)}: {function.name} has {size}"
            for path in everything()
            for function in functions(path)
            if (size := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
        ]
        assert not long, "\n".join(long)

    def test_public_names_are_documented(self) -> None:
        """Modules and public names say in a docstring what they are."""
        bare = [name_of(path) for path in everything() if not ast.get_docstring(tree(path))]
        bare += [
            f"{name_of(path)}: {definition.name}"
            for path in everything()
            for definition in public_definitions(tree(path))
            if not ast.get_docstring(definition) and not is_overload(definition)
        ]
        assert not bare, "\n".join(bare)

    def test_every_test_says_what_must_hold(self) -> None:
        """Each test has a sentence, and it ends like one."""
        wordless = [
            f"{name_of(path)}: {function.name}"
            for path in python_files("tests", "scenarios")
            for function in functions(path)
            if function.name.startswith("test_")
            and not (ast.get_docstring(function) or "").split("\n\n")[0].endswith(".")
        ]
        assert not wordless, "\n".join(wordless)

    def test_only_the_clock_knows_the_time(self) -> None:
        """Nothing else imports ``time``, or asks ``datetime`` for the present."""
        asking = [
            f"{name_of(path)}: {question}"
            for path in python_files(PACKAGE, "scenarios")
            if name_of(path) != "harness/clock.py"
            for question in time_questions(tree(path))
        ]
        assert not asking, "\n".join(asking)

    def test_no_test_sleeps(self) -> None:
        """The project's own tests move clocks, they never wait for one."""
        sleeping = [
            name_of(path)
            for path in python_files("tests")
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep"}
        ]
        assert not sleeping

    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ("import time", ["time"]),
            ("def f():\n    from time import sleep", ["time"]),
            ("import asyncio\nasyncio.sleep(1)", ["asyncio.sleep"]),
            ("event.wait(3)", []),
            ("datetime.now(timezone.utc)", ["datetime.now"]),
            ("datetime.datetime.utcnow()", ["datetime.datetime.utcnow"]),
            ("date.today()", ["date.today"]),
            ("clock.now()", []),
            ("self._clock.time()", []),
        ],
    )
    def test_questions_for_the_time_are_found(self, source: str, found: list[str]) -> None:
        """The test above sees what it looks for."""
        assert list(time_questions(ast.parse(source))) == found


def time_questions(node: ast.AST) -> Iterator[str]:
    """Yield what asks the system for the time, or sleeps."""
    present = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|asyncio\.sleep)$")
    for child in ast.walk(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names if alias.name == "time")
        elif isinstance(child, ast.ImportFrom) and child.module == "time":
            yield "time"
        elif isinstance(child, ast.Call) and present.search(ast.unparse(child.func)):
            yield ast.unparse(child.func)


#: Written so that this file does not hold what it looks for.
MACHINE_TRACES = {
    "a path of one machine": r"(?<![\w.:/-])/(work|root|home/[a-z]|opt/pypi|tmp/[a-z])",
    "a registry's host": r"\b(py[p]i\.org|pythonhosted\.or[g]|registry\.npmj[s])",
    "a mark of an unfinished merge": r"^(<{7}|>{7}) ",
    "a note to do it later": r"\b(TO[D]O|FIXM[E]|XX[X])\b",
}


class TestWords:
    """What is not said anywhere."""

    def test_nothing_of_the_machine_is_left(self) -> None:
        """No file names a path of one machine, a registry, or work left for later."""
        found = [
            f"{name_of(path)}: {what}: {match[0]}"
            for path in text_files()
            for what, pattern in MACHINE_TRACES.items()
            for match in re.finditer(pattern, path.read_text(encoding="utf-8"), re.MULTILINE)
        ]
        assert not found, "\n".join(found)

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ("see /" + "work/x", "a path of one machine"),
            ("'/" + "root/.cache'", "a path of one machine"),
            ("(/" + "tmp/x)", "a path of one machine"),
            ("https://" + "pypi" + ".org/simple", "a registry's host"),
            ("<" * 7 + " HEAD", "a mark of an unfinished merge"),
            ("# TO" + "DO: later", "a note to do it later"),
        ],
    )
    def test_traces_are_found(self, text: str, what: str) -> None:
        """The test above sees what it looks for."""
        assert re.search(MACHINE_TRACES[what], text, re.MULTILINE)
