"""Pacing: under the quotas, with all processes together; throttles are repeated, limits are not."""

from __future__ import annotations

import json
import multiprocessing
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from harness.clock import VirtualClock
from harness.emulator import Emulator, EmulatorSettings
from harness.emulator.server import EmulatorServer
from harness.emulator.stores.faults import Fault
from harness.emulator.stores.quotas import CATEGORY as EMULATED_CATEGORY
from harness.emulator.stores.quotas import RATES as EMULATED_RATES
from harness.flows.pacing import OwnSlots, Pacer, Slots
from harness.flows.quotas import CATEGORIES, RATES, category_of
from harness.targets.clients import AwsClients
from tests.aws.conftest import REGION

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

PLACE = f"123456789012/{REGION}"


@pytest.fixture
def slots(tmp_path: Path) -> Slots:
    """Slots that are all free."""
    return Slots(tmp_path / "pacing.json")


@pytest.fixture
def clock() -> VirtualClock:
    """A clock that only waiting moves."""
    return VirtualClock(start=1_000_000.0, frozen=True)


@pytest.fixture
def pacer(slots: Slots, clock: VirtualClock) -> Pacer:
    """A pacer with all of the quotas to itself."""
    return Pacer(slots, clock, place=PLACE, share=1.0)


@pytest.fixture
def client(clients: AwsClients) -> CognitoIdentityProviderClient:
    """An administrator's client, as the target makes it."""
    return clients.cognito(signed=True)


def too_many(times: int | None = None) -> Fault:
    """Return the plan to throttle ListUserPools."""
    return Fault("ListUserPools", "TooManyRequestsException", status=400, times=times)


def take_many(path: str, count: int) -> list[float]:
    """Take slots of one row, as a worker does."""
    slots = Slots(Path(path))
    return [slots.take({"row": 0.02}, 1000.0) for _ in range(count)]


class TestSlots:
    """Moments that are given out once."""

    def test_slots_of_a_row_are_apart(self, slots: Slots) -> None:
        """Two slots of a row are so far apart as was asked, and a free row is free at once."""
        assert slots.take({"a": 0.5}, 10.0) == 10.0
        assert slots.take({"a": 0.5}, 10.1) == 10.5
        assert slots.take({"a": 0.5}, 20.0) == 20.0
        assert slots.take({"b": 0.5}, 20.0) == 20.0

    def test_call_with_two_rows_waits_for_both(self, slots: Slots) -> None:
        """A call that needs two rows has a moment that is free in both."""
        slots.take({"a": 5.0}, 10.0)
        assert slots.take({"a": 1.0, "b": 2.0}, 10.0) == 15.0
        assert slots.take({"b": 1.0}, 10.0) == 17.0

    def test_processes_share_the_slots(self, slots: Slots, tmp_path: Path) -> None:
        """Processes never get the same slot, and together no more than the rate allows."""
        path = str(tmp_path / "pacing.json")
        context = multiprocessing.get_context("spawn")
        with context.Pool(3) as pool:
            taken = [when for part in pool.starmap(take_many, [(path, 20)] * 3) for when in part]
        gaps = {round(b - a, 6) for a, b in zip(sorted(taken), sorted(taken)[1:], strict=False)}
        assert len(taken) == 60
        assert gaps == {0.02}

    def test_torn_file_is_started_again(self, slots: Slots, tmp_path: Path) -> None:
        """A file that a killed process has half written is started again."""
        (tmp_path / "pacing.json").write_text('{"a": 17')
        assert slots.take({"a": 1.0}, 10.0) == 10.0

    @pytest.mark.parametrize(
        "content", ["[]", "17", "null", '{"a": "x"}', '{"a": null}', '{"a": NaN}', "[" * 100_000]
    )
    def test_foreign_content_is_ignored(self, slots: Slots, tmp_path: Path, content: str) -> None:
        """What is in the file and is no moment does not count."""
        (tmp_path / "pacing.json").write_text(content)
        assert slots.take({"a": 1.0}, 10.0) == 10.0
        assert slots.take({"a": 1.0}, 10.0) == 11.0

    @pytest.mark.parametrize("content", ['{"a": 4e9}', '{"a": Infinity}'])
    def test_moment_far_ahead_is_ignored(self, slots: Slots, tmp_path: Path, content: str) -> None:
        """A moment that no queue reaches delays no call, and is dropped."""
        (tmp_path / "pacing.json").write_text(content)
        assert slots.take({"b": 1.0}, 10.0) == 10.0
        assert slots.take({"a": 1.0}, 10.0) == 10.0
        assert json.loads((tmp_path / "pacing.json").read_text()) == {"a": 11.0, "b": 11.0}

    def test_slots_without_a_file_are_not_shared(self) -> None:
        """Slots without a file are as far apart, and no other process shares them."""
        slots = OwnSlots()
        assert [slots.take({"a": 0.5}, 10.0) for _ in range(3)] == [10.0, 10.5, 11.0]
        assert OwnSlots().take({"a": 0.5}, 10.0) == 10.0


