"""Secrets reach no output of a run: warnings, cut texts, properties, logs and reports.

Each test of the inner runs leaks secrets by one way. `known.jsonl` has all of them for the outer
test. They are made by the fixtures; most are never sent to a target.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.plugin.conftest import Inner

LEAKY = '''
import json
import logging
import warnings
import pytest
from harness import Passkey, Secret

TOKEN = "".join(f"{number:x}" for number in range(7000, 7200))

def keep(*texts):
    """Write down what must not be shown; the name of the test is not part of a secret."""
    with open("known.jsonl", "a") as file:
        for text in texts:
            file.write(json.dumps(text) + "\\n")
    return texts[0]

@pytest.fixture(scope="module")
def lasting(cognito_target):
    return Secret(keep(TOKEN[300:360]))

def test_warning(cognito_person):
    """A person whom nobody has signed up is in a warning."""
    warnings.warn("person with " + keep(cognito_person.password.reveal()))

def test_factory(cognito_people):
    """So is a person of the factory."""
    warnings.warn(DeprecationWarning("made with " + keep(cognito_people.make().password.reveal())))

def test_property(cognito_person, record_property):
    keep(cognito_person.password.reveal())
    record_property("password", cognito_person.password.reveal())
    record_property("pair", ("a", cognito_person.password.reveal()))
    record_property("number", 7)

def test_cut_in_the_middle(cognito_person):
    """pytest shows the beginning and the end of a long repr."""
    token = Secret(TOKEN)
    keep(TOKEN[:60], TOKEN[-60:])
    assert {"a token": "x" * 40 + token.reveal()} == 1, [token.reveal()]

def test_cut_at_the_end(cognito_person):
    """pytest shows some lines of a long explanation."""
    token = Secret(TOKEN)
    keep(TOKEN[:60], TOKEN[-60:])
    assert [token.reveal()] * 40 == [token.reveal()[:90]] * 30

def test_equal_beginning(cognito_person):
    """pytest leaves out the equal beginning of long texts."""
    token = Secret(TOKEN)
    keep(TOKEN[120:180], TOKEN[-60:])
    left, right = token.reveal(), token.reveal()[:100] + "other"
    assert left == right

def test_section(cognito_person, lasting):
    print("printed", keep(cognito_person.password.reveal()))
    logging.getLogger("mine").warning("logged %s", lasting.reveal())

def test_signature_of_a_passkey():
    """The signature of a passkey is known from the moment when it is made."""
    options = {
        "challenge": "cGxheWVkIGNoYWxsZW5nZSE",
        "rp": {"id": "a.example", "name": "a.example"},
        "user": {"id": "YQ", "name": "ann"},
        "pubKeyCredParams": [{"alg": -7, "type": "public-key"}],
    }
    response = Passkey.create(options).sign({**options, "rpId": "a.example"})
    keep(response["response"]["signature"])
    assert json.dumps(response) == "other"

def test_lasting(lasting):
    """A secret of an earlier test's fixture is known in later tests."""
    warnings.warn("again " + lasting.reveal())
    raise ValueError(lasting.reveal())
'''

#: A plugin that writes down reports and warnings, as pytest-reportlog does.
LOGGING_PLUGIN = """
import json

def pytest_runtest_logreport(report):
    data = report._to_json()
    with open("reports.jsonl", "a") as file:
        file.write(json.dumps(data, default=str) + "\\n")

def pytest_warning_recorded(warning_message):
    with open("reports.jsonl", "a") as file:
        file.write(f"warning {warning_message.message}\\n")
"""


@pytest.mark.parametrize("workers", [(), ("-p", "xdist.plugin", "-n", "1")], ids=["alone", "xdist"])
def test_no_output_has_a_secret(
    inner: Inner, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    """No secret is in the summary of warnings, a failure, JUnit XML, a log file or a report."""
    pytester.makepyfile(reporting=LOGGING_PLUGIN)
    result = inner(
        *workers,
        *("-p", "reporting", "-rA", "--showlocals", "--junitxml=junit.xml"),
        *("--log-file=run.log", "--log-level=INFO", "-o", "junit_logging=all"),
        *("-o", "junit_family=xunit1", "-o", "log_cli=true"),
        source=LEAKY,
        PYTHONPATH=f"{Path(__file__).parents[2]}:{pytester.path}",
    )
    result.assert_outcomes(passed=4, failed=5, warnings=3)
    lines = (pytester.path / "known.jsonl").read_text("utf-8").splitlines()
    known = [json.loads(line) for line in lines]
    assert len(known) >= 10
    shown = {"stdout": result.stdout.str(), "stderr": result.stderr.str()}
    for name in ("junit.xml", "reports.jsonl", "run.log"):
        path = pytester.path / name
        shown[name] = path.read_text("utf-8") if path.exists() else ""
    leaks = {
        (where, part)
        for where, text in shown.items()
        for secret in known
        for part in (secret, secret[:12], secret[-12:])
        if part in text
    }
    assert not leaks
    assert "person with [redacted]" in shown["stdout"]
    assert "made with [redacted]" in shown["stdout"]
    assert "again [redacted]" in shown["stdout"]
    assert '<property name="password" value="[redacted]"' in shown["junit.xml"]
    assert '<property name="number" value="7"' in shown["junit.xml"]
    assert "printed [redacted]" in shown["junit.xml"]
    assert "warning again [redacted]" in shown["reports.jsonl"]
    if not workers:
        assert "logged [redacted]" in shown["run.log"]
        live = shown["stdout"].partition("live log call")[2].partition("PASSED")[0]
        assert "logged [redacted]" in live


def test_secret_of_a_conftest(inner: Inner, pytester: pytest.Pytester) -> None:
    """A secret that a conftest.py makes when pytest loads it is in no report."""
    pytester.makeconftest(
        """
        import pytest
        from harness import Secret

        PASSWORD = Secret("Made-at-once-1").reveal()

        @pytest.fixture
        def password():
            return PASSWORD
        """
    )
    source = "def test_leak(password):\n    print(password)\n    assert password == 'other'\n"
    result = inner("--junitxml=junit.xml", "--showlocals", source=source)
    result.assert_outcomes(failed=1)
    shown = result.stdout.str() + result.stderr.str()
    shown += (pytester.path / "junit.xml").read_text()
    assert "Made-at-once" not in shown
    assert "[redacted]" in shown
