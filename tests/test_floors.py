"""The rooms of the package and the floors of the emulator hold, and each rule would be missed."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.support import floors, rooms
from tests.support.arrows import (
    ROOT,
    RULES,
    Arrow,
    Rule,
    exists,
    modules_named,
    read_arrows,
    read_package,
)
from tests.support.sources import name_of, python_files, tree

#: Files under 35 lines that are seams: something outside the project finds them by their names.
SEAMS = {
    "harness/__main__.py": "``python -m harness`` runs it",
    "harness/cli/__main__.py": "``python -m harness.cli`` runs it",
    "harness/emulator/moto_backend/urls.py": "moto looks for it beside models.py",
    "harness/selfcheck/exceptions.py": "reasons that people write, and nothing else",
    "harness/version.py": "the build reads the version from it",
}
SMALLEST = 35


@pytest.fixture(scope="module")
def arrows() -> list[Arrow]:
    """Every import of the package."""
    return list(read_package(ROOT / "harness"))


class TestFloors:
    """Inside the emulator, imports lead to lower floors."""

    def test_every_import_leads_down(self, arrows: list[Arrow]) -> None:
        """No room of the emulator imports its own floor or a higher one."""
        found = list(floors.forbidden_imports(arrows))
        assert not found, "\n".join(found)

    @pytest.mark.parametrize(
        ("importer", "source"),
        [
            ("harness.emulator.domain.totp", "from harness.emulator.server import routing"),
            ("harness.emulator.core.settings", "import harness.emulator.engine"),
            ("harness.emulator.sign_in.put", "from harness.emulator.sign_in_x import y"),
            ("harness.emulator.stores.sessions", "from harness.emulator.triggers import runner"),
            ("harness.emulator.rules.tokens", "def f():\n    from harness.emulator.state import x"),
            (
                "harness.emulator.service",
                "from harness.emulator.rules.tokens import authorized_under_lock",
            ),
            (
                "harness.emulator.domain.users",
                "from typing import TYPE_CHECKING\n"
                "if TYPE_CHECKING:\n    from harness.emulator.service import Service",
            ),
            ("harness.emulator.http.wire", "from harness.emulator import Emulator"),
        ],
    )
    def test_an_import_that_leads_up_is_found(
        self, importer: str, source: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An import of a higher floor is found, also a lazy one and one for type checkers."""
        monkeypatch.setitem(floors._FLOOR_OF, "sign_in_x", 12)
        assert list(floors.forbidden_imports(read_arrows(source, importer)))

    def test_an_import_that_leads_down_is_allowed(self) -> None:
        """Lower floors and the own room are allowed."""
        source = "from harness.emulator.domain import users\nfrom harness.emulator.rules import x"
        assert not list(floors.forbidden_imports(read_arrows(source, "harness.emulator.rules.y")))

    @pytest.mark.parametrize(
        ("importer", "source"),
        [
            ("harness.emulator.annex.x", "from harness.emulator.domain import users"),
            ("harness.emulator.domain.users", "import harness.emulator.annex.x"),
        ],
    )
    def test_an_unknown_room_is_named(self, importer: str, source: str) -> None:
        """A room without a floor is reported by its name, whoever imports whom."""
        (found,) = floors.forbidden_imports(read_arrows(source, importer))
        assert "no such room: annex" in found

    def test_every_file_is_in_a_room(self) -> None:
        """Each file and folder of the emulator has a floor, and each room is there."""
        there = {
            path.stem if path.is_file() else path.name
            for path in (ROOT / "harness" / "emulator").iterdir()
            if path.suffix == ".py" or (path / "__init__.py").is_file()
        }
        listed = [room for floor in floors.FLOORS for room in floor]
        assert sorted(listed) == sorted(there)
        assert set(floors.HOLDS) == there


