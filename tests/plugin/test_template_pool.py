"""Pools that single tests name by a file: which pool they get, how often it is made, when not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from harness.plugin.run import template_pool
from harness.pools.making.provision_spec import provision
from harness.pools.spec.pool_spec import PoolSpec
from harness.targets.clients import offline_client
from tests.plugin.conftest import Inner, the_one_line

SHOP = """
Resources:
  Shop:
    Type: AWS::Cognito::UserPool
    Properties: {UserPoolName: shop, AutoVerifiedAttributes: [email]}
  Staff:
    Type: AWS::Cognito::UserPool
    Properties: {UserPoolName: staff, AdminCreateUserConfig: {AllowAdminCreateUserOnly: true}}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Shop, ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH]}
  Mobile:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Shop, GenerateSecret: true}
  Desk:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Staff}
"""
BANK = """
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: bank
      MfaConfiguration: "ON"
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
  App:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool}
"""
SEVERAL = """
import pytest

pools = {}
bank = pytest.mark.cognito_pool(template="bank.yaml")
shop = pytest.mark.cognito_pool(template="../shop.yaml", pool_name="Shop", pool_client="Web")

def described(target, pool):
    return target.client().describe_user_pool(UserPoolId=pool.user_pool_id)["UserPool"]

@bank
def test_bank(cognito_signed_in, cognito_pool, cognito_pool_spec, cognito_target):
    assert cognito_signed_in.steps[-1] == "SOFTWARE_TOKEN_MFA"
    assert described(cognito_target, cognito_pool)["MfaConfiguration"] == "ON"
    assert cognito_pool_spec == cognito_pool.spec
    pools["bank"] = cognito_pool

@shop
class TestShop:
    def test_shop(self, cognito_signed_in, cognito_auth_flow, cognito_pool, cognito_target):
        assert cognito_auth_flow == "USER_PASSWORD_AUTH"
        assert described(cognito_target, cognito_pool)["Name"].endswith("-shop")
        pools["shop"] = cognito_pool

    @pytest.mark.cognito_pool(mfa="OPTIONAL")
    def test_override(self, cognito_enrolled, cognito_signed_in, cognito_pool, cognito_target):
        assert described(cognito_target, cognito_pool)["MfaConfiguration"] == "OPTIONAL"
        assert cognito_signed_in.steps == ("SOFTWARE_TOKEN_MFA",)
        assert cognito_pool.user_pool_id != pools["shop"].user_pool_id

    @pytest.mark.cognito_pool(template="../shop.yaml", pool_name="Staff")
    def test_other_pool_of_the_file(self, cognito_confirmed, cognito_pool):
        assert cognito_pool.spec.allow_admin_create_user_only

    @bank
    def test_other_file(self, cognito_pool):
        assert cognito_pool is pools["bank"]

def test_ordinary(cognito_pool):
    assert cognito_pool.spec.mfa == "OFF"

@bank
def test_each_is_made_once(cognito_pool, cognito_target):
    assert cognito_pool is pools["bank"]
    found = cognito_target.client().list_user_pools(MaxResults=60)["UserPools"]
    names = [each["Name"] for each in found]
    assert sorted(name.rpartition("-")[2] for name in names) == [
        "bank", "pool", "shop", "shop", "staff"
    ]
"""
FIXTURES = """
import pytest

@pytest.fixture(scope="module")
def bank(cognito_pool_from):
    return cognito_pool_from("bank.yaml", mfa="OPTIONAL")

class TestOwnPool:
    @pytest.fixture
    def cognito_pool(self, bank):
        return bank

    def test_everything_uses_it(self, cognito_signed_in, cognito_app, bank):
        assert cognito_app is bank.app
        assert cognito_signed_in.steps[-1] == "SOFTWARE_TOKEN_MFA"

def test_two_pools_in_one_test(bank, cognito_pool_from, cognito_pool):
    assert cognito_pool_from("bank.yaml", mfa="OPTIONAL") is bank
    secret = cognito_pool_from("bank.yaml", client_secret=True)
    assert secret.app.client_secret and not bank.app.client_secret
    assert len({bank.user_pool_id, secret.user_pool_id, cognito_pool.user_pool_id}) == 3

def test_arguments_are_checked(cognito_pool_from):
    with pytest.raises(Exception, match="did you mean 'mfa'"):
        cognito_pool_from("bank.yaml", mfaa="ON")
    with pytest.raises(Exception, match="no such file or folder: neither"):
        cognito_pool_from("bonk.yaml")
