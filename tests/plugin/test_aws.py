"""Runs with the target aws, on an emulator that boto3 finds in the place of AWS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from harness.emulator.stores.faults import Fault
from harness.pools.making.provision_spec import ProvisionedPool, provision
from harness.pools.sources import load
from harness.pools.sources.snapshot import render
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.targets.clients import offline_client
from tests.plugin.conftest import Inner, the_one_line
from tests.support.sources import ROOT

ACCOUNT = "123456789012"
CHARGES = "--cognito-aws-charges=acknowledged"
PERMITTED = ["--cognito-target=aws", f"--cognito-aws-accounts={ACCOUNT}", CHARGES]

OF_ITS_OWN = """
import pytest
from harness import DeviceTracking, SignInContext

pytestmark = pytest.mark.cognito_pool(mfa="ON", device_tracking=DeviceTracking())

def test_device_instead_of_a_code(
    cognito_tracked_device, cognito_sign_in, cognito_auth_flow, cognito_target, cognito_pool
):
    tracked = cognito_tracked_device
    context = SignInContext.for_person(tracked.person, device=tracked.device)
    result = cognito_sign_in.run(context, cognito_auth_flow)
    assert result.steps == ("PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")
    pool = cognito_target.client().describe_user_pool(UserPoolId=cognito_pool.user_pool_id)
    assert pool["UserPool"]["Name"].startswith("cognito-harness-")
    assert set(pool["UserPool"]["UserPoolTags"]) == {
        "cognito-harness-owner", "cognito-harness-run", "cognito-harness-expires"
    }

@pytest.mark.cognito_pool(mfa="OFF")
def test_another_pool(cognito_signed_in): pass
"""

IN_A_POOL = """
import pytest

def test_signs_in(cognito_signed_in): pass

def test_is_not_confirmed(cognito_signed_up): pass

@pytest.mark.cognito_needs("admin")
def test_invited(cognito_actions, cognito_person):
    cognito_actions.admin_create_user(cognito_person.username, message_action="SUPPRESS")

def test_address_changes(cognito_enrolled, cognito_sign_in, cognito_actions):
    pass
"""

WITHOUT_TRIGGERS = """
import pytest
from harness import DeviceTracking

@pytest.mark.cognito_pool(mfa="ON", device_tracking=DeviceTracking())
def test_it(cognito_target, cognito_pool):
    pool = cognito_target.client().describe_user_pool(UserPoolId=cognito_pool.user_pool_id)
    assert not pool["UserPool"].get("LambdaConfig")
"""

OF_A_FILE = """
import pytest

@pytest.mark.cognito_pool(template="shop.json", mfa="OPTIONAL")
def test_it(cognito_target, cognito_pool):
    found = cognito_target.client().describe_user_pool(UserPoolId=cognito_pool.user_pool_id)
    assert found["UserPool"]["MfaConfiguration"] == "OPTIONAL"
    assert not found["UserPool"].get("LambdaConfig")
    tags = found["UserPool"]["UserPoolTags"]
    assert {"cognito-harness-run", "cognito-harness-owner"} <= set(tags)
"""

MARKED = """
from harness import DeviceTracking

pytestmark = pytest.mark.cognito_pool(
    mfa="ON", client_secret=True, device_tracking=DeviceTracking()
)
"""

OWN_MAILBOX = """
import pytest
from harness.users.mailboxes.http import served_outbox
from harness.users.mailboxes.outbox import OutboxMailbox

@pytest.fixture
def cognito_mailbox(cognito_target, cognito_pool):
    read = served_outbox(cognito_target.client().meta.endpoint_url)
    return OutboxMailbox(read, cognito_pool.user_pool_id, cognito_target.clock)
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, inner: Inner) -> Iterator[EmulatorServer]:
    """The emulator, where boto3 finds it by its own variables, with credentials."""
    with EmulatorServer(emulator=Emulator(mock=False)) as found:
        monkeypatch.setenv("AWS_ENDPOINT_URL", found.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "rehearsal")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "rehearsal")
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        yield found


@pytest.fixture
def existing(server: EmulatorServer) -> ProvisionedPool:
    """A pool that was there before the runs, with a user in it."""
    spec = PoolSpec(mfa="ON", client_secret=True, device_tracking=DeviceTracking())
    client = offline_client("us-east-1", server.url)
    pool = provision(client, spec, name_prefix="existing-", tags={})
    client.admin_create_user(
        UserPoolId=pool.user_pool_id, Username="carol", MessageAction="SUPPRESS"
    )
    return pool


def in_the(pool: ProvisionedPool, secret: Path) -> list[str]:
    """Return the options for a run in an existing pool."""
    assert pool.app.client_secret is not None
    secret.write_text(pool.app.client_secret.reveal())
    return [
        f"--cognito-user-pool-id={pool.user_pool_id}",
        f"--cognito-client-id={pool.app.client_id}",
        f"--cognito-client-secret=@{secret}",
    ]


