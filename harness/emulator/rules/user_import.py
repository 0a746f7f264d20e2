"""Carry out user import jobs: how a job goes on, and which rows of its file become users.

On AWS a job runs by itself: two seconds Pending, then InProgress. Here it takes one step in each
second of the emulator's clock, and also each time that somebody looks at it, so that a program that
waits for its end never waits long, even with a clock that stands still.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from harness.emulator import refusals
from harness.emulator.domain.attributes import check_aliases, sign_in_values
from harness.emulator.domain.contacts import VERIFIED_FLAG
from harness.emulator.domain.next_challenge import SMS_MFA
from harness.emulator.domain.pools import Pool
from harness.emulator.domain.user_import import (
    FAILED,
    IN_PROGRESS,
    PENDING,
    SUCCEEDED,
    UserImportJob,
)
from harness.emulator.domain.users import RESET_REQUIRED
from harness.emulator.refusals import Refusal
from harness.emulator.rules.registration import check_username, new_user, with_login
from harness.emulator.rules.user_import_file import MFA, USERNAME, ImportRow, UnreadableFile, rows
from harness.emulator.service import Service

__all__ = ["advance", "advance_due", "start"]

_STEP_SECONDS = 1
_SUCCESS = "Import Job Completed Successfully."
_TOO_MANY = "Too many users have failed or been skipped during the import."
_UNVERIFIED = (
    "The User Record does not set any of the auto verified attributes to true. "
    "(Example: email_verified to true)."
)
_BIRTHDATE = re.compile(r"\d\d/\d\d/\d{4}")
_BOOLEANS = {"true": "true", "false": "false"}


class _Fails(Exception):
    """A row that does not become a user; the text is the reason in the log."""


class _Skips(Exception):
    """A row of a user who exists."""


def active_jobs(service: Service) -> Iterator[tuple[Pool, UserImportJob]]:
    """Yield the jobs that were started and have not ended, with their pools."""
    for pool in list(service.pools.values()):
        for job in list(pool.import_jobs.values()):
            if job.is_active:
                yield pool, job


def start(service: Service, pool: Pool, job: UserImportJob) -> None:
    """Start a job; the caller holds the pool's lock, which jobs of other pools do not have (J007).

    Raises:
        Refusal: another job of the account runs (J011b).
    """
    with service.imports_lock:
        if any(other.account == pool.account for other, _ in active_jobs(service)):
            raise refusals.import_job_runs()
        job.status, job.started = PENDING, service.clock.time()
        service.imports_run = True


def advance_due(service: Service) -> None:
    """Let every job take the steps that its time has come for."""
    now = service.clock.time()
    with service.imports_lock:
        active = list(active_jobs(service))
        service.imports_run = bool(active)
    for pool, job in active:
        with pool.lock:
            for step in (1, 2):
                if job.is_active and now >= (job.started or now) + step * _STEP_SECONDS:
                    _advance_if_at(service, pool, job, step)


def _advance_if_at(service: Service, pool: Pool, job: UserImportJob, step: int) -> None:
    """Take the first or the second step, unless somebody's look has taken it already."""
    if job.status == (PENDING, IN_PROGRESS)[step - 1]:
        advance(service, pool, job)


def advance(service: Service, pool: Pool, job: UserImportJob) -> None:
    """Let a job take one step; the caller holds the pool's lock (J007, J008)."""
    if job.status == PENDING:
        job.status = IN_PROGRESS
    elif job.status == IN_PROGRESS:
        _import(service, pool, job)


def _import(service: Service, pool: Pool, job: UserImportJob) -> None:
    """Import the rows of the file; those that are imported stay, also if the job fails (J012)."""
    try:
        for row in rows(pool, job.content or b""):
            _import_row(service, pool, job, row)
    except UnreadableFile as unreadable:
        job.end(FAILED, str(unreadable), service.clock.time())
        return
    enough = job.imported >= job.failed + job.skipped
    status, message = (SUCCEEDED, _SUCCESS) if enough else (FAILED, _TOO_MANY)
    job.end(status, message, service.clock.time())


def _import_row(service: Service, pool: Pool, job: UserImportJob, row: ImportRow) -> None:
    """Import one row, and log what became of it: the line's number, and no data (J015)."""
    try:
        _add(service, pool, row)
    except _Skips:
        job.skipped += 1
        job.log.append(f"[SKIPPED] Line Number {row.line} - The user already exists.")
    except (_Fails, Refusal) as failure:
        job.failed += 1
        reason = failure.message if isinstance(failure, Refusal) else str(failure)
        job.log.append(f"[FAILED] Line Number {row.line} - {reason}")
    else:
        job.imported += 1
        job.log.append(f"[SUCCEEDED] Line Number {row.line} - The import succeeded.")


def _add(service: Service, pool: Pool, row: ImportRow) -> None:
    """Add the user of a row; no trigger runs and no message is sent, and they have no password."""
    if row.problem:
        raise _Fails(row.problem)
    username, by_sms = _username(row.values), _mfa(pool, row.values)
    check_username(pool, username)
    if service.find_user(pool, username) is not None:
        raise _Skips
    attributes = _attributes(pool, username, row.values)
    if pool.username_attributes:
        if any(pool.users.by_alias(*item) for item in sign_in_values(pool, attributes).items()):
            raise _Skips
    else:
        check_aliases(pool, None, attributes)
    user = new_user(
        service, pool, username, status=RESET_REQUIRED, attributes=attributes, password=None
    )
    can_get_codes = SMS_MFA in pool.mfa.factors() and "phone_number" in attributes
    user.sms_by_settings = by_sms and can_get_codes


def _username(values: Mapping[str, str]) -> str:
    name = values.get(USERNAME, "")
    if not name or len(name) > 128 or any(char.isspace() for char in name):
        raise _Fails("cognito:username is empty, too long, or has spaces.")
    return name


def _mfa(pool: Pool, values: Mapping[str, str]) -> bool:
    """Return whether the row switches MFA on, which must fit the pool (J004)."""
    given = values.get(MFA, "").lower()
    if given not in _BOOLEANS:
        raise _Fails("cognito:mfa_enabled must be true or false.")
    if (pool.mfa.mode, given) in (("ON", "false"), ("OFF", "true")):
        raise _Fails("cognito:mfa_enabled does not fit the MFA setting of the user pool.")
    return given == "true"


def _attributes(pool: Pool, username: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes of a row, which must fit the schema and have a verified contact."""
    given = {name: value for name, value in values.items() if name not in (USERNAME, MFA)}
    for flag in VERIFIED_FLAG.values():
        if flag in given:
            if given[flag].lower() not in _BOOLEANS:
                raise _Fails(f"{flag} must be true or false.")
            given[flag] = given[flag].lower()
    if "birthdate" in given and not _BIRTHDATE.fullmatch(given["birthdate"]):
        raise _Fails("birthdate must be mm/dd/yyyy.")
    attributes = with_login(pool, username, given)
    _check_contacts(pool, attributes)
    pool.schema.check_new(attributes)
    pool.schema.check_required(attributes)
    return attributes


def _check_contacts(pool: Pool, attributes: Mapping[str, str]) -> None:
    """Refuse a row without a verified contact that the pool verifies (J004, J013)."""
    for contact, flag in VERIFIED_FLAG.items():
        if attributes.get(flag) == "true" and contact not in attributes:
            raise _Fails(f"{flag} is true, and {contact} is empty.")
    if not any(attributes.get(VERIFIED_FLAG[name]) == "true" for name in pool.auto_verified):
        raise _Fails(_UNVERIFIED)
