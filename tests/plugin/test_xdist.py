"""Several workers: the same result, the same seed, names of their own."""

from __future__ import annotations

import json

import pytest

from tests.plugin.conftest import Inner

SOURCE = """
import json
import os
import pytest

@pytest.mark.parametrize("number", range(6))
def test_person(number, cognito_signed_up, cognito_settings, cognito_namespace, request):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    told = {
        "number": number,
        "seed": cognito_settings.seed.value,
        "namespace": cognito_namespace,
        "worker": worker,
        "name": cognito_signed_up.username,
    }
    with open(f"told-{worker}.jsonl", "a") as file:
        print(json.dumps(told), file=file)

@pytest.mark.cognito_needs("scripted")
def test_skipped(cognito_pool): pass

def test_failing(cognito_signed_up): assert cognito_signed_up.password.reveal() == ""
"""
OUTCOMES = {"passed": 6, "failed": 1, "skipped": 1}


def told(pytester: pytest.Pytester) -> list[dict[str, object]]:
    """Return what the inner tests wrote down, whichever worker ran them."""
    lines = [
        line
        for path in sorted(pytester.path.glob("told-*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    return [json.loads(line) for line in lines]


def test_same_result_with_two_workers(inner: Inner, pytester: pytest.Pytester) -> None:
    """Outcomes, seed and run id are the same; names have the worker's id, and are all different.

    The controller alone prints the header, and a failure on a worker shows its calls.
    """
    result = inner("-p", "xdist.plugin", "-n", "2", source=SOURCE)
    result.assert_outcomes(**OUTCOMES)
    found = told(pytester)
    assert sorted(str(one["number"]) for one in found) == list("012345")
    assert {one["worker"] for one in found} == {"gw0", "gw1"}
    assert len({one["seed"] for one in found}) == 1
    assert {one["namespace"] for one in found} == {
        f"{str(found[0]['namespace']).partition('-')[0]}-{worker}-" for worker in ("gw0", "gw1")
    }
    assert all(str(one["name"]).startswith(str(one["namespace"])) for one in found)
    assert len({one["name"] for one in found}) == 6
    seed = found[0]["seed"]
    headers = [line for line in result.outlines if line.startswith("cognito: ")]
    assert len(headers) == 2
    assert f"seed {seed} (random)" in headers[1]
    result.stdout.fnmatch_lines(["*calls     #1 SignUp: ok*"])


def test_one_process_has_the_same_result(inner: Inner, pytester: pytest.Pytester) -> None:
    """Without xdist the outcomes are those of two workers."""
    inner(source=SOURCE).assert_outcomes(**OUTCOMES)
    assert {one["worker"] for one in told(pytester)} == {"main"}


def test_misuse_is_said_once(inner: Inner) -> None:
    """What only the workers find out, since they collect, ends the run as without them."""
    source = "def test_it(cognito_pool): pass"
    result = inner("-p", "xdist.plugin", "-n", "2", source=source, COGNITO_HARNESS_TARGET="nope")
    assert result.ret == 2
    result.stdout.fnmatch_lines(["!*Exit: --cognito-target: cannot use 'nope'*!"])


def test_workers_may_not_share_a_clock(inner: Inner) -> None:
    """An emulator that is served already has one clock; two workers with it are misuse."""
    result = inner(
        "-p",
        "xdist.plugin",
        "-n",
        "2",
        "--cognito-target=server",
        "--cognito-endpoint-url=http://127.0.0.1:9",
        source="def test_nothing(): pass",
    )
    assert result.ret == 2
    assert "a served emulator has one clock" in result.stderr.str()
