"""User import jobs: their operations, their states and what their URLs take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread
from typing import Any

import boto3
import pytest
import requests

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.emulator.rules import user_import
from harness.emulator.rules.user_import_file import MOST_BYTES
from harness.emulator.server import EmulatorServer
from harness.emulator.state import export_state, import_state
from harness.errors import HarnessError
from tests.emulator.conftest import Call
from tests.emulator.server.test_server import http
from tests.emulator.support.expect import DAY, START, refused
from tests.emulator.support.user_import import ENCRYPTED, ROLE, ImportJob, csv_file

ADA = {"cognito:username": "ada"}


@pytest.fixture
def job(engine: Engine, pool_id: str) -> ImportJob:
    """A new job of a pool."""
    return ImportJob(engine, pool_id)


class TestHeader:
    """GetCSVHeader (J001)."""

    @pytest.mark.fact("J001", "J001b")
    def test_it_has_every_attribute_and_two_columns_more(
        self, call: Call, make_pool: Callable[..., str]
    ) -> None:
        """The standard attributes come first, then custom ones, then MFA and the username."""
        schema = [{"Name": "team", "AttributeDataType": "String"}]
        header = call("GetCSVHeader", UserPoolId=make_pool(Schema=schema))["CSVHeader"]
        assert header[:3] == ["name", "given_name", "family_name"]
        assert header[-4:] == [
            "updated_at",
            "custom:team",
            "cognito:mfa_enabled",
            "cognito:username",
        ]
        assert len(header) == len(set(header)) == 22
        assert not {"sub", "identities"} & set(header)


class TestJob:
    """The life of a job."""

    @pytest.mark.fact("J005", "J006")
    def test_a_new_job_has_a_url_for_its_file(self, job: ImportJob, pool_id: str) -> None:
        """It has these members and no others, and its URL is signed for fifteen minutes."""
        assert {**job.created, "PreSignedUrl": "", "JobId": ""} == {
            "JobName": "users",
            "JobId": "",
            "UserPoolId": pool_id,
            "PreSignedUrl": "",
            "CreationDate": START,
            "Status": "Created",
            "CloudWatchLogsRoleArn": ROLE,
            "ImportedUsers": 0,
            "SkippedUsers": 0,
            "FailedUsers": 0,
        }
        assert job.id.startswith("import-")
        assert f"/{pool_id}/{job.id}?X-Amz-Expires=899" in job.url

    @pytest.mark.fact("J007", "J008", "J008b")
    def test_it_goes_on_with_each_look(self, job: ImportJob, engine: Engine) -> None:
        """Pending, InProgress, Succeeded: a program that waits for the end gets there."""
        job.upload(csv_file(job.columns, ADA))
        started = job.start()
        assert (started["Status"], started["StartDate"]) == ("Pending", START)
        assert "CompletionDate" not in started
        assert job.describe()["Status"] == "InProgress"
        ended = job.describe()
        assert (ended["Status"], ended["ImportedUsers"]) == ("Succeeded", 1)
        assert ended["CompletionMessage"] == "Import Job Completed Successfully."
        assert job.describe() == ended

    @pytest.mark.fact("J008")
    def test_it_goes_on_by_the_clock(self, job: ImportJob, engine: Engine, call: Call) -> None:
        """Whoever does not look finds the users there after two seconds."""
        job.upload(csv_file(job.columns, ADA)).start()
        engine.clock.advance(1)
        pool = job.created["UserPoolId"]
        assert call("ListUsers", UserPoolId=pool)["Users"] == []
        engine.clock.advance(1)
        (user,) = call("ListUsers", UserPoolId=pool)["Users"]
        assert (user["Username"], user["UserStatus"]) == ("ada", "RESET_REQUIRED")
        assert engine.imports_run is True
        call("ListUsers", UserPoolId=pool)
        assert engine.imports_run is False

    @pytest.mark.fact("J009")
    def test_it_can_be_stopped(self, job: ImportJob, call: Call) -> None:
        """A stopped job imports nobody, and cannot be started again."""
        job.upload(csv_file(job.columns, ADA)).start()
        stopped = job.call("StopUserImportJob")
        assert (stopped["Status"], stopped["CompletionDate"]) == ("Stopped", START)
        assert stopped["CompletionMessage"] == "The Import Job was stopped by the developer."
        assert call("ListUsers", UserPoolId=job.created["UserPoolId"])["Users"] == []
        for operation in ("StartUserImportJob", "StopUserImportJob"):
            with refused("PreconditionNotMetException"):
                job.call(operation)

    @pytest.mark.fact("J010")
    def test_it_expires_after_a_day(self, job: ImportJob, engine: Engine) -> None:
        """A job that nobody starts ends, and its file is gone."""
        job.upload(csv_file(job.columns, ADA))
        engine.clock.advance(DAY - 1)
        assert job.describe()["Status"] == "Created"
        engine.clock.advance(1)
        expired = job.describe()
        assert (expired["Status"], expired["CompletionDate"]) == ("Expired", START + DAY)
        assert expired["CompletionMessage"] == "The user import job has expired."
        with refused("PreconditionNotMetException"):
            job.start()

    @pytest.mark.fact("J011")
    def test_it_needs_a_file(self, job: ImportJob) -> None:
        """Without an upload it cannot be started."""
        with refused("PreconditionNotMetException", f"No csv file was uploaded for {job.id}"):
            job.start()

    @pytest.mark.fact("J011b")
    def test_two_starts_at_once_start_one(
        self,
        job: ImportJob,
        engine: Engine,
        make_pool: Callable[..., str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """A start in another pool waits until this one is done, and is refused then."""

        def looks(service: Any) -> Any:
            found = list(looked(service))
            if not threads:
                threads.append(Thread(target=starts_too))
                threads[0].start()
                # Long enough for the other one to start, if nothing keeps it waiting.
                threads[0].join(0.2)
            return iter(found)

        def starts_too() -> None:
            with suppress(Refusal):
                other.start()

        other = ImportJob(engine, make_pool())
        for each in (job, other):
            each.upload(csv_file(each.columns, ADA))
        looked, threads = user_import.active_jobs, list[Thread]()
        monkeypatch.setattr(user_import, "active_jobs", looks)
        job.start()
        threads[0].join(10)
        assert (job.describe()["Status"], other.describe()["Status"]) == ("InProgress", "Created")

    @pytest.mark.fact("J011b", "J011c")
    def test_one_runs_at_a_time(
        self, job: ImportJob, engine: Engine, make_pool: Callable[..., str]
    ) -> None:
        """Another one of the account, also of another pool, starts when it has ended."""
        job.upload(csv_file(job.columns, ADA)).start()
        other = ImportJob(engine, make_pool())
        other.upload(csv_file(other.columns, ADA))
        with refused("PreconditionNotMetException"):
            other.start()
        job.call("StopUserImportJob")
        assert other.start()["Status"] == "Pending"

    @pytest.mark.fact("J003b", "J003c")
    def test_the_pool_must_verify_something(
        self, engine: Engine, make_pool: Callable[..., str]
    ) -> None:
        """In a pool without auto-verified attributes no job starts."""
        job = ImportJob(engine, make_pool(AutoVerifiedAttributes=[]))
        job.upload(csv_file(job.columns, ADA))
        with refused("PreconditionNotMetException"):
            job.start()

    @pytest.mark.fact("J016")
    def test_jobs_are_listed_newest_first(self, engine: Engine, pool_id: str, call: Call) -> None:
        """The pages go from the last to the first, without a job twice."""
        ids = [ImportJob(engine, pool_id).id for _ in range(3)]
        first = call("ListUserImportJobs", UserPoolId=pool_id, MaxResults=2)
        token = first["PaginationToken"]
        rest = call("ListUserImportJobs", UserPoolId=pool_id, MaxResults=2, PaginationToken=token)
        found = [job["JobId"] for job in [*first["UserImportJobs"], *rest["UserImportJobs"]]]
        assert found == ids[::-1]
        assert "PaginationToken" not in rest

    def test_what_is_wrong_in_a_request_is_refused(self, call: Call, pool_id: str) -> None:
        """No role of the account, no such job, and hashes of passwords, which are not emulated."""
        request = {"UserPoolId": pool_id, "JobName": "x", "CloudWatchLogsRoleArn": ROLE}
        for arn in (
            "arn:aws:iam::210987654321:role/other-account",
            "arn:aws:iam::123456789012:user/somebody",
            "arn:aws:logs:us-east-1:123456789012:log-group/x",
        ):
            with refused("InvalidParameterException"):
                call("CreateUserImportJob", **{**request, "CloudWatchLogsRoleArn": arn})
        with refused("ResourceNotFoundException"):
            call("DescribeUserImportJob", UserPoolId=pool_id, JobId="import-none")
        with pytest.raises(Refusal, match="PasswordHashingAlgorithm is not emulated") as caught:
            call("CreateUserImportJob", **request, PasswordHashingAlgorithm="BCRYPT")
        assert caught.value.status == 501

    def test_a_pool_has_a_bounded_number_of_jobs(
        self, call: Call, engine: Engine, pool_id: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A client that creates jobs in a loop is stopped."""
        monkeypatch.setattr("harness.emulator.operations.user_import.MOST_JOBS", 1)
        ImportJob(engine, pool_id)
        with refused("LimitExceededException"):
            ImportJob(engine, pool_id)


