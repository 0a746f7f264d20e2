"""Latencies: how a call counts, what it took, and how records of several processes add up."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.stores.faults import Fault
from harness.flows.latencies import CallRecord, Latencies
from harness.flows.latency_recorder import LatencyRecorder
from harness.flows.latency_table import read_latencies, table, write_latencies
from harness.flows.pacing import OwnSlots, Pacer
from harness.targets.clients import offline_client

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

LIST = "ListUserPools"
KEY = (LIST, "")


@pytest.fixture
def emulator() -> Emulator:
    """An emulator that attaches clients."""
    return Emulator(mock=False)


@pytest.fixture
def client(emulator: Emulator) -> CognitoIdentityProviderClient:
    """A client of the emulator."""
    client = offline_client("eu-west-1", "https://cognito-idp.eu-west-1.amazonaws.com")
    emulator.attach(client)
    return client


@pytest.fixture
def recorder(client: CognitoIdentityProviderClient) -> LatencyRecorder:
    """Records the calls of the client."""
    recorder = LatencyRecorder()
    recorder.attach(client)
    return recorder


def counts(record: CallRecord) -> tuple[int, int, int, int]:
    """Return the calls that were sent, throttled, refused and failed."""
    return record.sent, record.throttled, record.refused, record.failed


def filled(seconds: list[float], begun: float = 1000.0, ended: float = 1010.0) -> Latencies:
    """Return the latencies of calls that took so long."""
    latencies = Latencies()

    def change(record: CallRecord) -> None:
        record.sent += len(seconds)
        record.lasted(begun, ended)
        for latency in seconds:
            record.latency(latency)

    latencies.change(KEY, change)
    return latencies


class TestRecorder:
    """The calls of a client."""

    def test_throttle_counts_even_if_a_retry_succeeds(
        self,
        emulator: Emulator,
        client: CognitoIdentityProviderClient,
        recorder: LatencyRecorder,
    ) -> None:
        """Two throttles and the call that then succeeds are three calls, of which none failed."""
        clock = VirtualClock(frozen=True)
        Pacer(OwnSlots(), clock, place="p", share=1.0).attach(client)
        emulator.faults.plan(Fault(LIST, "TooManyRequestsException", status=400, times=2))
        client.list_user_pools(MaxResults=1)
        recorder.judge(passed=True)
        record = recorder.latencies.steps()[KEY]
        assert counts(record) == (3, 2, 0, 0)
        assert record.codes == {"TooManyRequestsException": 2}
        assert record.histogram.get_total_count() == 1

    @pytest.mark.parametrize(("passed", "counted"), [(True, (2, 0, 1, 0)), (False, (2, 0, 0, 1))])
    def test_refusal_counts_by_its_test(
        self,
        client: CognitoIdentityProviderClient,
        recorder: LatencyRecorder,
        passed: bool,
        counted: tuple[int, int, int, int],
    ) -> None:
        """A refusal is as expected if its test passes, and a failure if it does not."""
        client.list_user_pools(MaxResults=1)
        with pytest.raises(ClientError):
            client.describe_user_pool(UserPoolId="eu-west-1_Unknown")
        recorder.judge(passed=passed)
        assert counts(recorder.latencies.total()) == counted
        recorder.judge(passed=not passed)
        assert counts(recorder.latencies.total()) == counted

    def test_call_without_a_response_has_failed(
        self, client: CognitoIdentityProviderClient, recorder: LatencyRecorder
    ) -> None:
        """A connection that breaks is a failure without a latency, whatever the test expects."""

        def break_off(**_: Any) -> None:
            raise ConnectionResetError

        client.meta.events.register_first("before-send.cognito-identity-provider", break_off)
        with pytest.raises(ConnectionResetError):
            client.list_user_pools(MaxResults=1)
        recorder.judge(passed=True)
        record = recorder.latencies.total()
        assert counts(record) == (1, 0, 0, 1)
        assert record.histogram.get_total_count() == 0

    def test_error_before_a_retry_has_failed(
        self,
        emulator: Emulator,
        client: CognitoIdentityProviderClient,
        recorder: LatencyRecorder,
    ) -> None:
        """An error that a retry hides from the test is a failure, since nobody expected it."""
        emulator.faults.plan(Fault(LIST, "InternalErrorException", status=500, times=1))

        def again(attempts: int, **_: Any) -> int | None:
            return 0 if attempts == 1 else None

        client.meta.events.register(
            "needs-retry.cognito-identity-provider",
            again,  # type: ignore[arg-type]
        )
        client.list_user_pools(MaxResults=1)
        recorder.judge(passed=True)
        assert counts(recorder.latencies.total()) == (2, 0, 0, 1)

    def test_request_that_is_not_sent_does_not_count(
        self, client: CognitoIdentityProviderClient, recorder: LatencyRecorder
    ) -> None:
        """A request that boto3 itself refuses never reaches Cognito."""
        from botocore.exceptions import ParamValidationError

        with pytest.raises(ParamValidationError):
            client.list_user_pools(MaxResults="one")  # type: ignore[arg-type]
        assert recorder.latencies.total().sent == 0

    def test_steps_are_challenges_and_flows(
        self, client: CognitoIdentityProviderClient, recorder: LatencyRecorder
    ) -> None:
        """A step is the challenge that a call responds to, or the flow that it starts."""
        with pytest.raises(ClientError):
            client.initiate_auth(AuthFlow="USER_AUTH", ClientId="c")
        with pytest.raises(ClientError):
            client.respond_to_auth_challenge(ChallengeName="SMS_MFA", ClientId="c")
        assert list(recorder.latencies.steps()) == [
            ("InitiateAuth", "USER_AUTH"),
            ("RespondToAuthChallenge", "SMS_MFA"),
        ]
        assert set(recorder.latencies.operations()) == {"InitiateAuth", "RespondToAuthChallenge"}


class TestSums:
    """Records of several processes."""

    def test_percentiles_of_a_sum_are_those_of_all_calls(self) -> None:
        """A fast worker and a slow one have the percentiles of one worker that made all calls."""
        source = random.Random(1)
        fast = [source.uniform(0.001, 0.002) for _ in range(900)]
        slow = [source.uniform(0.5, 1.0) for _ in range(100)]
        latencies = Latencies.of_record(json.loads(json.dumps(filled(fast).as_record())))
        latencies.add(Latencies.of_record(filled(slow).as_record()))
        record, expected = latencies.total(), sorted(fast + slow)
        assert record.sent == 1000
        for percentile in (50, 90, 95, 99):
            exact = expected[percentile * 10 - 1] * 1000
            assert record.milliseconds(percentile) == pytest.approx(exact, rel=0.002)
        assert record.slowest == pytest.approx(expected[-1] * 1000, rel=0.002)

    def test_rate_is_that_of_all_workers_together(self) -> None:
        """Workers that call at the same time add their rates, over the time of all of them."""
        latencies = filled([0.01] * 300, 1000.0, 1010.0)
        latencies.add(filled([0.01] * 200, 1005.0, 1010.0))
        assert latencies.total().per_second == pytest.approx(50.0)

    def test_throttled_calls_do_not_count_against_the_quota(self) -> None:
        """The rate that was reached is that of the calls that got through."""
        latencies = filled([0.01] * 100)
        latencies.change(KEY, lambda record: setattr(record, "throttled", 40))
        assert latencies.total().per_second == pytest.approx(6.0)

    def test_machines_share_a_quota(self) -> None:
        """Two machines with half of a quota each may use all of it, and never more."""
        one = Latencies(0.5)
        one.add_machine(Latencies(0.5))
        assert one.share == 1.0
        one.add_machine(Latencies(0.5))
        assert one.share == 1.0

    def test_latency_beyond_an_hour_is_kept_as_an_hour(self) -> None:
        """No latency is lost: the longest counts as an hour, the shortest as a microsecond."""
        record = filled([1e9, 0.0]).total()
        assert record.histogram.get_total_count() == 2
        assert record.slowest == pytest.approx(3_600_000, rel=0.002)


class TestFiles:
    """What a run writes."""

    def test_file_holds_everything(self, tmp_path: Path) -> None:
        """A file that is read again gives the same table."""
        latencies = filled([0.001, 0.02, 0.3])
        write_latencies(latencies, tmp_path / "calls.json")
        assert table(read_latencies(tmp_path / "calls.json")) == table(latencies)

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"format": "something"}, "it does not hold cognito-harness latencies"),
            ({"version": 2}, "its version is 2, not 1"),
            ({"version": True}, "its version is True, not 1"),
            ({"share": "all"}, "it has no usable share or steps"),
            ({"steps": {}}, "it has no usable share or steps"),
            ({"steps": [{}]}, "a step has no usable 'sent'"),
            ({"steps": [7]}, "a step has no usable"),
        ],
    )
    def test_other_content_is_refused(
        self, tmp_path: Path, change: dict[str, Any], reason: str
    ) -> None:
        """A file that holds something else is refused with the reason."""
        path = tmp_path / "calls.json"
        path.write_text(json.dumps({**filled([0.1]).as_record(), **change}), encoding="utf-8")
        with pytest.raises(ValueError, match=reason):
            read_latencies(path)

    @pytest.mark.parametrize("histogram", ["", "x", "HISTFAAA", "\N{SNOWMAN}", None])
    def test_torn_histogram_is_refused(self, tmp_path: Path, histogram: str | None) -> None:
        """A histogram that cannot be read is refused."""
        record = filled([0.1]).as_record()
        record["steps"][0]["histogram"] = histogram
        path = tmp_path / "calls.json"
        path.write_text(json.dumps(record), encoding="utf-8")
        with pytest.raises(ValueError, match=r"a histogram cannot be read|no usable"):
            read_latencies(path)

    @pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
    def test_what_is_no_json_is_refused(self, tmp_path: Path, text: str) -> None:
        """A file that is not JSON is refused."""
        path = tmp_path / "calls.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=r"it is not JSON|nested too deeply"):
            read_latencies(path)


def test_no_percentile_is_above_the_longest_latency() -> None:
    """A histogram rounds up, but nothing took longer than the longest call."""
    record = CallRecord()
    for seconds in (0.0101, 0.123456, 3.987654):
        record.latency(seconds)
        assert record.milliseconds(99.0) <= record.slowest
