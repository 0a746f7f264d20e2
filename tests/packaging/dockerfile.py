"""Reads the Dockerfile as far as its tests need it: stages, and the instructions of each."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field

from tests.support.sources import ROOT

__all__ = ["Instruction", "Stage", "argv", "read_stages", "variables"]


@dataclass(frozen=True)
class Instruction:
    """An instruction with its text, in one line.

    Attributes:
        name: in capitals, such as ``RUN``.
        text: what follows.
    """

    name: str
    text: str


@dataclass
class Stage:
    """A stage of the build.

    Attributes:
        base: the image that it begins with.
        instructions: what follows, in order.
    """

    base: str
    instructions: list[Instruction] = field(default_factory=list)

    def texts(self, name: str) -> list[str]:
        """Return the texts of all instructions of a name."""
        return [one.text for one in self.instructions if one.name == name]

    def last(self, name: str) -> str:
        """Return the text of the instruction that counts where there are several."""
        return self.texts(name)[-1]


def read_stages() -> list[Stage]:
    """Return the stages of the project's Dockerfile."""
    text = ROOT.joinpath("Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    stages: list[Stage] = []
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        name, _, rest = line.strip().partition(" ")
        if name == "FROM":
            stages.append(Stage(rest.split()[0]))
        elif name:
            stages[-1].instructions.append(Instruction(name, rest.strip()))
    return stages


def argv(text: str) -> list[str]:
    """Return the words of an exec form, such as ``["serve"]``."""
    words: list[str] = json.loads(text)
    return words


def variables(stage: Stage) -> dict[str, str]:
    """Return the environment variables that a stage sets."""
    pairs = [word.partition("=") for text in stage.texts("ENV") for word in shlex.split(text)]
    return {name: value for name, _, value in pairs}
