"""User import jobs for tests: a file with rows, and a job that has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from harness.emulator.engine import Engine
from harness.emulator.http.user_import import take_file
from harness.emulator.http.wire import HttpAnswer

__all__ = ["ROLE", "ImportJob", "csv_file"]

ROLE = "arn:aws:iam::123456789012:role/service-role/Cognito-UserImport-Role"
ENCRYPTED = {"x-amz-server-side-encryption": "aws:kms"}


def csv_file(columns: Sequence[str], *users: Mapping[str, str]) -> str:
    """Return a file with these columns; a user gets an email address and no MFA by default."""
    lines = [",".join(columns)]
    for user in users:
        name = user["cognito:username"]
        usual = {
            "cognito:mfa_enabled": "FALSE",
            "email": f"{name}@example.com",
            "email_verified": "TRUE",
        }
        values = {**usual, **user}
        lines.append(",".join(values.get(column, "") for column in columns))
    return "\n".join(lines) + "\n"


class ImportJob:
    """A job of a pool.

    Args:
        engine: the engine that has the pool.
        user_pool_id: the pool.
    """

    def __init__(self, engine: Engine, user_pool_id: str) -> None:
        self.engine = engine
        self._pool = {"UserPoolId": user_pool_id}
        members = {**self._pool, "JobName": "users", "CloudWatchLogsRoleArn": ROLE}
        self.created: dict[str, Any] = engine.call("CreateUserImportJob", members)["UserImportJob"]
        self.id = str(self.created["JobId"])
        self.url = str(self.created["PreSignedUrl"])

    @property
    def columns(self) -> list[str]:
        """The columns of the pool's file."""
        return list(self.engine.call("GetCSVHeader", self._pool)["CSVHeader"])

    @property
    def log(self) -> list[str]:
        """What the job would write to CloudWatch Logs."""
        return self.engine.pools[self._pool["UserPoolId"]].import_jobs[self.id].log

    def put(
        self,
        content: bytes,
        *,
        method: str = "PUT",
        headers: Mapping[str, str] = ENCRYPTED,
        url: str | None = None,
    ) -> HttpAnswer:
        """Send a file to the job's URL."""
        parts = urlsplit(url or self.url)
        path = parts.path.removeprefix("/_user-import").lstrip("/")
        return take_file(self.engine, method, path, parts.query, headers, content)

    def upload(self, content: str | bytes) -> ImportJob:
        """Upload a file, which must be taken."""
        raw = content.encode() if isinstance(content, str) else content
        answer = self.put(raw)
        assert answer.status == 200, answer.body
        return self

    def call(self, operation: str) -> dict[str, Any]:
        """Call an operation on the job, and return the job."""
        members = {**self._pool, "JobId": self.id}
        return dict(self.engine.call(operation, members)["UserImportJob"])

    def start(self) -> dict[str, Any]:
        """Start the job."""
        return self.call("StartUserImportJob")

    def describe(self) -> dict[str, Any]:
        """Look at the job."""
        return self.call("DescribeUserImportJob")

    def run(self, content: str | bytes) -> dict[str, Any]:
        """Upload a file, start the job, and look until it has ended."""
        self.upload(content).start()
        self.describe()
        return self.describe()

    def import_users(self, *users: Mapping[str, str]) -> dict[str, Any]:
        """Import users with the pool's own columns."""
        return self.run(csv_file(self.columns, *users))
