"""Runs the scenarios on other emulators, and writes docs/conformance.md.

python -m benchmarks.conformance                  # all services, some minutes
python -m benchmarks.conformance --only moto      # one of them; the others keep what they had
python -m benchmarks.conformance --page           # only writes the page from the figures
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.peers import COGNITO_LOCAL, MINISTACK, PEERS
from harness.reports.scorecard_text import COLUMNS

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "conformance.md"
FIGURES = Path(__file__).with_name("conformance.json")
CACHE = Path(".cognito-harness") / "benchmarks"
_MOST_CAUSES = 12
#: Settings of cognito-local in the folder that it is started in.
_CONFIG = {".cognito/config.json": '{"UserPoolDefaults": {"UsernameAttributes": []}}'}


@dataclass(frozen=True)
class Subject:
    """A service that the page is about.

    Attributes:
        name: as in :data:`benchmarks.peers.PEERS`.
        version: the version that is installed.
        started: how it is started, for the page.
        files: files that it finds where it is started.
    """

    name: str
    version: str
    started: str
    files: Mapping[str, str]


SUBJECTS = (
    Subject("moto", version("moto"), "`python -m moto.server`", {}),
    Subject("ministack", MINISTACK, "with `AUTH=false`, and cryptography installed", {}),
    Subject(
        "cognito-local",
        COGNITO_LOCAL,
        "with `UserPoolDefaults.UsernameAttributes` empty: by default, each pool without "
        "UsernameAttributes takes email addresses only",
        _CONFIG,
    ),
)


def measure(subject: Subject, folder: Path) -> dict[str, Any]:
    """Run the scenarios on a service, and return what the page says about it.

    Args:
        subject: the service.
        folder: keeps what was installed, and the JSON and the record of the run.
    """
    (peer,) = (peer for peer in PEERS if peer.name == subject.name)
    output = folder / f"{subject.name}.json"
    with peer.serving(folder, subject.files) as service:
        where = ("--endpoint-url", f"http://127.0.0.1:{service.port}", "--json", str(output))
        kept = ("--record", str(output.with_suffix(".jsonl")))
        command = [sys.executable, "-m", "harness.cli", "conform", *where, *kept]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"conform ended with {done.returncode}")
    return _figures(subject, json.loads(output.read_text(encoding="utf-8")), done.stdout)


def _figures(subject: Subject, found: dict[str, Any], shown: str) -> dict[str, Any]:
    causes = [[item["count"], item["text"], item["first"]] for item in found["causes"]]
    started = datetime.fromtimestamp(found["about"]["started_at"], timezone.utc)
    return {
        "version": subject.version,
        "date": started.date().isoformat(),
        "lines": shown.count("\n"),
        "checks": _numbers(found["checks"]),
        "variants": _numbers(found["tally"]),
        "areas": {area["area"]: _numbers(area["tally"]) for area in found["areas"]},
        "causes": causes[:_MOST_CAUSES],
        "more_causes": [len(causes[_MOST_CAUSES:]), sum(item[0] for item in causes[_MOST_CAUSES:])],
    }


def _numbers(tally: dict[str, Any]) -> list[int]:
    return [
        tally["not_run"] if verdict is None else tally["by_verdict"][verdict]
        for verdict in COLUMNS.values()
    ]


def render(figures: Mapping[str, Any]) -> str:
    """Return the page."""
    lines = [*_head(), *_overview(figures)]
    for subject in SUBJECTS:
        lines += _of_subject(subject, figures[subject.name])
    return "\n".join(lines).rstrip() + "\n"


def _head() -> Iterator[str]:
    yield from (
        "# Conformance",
        "",
        "What [`cognito-harness conform`](cli.md#conform) says about other emulators of Cognito.",
        "`python -m benchmarks.conformance` starts each of them, runs the scenarios and writes",
        "this page. To check a service of your own, run the command on it.",
        "",
        "Each service has aims of its own, and none of them claims to refuse all that Cognito",
        "refuses. If a sign-in cannot go on, the checks after it cannot be asked: they say nothing",
        "about the service. So look at the root causes first.",
        "",
        "| column | means |",
        "|---|---|",
        "| hold | it answers as Cognito does, as far as the [facts](fidelity.md) are known |",
        "| other words | it refuses with Cognito's code in other words; this is not a failure |",
        "| other code | it refuses with another code |",
        "| not refused | it accepts what Cognito refuses |",
        "| otherwise | it answers something else, or with an error |",
        "| not asked | what the check needs failed before |",
        "| skipped | the run has no mailbox for codes, or cannot move the clock of the service |",
        "",
        "A scenario runs in several variants: of the pool, the app client and the flow. An",
        "administrator confirms the users, since none of the services delivers email.",
    )


def _overview(figures: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "## Variants of scenarios", "", *_table_head("service"))
    for subject in SUBJECTS:
        yield _row(f"{subject.name} {figures[subject.name]['version']}", figures[subject.name])


def _row(name: str, found: Mapping[str, Any]) -> str:
    return f"| {name} | {' | '.join(str(number or '') for number in found['variants'])} |"


def _table_head(first: str) -> Iterator[str]:
    yield f"| {first} | {' | '.join(COLUMNS)} |"
    yield f"|{'---|' * (len(COLUMNS) + 1)}"


def _of_subject(subject: Subject, found: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"## {subject.name}", "")
    yield f"Version {found['version']} on {found['date']}, started {subject.started}."
    yield from ("", "| times | root cause | first in |", "|---|---|---|")
    for count, text, first in found["causes"]:
        yield f"| {count} | {_cell(text)} | `{first.rpartition('/')[2]}` |"
    kinds, failures = found["more_causes"]
    if kinds:
        yield f"| {failures} | {kinds} more causes | |"
    yield from ("", *_table_head("area"))
    for area, numbers in found["areas"].items():
        yield _row(area, {"variants": numbers})


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("<", "&lt;")


def main() -> int:
    """Measure what is asked for, and write the figures and the page."""
    chosen = _arguments()
    figures = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    CACHE.mkdir(parents=True, exist_ok=True)
    for subject in () if chosen.page else SUBJECTS:
        if not chosen.only or subject.name in chosen.only:
            print(f"== {subject.name} {subject.version}", flush=True)
            figures[subject.name] = measure(subject, (chosen.cache or CACHE).resolve())
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(render(figures), encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conformance", description=__doc__)
    names = [subject.name for subject in SUBJECTS]
    parser.add_argument("--only", action="append", choices=names, help="only this service")
    parser.add_argument("--page", action="store_true", help="only write the page")
    parser.add_argument("--cache", type=Path, help="the folder with the installed services")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