class TestUpload:
    """The URL takes one file, for one job, for a while (J006)."""

    @pytest.mark.fact("J006")
    def test_it_expires(self, job: ImportJob, engine: Engine) -> None:
        """After fifteen minutes nothing is taken."""
        engine.clock.advance(898)
        assert job.put(b"x").status == 200
        engine.clock.advance(1)
        late = job.put(b"y")
        assert (late.status, b"Request has expired" in late.body) == (403, True)

    @pytest.mark.fact("J006")
    def test_only_what_was_signed_is_taken(self, job: ImportJob, engine: Engine) -> None:
        """Another method, header, signature, job or path is refused, and nothing is kept."""
        other = ImportJob(engine, job.created["UserPoolId"])
        answers = [
            job.put(b"x", method="POST"),
            job.put(b"x", headers={}),
            job.put(b"x", url=job.url.replace("Signature=", "Signature=0")),
            job.put(b"x", url=job.url.partition("?")[0]),
            job.put(b"x", url=job.url + "\udcff"),
            job.put(b"x", url=job.url.replace(job.id, other.id)),
            job.put(b"x", url=job.url.replace("123456789012", "210987654321")),
            job.put(b"x", url="https://a/123456789012/../x?X-Amz-Signature="),
        ]
        assert {answer.status for answer in answers} == {403}
        assert all(answer.body.startswith(b"<?xml") for answer in answers)
        with refused("PreconditionNotMetException"):
            job.start()

    def test_it_is_bounded(self, job: ImportJob) -> None:
        """More bytes than the emulator keeps are refused in S3's words."""
        answer = job.put(b"x" * (MOST_BYTES + 1))
        assert (answer.status, b"EntityTooLarge" in answer.body) == (400, True)

    def test_a_started_job_takes_no_other_file(self, job: ImportJob) -> None:
        """What is imported is the file of the start."""
        job.upload(csv_file(job.columns, ADA)).start()
        assert job.put(b"other").status == 403
        job.describe()
        assert job.describe()["ImportedUsers"] == 1


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatorServer]:
    """A served emulator."""
    with EmulatorServer() as running:
        yield running


