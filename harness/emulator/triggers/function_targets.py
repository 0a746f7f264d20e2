"""What a text names as the handler of a function: Python, a Node module, or an endpoint."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from harness.errors import ConfigurationError, nearest_match

if TYPE_CHECKING:
    from harness.emulator.triggers.handlers import Trigger
    from harness.emulator.triggers.invocation import CallLimits

_FORMS = (
    "it must be module:function, path/to/index.py:function, path/to/index.mjs:handler (also .js "
    "and .cjs), or the URL of an endpoint such as http://127.0.0.1:3001"
)
_NODE_SUFFIXES = (".mjs", ".js", ".cjs")


def import_from_here() -> None:
    """Let modules be found in the current directory, as gunicorn and pytest find them."""
    here = os.getcwd()
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)


def handler_of(text: str, setting: str, limits: CallLimits) -> Trigger:
    """Return the handler that a text names.

    Args:
        text: the text.
        setting: what a message calls it.
        limits: how long an endpoint or a Node module has.

    Raises:
        ConfigurationError: it names nothing that can be called.
    """
    if text.lower().startswith(("http://", "https://")):
        from harness.emulator.triggers.http_function import HttpFunction

        return HttpFunction.at(text, setting, limits)
    place, separator, name = text.rpartition(":")
    if not separator or not place or not name or place != place.strip():
        raise ConfigurationError(setting, given=text, hint=_FORMS)
    suffix = Path(place).suffix.lower()
    if suffix in _NODE_SUFFIXES:
        from harness.emulator.triggers.node_function import NodeFunction

        return NodeFunction(_existing(place, text, setting), name, limits, setting)
    if suffix in (".ts", ".mts", ".cts"):
        raise ConfigurationError(
            setting, given=text, hint="Node runs the compiled module: give its .mjs, .js or .cjs"
        )
    if suffix == ".py":
        path = _existing(place, text, setting)
        return _attribute(_loaded(lambda: _of_file(path), text, setting), name, text, setting)
    if not all(part.isidentifier() for part in place.split(".")):
        raise ConfigurationError(setting, given=text, hint=_FORMS)
    module = _loaded(lambda: importlib.import_module(place), text, setting)
    return _attribute(module, name, text, setting)


def _existing(place: str, text: str, setting: str) -> Path:
    path = Path(place)
    if not path.is_file():
        raise ConfigurationError(setting, given=text, hint=f"there is no file {place}")
    return path.resolve()


def _of_file(path: Path) -> ModuleType:
    """Return the module of a file; its folder is on ``sys.path``, as Lambda's task root is."""
    folder = str(path.parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    # Functions of several folders often have one file name, so the name cannot be the module's.
    name = f"_lambda_function_{abs(hash(str(path)))}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None, path
    assert spec.loader is not None, path
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _loaded(load: Any, text: str, setting: str) -> ModuleType:
    try:
        module: ModuleType = load()
    except Exception as error:
        words = " ".join(f"{type(error).__name__}: {error}".split())
        raise ConfigurationError(
            setting, given=text, hint=f"importing it raised {words}"
        ) from error
    return module


def _attribute(module: ModuleType, name: str, text: str, setting: str) -> Trigger:
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        what = "has no" if found is None else "cannot call its"
        nearest = nearest_match(name, _functions(module))
        suggestion = f"; did you mean {nearest}?" if nearest else ""
        raise ConfigurationError(setting, given=text, hint=f"the module {what} {name}{suggestion}")
    handler: Trigger = found
    return handler


def _functions(module: ModuleType) -> list[str]:
    """Return the public functions of a module, for the nearest match."""
    return sorted(
        name
        for name, value in vars(module).items()
        if callable(value) and not name.startswith("_") and not isinstance(value, type)
    )