def users(server: EmulatorServer, pool: ProvisionedPool) -> set[str]:
    """Return the usernames in a pool."""
    client = offline_client("us-east-1", server.url)
    return {user["Username"] for user in client.list_users(UserPoolId=pool.user_pool_id)["Users"]}


class TestOwnPools:
    """Runs that make their pools."""

    @pytest.mark.parametrize("workers", [[], ["-p", "xdist", "-n", "2"]], ids=["one", "two"])
    def test_everything_is_deleted(
        self, inner: Inner, server: EmulatorServer, pytester: pytest.Pytester, workers: list[str]
    ) -> None:
        """The device signs in; prefix and tags are there; no pool is left, and so the journal."""
        result = inner(*PERMITTED, *workers, source=OF_ITS_OWN)
        result.assert_outcomes(passed=2)
        result.stdout.fnmatch_lines(["cognito: target aws (command line); region us-east-1 *"])
        where = f"endpoint {server.url}, not AWS itself"
        result.stdout.fnmatch_lines([f"cognito: accounts …9012 *{where}*mailbox admin*"])
        client = offline_client("us-east-1", server.url)
        assert client.list_user_pools(MaxResults=60)["UserPools"] == []
        entries = [
            json.loads(line)
            for path in (pytester.path / ".cognito-harness").glob("*.jsonl")
            for line in path.read_text().splitlines()
        ]
        count = [entry["entry"] for entry in entries].count
        assert (count("planned"), count("made"), count("gone")) == (2, 2, 2)

    def test_pool_of_a_snapshot_calls_no_foreign_function(
        self, inner: Inner, server: EmulatorServer, pytester: pytest.Pytester
    ) -> None:
        """The pool of a snapshot calls no function of another owner, and the run says so."""
        function = "arn:aws:lambda:us-east-1:111122223333:function:shop"
        stack = load(str(ROOT / "stack" / "cognito-mfa-pool.yaml"))
        members = {**stack.pool.members, "LambdaConfig": {"PreSignUp": function}}
        shop = replace(stack, pool=replace(stack.pool, members=members))
        (pytester.path / "shop.json").write_text(render(shop), encoding="utf-8")
        result = inner(*PERMITTED, "--cognito-pool=shop.json", source=WITHOUT_TRIGGERS)
        result.assert_outcomes(passed=1)
        result.stdout.fnmatch_lines(["*left out: pool *: LambdaConfig: *not copied*"])

    def test_pool_of_a_marker_is_like_that_of_the_options(
        self, inner: Inner, server: EmulatorServer, pytester: pytest.Pytester
    ) -> None:
        """The pool of a marker's file is isolated, tagged, recorded, noted and deleted as well."""
        function = "arn:aws:lambda:us-east-1:111122223333:function:shop"
        stack = load(str(ROOT / "stack" / "cognito-mfa-pool.yaml"))
        members = {**stack.pool.members, "LambdaConfig": {"PreSignUp": function}}
        shop = replace(stack, pool=replace(stack.pool, members=members))
        (pytester.path / "shop.json").write_text(render(shop), encoding="utf-8")
        result = inner(*PERMITTED, source=OF_A_FILE)
        result.assert_outcomes(passed=1)
        result.stdout.fnmatch_lines(["*left out: pool *: LambdaConfig: *not copied*"])
        client = offline_client("us-east-1", server.url)
        assert client.list_user_pools(MaxResults=60)["UserPools"] == []
        (path,) = (pytester.path / ".cognito-harness").glob("*.jsonl")
        lines = map(json.loads, path.read_text().splitlines())
        pools = [line["entry"] for line in lines if line.get("kind") == "user_pool"]
        assert pools == ["planned", "made", "gone"]

    def test_unlisted_account_ends_the_run(self, inner: Inner, server: EmulatorServer) -> None:
        """With an account that is not on the list nothing is done, and exit code 2 says so."""
        options = ["--cognito-target=aws", "--cognito-aws-accounts=999999999999", CHARGES]
        result = inner(*options, source=OF_ITS_OWN)
        assert result.ret == 2
        assert "nothing is done there" in the_one_line(result)
        client = offline_client("us-east-1", server.url)
        assert client.list_user_pools(MaxResults=60)["UserPools"] == []