def prepared(cognito: Any) -> tuple[str, str, str, bytes]:
    """Create a pool and a job; return their ids, the URL and a file."""
    pool = cognito.create_user_pool(PoolName="p", AutoVerifiedAttributes=["email"])["UserPool"]
    columns = cognito.get_csv_header(UserPoolId=pool["Id"])["CSVHeader"]
    job = cognito.create_user_import_job(
        JobName="users", UserPoolId=pool["Id"], CloudWatchLogsRoleArn=ROLE
    )["UserImportJob"]
    return pool["Id"], job["JobId"], job["PreSignedUrl"], csv_file(columns, ADA).encode()


def imported(cognito: Any, pool_id: str, job_id: str) -> list[str]:
    """Start the job, look until it ends, and return the names of the pool's users."""
    cognito.start_user_import_job(UserPoolId=pool_id, JobId=job_id)
    for _ in range(2):
        cognito.describe_user_import_job(UserPoolId=pool_id, JobId=job_id)
    return [user["Username"] for user in cognito.list_users(UserPoolId=pool_id)["Users"]]


class TestWays:
    """Over HTTP, under moto's mock, and with an attached client."""

    def test_over_http(self, server: EmulatorServer) -> None:
        """A file is put to the server itself; foreign pages cannot reach the URL."""
        cognito = boto3.client(
            "cognito-idp",
            region_name="us-east-1",
            endpoint_url=server.url,
            aws_access_key_id="A",
            aws_secret_access_key="x",
        )
        pool_id, job_id, url, content = prepared(cognito)
        assert url.startswith(f"{server.url}/_user-import/123456789012/{pool_id}/{job_id}?")
        path = url.removeprefix(server.url)
        foreign = {"Origin": "https://evil.example"}
        assert http(server, "PUT", path, content, **foreign)[0] == 403
        assert http(server, "PUT", path, content)[0] == 403
        assert http(server, "PUT", "/_user-import/x", content)[0] == 403
        done = requests.put(url, data=content, headers=ENCRYPTED, timeout=10)
        assert (done.status_code, done.content) == (200, b"")
        assert imported(cognito, pool_id, job_id) == ["ada"]

    def test_under_the_mock(self) -> None:
        """``requests.put`` reaches the emulator; the host of the URL does not exist anywhere."""
        with Emulator():
            cognito = boto3.client("cognito-idp", region_name="us-east-1")
            pool_id, job_id, url, content = prepared(cognito)
            assert url.startswith("https://user-import.cognito-harness.invalid/")
            assert requests.put(url, data=content, timeout=5).status_code == 403
            assert requests.put(url, data=content, headers=ENCRYPTED, timeout=5).status_code == 200
            assert imported(cognito, pool_id, job_id) == ["ada"]

    def test_with_an_attached_client(self) -> None:
        """Without a mock, the emulator takes the file itself."""
        emulator = Emulator(mock=False)
        cognito = boto3.client(
            "cognito-idp",
            region_name="us-east-1",
            aws_access_key_id="A",
            aws_secret_access_key="x",
        )
        emulator.attach(cognito)
        pool_id, job_id, url, content = prepared(cognito)
        with pytest.raises(HarnessError, match="the upload was refused: Access Denied"):
            emulator.upload_user_import(url + "x", content)
        emulator.upload_user_import(url, content)
        assert imported(cognito, pool_id, job_id) == ["ada"]


