"""Who may import whom: the rules, and how imports are read from the sources.

`tests.support.rooms` has the rooms of the package, `tests.support.floors` those of the emulator.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[2]

#: When an import is carried out: with the module, inside a function, or for type checkers only.
When = Literal["module", "lazy", "typing"]


@dataclass(frozen=True)
class Arrow:
    """One import: who imports whom, when, and on which line."""

    importer: str
    imported: str
    when: When
    line: int


@dataclass(frozen=True)
class Rule:
    """An import rule.

    A name stands for itself and for everything below it; ``=name`` stands for itself alone, and
    ``stdlib`` for the standard library. An arrow breaks the rule when its importer is among
    ``importers``, and what it imports is among ``forbidden`` and not among ``allowed``.
    """

    name: str
    importers: tuple[str, ...]
    forbidden: tuple[str, ...] = ("*",)
    allowed: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    when: tuple[When, ...] = ("module", "lazy", "typing")

    def is_broken_by(self, arrow: Arrow) -> bool:
        """Return whether the arrow breaks the rule."""
        return (
            arrow.when in self.when
            and _among(arrow.importer, self.importers)
            and not _among(arrow.importer, self.exempt)
            and _among(arrow.imported, self.forbidden)
            and not _among(arrow.imported, self.allowed)
        )


_FLOOR = (
    "harness.errors",
    "harness.clock",
    "harness.redaction",
    "harness.srp.group",
    "harness.version",
)
_CLIENT_HALF = (
    "harness.srp.challenge",
    "harness.srp.client",
    "harness.srp.engines",
    "harness.srp.foreign",
)
_ABOVE = ("harness.cli", "harness.plugin", "conftest")
#: The plugin, and what runs the scenarios on wrong Cognitos.
_PYTEST_SIDE = (
    "harness.plugin",
    "harness.selfcheck.conductor",
    "harness.selfcheck.worker",
)
_MOTO_SIDE = (
    "harness.emulator.moto_backend",
    "harness.emulator.server.fast_path",
    "harness.emulator.server.rest_of_aws",
)

#: The modules of load that import gevent or Locust.
_LOAD_UNDER_GEVENT = (
    "harness.load.connections",
    "harness.load.crowd",
    "harness.load.distribution",
    "harness.load.gate",
    "harness.load.last_rows",
    "harness.load.locustfile",
    "harness.load.loop_latency",
    "harness.load.ramp",
    "harness.load.ramp_file",
    "harness.load.report",
    "harness.load.results",
    "harness.load.run_progress",
    "harness.load.session",
    "harness.load.shapes",
    "harness.load.transport",
    "harness.load.users",
)
#: The others, of which the command line imports most: it works without the extra.
LOAD_WITHOUT_LOCUST = (
    "harness.load.division",
    "harness.load.estimate",
    "harness.load.flow_names",
    "harness.load.knee",
    "harness.load.numbers",
    "harness.load.people_file",
    "harness.load.plan",
    "harness.load.plan_use",
    "harness.load.plot",
    "harness.load.preparation",
    "harness.load.private_files",
    "harness.load.profile",
    "harness.load.public_operations",
    "harness.load.record",
    "harness.load.removal",
    "harness.load.run",
    "harness.load.run_pool",
    "harness.load.setup",
)

RULES: tuple[Rule, ...] = (
    Rule("the floor needs nothing but the standard library", _FLOOR, allowed=("stdlib", "gmpy2")),
    Rule(
        "gmpy2 is for the group alone",
        ("harness", "scenarios"),
        forbidden=("gmpy2",),
        exempt=("harness.srp.group",),
    ),
    Rule(
        "srp stands on the floor alone",
        ("harness.srp",),
        allowed=("stdlib", "gmpy2", "pycognito", "harness.srp", "harness.errors"),
    ),
    Rule(
        "foreign clients are for the foreign engines alone",
        ("harness", "scenarios"),
        forbidden=("pycognito", "warrant"),
        exempt=("harness.srp.foreign",),
    ),
    Rule(
        "fido2 is for the software authenticator alone",
        ("harness", "scenarios"),
        forbidden=("fido2",),
        exempt=("harness.users.passkey",),
    ),
    Rule(
        "the server's half of srp does not know the client's",
        ("=harness.srp", "harness.srp.group", "harness.srp.server"),
        forbidden=(*_CLIENT_HALF,),
    ),
    Rule(
        "the client's half of srp does not know the server's",
        ("=harness.srp", "harness.srp.group", *_CLIENT_HALF),
        forbidden=("harness.srp.server",),
    ),
    Rule(
        "the emulator does not know its clients",
        ("harness.emulator",),
        forbidden=("harness", "pyotp"),
        allowed=(
            "harness.emulator",
            "harness.clock",
            "harness.errors",
            "harness.redaction",
            "harness.srp.group",
            "harness.srp.server",
            "harness.version",
        ),
    ),
    Rule(
        "moto is for the emulator's seam alone",
        ("harness", "scenarios"),
        forbidden=("moto",),
        exempt=_MOTO_SIDE,
    ),
    Rule(
        "flows and users do not know who answers them",
        ("harness.flows", "harness.users"),
        forbidden=("harness.emulator", "harness.targets", "harness.srp.server", *_ABOVE),
    ),
    Rule(
        "users do not know the flows",
        ("harness.users",),
        forbidden=("harness.flows", "harness.pools"),
    ),
    Rule(
        "pools do not know who keeps them",
        ("harness.pools",),
        forbidden=("harness.emulator", "harness.targets", *_ABOVE),
    ),
    Rule(
        "an audit reads the pool and not its plan",
        ("harness.pools.audit",),
        forbidden=("harness.pools.spec.pool_spec", "harness.pools.making.provision_spec"),
    ),
    Rule(
        "a target is there without the emulator until it is started",
        ("harness.targets",),
        forbidden=("harness.emulator",),
        when=("module",),
    ),
    Rule(
        "only targets make clients",
        ("harness", "scenarios"),
        forbidden=("boto3",),
        exempt=("harness.targets",),
    ),
    Rule(
        "targets do not know who chose them",
        ("harness.targets",),
        forbidden=(*_ABOVE, "harness.reports"),
    ),
    Rule(
        "only the plugin and tests know pytest",
        ("harness",),
        forbidden=("pytest", "_pytest", "xdist"),
        exempt=_PYTEST_SIDE,
    ),
    Rule(
        "nobody reaches into pytest",
        ("harness", "scenarios", "tests"),
        forbidden=("_pytest",),
    ),
    Rule(
        "only load imports locust, which patches the standard library",
        ("harness", "scenarios", "tests"),
        forbidden=("locust", "gevent", "geventhttpclient"),
        exempt=("harness.load", "tests.load"),
    ),
    Rule(
        "what prepares a load run works without locust",
        LOAD_WITHOUT_LOCUST,
        forbidden=("locust", "gevent", "geventhttpclient", *_LOAD_UNDER_GEVENT),
    ),
    Rule(
        "load uses the client's half of srp",
        ("harness.load",),
        forbidden=("harness.srp.server", "harness.emulator", *_ABOVE),
    ),
    Rule(
        "reports take records",
        ("harness.reports",),
        forbidden=("harness",),
        allowed=("harness.reports", "harness.verdicts", *_FLOOR, "harness.version"),
    ),
    Rule(
        "nobody imports the command line",
        ("harness", "scenarios"),
        forbidden=("harness.cli",),
        # `python -m harness` is the command line.
        exempt=("harness.cli", "harness.__main__"),
    ),
    Rule(
        "faults are for the self-proof alone",
        ("harness", "scenarios"),
        forbidden=("harness.selfcheck",),
        exempt=("harness.selfcheck", "harness.cli"),
    ),
    Rule("nobody imports a conftest", ("harness", "scenarios", "tests"), forbidden=("conftest",)),
    Rule(
        "the package's front door is for those outside",
        ("harness",),
        forbidden=("=harness",),
        exempt=("=harness",),
    ),
    Rule(
        "importing the package stays light",
        ("=harness",),
        allowed=("stdlib", *_FLOOR),
        when=("module",),
    ),
    Rule(
        "the plugin stays light",
        ("harness.plugin",),
        forbidden=("moto", "boto3", "faker", "pyotp", "harness.emulator"),
        when=("module",),
    ),
    Rule(
        "a scenario means the same everywhere",
        ("scenarios",),
        forbidden=("harness", "moto", "boto3", "pyotp", "tests"),
        allowed=("=harness",),
    ),
)


def read_package(folder: Path, root: Path = ROOT) -> Iterator[Arrow]:
    """Yield the imports of every Python file below a folder."""
    for path in sorted(folder.rglob("*.py")):
        yield from read_arrows(path.read_text(encoding="utf-8"), module_name(path, root))


def module_name(path: Path, root: Path = ROOT) -> str:
    """Return the dotted name of a file; a package is named by its folder."""
    parts = path.relative_to(root).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    # The package of an __init__ differs from that of a module of the same name.
    return f"{name}.__init__" if parts[-1] == "__init__" else name


def read_arrows(source: str, module: str) -> Iterator[Arrow]:
    """Yield the imports of one module, as ``module`` names it (``….__init__`` for a package)."""
    yield from _Reader(module).read(ast.parse(source), "module")


def broken_rules(arrow: Arrow, rules: Iterable[Rule] = RULES) -> list[str]:
    """Return the names of the rules that an import breaks."""
    return [rule.name for rule in rules if rule.is_broken_by(arrow)]


class _Reader:
    def __init__(self, module: str) -> None:
        self._package = module.rpartition(".")[0]
        self._module = module.removesuffix(".__init__")

    def read(self, node: ast.AST, when: When) -> Iterator[Arrow]:
        for imported in self._imported(node):
            yield Arrow(self._module, imported, when, getattr(node, "lineno", 0))
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for statement in node.body:
                yield from self.read(statement, "typing")
            for statement in node.orelse:
                yield from self.read(statement, when)
            return
        within = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from self.read(child, "lazy" if within and when == "module" else when)

    def _imported(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from self._imported_from(node)
        elif isinstance(node, ast.Call):
            yield from _imported_by_name(node)

    def _imported_from(self, node: ast.ImportFrom) -> Iterator[str]:
        source = node.module or ""
        if node.level:
            package = self._package.split(".")
            source = ".".join([*package[: len(package) - node.level + 1], *filter(None, [source])])
        for alias in node.names:
            yield _name_from(source, alias.name)


def _name_from(source: str, name: str) -> str:
    # `from harness import x` may mean the module harness.x or a name of the package.
    candidate = ROOT.joinpath(*source.split("."), name)
    # A folder that a module has left behind is empty, or holds only compiled files.
    is_module = candidate.with_suffix(".py").is_file() or any(candidate.glob("*.py"))
    return f"{source}.{name}" if is_module else source


def _imported_by_name(call: ast.Call) -> Iterator[str]:
    function = ast.unparse(call.func).rpartition(".")[2]
    if function in {"import_module", "__import__", "importorskip"} and call.args:
        argument = call.args[0]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value


def modules_named(rules: Iterable[Rule] = RULES) -> set[str]:
    """Return the modules of this project that rules name."""
    named = (name.lstrip("=") for rule in rules for name in _names(rule))
    return {name for name in named if name.partition(".")[0] in _OUR_PACKAGES}


_OUR_PACKAGES = frozenset({"harness", "scenarios", "tests", "conftest"})


def _names(rule: Rule) -> tuple[str, ...]:
    return (*rule.importers, *rule.forbidden, *rule.allowed, *rule.exempt)


def exists(module: str, root: Path = ROOT) -> bool:
    """Return whether there is a module or a package of that name."""
    place = root.joinpath(*module.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def _among(name: str, patterns: Iterable[str]) -> bool:
    return any(_matches(name, pattern) for pattern in patterns)


def _matches(name: str, pattern: str) -> bool:
    if pattern == "*":
        return True
    if pattern == "stdlib":
        return name.partition(".")[0] in sys.stdlib_module_names
    if pattern.startswith("="):
        return name == pattern[1:]
    return name == pattern or name.startswith(f"{pattern}.")
