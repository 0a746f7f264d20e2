"""Seed files in three formats, with the templates that they name."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import tomli_w
import yaml

from harness.emulator import Emulator
from harness.errors import ConfigurationError
from harness.pools.seeds.reading import read_seed
from harness.pools.seeds.writing import SeedFormat, seed_format, seed_text
from tests.emulator.seeds.documents import POOL_ID, shop

TEMPLATE = """
Parameters:
  Stage: {Type: String}
Resources:
  Shop:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: !Sub shop-${Stage}
      MfaConfiguration: OPTIONAL
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Shop
      GenerateSecret: true
      ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
"""
SEED = """
cognito_harness_seed: 1
pools:
- id: eu-west-1_Shop12345
  template:
    file: stack/template.yaml
    parameters: {Stage: test}
  clients:
  - name: Web
    id: 1example23456789
    secret: 9example87654321abcdefghijk
  users:
  - username: alice
    password: Correct-Horse-1
"""


@pytest.fixture
def seed_file(tmp_path: Path) -> Path:
    """A seed file with a template in a folder beside it."""
    folder = tmp_path / "stack"
    folder.mkdir()
    (folder / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "seed.yaml").write_text(SEED)
    return tmp_path / "seed.yaml"


def emulator_with(path: Path) -> Emulator:
    """Return an emulator with the pools of a file."""
    emulator = Emulator(mock=False)
    emulator.seed(read_seed(path))
    return emulator


def refused(path: Path) -> str:
    """Return the message with which a file is refused."""
    with pytest.raises(ConfigurationError) as error:
        emulator_with(path)
    return str(error.value)


def test_a_template_is_found_beside_the_file(seed_file: Path) -> None:
    """The pool is as the template says, with the ids, secrets and users of the file."""
    emulator = emulator_with(seed_file)
    pool = emulator.engine.pools["eu-west-1_Shop12345"]
    assert (pool.name, pool.mfa.mode) == ("shop-test", "OPTIONAL")
    (client,) = pool.clients.values()
    assert client.client_id == "1example23456789"
    assert client.secret == "9example87654321abcdefghijk"
    assert [user.username for user in pool.users] == ["alice"]
    assert emulator.export(secrets=True) == yaml.safe_load(SEED)


@pytest.mark.parametrize("name", ["seed.json", "seed.toml", "seed.yml"])
def test_the_three_formats_say_the_same(tmp_path: Path, name: str) -> None:
    """A document makes the same pools from JSON, TOML and YAML."""
    dump: dict[str, Any] = {
        "seed.json": json.dumps,
        "seed.toml": tomli_w.dumps,
        "seed.yml": yaml.safe_dump,
    }
    path = tmp_path / name
    path.write_text(dump[name](shop()), encoding="utf-8")
    assert emulator_with(path).export(secrets=True) == shop()


@pytest.mark.parametrize("form", ["yaml", "json", "toml"])
def test_a_canonical_file_comes_back_byte_for_byte(tmp_path: Path, form: SeedFormat) -> None:
    """What an export writes is what an export of it writes."""
    path = tmp_path / f"seed.{form}"
    path.write_text(seed_text(shop(), form), encoding="utf-8")
    written = seed_text(emulator_with(path).export(secrets=True), form)
    assert written.encode() == path.read_bytes()


def test_notes_become_comments() -> None:
    """What is to be said stands at the top of a file, where the format has comments."""
    text = seed_text(shop(), "yaml", ["something is\nto be said", "word " * 40])
    assert text.startswith("# something is to be said\n# word word")
    assert yaml.safe_load(text) == shop()
    assert json.loads(seed_text(shop(), "json", ["x"])) == shop()


def test_toml_says_which_extra_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library that writes TOML, one line names the extra."""
    monkeypatch.setitem(sys.modules, "tomli_w", None)
    with pytest.raises(ConfigurationError, match=r"cognito-mfa-harness\[toml\]"):
        seed_text(shop(), "toml")


def test_another_format_is_refused() -> None:
    """A format that does not exist gets the nearest one that does."""
    with pytest.raises(ConfigurationError, match="did you mean 'yaml'"):
        seed_format("yml", "--format")


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        (
            "username: alice",
            "usrename: alice",
            ["seed.yaml, line 13", "pools[0].users[0].username"],
        ),
        ("id: eu", "id: eu_", ["pools[0].id", "seed.yaml, line 4"]),
        ("Stage: test", "Stag: test", ["Stag", "Stage"]),
        ("template.yaml", "missing.yaml", ["template.file", "missing.yaml"]),
        ("file: stack/template.yaml", "pool: Shop", ["pools[0].template", "the text file"]),
        (
            "    parameters: {Stage: test}",
            "    parameters: {Stage: test}\n    pool: Shp",
            ["template.pool", "Shop"],
        ),
        ("name: Web", "name: Wbe", ["clients[0].name", "line 9", "did you mean 'Web'?"]),
        ("    password: Correct-Horse-1", "    password: short", ["line 14", "not long enough"]),
        ("cognito_harness_seed: 1", "cognito_harness_seed: 2", ["version 1", "line 2"]),
        ("  users:", "  users: []\n  users:", ["already has it"]),
        ("  users:", "\tusers:", ["line 12"]),
    ],
)
def test_a_mistake_names_its_line(seed_file: Path, old: str, new: str, parts: list[str]) -> None:
    """A mistake gets one message with the file, the line and the place in the document."""
    seed_file.write_text(SEED.replace(old, new))
    found = refused(seed_file)
    assert "\n" not in found
    for part in parts:
        assert part in found


def test_a_parameter_that_decides_must_be_given(seed_file: Path) -> None:
    """A template that leaves open how people sign in is refused, as by provision."""
    template = seed_file.parent / "stack" / "template.yaml"
    text = TEMPLATE.replace("Stage: {Type: String}", "Mfa: {Type: String}\n  Stage: {Type: String}")
    template.write_text(text.replace("MfaConfiguration: OPTIONAL", "MfaConfiguration: !Ref Mfa"))
    assert "template.parameters Mfa=VALUE" in refused(seed_file)


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("seed.txt", "x", ".toml, .json, .yaml, .yml"),
        ("seed.toml", "a = = b", "it is not TOML"),
        ("seed.json", "{", "neither YAML nor JSON"),
        ("seed.json", "[1]", "must be an object"),
        ("seed.yaml", "", "empty"),
        ("seed.toml", "pools = 2020-01-01", "cognito_harness_seed"),
        ("seed.toml", "cognito_harness_seed = 1\npools = 2020-01-01", "it must be a list"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, name: str, content: str, part: str) -> None:
    """A file that is no seed gets one message."""
    path = tmp_path / name
    path.write_text(content)
    assert part in refused(path)


def test_yaml_words_are_named(tmp_path: Path) -> None:
    """YAML reads ON as a boolean and a phone number as a number; the message says what to write."""
    document = yaml.safe_dump(shop()).replace("MfaConfiguration: OPTIONAL", "MfaConfiguration: ON")
    path = tmp_path / "seed.yaml"
    path.write_text(document)
    assert "write 'ON'" in refused(path)
    text = yaml.safe_dump(shop()).replace("custom:team: 7", "phone_number: +12065550100")
    path.write_text(text)
    assert "in quotes" in refused(path)


def test_a_snapshot_can_be_written_inline(tmp_path: Path) -> None:
    """The members of a snapshot of `cognito-harness snapshot` can stand in the file."""
    document = shop()
    document["pools"][0]["configuration"] |= {"CognitoHarnessSnapshot": 1, "Name": "shop"}
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(document))
    assert POOL_ID in emulator_with(path).engine.pools