class TestRooms:
    """Between the outer rooms, only what the table allows."""

    def test_only_allowed_rooms_are_imported(self, arrows: list[Arrow]) -> None:
        """No room imports one that the table does not name."""
        found = list(rooms.forbidden_imports(arrows))
        assert not found, "\n".join(found)

    def test_every_allowed_import_is_used(self, arrows: list[Arrow]) -> None:
        """The table allows no more than the rooms need."""
        used: defaultdict[str | None, set[str | None]] = defaultdict(set)
        for arrow in arrows:
            used[rooms.room_of(arrow.importer)].add(rooms.room_of(arrow.imported))
        for room in rooms.ROOMS:
            assert set(room.may_import) <= used[room.name], room.name

    def test_every_room_is_there(self) -> None:
        """Each folder of the package is a room of the table."""
        folders = {path.parent.name for path in (ROOT / "harness").glob("*/__init__.py")}
        assert {room.name for room in rooms.ROOMS} == folders
        modules = {path.stem for path in (ROOT / "harness").glob("*.py")}
        assert modules == {*rooms.FLOOR, "__init__", "__main__"}

    @pytest.mark.parametrize(
        ("importer", "source"),
        [
            ("harness.targets.aws", "from harness.flows.sign_in import SignIn"),
            ("harness.users.device", "def f():\n    from harness.settings import options"),
            (
                "harness.reports.plain",
                "from typing import TYPE_CHECKING\n"
                "if TYPE_CHECKING:\n    from harness.pools.spec.pool_spec import PoolSpec",
            ),
        ],
    )
    def test_another_import_is_found(self, importer: str, source: str) -> None:
        """An import that the table does not allow is found."""
        assert list(rooms.forbidden_imports(read_arrows(source, importer)))


class TestCircles:
    """No module imports itself, however long the way."""

    def test_there_is_no_circle(self, arrows: list[Arrow]) -> None:
        """No circle of imports is in the package; lazy ones and those for type checkers count."""
        ours = [arrow for arrow in arrows if arrow.imported.startswith("harness")]
        assert floors.circle(ours) == []

    @pytest.mark.parametrize(
        "back",
        [
            "from harness.a import x",
            "def f():\n    import harness.a",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import harness.a",
        ],
    )
    def test_a_circle_is_found(self, back: str) -> None:
        """A circle over three modules is found, whenever its last import is carried out."""
        planted = {"harness.a": "import harness.b", "harness.b": "import harness.c"}
        found = [
            arrow
            for module, source in {**planted, "harness.c": back}.items()
            for arrow in read_arrows(source, module)
        ]
        assert set(floors.circle(found)) == {"harness.a", "harness.b", "harness.c"}


class TestRules:
    """The import rules name what is there."""

    def test_every_module_that_a_rule_names_exists(self) -> None:
        """A rule about a module that was moved or removed would guard nothing."""
        assert [name for name in sorted(modules_named()) if not exists(name)] == []

    def test_a_missing_module_is_found(self) -> None:
        """The test above sees names in every part of a rule."""
        parts = ("importers", "forbidden", "allowed", "exempt")
        for part in parts:
            names = dict.fromkeys(parts, ("harness",)) | {part: ("=harness.nowhere",)}
            assert "harness.nowhere" in modules_named([Rule("planted", **names)])  # type: ignore[arg-type]
        assert not exists("harness.nowhere")
        assert RULES


