"""People in bulk: prepared, recorded before they exist, and removed with nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.cli.load.pacing import repeat_calls
from harness.clock import SystemClock
from harness.emulator.server import EmulatorServer
from harness.emulator.stores.faults import Fault
from harness.errors import ConfigurationError, HarnessError
from harness.flows.actions import AppClient
from harness.load.flow_names import Kind, kind_of
from harness.load.numbers import Numbers
from harness.load.people_file import People
from harness.load.preparation import Preparation
from harness.load.profile import LoadProfile
from harness.load.record import LoadRecord
from harness.load.setup import LoadService, LoadSetup
from harness.pools.making.journal import WrittenJournal
from harness.pools.making.provision_spec import provision
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.targets.clients import offline_client
from harness.users.person import SignInName
from tests.load.pool import LoadPool

NUMBERS = Numbers(password=2, totp=2, device=2)


def nothing(*_: object) -> None:
    """Tell nobody."""


@pytest.fixture
def service(server: EmulatorServer) -> LoadService:
    """The served emulator."""
    client = offline_client("eu-west-1", server.url)
    return LoadService(client, server.url, "eu-west-1", SystemClock())


@pytest.fixture
def setup(service: LoadService, tmp_path: Path) -> Iterator[LoadSetup]:
    """A run that has made nothing yet."""
    found = LoadSetup(service, tmp_path / "journals")
    yield found
    found.end()


def usernames(service: LoadService, app: AppClient) -> set[str]:
    """Return everybody in a pool."""
    pages = service.client.get_paginator("list_users").paginate(UserPoolId=app.user_pool_id)
    return {user["Username"] for page in pages for user in page["Users"]}


def test_each_kind_signs_in_as_it_should(setup: LoadSetup, service: LoadService) -> None:
    """People of all kinds are confirmed, with what they sign in with, the kinds in turn."""
    setup.make_pool()
    people = setup.prepare(NUMBERS, nothing).people
    assert [kind_of(person) for person in people] == [*Kind, *Kind]
    for person in people:
        shown = service.client.admin_get_user(
            UserPoolId=setup.app.user_pool_id, Username=person.username
        )
        assert shown["UserStatus"] == "CONFIRMED"
        preferred = None if person.totp_secret is None else "SOFTWARE_TOKEN_MFA"
        assert shown.get("PreferredMfaSetting") == preferred
        devices = service.client.admin_list_devices(
            UserPoolId=setup.app.user_pool_id, Username=person.username
        )["Devices"]
        remembered = [
            item["Value"]
            for device in devices
            for item in device["DeviceAttributes"]
            if item["Name"] == "dev:device_remembered_status"
        ]
        assert ("remembered" in remembered) is (person.device is not None)
        # Where devices are tracked, only a device's token can be refreshed.
        assert (person.refresh_token is None) is (person.device is None)
    setup.remove(nothing)


def test_the_pool_of_a_run_goes_with_its_people(setup: LoadSetup, service: LoadService) -> None:
    """After the removal the pool is gone, and so is the journal."""
    setup.make_pool()
    setup.prepare(Numbers(password=1), nothing)
    assert setup.remove(nothing) == 1
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        service.client.describe_user_pool(UserPoolId=setup.app.user_pool_id)
    assert not setup.record.has_journals()


def test_a_removal_is_tried_again(
    setup: LoadSetup, service: LoadService, server: EmulatorServer
) -> None:
    """Two errors of a service at its limits leave nothing behind."""
    setup.make_pool()
    fault = Fault("DescribeUserPool", "TooManyRequestsException", "no", 400, times=2)
    server.emulator.faults.plan(fault)
    assert setup.remove(nothing) == 1
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        service.client.describe_user_pool(UserPoolId=setup.app.user_pool_id)


def test_throttles_do_not_end_the_preparation(
    setup: LoadSetup, service: LoadService, server: EmulatorServer
) -> None:
    """A pool and people are made and removed, although calls are throttled or get lost."""
    repeat_calls(service)
    faults = server.emulator.faults
    faults.set_profile("throttle:0.2,drop@AdminDeleteUser+DeleteUserPool:0.2,seed:1")
    try:
        setup.make_pool()
        assert len(setup.prepare(Numbers(password=2, totp=1), nothing).people) == 3
        assert setup.remove(nothing) == 1
        assert faults.profile is not None
        assert faults.profile.rules[0].struck > 0
    finally:
        faults.set_profile(None)


def test_only_the_people_of_the_run_are_removed(
    setup: LoadSetup, service: LoadService, load_pool: LoadPool
) -> None:
    """In an existing pool, everybody else stays, also whom another load run has made."""
    others = usernames(service, load_pool.app)
    load_pool.client.admin_create_user(
        UserPoolId=load_pool.app.user_pool_id,
        Username="cognito-harness-0ther0-p-ann-1",
        MessageAction="SUPPRESS",
    )
    setup.use_pool(load_pool.app, LoadProfile())
    setup.prepare(NUMBERS, nothing)
    assert len(usernames(service, load_pool.app)) == len(others) + 1 + NUMBERS.total
    assert setup.remove(nothing) == NUMBERS.total
    assert usernames(service, load_pool.app) == {*others, "cognito-harness-0ther0-p-ann-1"}


def test_a_user_of_another_name_in_the_journal_stays(
    setup: LoadSetup, service: LoadService, load_pool: LoadPool
) -> None:
    """A journal is not believed: a user whose name is not the run's stays, and is named."""
    load_pool.person("bystander", Kind.PASSWORD)
    setup.use_pool(load_pool.app, LoadProfile())
    setup.prepare(Numbers(password=1), nothing)
    setup.end()
    (path,) = setup.record.folder.glob("*.jsonl")
    entry = '{"entry": "made", "kind": "user", "name": "bystander", "user_pool_id": "%s"}\n'
    with path.open("a", encoding="utf-8") as file:
        file.write(entry % load_pool.app.user_pool_id)
    with pytest.raises(HarnessError, match=r"left behind.*bystander"):
        setup.remove(nothing)
    assert "bystander" in usernames(service, load_pool.app)


