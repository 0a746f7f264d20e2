"""TOML profiles: severities, expectations, waivers and mistakes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.pools.audit.auditing import Audit, audit
from harness.pools.audit.profile import preset, read_profile
from harness.pools.audit.rules import Severity
from harness.pools.configuration.pool_configuration import Unknown
from tests.pools.audit.pools import pool
from tests.pools.audit.test_rules import BROKEN

TODAY = date(2027, 1, 15)


def write(folder: Path, text: str) -> Path:
    """Write a profile."""
    path = folder / "audit.toml"
    path.write_text(text, encoding="utf-8")
    return path


def run(folder: Path, text: str, *rules: str, today: date = TODAY) -> Audit:
    """Audit a configuration that fails some rules, with a profile from a text."""
    broken = pool(*(BROKEN[rule] for rule in rules))
    return audit(broken, read_profile(write(folder, text)), today)


def test_the_preset_can_be_named(tmp_path: Path) -> None:
    """The file names the preset, or else the caller does."""
    assert read_profile(write(tmp_path, 'preset = "strict"')).rules == preset("strict").rules
    chosen = read_profile(write(tmp_path, ""), "device-tracking")
    assert chosen.rules == preset("device-tracking").rules


def test_rules_can_be_added(tmp_path: Path) -> None:
    """A profile adds rules that the preset does not have."""
    found = run(tmp_path, 'rules = ["mfa-no-sms"]', "mfa-no-sms")
    assert [finding.rule.id for finding in found.failed()] == ["mfa-no-sms"]


def test_severities_are_the_users(tmp_path: Path) -> None:
    """A profile changes the severities that decide what fails."""
    found = run(tmp_path, '[severity]\nown-email-sender = "critical"', "own-email-sender")
    assert [finding.severity for finding in found.failed(Severity.CRITICAL)] == [Severity.CRITICAL]
    assert run(tmp_path, "", "own-email-sender").failed(Severity.MEDIUM) == []


def test_expectations_are_the_users(tmp_path: Path) -> None:
    """A value in the profile replaces that of the rule."""
    found = run(tmp_path, "[expect]\npassword-minimum-length = 20")
    assert [finding.expected for finding in found.failed()] == ["at least 20 characters"]
    tracked = 'preset = "device-tracking"\n[expect]\ndevice-remembered = true'
    assert run(tmp_path, tracked, "device-remembered").failed() == []


WAIVER = """
[[waiver]]
rule = "client-hides-users"
reason = "the old app shows who exists"
expires = 2027-03-31
"""


def test_a_waiver_works_until_its_last_day(tmp_path: Path) -> None:
    """After the last day the rule fails again, and a notice says that the waiver ended."""
    during = run(tmp_path, WAIVER, "client-hides-users", today=date(2027, 3, 31))
    assert (during.failed(), during.notices) == ([], ())
    assert during.counts()["waived"] == 1
    ended = run(tmp_path, WAIVER, "client-hides-users", today=date(2027, 4, 1))
    assert [finding.rule.id for finding in ended.failed()] == ["client-hides-users"]
    assert ended.notices == ("the waiver of client-hides-users ended on 2027-03-31",)


def test_a_waiver_can_be_for_one_client(tmp_path: Path) -> None:
    """The part of a waiver is the name of one app client."""
    other = WAIVER + 'part = "another"\n'
    assert run(tmp_path, other, "client-hides-users").counts()["waived"] == 0
    this = WAIVER + 'part = "client"\n'
    assert run(tmp_path, this, "client-hides-users").counts()["waived"] == 1


def test_an_unneeded_waiver_is_reported(tmp_path: Path) -> None:
    """A notice says that a waiver is not needed and can be deleted."""
    assert run(tmp_path, WAIVER).notices == ("the waiver of client-hides-users is not needed",)


def test_a_waiver_of_an_unknown_setting_may_be_needed(tmp_path: Path) -> None:
    """Nobody knows whether an unknown setting needs its waiver, so none is to be deleted."""
    hidden = pool(("client", "PreventUserExistenceErrors", Unknown("Ref Hidden")))
    found = audit(hidden, read_profile(write(tmp_path, WAIVER)), TODAY)
    assert found.counts()["unknown"] == 1
    assert found.notices == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[severities]", ["severities", "severity"]),
        ('preset = "strikt"', ["strikt", "strict"]),
        ('rules = ["mfa-requird"]', ["mfa-requird", "did you mean 'mfa-required'"]),
        ("rules = 3", ["rules", "a list"]),
        ('[severity]\nmfa-required = "severe"', ["severity.mfa-required", "severe", "critical"]),
        ("[expect]\nmfa-no-sms = 3", ["expect.mfa-no-sms", "not set"]),
        ('[expect]\npassword-minimum-length = "long"', ["expect.password-minimum-length", "long"]),
        ('[[waiver]]\nrule = "mfa-required"\nexpires = 2027-01-01', ["waiver.reason"]),
        ('[[waiver]]\nrule = "mfa-required"\nreason = "x"', ["waiver.expires", "2027-06-30"]),
        (
            '[[waiver]]\nrule = "mfa-required"\nreason = "x"\nexpires = "soon"',
            ["waiver.expires", "soon"],
        ),
        ('[[waiver]]\nrules = "mfa-required"', ["rules", "rule"]),
        ("waiver = [3]", ["waiver", "[[waiver]]"]),
        ("expect = 3", ["expect", "[expect]"]),
        ("preset = ", ["Invalid value"]),
    ],
)
def test_bad_profiles_are_one_clear_message(tmp_path: Path, text: str, words: list[str]) -> None:
    """The message names the file, the member, the value and what is allowed."""
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        read_profile(path)
    for word in [*words, str(path)]:
        assert word in str(caught.value)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    """The message says that there is no such file."""
    with pytest.raises(ConfigurationError, match="No such file"):
        read_profile(tmp_path / "nowhere.toml")