class TestTable:
    """The client's own table of the quotas."""

    @pytest.mark.parametrize("operation", [name for names in CATEGORIES.values() for name in names])
    def test_agrees_with_the_service(self, operation: str) -> None:
        """Each operation counts where the service counts it, at the same rate."""
        category = category_of(operation)
        assert category is not None
        assert RATES[category] == EMULATED_RATES[EMULATED_CATEGORY[operation]]

    def test_every_operation_has_a_category(self) -> None:
        """Every operation that flows, pools and sweep call has a category."""
        from tests.aws.operations import operations_of_the_client_side

        assert operations_of_the_client_side() - set(EMULATED_CATEGORY) == set()
        assert [name for name in operations_of_the_client_side() if category_of(name) is None] == []


class TestPacer:
    """A client whose calls wait for their turn."""

    def test_call_over_the_rate_waits(
        self, pacer: Pacer, client: CognitoIdentityProviderClient, clock: VirtualClock
    ) -> None:
        """Fifteen calls a second of a category are made, and the sixteenth waits."""
        pacer.attach(client)
        started = clock.time()
        for _ in range(31):
            client.list_user_pools(MaxResults=1)
        assert clock.time() - started == pytest.approx(30 / 15)

    def test_share_of_the_quotas_slows_calls(
        self, slots: Slots, client: CognitoIdentityProviderClient, clock: VirtualClock
    ) -> None:
        """With a share of the quotas the calls are so much further apart."""
        Pacer(slots, clock, place=PLACE, share=0.2).attach(client)
        started = clock.time()
        for _ in range(4):
            client.list_user_pools(MaxResults=1)
        assert clock.time() - started == pytest.approx(3 / 3)

    def test_calls_on_one_pool_are_limited(
        self, pacer: Pacer, client: CognitoIdentityProviderClient, clock: VirtualClock
    ) -> None:
        """Of the calls on a pool's clients and resources one pool takes five a second."""
        pacer.attach(client)
        pool_id = client.create_user_pool(PoolName="p")["UserPool"]["Id"]
        started = clock.time()
        for _ in range(3):
            client.create_user_pool_client(UserPoolId=pool_id, ClientName="c")
        assert clock.time() - started == pytest.approx(2 / 5)