def test_a_failed_preparation_stops_and_leaves_a_record(
    setup: LoadSetup, service: LoadService, load_pool: LoadPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If somebody cannot be made, no more are begun, and all who were are removed."""
    made = Preparation._make
    ready: list[int] = []

    def failing(self: Preparation, *arguments: Any) -> Any:
        person = made(self, *arguments)
        ready.append(1)
        if len(ready) == 3:
            raise KeyboardInterrupt
        return person

    monkeypatch.setattr(Preparation, "_make", failing)
    before = usernames(service, load_pool.app)
    setup.use_pool(load_pool.app, LoadProfile())
    with pytest.raises(KeyboardInterrupt):
        setup.prepare(Numbers(password=60), nothing)
    assert len(ready) < 60
    assert setup.remove(nothing) >= len(ready)
    assert usernames(service, load_pool.app) == before


def test_an_interrupted_removal_stops_and_keeps_its_record(
    setup: LoadSetup, service: LoadService, load_pool: LoadPool
) -> None:
    """After Ctrl-C most users are still there, and the journal has exactly those."""
    others = usernames(service, load_pool.app)
    setup.use_pool(load_pool.app, LoadProfile())
    for number in range(100):
        service.client.admin_create_user(
            UserPoolId=load_pool.app.user_pool_id,
            Username=f"{setup.record.namespace}p-{number}",
            MessageAction="SUPPRESS",
        )

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        setup.remove(interrupt)
    listed = usernames(service, load_pool.app) - others
    assert 0 < len(listed) < 100
    (journal,) = setup.record.written()
    journal.close()
    assert {left.name for left in journal.left} == listed
    assert setup.remove(nothing) == len(listed)


def test_people_who_are_kept_are_not_removed(
    setup: LoadSetup, service: LoadService, load_pool: LoadPool
) -> None:
    """People in a file of the user's own belong to no run any more."""
    setup.use_pool(load_pool.app, LoadProfile())
    people = setup.prepare(Numbers(password=2), nothing)
    setup.keep(People(people.user_pool_id, people.namespace, people.people[:1]))
    assert setup.remove(nothing) == 1
    assert people.people[0].username in usernames(service, load_pool.app)
    assert people.people[1].username not in usernames(service, load_pool.app)


def test_pool_of_phone_numbers_is_refused(setup: LoadSetup, service: LoadService) -> None:
    """A phone number does not show whose the user is, so the run protects them all."""
    spec = PoolSpec(sign_in_names="phone_number", auto_verified=("phone_number",))
    app = provision(service.client, spec, name_prefix="other-", tags={}).app
    with pytest.raises(ConfigurationError, match="its users sign up with phone numbers"):
        setup.use_pool(app, LoadProfile())


@pytest.mark.parametrize("names", ["username", "email", "email_alias"])
def test_people_are_kept_whatever_they_sign_in_with(
    setup: LoadSetup, service: LoadService, names: SignInName
) -> None:
    """The removal leaves kept people alone, also if they sign in with an email address."""
    spec = PoolSpec(mfa="OPTIONAL", device_tracking=DeviceTracking(), sign_in_names=names)
    app = provision(service.client, spec, name_prefix="other-", tags={}).app
    setup.use_pool(app, LoadProfile())
    people = setup.prepare(Numbers(password=1), nothing)
    setup.keep(people)
    assert setup.remove(nothing) == 0
    (person,) = people.people
    assert usernames(service, app) == {person.internal_username}


@pytest.mark.parametrize(
    ("spec", "flow", "problem"),
    [
        (PoolSpec(mfa="OPTIONAL"), "RememberedDeviceSignIn", "tracks no devices"),
        (PoolSpec(), "TotpSignIn", "MFA is off"),
        (PoolSpec(mfa="ON"), "SrpSignIn", "asks everybody"),
        (PoolSpec(allow_admin_create_user_only=True), "SignUpStorm", "no sign-up"),
        (PoolSpec(auth_flows=("ALLOW_USER_PASSWORD_AUTH",)), "SrpSignIn", "does not allow SRP"),
    ],
)
def test_a_flow_that_cannot_work_in_the_pool_is_refused(
    setup: LoadSetup, service: LoadService, spec: PoolSpec, flow: str, problem: str
) -> None:
    """A profile whose flow the pool does not allow is refused before anybody is made."""
    app = provision(service.client, spec, name_prefix="other-", tags={}).app
    with pytest.raises(ConfigurationError, match=f"{flow}.*{problem}") as found:
        setup.use_pool(app, LoadProfile(weights={flow: 1.0}))
    assert "without a profile, the run has the flow" in str(found.value)
    with pytest.raises(ConfigurationError, match=f"mix.toml has the flow {flow}"):
        setup.use_pool(app, LoadProfile(weights={flow: 1.0}), Path("mix.toml"))
    assert usernames(service, app) == set()


def test_the_journal_is_one_that_the_sweep_understands(setup: LoadSetup) -> None:
    """The journal has the run, its prefix and place, and the pool with its id."""
    setup.make_pool()
    (path,) = setup.record.folder.glob("*.jsonl")
    setup.end()
    journal = WrittenJournal(path)
    journal.close()
    assert journal.run["prefix"] == setup.record.namespace
    assert set(journal.run) == {"run", "prefix", "account", "region", "endpoint"}
    assert [(left.kind, left.id) for left in journal.left] == [
        ("user_pool", setup.app.user_pool_id)
    ]
    setup.remove(nothing)


@pytest.mark.parametrize("namespace", ["", "cognito-harness-", "other-abc-", "cognito-harness-abc"])
def test_only_a_run_has_a_namespace(namespace: str, tmp_path: Path) -> None:
    """Another text is not taken for the namespace of a run, so that nothing else is deleted."""
    with pytest.raises(ConfigurationError, match="namespace"):
        LoadRecord.of_namespace(namespace, tmp_path, {})


def test_numbers_follow_the_profile() -> None:
    """Only the kinds that the flows use are prepared, TOTP people for a code in each step."""
    profile = LoadProfile(weights={"TotpSignIn": 1.0, "Refresh": 1.0})
    numbers = Numbers.for_rate(profile, 10.0, processes=2)
    assert numbers == Numbers(password=0, totp=180, device=10)
    assert Numbers.for_rate(profile, 0.1, processes=3) == Numbers(totp=15, device=15)