"""


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    """A folder of tests inside the project, with two files of pools."""
    found = Path(pytester.path, "tests")
    found.mkdir()
    Path(pytester.path, "shop.yaml").write_text(SHOP, encoding="utf-8")
    (found / "bank.yaml").write_text(BANK, encoding="utf-8")
    return found


def test_several_pools_in_one_run(inner: Inner, folder: Path) -> None:
    """Each marker gets the pool of its file, with what it overrides; each pool is made once."""
    (folder / "test_pools.py").write_text(SEVERAL, encoding="utf-8")
    inner(folder).assert_outcomes(passed=7)


def test_workers_make_their_own(inner: Inner, folder: Path) -> None:
    """With pytest-xdist each worker makes the pools that its tests need."""
    source = (
        "import os\nimport pytest\n"
        "@pytest.mark.cognito_pool(template='bank.yaml')\n"
        "@pytest.mark.parametrize('number', range(4))\n"
        "def test_it(cognito_pool, cognito_namespace, number):\n"
        "    assert cognito_pool.name == f'{cognito_namespace}file1-bank'\n"
        "    assert os.environ['PYTEST_XDIST_WORKER'] in cognito_namespace\n"
    )
    (folder / "test_pools.py").write_text(source, encoding="utf-8")
    inner("-p", "xdist.plugin", "-n", "2", folder).assert_outcomes(passed=4)


def test_fixtures_of_the_users_own(inner: Inner, folder: Path) -> None:
    """The factory gives the same pool for the same arguments, in fixtures of every scope."""
    (folder / "test_pools.py").write_text(FIXTURES, encoding="utf-8")
    inner(folder).assert_outcomes(passed=3)


def test_the_own_pool_of_a_marker_goes_before_that_of_the_run(inner: Inner, folder: Path) -> None:
    """With --cognito-pool, tests that name a file get the pool of that file."""
    source = (
        "import pytest\n"
        "@pytest.mark.cognito_pool(template='bank.yaml')\n"
        "def test_own(cognito_signed_in, cognito_pool): assert cognito_pool.spec.mfa == 'ON'\n"
        "def test_run(cognito_signed_in, cognito_pool): assert cognito_pool.spec.mfa == 'OFF'\n"
    )
    (folder / "test_pools.py").write_text(source, encoding="utf-8")
    options = ("--cognito-pool=shop.yaml", "--cognito-pool-name=Shop", "--cognito-pool-client=Web")
    inner(*options, folder).assert_outcomes(passed=2)


def test_the_wrong_file_is_a_mistake_of_the_test(inner: Inner, folder: Path) -> None:
    """A fixture that needs more than the test's own file has is an error, and no skip."""
    source = (
        "import pytest\n"
        "@pytest.mark.cognito_pool(template='bank.yaml', mfa='OFF')\n"
        "def test_it(cognito_enrolled): pass\n"
    )
    (folder / "test_pools.py").write_text(source, encoding="utf-8")
    result = inner("--cognito-pool=tests/bank.yaml", folder)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the pool's MFA is OFF; use cognito_confirmed*"])


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("template='bonk.yaml'", "no such file or folder: neither *tests/bonk.yaml nor *bonk.yaml"),
        ("template='../shop.yaml'", "allowed: Shop (*), Staff (*); there are several; name one"),
        ("template='../shop.yaml', pool_name='Shop'", "allowed: Web, Mobile; there are several*"),
        ("template='bank.yaml', auth_session_validity=60", "must be from 3 to 15 minutes"),
    ],
)
@pytest.mark.parametrize("more", [[], ["-p", "xdist.plugin", "-n", "1"]], ids=["alone", "workers"])
def test_a_file_that_cannot_be_used_ends_the_run(
    inner: Inner, folder: Path, marker: str, said: str, more: list[str]
) -> None:
    """Before the first test, in one message that names the test."""
    source = (
        f"import pytest\n@pytest.mark.cognito_pool({marker})\ndef test_it(cognito_pool): pass\n"
    )
    (folder / "test_pools.py").write_text(source, encoding="utf-8")
    result = inner(*more, folder)
    assert result.ret in (2, 4)
    output = [*result.outlines, *result.errlines]
    (line,) = [line for line in output if "test_pools.py::test_it: marker cognito_pool" in line]
    pytest.LineMatcher([line]).fnmatch_lines([f"*{said}*"])
    assert "Traceback" not in "\n".join(output)


