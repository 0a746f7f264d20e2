"""Sweeping: ours goes, everything else stays."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import EndpointConnectionError

from harness.cli.app import run
from harness.emulator.server import EmulatorServer
from harness.emulator.stores.faults import Fault
from harness.pools.making.journal import Belonging, FileJournal
from harness.pools.making.ownership import Ownership
from harness.pools.making.sweep import Sweep, SweepScope
from harness.targets.clients import AwsClients
from tests.aws.conftest import ACCOUNT, REGION

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

NAME = "cognito-harness-abc123-main-1-pool"
OURS = Ownership("ada", "abc123", 4_000_000_000)
EXPIRED = Ownership("ada", "old111", 1_000_000_000)

MakePool = Callable[..., str]


@pytest.fixture
def client(clients: AwsClients) -> CognitoIdentityProviderClient:
    """An administrator's client."""
    return clients.cognito(signed=True)


@pytest.fixture
def make_pool(client: CognitoIdentityProviderClient) -> MakePool:
    """Makes pools, and returns their ids."""

    def make(name: str = NAME, ownership: Ownership | None = OURS) -> str:
        tags = {} if ownership is None else ownership.tags()
        return client.create_user_pool(PoolName=name, UserPoolTags=tags)["UserPool"]["Id"]

    return make


@pytest.fixture
def journal(tmp_path: Path, in_the_place_of_aws: EmulatorServer) -> Iterator[FileJournal]:
    """The journal of a run of this account and region."""
    place = {"account": ACCOUNT, "region": REGION, "endpoint": in_the_place_of_aws.url}
    prefix = "cognito-harness-abc123-main-"
    run = {"run": "abc123", "prefix": prefix, **place}
    found = FileJournal(tmp_path / "j", "abc123-main", run)
    yield found
    found.close()


def pools(client: CognitoIdentityProviderClient) -> set[str]:
    """Return the ids of all pools."""
    return {pool["Id"] for pool in client.list_user_pools(MaxResults=60)["UserPools"]}


