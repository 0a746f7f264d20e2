"""The operations on user import jobs: the file's header, and the life of a job."""

from __future__ import annotations

import string
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.user_import import CREATED, UPLOAD_SECONDS, UserImportJob
from harness.emulator.rules.paging import page_of
from harness.emulator.rules.user_import import advance, start
from harness.emulator.rules.user_import_file import header
from harness.emulator.service import Handler, Service

#: The most jobs of one pool; Cognito's number is unknown, and this one protects the memory.
MOST_JOBS = 1_000
#: Where files go in process, under moto's mock. The name never resolves (RFC 6761, 6.4), so that no
#: file with people in it can leave the machine by mistake.
IN_PROCESS = "https://user-import.cognito-harness.invalid"
_SIGNED_HEADERS = "host;x-amz-server-side-encryption"


def get_csv_header(service: Service, request: Request) -> dict[str, Any]:
    """Return the columns of the pool's file (J001)."""
    pool = service.pool(request)
    with pool.lock:
        return {"UserPoolId": pool.pool_id, "CSVHeader": header(pool)}


def create_user_import_job(service: Service, request: Request) -> dict[str, Any]:
    """Create a job, and the URL to upload its file to (J005, J006).

    Hashes of passwords in the file are not emulated: which forms of them Cognito reads is unknown.
    """
    if "PasswordHashingAlgorithm" in request.params:
        raise refusals.not_emulated("PasswordHashingAlgorithm")
    pool = service.pool(request)
    role = request.params["CloudWatchLogsRoleArn"]
    if not role.startswith(f"arn:{pool.partition}:iam::{pool.account}:role/"):
        raise refusals.import_role_invalid(role)
    with pool.lock:
        if len(pool.import_jobs) >= MOST_JOBS:
            raise refusals.too_many_import_jobs()
        job = _new_job(service, request, role)
        pool.import_jobs[job.job_id] = job
        return _described(service, pool, job)


def _new_job(service: Service, request: Request, role: str) -> UserImportJob:
    suffix = service.random.characters(10, string.ascii_letters + string.digits)
    key = service.random.bytes(32).hex()
    now = service.clock.time()
    return UserImportJob(f"import-{suffix}", request.params["JobName"], role, now, key)


def start_user_import_job(service: Service, request: Request) -> dict[str, Any]:
    """Start a job whose file was uploaded; one can run at a time in an account (J007, J011)."""
    with _job(service, request) as (pool, job):
        if job.status != CREATED:
            raise refusals.import_job_not_startable(job.status)
        if not pool.auto_verified:
            raise refusals.import_without_auto_verified()
        if job.content is None:
            raise refusals.import_file_missing(job.job_id)
        start(service, pool, job)
        return _described(service, pool, job)


def stop_user_import_job(service: Service, request: Request) -> dict[str, Any]:
    """Stop a job that was started, at once (J009)."""
    with _job(service, request) as (pool, job):
        if not job.is_active:
            raise refusals.import_job_not_stoppable(job.status)
        job.stop(service.clock.time())
        return _described(service, pool, job)


def describe_user_import_job(service: Service, request: Request) -> dict[str, Any]:
    """Show a job; one that runs takes a step (J008)."""
    with _job(service, request) as (pool, job):
        advance(service, pool, job)
        return _described(service, pool, job)


def list_user_import_jobs(service: Service, request: Request) -> dict[str, Any]:
    """List the pool's jobs, the newest first; those that run take a step (J016)."""
    pool = service.pool(request)
    with pool.lock:
        jobs = list(reversed(pool.import_jobs.values()))
        for job in jobs:
            job.expire_if_late(service.clock.time())
            advance(service, pool, job)
        listing = ("ListUserImportJobs", pool.pool_id)
        token, limit = request.params.get("PaginationToken"), request.params["MaxResults"]
        page, following = page_of(service, listing, jobs, token, limit)
        shown = [_described(service, pool, job)["UserImportJob"] for job in page]
        return {"UserImportJobs": shown, **({"PaginationToken": following} if following else {})}


@contextmanager
def _job(service: Service, request: Request) -> Iterator[tuple[Pool, UserImportJob]]:
    """Yield the pool and the job that a request names; the block holds the pool's lock."""
    pool = service.pool(request)
    with pool.lock:
        job = pool.import_jobs.get(request.params["JobId"])
        if job is None:
            raise refusals.import_job_not_found(request.params["JobId"])
        job.expire_if_late(service.clock.time())
        yield pool, job


def _described(service: Service, pool: Pool, job: UserImportJob) -> dict[str, Any]:
    base = f"{service.public_url or IN_PROCESS}/_user-import"
    signed = {
        "X-Amz-Expires": UPLOAD_SECONDS,
        "X-Amz-SignedHeaders": _SIGNED_HEADERS,
        "X-Amz-Signature": job.upload_key,
    }
    url = f"{base}/{pool.account}/{pool.pool_id}/{job.job_id}?{urlencode(signed)}"
    return {"UserImportJob": job.described(pool.pool_id, url)}


OPERATIONS: dict[str, Handler] = {
    "GetCSVHeader": get_csv_header,
    "CreateUserImportJob": create_user_import_job,
    "StartUserImportJob": start_user_import_job,
    "StopUserImportJob": stop_user_import_job,
    "DescribeUserImportJob": describe_user_import_job,
    "ListUserImportJobs": list_user_import_jobs,
}