class TestThrottles:
    """What the service refuses for its number."""

    @pytest.fixture
    def throttling(self, in_the_place_of_aws: EmulatorServer) -> Emulator:
        """The emulator, which fails when it is told to."""
        return in_the_place_of_aws.emulator

    def test_throttled_call_is_repeated(
        self,
        pacer: Pacer,
        client: CognitoIdentityProviderClient,
        clock: VirtualClock,
        throttling: Emulator,
    ) -> None:
        """A throttled call is made again, later and later, and counted apart."""
        pacer.attach(client)
        throttling.faults.plan(too_many(3))
        started = clock.time()
        answer = client.list_user_pools(MaxResults=1)
        assert answer["ResponseMetadata"]["RetryAttempts"] == 3
        assert pacer.throttled == {"ListUserPools": 3}
        assert 1.75 <= clock.time() - started <= 4.0

    def test_repeated_call_takes_a_turn_of_its_pool(
        self,
        client: CognitoIdentityProviderClient,
        clock: VirtualClock,
        throttling: Emulator,
    ) -> None:
        """A call that is made again takes a turn of its pool as well."""
        taken: list[set[str]] = []

        class Told(OwnSlots):
            def take(
                self,
                rows: Mapping[str, float],
                now: float,
                beyond: Mapping[str, float] | None = None,
            ) -> float:
                taken.append(set(rows))
                return super().take(rows, now, beyond)

        pool_id = client.create_user_pool(PoolName="p")["UserPool"]["Id"]
        Pacer(Told(), clock, place=PLACE, share=1.0).attach(client)
        fault = Fault("CreateUserPoolClient", "TooManyRequestsException", status=400, times=1)
        throttling.faults.plan(fault)
        client.create_user_pool_client(UserPoolId=pool_id, ClientName="c")
        assert len(taken) == 2
        assert taken[0] == taken[1]
        assert any(pool_id in row for row in taken[1])

    def test_repeating_ends_after_the_attempts(
        self, slots: Slots, client: CognitoIdentityProviderClient, throttling: Emulator
    ) -> None:
        """After as many attempts as the user wants the refusal is what the caller gets."""
        clock = VirtualClock(frozen=True)
        Pacer(slots, clock, place=PLACE, share=1.0, attempts=3).attach(client)
        throttling.faults.plan(too_many())
        with pytest.raises(ClientError) as caught:
            client.list_user_pools(MaxResults=1)
        assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 2

    @pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
    @pytest.mark.parametrize(
        ("code", "status"),
        [("LimitExceededException", 400), ("InternalErrorException", 500)],
    )
    def test_used_up_limit_is_not_repeated(
        self,
        pacer: Pacer,
        in_the_place_of_aws: EmulatorServer,
        monkeypatch: pytest.MonkeyPatch,
        throttling: Emulator,
        mode: str,
        code: str,
        status: int,
    ) -> None:
        """A limit that is used up is never repeated, whatever mode boto3 is to be in."""
        monkeypatch.setenv("AWS_RETRY_MODE", mode)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
        client = AwsClients(REGION).cognito(signed=True)
        pacer.attach(client)
        throttling.faults.plan(Fault("ListUserPools", code, status=status, times=1))
        with pytest.raises(ClientError) as caught:
            client.list_user_pools(MaxResults=1)
        assert caught.value.response["Error"]["Code"] == code
        assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0
        assert not pacer.throttled


def test_many_workers_are_not_throttled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that call as fast as they can are throttled without pacing, and not with it."""
    emulator = Emulator(mock=False, settings=EmulatorSettings(quotas=True))
    with EmulatorServer(emulator=emulator) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "rehearsal")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "rehearsal")
        assert throttled_calls(None) > 0
        server.emulator.clock.advance(5)
        assert throttled_calls(tmp_path / "pacing.json") == 0


def throttled_calls(pacing: Path | None) -> int:
    """Make thirty calls from three threads, and return how many were throttled."""
    refused: list[str] = []

    def call() -> None:
        client = AwsClients(REGION).cognito(signed=True)
        if pacing is not None:
            from harness.clock import SystemClock

            Pacer(Slots(pacing), SystemClock(), place=PLACE, share=0.9).attach(client)
        for _ in range(10):
            try:
                client.list_user_pools(MaxResults=1)
            except ClientError as error:
                refused.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=call) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(refused)