@pytest.fixture
def sweep(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs the command, and returns its exit code and what it printed."""

    def cognito_harness(*arguments: str) -> tuple[int, str]:
        folder = str(tmp_path / "j")
        code = run(["sweep", "--aws-accounts", ACCOUNT, "--journal", folder, *arguments])
        return code, capsys.readouterr().out

    return cognito_harness


Swept = Callable[..., tuple[int, str]]


def test_nothing_is_deleted_without_yes(
    client: CognitoIdentityProviderClient, make_pool: MakePool, journal: FileJournal, sweep: Swept
) -> None:
    """Without --yes nothing is deleted; what is left is a finding."""
    journal.planned(Belonging("user_pool", NAME))
    pool_id = make_pool()
    journal.close()
    code, printed = sweep()
    assert code == 1
    assert f"would delete user pool {NAME} ({pool_id}): left by run abc123" in printed
    assert pools(client) == {pool_id}


def test_pool_without_an_id_is_found_by_name_and_tags(
    client: CognitoIdentityProviderClient, make_pool: MakePool, journal: FileJournal, sweep: Swept
) -> None:
    """A pool whose id was never written down is found by its name, and its tags prove it."""
    journal.planned(Belonging("user_pool", NAME))
    make_pool()
    theirs = {make_pool(NAME, None), make_pool(NAME, Ownership("eve", "abc124", 4e9))}
    journal.close()
    assert sweep("--yes")[0] == 0
    assert pools(client) == theirs
    assert sweep()[0] == 0


def test_pool_with_an_id_needs_name_and_tags(
    client: CognitoIdentityProviderClient, make_pool: MakePool, journal: FileJournal, sweep: Swept
) -> None:
    """A pool whose id is known goes only if it still has our name and our tags."""
    journal.made(Belonging("user_pool", NAME, id=make_pool()))
    theirs = make_pool("production", None)
    journal.made(Belonging("user_pool", "production", id=theirs))
    journal.made(Belonging("user_pool", NAME + "x", id=make_pool("production-too")))
    journal.close()
    code, printed = sweep("--yes")
    assert code == 1
    assert f"could not delete user pool production ({theirs})" in printed
    assert len(pools(client)) == 2
    assert theirs in pools(client)


def test_pool_without_its_tags_is_reported(
    client: CognitoIdentityProviderClient, make_pool: MakePool, journal: FileJournal, sweep: Swept
) -> None:
    """A pool of a run that has lost its tags is reported each time, and never deleted."""
    pool_id = make_pool(NAME, None)
    journal.made(Belonging("user_pool", NAME, id=pool_id))
    journal.close()
    for arguments in ((), ("--yes",), ()):
        code, printed = sweep(*arguments)
        assert code == 1
        assert "its name and tags no longer show that the run created it" in printed
    assert pools(client) == {pool_id}


def test_unreadable_pool_is_reported(
    make_pool: MakePool, journal: FileJournal, sweep: Swept, server: EmulatorServer
) -> None:
    """A pool that may not be described is told of with the reason, and swept another time."""
    journal.made(Belonging("user_pool", NAME, id=make_pool()))
    journal.close()
    refusal = Fault("DescribeUserPool", "NotAuthorizedException", status=400, times=2)
    server.emulator.faults.plan(refusal)
    code, printed = sweep("--yes")
    assert code == 1
    assert "could not delete" in printed
    assert "NotAuthorizedException" in printed
    server.emulator.faults.clear()
    assert sweep("--yes")[0] == 0


def test_journal_is_unchanged_without_yes(
    client: CognitoIdentityProviderClient,
    make_pool: MakePool,
    journal: FileJournal,
    tmp_path: Path,
    sweep: Swept,
) -> None:
    """That a pool is gone is written down with --yes only."""
    pool_id = make_pool()
    journal.made(Belonging("user_pool", NAME, id=pool_id))
    journal.close()
    client.delete_user_pool(UserPoolId=pool_id)
    before = (tmp_path / "j" / "abc123-main.jsonl").read_text()
    assert sweep()[0] == 0
    assert (tmp_path / "j" / "abc123-main.jsonl").read_text() == before
    assert sweep("--yes")[0] == 0
    assert not list((tmp_path / "j").glob("*.jsonl*"))


def test_expired_pool_is_crossed_out_of_its_journal(
    make_pool: MakePool, journal: FileJournal, tmp_path: Path, sweep: Swept
) -> None:
    """A pool that is expired as well is crossed out of its journal."""
    pool_id = make_pool(NAME, Ownership("ada", "abc123", 1_000_000_000))
    journal.made(Belonging("user_pool", NAME, id=pool_id))
    journal.close()
    code, printed = sweep("--yes")
    assert code == 0
    assert "left by run abc123" in printed
    assert not list((tmp_path / "j").glob("*.jsonl"))


def test_failed_deletion_does_not_stop_the_others(
    client: CognitoIdentityProviderClient,
    make_pool: MakePool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever one deletion meets, the others are tried."""
    ids = {make_pool(NAME, EXPIRED), make_pool(NAME + "x", EXPIRED)}
    found = Sweep(client, SweepScope(ACCOUNT, REGION, client.meta.endpoint_url), [], 3e9)
    leftovers = found.find()

    def break_off(**_: str) -> None:
        raise EndpointConnectionError(endpoint_url="https://elsewhere.invalid")

    monkeypatch.setattr(client, "delete_user_pool", break_off)
    reasons = [reason for _, reason in found.remove(leftovers)]
    assert len(reasons) == len(ids)
    assert all("Could not connect" in str(reason) for reason in reasons)


def test_pool_without_a_journal_needs_prefix_tags_and_expiry(
    client: CognitoIdentityProviderClient, make_pool: MakePool, sweep: Swept
) -> None:
    """Prefix, all three tags and expiry together make a pool ours; each alone does not."""
    make_pool(NAME, EXPIRED)
    kept = {
        make_pool(NAME, OURS),
        make_pool(NAME, None),
        make_pool("production", EXPIRED),
        make_pool("their-" + NAME, EXPIRED),
    }
    code, printed = sweep("--yes")
    assert code == 0
    assert "created by ada in run old111, and expired" in printed
    assert pools(client) == kept


def test_running_run_is_left_alone(
    client: CognitoIdentityProviderClient, make_pool: MakePool, journal: FileJournal, sweep: Swept
) -> None:
    """What a run that goes on has made is left alone, even if its tags have expired."""
    journal.planned(Belonging("user_pool", NAME))
    kept = {make_pool(), make_pool(NAME, Ownership("ada", "abc123", 1.0))}
    assert sweep("--yes")[0] == 0
    assert pools(client) == kept
    journal.close()
    assert sweep("--yes")[0] == 0
    assert pools(client) == set()


def test_journal_of_a_clean_run_is_swept(
    journal: FileJournal, tmp_path: Path, sweep: Swept
) -> None:
    """The journal of a run that left nothing proves that, until it is swept as well."""
    planned = Belonging("user_pool", NAME)
    journal.planned(planned)
    journal.gone(planned)
    journal.close()
    assert sweep()[0] == 0
    assert list((tmp_path / "j").glob("*.jsonl"))
    code, printed = sweep("--yes")
    assert code == 0
    assert "deleted journals of runs that left nothing: 1" in printed
    assert not list((tmp_path / "j").glob("*.jsonl*"))


def test_only_users_of_the_run_are_deleted(
    client: CognitoIdentityProviderClient, make_pool: MakePool, journal: FileJournal, sweep: Swept
) -> None:
    """Of the users in a pool that was there before only those go that the run made."""
    pool_id = make_pool("production", None)
    for name in ("cognito-harness-abc123-main-ada", "cognito-harness-abc123-main-bob", "carol"):
        client.admin_create_user(UserPoolId=pool_id, Username=name, MessageAction="SUPPRESS")
    journal.planned(Belonging("user", "cognito-harness-abc123-main-ada", pool_id))
    journal.planned(Belonging("user", "cognito-harness-abc123-main-nobody", pool_id))
    journal.planned(Belonging("user", "carol", pool_id))
    journal.close()
    assert sweep("--yes")[0] == 0
    left = {user["Username"] for user in client.list_users(UserPoolId=pool_id)["Users"]}
    assert left == {"cognito-harness-abc123-main-bob", "carol"}


def test_sub_in_a_crafted_journal_deletes_nobody(
    client: CognitoIdentityProviderClient, make_pool: MakePool, journal: FileJournal, sweep: Swept
) -> None:
    """A user whose names do not show the run stays, whatever sub the journal has for it."""
    pool_id = make_pool("production", None)

    def create(name: str, email: str) -> str:
        created = client.admin_create_user(
            UserPoolId=pool_id,
            Username=name,
            UserAttributes=[{"Name": "email", "Value": email}],
            MessageAction="SUPPRESS",
        )
        shown = {item["Name"]: item["Value"] for item in created["User"]["Attributes"]}
        return shown["sub"]

    theirs = create("carol", "carol@example.com")
    other_run = create("cognito-harness-other1-main-dan", "dan@example.com")
    moved = create("renamed", "box+cognito-harness-abc123-main-eve@example.com")
    for number, sub in enumerate((theirs, other_run, moved)):
        name = f"cognito-harness-abc123-main-{number}"
        journal.made(Belonging("user", name, pool_id, id=sub))
    journal.close()
    code, printed = sweep("--yes")
    assert code == 1
    assert printed.count("no name that shows that the run created it") == 2
    left = {user["Username"] for user in client.list_users(UserPoolId=pool_id)["Users"]}
    assert left == {"carol", "cognito-harness-other1-main-dan"}


def test_users_of_a_run_without_an_account_are_deleted(
    client: CognitoIdentityProviderClient,
    make_pool: MakePool,
    tmp_path: Path,
    in_the_place_of_aws: EmulatorServer,
    sweep: Swept,
) -> None:
    """Such a run does not know its account; its users go all the same, where their pool is."""
    pool_id, name = make_pool("production", None), "cognito-harness-abc123-main-ada"
    client.admin_create_user(UserPoolId=pool_id, Username=name, MessageAction="SUPPRESS")
    place = {"account": "", "region": REGION, "endpoint": in_the_place_of_aws.url}
    run_ = {"run": "abc123", "prefix": "cognito-harness-abc123-main-", **place}
    written = FileJournal(tmp_path / "j", "abc123-main", run_)
    written.planned(Belonging("user", name, pool_id))
    written.planned(Belonging("user", name, f"{REGION}_Elsewhere"))
    written.close()
    code, printed = sweep("--yes")
    assert code == 1
    assert f"could not delete user {name} in user pool {REGION}_Elsewhere" in printed
    assert client.list_users(UserPoolId=pool_id)["Users"] == []


def test_users_of_a_deleted_pool_are_gone(
    client: CognitoIdentityProviderClient, make_pool: MakePool, journal: FileJournal, sweep: Swept
) -> None:
    """If another owner's pool is deleted, its users are gone too, and nothing is left to do."""
    pool_id = make_pool("production", None)
    journal.planned(Belonging("user", "cognito-harness-abc123-main-ada", pool_id))
    journal.close()
    client.delete_user_pool(UserPoolId=pool_id)
    assert sweep("--yes")[0] == 0
    assert sweep()[0] == 0


def test_protected_pool_is_reported(
    client: CognitoIdentityProviderClient, make_pool: MakePool, journal: FileJournal, sweep: Swept
) -> None:
    """What cannot be deleted is told, is a finding, and is tried again the next time."""
    pool_id = make_pool()
    client.update_user_pool(
        UserPoolId=pool_id, DeletionProtection="ACTIVE", UserPoolTags=OURS.tags()
    )
    journal.made(Belonging("user_pool", NAME, id=pool_id))
    journal.close()
    code, printed = sweep("--yes")
    assert code == 1
    assert f"could not delete user pool {NAME} ({pool_id})" in printed
    client.update_user_pool(
        UserPoolId=pool_id, DeletionProtection="INACTIVE", UserPoolTags=OURS.tags()
    )
    assert sweep("--yes")[0] == 0


def test_journal_of_another_place_is_left_alone(
    client: CognitoIdentityProviderClient, make_pool: MakePool, tmp_path: Path, sweep: Swept
) -> None:
    """A journal of another account, region or endpoint is told of and left alone."""
    elsewhere = {"account": ACCOUNT, "region": REGION, "endpoint": "https://elsewhere.invalid"}
    run_ = {"run": "abc123", "prefix": "cognito-harness-abc123-main-", **elsewhere}
    written = FileJournal(tmp_path / "j", "x", run_)
    written.planned(Belonging("user_pool", NAME))
    written.close()
    kept = make_pool()
    code, printed = sweep("--yes")
    assert code == 0
    assert "skipped journals of other accounts, regions or endpoints: 1" in printed
    assert pools(client) == {kept}


def test_looking_creates_nothing(
    in_the_place_of_aws: EmulatorServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sweep: Swept,
) -> None:
    """Nothing is made just for looking, nor anything used that others may have put anywhere."""
    (tmp_path / "shared").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "shared"))
    assert sweep()[0] == 0
    assert not (tmp_path / "j").exists()
    assert not list((tmp_path / "shared").iterdir())


def test_account_that_is_not_allowed_is_refused(
    in_the_place_of_aws: EmulatorServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sweep itself is held to the allow-list."""
    assert run(["sweep", "--aws-accounts", "999999999999", "--yes"]) == 2
    assert "nothing is done there" in capsys.readouterr().err
    assert run(["sweep", "--yes"]) == 2