def test_a_pool_that_is_refused_is_one_error(inner: Inner, folder: Path) -> None:
    """The first test has the words of the service, the others of that marker point to it."""
    refused = BANK.replace("!Ref Pool}", "!Ref Pool, AccessTokenValidity: 5000}")
    (folder / "bank.yaml").write_text(refused, encoding="utf-8")
    source = (
        "import pytest\n"
        "@pytest.mark.cognito_pool(template='bank.yaml')\n"
        "@pytest.mark.parametrize('number', range(3))\n"
        "def test_it(cognito_pool, number): pass\n"
        "def test_other(cognito_pool): pass\n"
    )
    (folder / "test_pools.py").write_text(source, encoding="utf-8")
    result = inner(folder, "-rs")
    result.assert_outcomes(passed=1, errors=1, skipped=2)
    result.stdout.fnmatch_lines(
        [
            "in the set-up: marker cognito_pool: template: cannot use 'tests/bank.yaml'; *",
            "*: the pool of tests/bank.yaml could not be made; the first test that needs it says*",
        ]
    )


def test_the_failure_and_the_record_name_the_file(inner: Inner, folder: Path) -> None:
    """A report of a failure has the file before the settings, the record the marker's words."""
    source = (
        "import pytest\n"
        "said = dict(template='bank.yaml', mfa='OPTIONAL', parameters={'Key': 'x9y8'})\n"
        "@pytest.mark.cognito_pool(**said)\n"
        "def test_it(cognito_signed_up): assert not cognito_signed_up\n"
    )
    (folder / "bank.yaml").write_text("Parameters: {Key: {Type: String}}" + BANK, encoding="utf-8")
    (folder / "test_pools.py").write_text(source, encoding="utf-8")
    result = inner(folder, "--cognito-record=run.jsonl")
    result.stdout.fnmatch_lines(["  pool      of tests/bank.yaml: MfaConfiguration OPTIONAL; *"])
    record = Path(folder.parent, "run.jsonl").read_text(encoding="utf-8")
    line = json.loads(record.splitlines()[1])
    assert line["variant"] == {"template": "bank.yaml", "mfa": "OPTIONAL"}
    assert line["pool"]["mfa"] == "OPTIONAL"
    assert "x9y8" not in json.dumps(line)


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """An emulator that was there before the run."""
    with EmulatorServer(emulator=Emulator(mock=False)) as found:
        yield found


def test_runs_that_make_no_pools_skip(inner: Inner, folder: Path, server: EmulatorServer) -> None:
    """In an existing pool, and where nobody may make pools, such a test is one clear skip."""
    source = (
        "import pytest\n"
        "@pytest.mark.cognito_pool(template='bank.yaml')\n"
        "def test_it(cognito_pool): pass\n"
    )
    (folder / "test_pools.py").write_text(source, encoding="utf-8")
    pool = provision(
        offline_client("us-east-1", server.url), PoolSpec(), name_prefix="existing-", tags={}
    )
    result = inner(
        "--cognito-target=server",
        f"--cognito-endpoint-url={server.url}",
        f"--cognito-user-pool-id={pool.user_pool_id}",
        f"--cognito-client-id={pool.app.client_id}",
        "-rs",
        folder,
    )
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    only = f"the run uses the existing user pool {pool.user_pool_id} alone"
    result.stdout.fnmatch_lines([f"SKIPPED * {only}, and makes none of tests/bank.yaml"])
    result = inner(
        "--cognito-target=endpoint", f"--cognito-endpoint-url={server.url}", "-rs", folder
    )
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        [
            "SKIPPED * target 'endpoint' has no capability 'provisioning': "
            "the run must make the pool of the file; *"
        ]
    )


@pytest.mark.parametrize(
    ("given", "texts"),
    [("ON", "ON"), (True, "true"), (3, "3"), (["a", 1], ["a", "1"])],
)
def test_parameters_are_given_as_templates_have_them(given: Any, texts: Any) -> None:
    """A parameter is a text or a list of texts, whatever a test gives."""
    found = template_pool._parameters({"Name": given}, "marker cognito_pool")
    assert found["Name"].value == texts
    assert found["Name"].source == "marker cognito_pool"


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("pool_name='A'", "needs the path of a file as template"),
        ("template=7", "needs the path of a file as template"),
        ("template='bank.yaml', parameters=['Mode']", "parameters must be a mapping"),
    ],
)
def test_misuse_of_arguments_is_said_once(
    inner: Inner, folder: Path, marker: str, said: str
) -> None:
    """Arguments that nothing can be made of are one message, and the file is not looked for."""
    source = (
        f"import pytest\n@pytest.mark.cognito_pool({marker})\ndef test_it(cognito_pool): pass\n"
    )
    (folder / "test_pools.py").write_text(source, encoding="utf-8")
    result = inner(folder)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in the_one_line(result)
