"""User import jobs: their states, their counts, and the log of what became of each row.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-creating-import-job.html
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Any

CREATED = "Created"
PENDING = "Pending"
IN_PROGRESS = "InProgress"
STOPPED = "Stopped"
SUCCEEDED = "Succeeded"
FAILED = "Failed"
EXPIRED = "Expired"

#: A job that is not started expires; the documentation says between 24 and 48 hours (J010).
LIFETIME_SECONDS = 86_400
#: How long a file can be uploaded: 15 minutes, as the documentation's URLs have it (J006).
UPLOAD_SECONDS = 899

_EXPIRED = "The user import job has expired."
_STOPPED = "The Import Job was stopped by the developer."


@dataclass(eq=False)
class UserImportJob:
    """One job of one pool. Times are epoch seconds by the emulator's clock.

    Attributes:
        role_arn: CloudWatchLogsRoleArn.
        upload_key: the signature of the URL that the file is uploaded to.
        content: the uploaded file, until the job has read it.
        log: what the job would write to CloudWatch Logs, without any data of users (J015).
    """

    job_id: str
    name: str
    role_arn: str
    created: float
    upload_key: str = field(repr=False)
    status: str = CREATED
    started: float | None = None
    completed: float | None = None
    imported: int = 0
    skipped: int = 0
    failed: int = 0
    message: str = ""
    content: bytes | None = field(default=None, repr=False)
    log: list[str] = field(default_factory=list)

    @property
    def is_active(self) -> bool:
        """Whether the job was started and has not ended."""
        return self.status in (PENDING, IN_PROGRESS)

    def takes_upload(self, key: str, now: float) -> bool:
        """Return whether this key, at this time, lets its sender upload the file."""
        return now < self.created + UPLOAD_SECONDS and self.is_key(key)

    def is_key(self, key: str) -> bool:
        """Return whether a key is the one of the job's URL; after a save without it, none is."""
        given = key.encode("utf-8", "replace")
        return bool(self.upload_key) and hmac.compare_digest(given, self.upload_key.encode())

    def end(self, status: str, message: str, now: float) -> None:
        """End the job, and forget the file."""
        self.status, self.message, self.completed = status, message, now
        self.content = None

    def stop(self, now: float) -> None:
        """End the job before it has imported anybody (J009)."""
        self.end(STOPPED, _STOPPED, now)

    def expire_if_late(self, now: float) -> None:
        """End a job that nobody has started in time (J010)."""
        if self.status == CREATED and now >= self.created + LIFETIME_SECONDS:
            self.end(EXPIRED, _EXPIRED, self.created + LIFETIME_SECONDS)

    def described(self, pool_id: str, url: str) -> dict[str, Any]:
        """Return the job as UserImportJobType (J005)."""
        members = {
            "JobName": self.name,
            "JobId": self.job_id,
            "UserPoolId": pool_id,
            "PreSignedUrl": url,
            "CreationDate": self.created,
            "StartDate": self.started,
            "CompletionDate": self.completed,
            "Status": self.status,
            "CloudWatchLogsRoleArn": self.role_arn,
            "ImportedUsers": self.imported,
            "SkippedUsers": self.skipped,
            "FailedUsers": self.failed,
            "CompletionMessage": self.message or None,
        }
        return {name: value for name, value in members.items() if value is not None}
