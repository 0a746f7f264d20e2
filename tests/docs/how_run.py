"""How each block of the documentation is run: ``python -m tests.docs.how_run`` counts them.

A block that nothing runs has a reason. `tests/docs/test_how_run.py` fails on one that has none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from enum import Enum

from tests.docs.blocks import Block, Line, blocks, lines

__all__ = ["How", "Snippet", "how_block", "how_line", "snippets"]


class How(Enum):
    """What makes sure that a snippet works."""

    PYTHON = "run as Python, or under pytest (tests/docs/test_examples.py)"
    TUTORIAL = "typed, written and compared to the letter (tests/docs/tutorial)"
    COMMAND = "run in a folder with all files that the pages name (tests/docs/whole)"
    SERVER = "started, asked for its health and stopped (tests/docs/whole)"
    SCENARIOS = "run on a few scenarios in place of all (tests/docs/whole)"
    LOAD = "run with a few users for seconds (tests/docs/whole)"
    CLIENTS = "run with other people's clients (tests/foreign_clients)"
    RECIPE = "an exact part of a file that is tested (tests/docs/recipes)"
    INPUT = "read by the program that it is for (tests/docs/whole, or the test of its page)"
    ENVIRONMENT = "an environment of tox or a module that exists (tests/docs/test_how_run.py)"
    TERMINAL = "run by a person at a terminal (tests/cli/demo)"
    INSTALLS = "run where packages are installed (tox -e package, tox -e docs)"
    SHOWN = "an output, not a command; tests of the pages compare several"
    ACCOUNT = "not run: it needs an AWS account; tox -e aws-rehearsal runs the target"
    MAIL = "not run as it is: it needs a mail server or a person; tox -e imap runs Dovecot"
    CONTAINERS = "not run here: there is no engine; the workflow ci.yml starts the image"
    OTHER_SYSTEM = "not run: it is for a system or a program that is not here"


Snippet = tuple[str, How]

_BY_PATTERN: tuple[tuple[str, How], ...] = (
    (r"--aws-accounts|--cognito-target=aws|--cognito-aws|^aws cloudformation", How.ACCOUNT),
    (r"^aws .*us-east-1_AbCdEf123", How.ACCOUNT),
    (
        r"cognito-harness demo( --passwordless| --endpoint-url \S+| --user-pool-id .*)?$",
        How.TERMINAL,
    ),
    (r"^cognito-harness serve", How.SERVER),
    (r"^cognito-harness load", How.LOAD),
    (r"^cognito-harness", How.COMMAND),
    (r"--cognito-mailbox=(imap|command|prompt)|IMAP_PASSWORD", How.MAIL),
    (r"^pytest", How.SCENARIOS),
    (r"^(tox -e|python -m (tests|benchmarks))", How.ENVIRONMENT),
    (r"^bash local\.sh", How.RECIPE),
    (r"^(export|aws|SESSION=)", How.CLIENTS),
    (r"pip install|pip wheel|^pipx |^uvx |^python3 -m venv|-m pip", How.INSTALLS),
    (r"^(mkdir build|cp -R stack)", How.ACCOUNT),
    (r"^(npm install|flask )", How.CLIENTS),
    (r"^(docker |curl )", How.CONTAINERS),
)
_BY_LANGUAGE = {
    "console": How.SHOWN,
    "python": How.PYTHON,
    "js": How.CLIENTS,
    "powershell": How.OTHER_SYSTEM,
}
#: Blocks of data that a program reads, by their pages.
_INPUTS = {
    "audit.md",
    "cli.md",
    "containers.md",
    "emulator.md",
    "install.md",
    "load-profiles.md",
    "mailboxes.md",
    "managed-login.md",
    "reports.md",
    "settings.md",
    "troubleshooting.md",
    "fixtures.md",
    "seeds.md",
}


def how_line(line: Line) -> How | None:
    """Return how a command is run; ``None`` if nobody has said."""
    return next((how for pattern, how in _BY_PATTERN if re.search(pattern, line.text)), None)


def how_block(block: Block) -> How | None:
    """Return how a block that is no shell block is run; ``None`` if nobody has said."""
    if block.page.name == "tutorial.md":
        return How.TUTORIAL
    if block.language in _BY_LANGUAGE:
        return _BY_LANGUAGE[block.language]
    if block.language in ("text", "") and block.page.parent.name != "recipes":
        return How.SHOWN
    if block.language == "json" and block.page.name == "cli.md":
        return How.SHOWN
    if block.language == "py":
        is_of_clients = block.page.name in ("clients.md", "managed-login.md")
        return How.CLIENTS if is_of_clients else How.RECIPE
    if block.page.parent.name == "recipes":
        return How.RECIPE
    return How.INPUT if block.page.name in _INPUTS else None


def snippets() -> Iterator[tuple[str, How | None]]:
    """Yield each snippet of all pages with how it is run: commands by line, the others by block."""
    for line in lines():
        yield str(line), how_line(line)
    for block in blocks():
        if block.language != "sh" or block.page.name == "tutorial.md":
            yield str(block), how_block(block)


def main() -> None:
    """Print how many snippets are run in which way."""
    counts = Counter(how for _, how in snippets())
    for how in How:
        print(f"{counts[how]:5}  {how.value}")
    not_run = sum(counts[how] for how in (How.ACCOUNT, How.MAIL, How.CONTAINERS, How.OTHER_SYSTEM))
    run = sum(counts.values()) - not_run - counts[How.SHOWN]
    print(f"{run} snippets are run, {not_run} are not, and {counts[How.SHOWN]} are outputs")


if __name__ == "__main__":
    main()
