"""Refusals of user import jobs; the texts are our own where the docstring says nothing else."""

from __future__ import annotations

from harness.emulator.refusals.requests import Refusal, invalid_parameter


def import_job_not_found(job_id: str) -> Refusal:
    """The pool has no such job."""
    return Refusal("ResourceNotFoundException", f"User import job {job_id} does not exist.")


def import_role_invalid(arn: str) -> Refusal:
    """CloudWatchLogsRoleArn is not the ARN of a role of the pool's account."""
    return invalid_parameter(f"{arn} is not a role of the account of the user pool.")


def too_many_import_jobs() -> Refusal:
    """The pool has as many jobs as it can have."""
    return Refusal("LimitExceededException", "The user pool has too many user import jobs.")


def import_file_missing(job_id: str) -> Refusal:
    """No file was uploaded (J011; https://github.com/aws-amplify/amplify-js/issues/6416)."""
    return Refusal("PreconditionNotMetException", f"No csv file was uploaded for {job_id}")


def import_without_auto_verified() -> Refusal:
    """The pool verifies neither email addresses nor phone numbers (J003)."""
    text = "The user pool has no auto verified attributes, so that no users can be imported."
    return Refusal("PreconditionNotMetException", text)


def import_job_runs() -> Refusal:
    """Another job of the account runs (J011)."""
    text = "Another user import job of this account has not ended yet."
    return Refusal("PreconditionNotMetException", text)


def import_job_not_startable(status: str) -> Refusal:
    """The job was started already, or has expired."""
    text = f"The user import job cannot be started: its status is {status}."
    return Refusal("PreconditionNotMetException", text)


def import_job_not_stoppable(status: str) -> Refusal:
    """The job does not run."""
    text = f"The user import job cannot be stopped: its status is {status}."
    return Refusal("PreconditionNotMetException", text)