class TestExistingPool:
    """Runs in a pool that was there before."""

    def test_users_are_deleted(
        self, inner: Inner, server: EmulatorServer, existing: ProvisionedPool, tmp_path: Path
    ) -> None:
        """Every user whom the run has made is deleted, and no other."""
        result = inner(*PERMITTED, *in_the(existing, tmp_path / "s"), source=IN_A_POOL + MARKED)
        result.assert_outcomes(passed=4)
        assert users(server, existing) == {"carol"}

    def test_users_are_deleted_at_an_endpoint(
        self, inner: Inner, server: EmulatorServer, existing: ProvisionedPool, tmp_path: Path
    ) -> None:
        """So it is at any other endpoint where an administrator may."""
        options = ["--cognito-target=endpoint", f"--cognito-endpoint-url={server.url}"]
        result = inner(*options, *in_the(existing, tmp_path / "s"), source=IN_A_POOL + MARKED)
        result.assert_outcomes(passed=4)
        assert users(server, existing) == {"carol"}

    def test_what_could_not_be_deleted_is_noted(
        self, inner: Inner, server: EmulatorServer, existing: ProvisionedPool, tmp_path: Path
    ) -> None:
        """If deleting the users fails, the notes at the end still say how many are left."""
        server.emulator.faults.plan(Fault("AdminDeleteUser", times=None))
        result = inner(*PERMITTED, *in_the(existing, tmp_path / "s"), source=IN_A_POOL + MARKED)
        result.assert_outcomes(passed=4, errors=1)
        result.stdout.fnmatch_lines(
            [f"cognito: 4 users are left in user pool {existing.user_pool_id}; their names*"]
        )
        assert len(users(server, existing)) == 5

    def test_users_side_runs_without_credentials(
        self,
        inner: Inner,
        server: EmulatorServer,
        existing: ProvisionedPool,
        tmp_path: Path,
        pytester: pytest.Pytester,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """With two ids and no credentials the user's side runs; who is left is told."""
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name)
        pytester.makeconftest(OWN_MAILBOX)
        options = ["--cognito-target=aws", CHARGES, *in_the(existing, tmp_path / "s")]
        result = inner(*options, source=IN_A_POOL)
        result.assert_outcomes(passed=3, skipped=1)
        result.stdout.fnmatch_lines(
            [f"cognito: 3 users are left in user pool {existing.user_pool_id}; their names*"]
        )
        assert len(users(server, existing)) == 4


MANY = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_somebody(cognito_confirmed, number): pass

@pytest.mark.parametrize("number", range(3))
def test_two(cognito_people, cognito_actions, number):
    from harness import sign_up
    for _ in range(2):
        sign_up(cognito_actions, cognito_people.make())

def test_needs_the_outbox(cognito_mailbox): pass
"""


class TestLimits:
    """How many users a run may make, and what is said of it before and after."""

    def test_run_over_the_user_limit_is_refused(self, inner: Inner, server: EmulatorServer) -> None:
        """A run with more tests that make a user than are allowed is refused at once."""
        result = inner(*PERMITTED, "--cognito-max-users=3", source=MANY)
        assert result.ret == 2
        result.stdout.fnmatch_lines(["*4 of the tests make at least one user each*"])

    @pytest.mark.parametrize("workers", [[], ["-p", "xdist", "-n", "2"]], ids=["one", "two"])
    def test_run_ends_at_the_user_limit(
        self, inner: Inner, server: EmulatorServer, workers: list[str]
    ) -> None:
        """A run that comes to make too many ends there, and leaves nothing."""
        result = inner(*PERMITTED, *workers, "--cognito-max-users=6", source=MANY)
        assert result.ret != 0
        result.stdout.fnmatch_lines(
            ["*the run has made 6 users; --cognito-max-users allows no more*"]
        )
        result.stdout.fnmatch_lines(["*cognito: this run used 6 users*"])
        client = offline_client("us-east-1", server.url)
        assert client.list_user_pools(MaxResults=60)["UserPools"] == []

    @pytest.mark.parametrize("workers", [[], ["-p", "xdist", "-n", "2"]], ids=["one", "two"])
    def test_preflight_sends_nothing(self, inner: Inner, workers: list[str]) -> None:
        """A preflight needs nothing, sends nothing, and tells what the run would use."""
        result = inner("--cognito-target=preflight", *workers, source=MANY)
        result.assert_outcomes(passed=7, skipped=1)
        pools = 2 if workers else 1
        result.stdout.fnmatch_lines(
            [
                "cognito: the same run on AWS would use",
                f"cognito:   10 users, {pools} user pool*, * calls, 0 messages",
                "cognito:     UserCreation: 14 calls, 0.6 s at 25 per second",
                "cognito:   monthly active users*: Lite $0.00 *Plus $0.20 *",
            ]
        )

    def test_preflight_over_the_user_limit_fails(self, inner: Inner) -> None:
        """A preflight of a run that would make too many users is a failure."""
        result = inner("--cognito-target=preflight", "--cognito-max-users=9", source=MANY)
        assert result.ret == 1
        result.stdout.fnmatch_lines(["*10 users are more than --cognito-max-users allows: 9"])
