"""Profiles of load: what they say, and what is wrong in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.load import profile as described
from harness.load.flow_names import DEFAULT_WEIGHTS, FLOWS, Kind
from harness.load.profile import LoadProfile, Pace, ShapeStage, read_load_profile


def read(tmp_path: Path, text: str) -> LoadProfile:
    """Return the profile of a text."""
    file = tmp_path / "mix.toml"
    file.write_text(text, encoding="utf-8")
    return read_load_profile(file)


def test_the_profile_in_the_description_is_one(tmp_path: Path) -> None:
    """The example in the module's description is read as it says."""
    assert described.__doc__ is not None
    _, _, example = described.__doc__.partition("::\n")
    found = read(tmp_path, "\n".join(line[4:] for line in example.splitlines()))
    assert found.weights == {"SrpSignIn": 60, "RememberedDeviceSignIn": 40}
    assert found.pace == Pace(1.0)
    assert found.stages == (ShapeStage(60, 100, 10),)
    assert found.expected == {
        "InitiateAuth REFRESH_TOKEN_AUTH": frozenset({"NotAuthorizedException"})
    }


def test_an_empty_profile_is_the_default(tmp_path: Path) -> None:
    """Everything may be left out: then it is the mix of a run without a profile."""
    assert read(tmp_path, "") == LoadProfile()
    assert LoadProfile().weights == DEFAULT_WEIGHTS
    assert set(DEFAULT_WEIGHTS) == set(FLOWS)


@pytest.mark.parametrize(
    ("text", "pace"),
    [
        ("think_time = 2", Pace(None, (2, 2))),
        ("think_time = [1, 3.5]", Pace(None, (1, 3.5))),
        ("think_time = 0", Pace(None, (0, 0))),
        ("throughput = 0.5", Pace(0.5)),
    ],
)
def test_paces(tmp_path: Path, text: str, pace: Pace) -> None:
    """A user has a rate, or thinks for a while."""
    assert read(tmp_path, f"[pace]\n{text}").pace == pace


def test_shares_of_kinds(tmp_path: Path) -> None:
    """The share of a kind is that of the flows that take its people."""
    found = read(tmp_path, "[flows]\nTotpSignIn = 1\nWrongCodeProbing = 1\nSignUpStorm = 2")
    assert [found.share(kind) for kind in (Kind.TOTP, Kind.DEVICE, None)] == [0.5, 0, 0.5]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[flow]", "member: cannot use 'flow' .*mix.toml.*did you mean 'flows'"),
        ("[flows]\nSrpSignin = 1", "flows: cannot use 'SrpSignin' .*did you mean 'SrpSignIn'"),
        ("[flows]\nSrpSignIn = -1", "flows.SrpSignIn: cannot use -1 .*of 0 or more"),
        ("[flows]\nSrpSignIn = true", "flows.SrpSignIn: cannot use True"),
        ("[flows]\nSrpSignIn = nan", "flows.SrpSignIn: cannot use nan"),
        ("[flows]\nSrpSignIn = 0", "flows: .*give a weight to one of"),
        ("[flows]", "flows: .*give a weight to one of"),
        ("flows = 3", r"flows: cannot use 3 .*write it as \[flows\]"),
        ("[pace]\nthroughput = 0", "pace.throughput: cannot use 0 .*above 0"),
        ("[pace]\nthink_time = [3, 1]", "pace.think_time: .*must not be above"),
        ("[pace]\nthink_time = [1, 2, 3]", "pace.think_time: .*the least and the most"),
        ("[pace]\nthink_time = 'x'", "pace.think_time: cannot use 'x'"),
        ("[pace]\nthroughput = 1\nthink_time = 1", "pace: .*either throughput or think_time"),
        ("[pace]\nthinktime = 1", "pace: cannot use 'thinktime' .*did you mean 'think_time'"),
        ("[stages]\nseconds = 1", r"stages: .*write it as \[\[stages\]\]"),
        ("stages = [1]", r"stages: cannot use 1 .*write it as \[\[stages\]\]"),
        ("[[stages]]\nseconds = 0\nusers = 1\nspawn_rate = 1", "stages.seconds: cannot use 0.*"),
        ("[[stages]]\nseconds = 1\nusers = 1.5\nspawn_rate = 1", "stages.users: cannot use 1.5"),
        ("[[stages]]\nseconds = 1\nusers = 1", "stages.spawn_rate: no value given"),
        ("[expected]\nSignUp = 'x'", "expected.SignUp: .*must be a list of error codes"),
        ("[expected]\nSignUpp = ['x']", "expected: cannot use 'SignUpp'.*did you mean 'SignUp'"),
        (
            "[expected]\nSignUp = ['NotAuthorizedExcepton']",
            "expected.SignUp: cannot use .*did you mean 'NotAuthorizedException'",
        ),
        ("[flows", "--profile: cannot use '.*mix.toml'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    """The message has the file, the key, what was given and what is allowed."""
    with pytest.raises(ConfigurationError, match=message) as caught:
        read(tmp_path, text)
    assert "\n" not in str(caught.value)
    assert "mix.toml" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The message has the path and the reason."""
    with pytest.raises(ConfigurationError, match=r"--profile: .*none.toml.*No such file"):
        read_load_profile(tmp_path / "none.toml")