class TestState:
    """Jobs survive a restart."""

    @pytest.mark.parametrize("secrets", [True, False])
    def test_a_job_goes_on_after_a_restart(self, job: ImportJob, secrets: bool) -> None:
        """With secrets a started job imports its file; without them its file and URL are gone."""
        job.upload(csv_file(job.columns, ADA)).start()
        document = export_state(job.engine, secrets=secrets)
        assert (job.url.rpartition("=")[2] in repr(document)) is secrets
        again = Engine(clock=VirtualClock(START, frozen=True))
        import_state(again, document, machine=VirtualClock(START, frozen=True))
        assert again.imports_run
        job.engine = again
        job.describe()
        assert job.describe()["ImportedUsers"] == int(secrets)

    def test_no_signature_fits_a_url_that_was_not_saved(self, job: ImportJob) -> None:
        """A job without its key takes nothing, also not the empty key."""
        document = export_state(job.engine, secrets=False)
        job.engine = Engine(clock=VirtualClock(START, frozen=True))
        import_state(job.engine, document, machine=VirtualClock(START, frozen=True))
        for url in (job.url, job.url.rpartition("=")[0] + "="):
            assert job.put(b"x", url=url).status == 403


def test_the_secret_of_the_url_is_not_shown(job: ImportJob) -> None:
    """Neither the job's repr nor a redacted response has the signature."""
    from harness.redaction import redact

    key = job.url.rpartition("=")[2]
    kept = job.engine.pools[job.created["UserPoolId"]].import_jobs[job.id]
    assert len(key) == 64
    assert key not in repr(kept)
    assert key not in repr(redact(job.created))