class TestSize:
    """A module is one idea, and a class has a name of its own."""

    def test_no_file_is_too_small(self) -> None:
        """Files under 35 lines are packages' own, or seams with a reason."""
        small = {
            name_of(path)
            for path in python_files("harness")
            if path.name != "__init__.py" and lines(path) < SMALLEST
        }
        assert small == SEAMS.keys()

    def test_no_two_classes_have_one_name(self) -> None:
        """Classes of one name in two modules are a Protocol and a class that implements it."""
        assert shared_names(classes(path) for path in python_files("harness")) == set()

    @pytest.mark.parametrize(
        ("other", "shared"),
        [
            ("class Faults:\n    def plan(self): ...\n    def clear(self): ...", set()),
            ("class Faults:\n    clear: object\n    def plan(self): ...", set()),
            ("class Faults:\n    def plan(self): ...", {"Faults"}),
            ("class Faults:\n    def plan(self): ...\n    def _clear(self): ...", {"Faults"}),
            ("class Other:\n    def plan(self): ...", set()),
        ],
    )
    def test_a_protocol_excuses_only_what_implements_it(self, other: str, shared: set[str]) -> None:
        """A class may share the name of a Protocol if it has all its public members."""
        protocol = (
            "class Faults(Protocol):\n    def plan(self): ...\n    def clear(self): ...\n"
            "    def _private(self): ..."
        )
        both = [classes_of(ast.parse(protocol)), classes_of(ast.parse(other))]
        assert shared_names(both) == shared
        assert shared_names(reversed(both)) == shared

    def test_two_classes_of_one_name_are_found(self) -> None:
        """Without a Protocol, a second class of the name is one too many."""
        assert shared_names([classes_of(ast.parse("class Call: ..."))] * 2) == {"Call"}

    @pytest.mark.parametrize("name", ["find_user", "presented_device", "proceed", "open_for"])
    def test_what_has_one_place_has_one_definition(self, name: str) -> None:
        """There is one way to find a user, to read a device key, to go on, to open a session."""
        found = [
            f"{name_of(path)}:{node.lineno}"
            for path in python_files("harness/emulator")
            for node in ast.walk(tree(path))
            if isinstance(node, ast.FunctionDef) and node.name == name
        ]
        assert len(found) == 1, found


def test_the_architecture_page_shows_the_floors() -> None:
    """The line of floors on the page is `FLOORS`, without the file of public names."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    quoted = " ".join(line[2:] for line in page.splitlines() if line.startswith("> "))
    named = [[room for room in floor if room != "__init__"] for floor in floors.FLOORS]
    assert quoted == " → ".join(", ".join(floor) for floor in named)


def lines(path: Path) -> int:
    """How many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())


def classes(path: Path) -> list[ast.ClassDef]:
    """Return the classes of a file."""
    return classes_of(tree(path))


def classes_of(module: ast.Module) -> list[ast.ClassDef]:
    """Return the classes of a module."""
    return [node for node in ast.walk(module) if isinstance(node, ast.ClassDef)]


def shared_names(modules: Iterable[list[ast.ClassDef]]) -> set[str]:
    """Return the names of several classes, without Protocols that all the others implement."""
    homes: defaultdict[str, list[ast.ClassDef]] = defaultdict(list)
    for found in modules:
        for node in found:
            homes[node.name].append(node)
    return {name for name, found in homes.items() if len(found) > 1 and not are_excused(found)}


def are_excused(found: list[ast.ClassDef]) -> bool:
    """Return whether two classes are a Protocol and a class that has all its public members."""
    first, *others = sorted(found, key=is_protocol, reverse=True)
    return (
        is_protocol(first)
        and len(others) == 1
        and public_members(first) <= public_members(others[0])
    )


def is_protocol(node: ast.ClassDef) -> bool:
    """Return whether a class is a Protocol."""
    return any("Protocol" in ast.unparse(base) for base in node.bases)


def public_members(node: ast.ClassDef) -> set[str]:
    """Return the names of the public methods and attributes that a class defines."""
    names = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
    for item in node.body:
        targets: list[ast.expr] = [item.target] if isinstance(item, ast.AnnAssign) else []
        targets = item.targets if isinstance(item, ast.Assign) else targets
        names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize(
    ("page", "table", "module"),
    [
        ("CONTRIBUTING.md", floors.table(), floors.__name__),
        ("docs/architecture.md", rooms.table(), rooms.__name__),
    ],
    ids=["floors", "rooms"],
)
def test_the_pages_show_the_tables(page: str, table: str, module: str) -> None:
    """The tables in the documentation are those that the tests hold the code to."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert table in text, f"`python -m {module}` prints the table of {page}"
