"""Import users from a CSV file: the file, its upload, and the job until its end."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from harness import Actions, Person, Target
from scenarios.support.acceptance import accepted

#: More looks at a job than any job of a few users takes.
_MOST_LOOKS = 1_000


@dataclass(frozen=True)
class UserImport:
    """Imports people into the pool.

    Attributes:
        actions: operations of an app client of the pool.
        target: the service, which takes the file.
    """

    actions: Actions
    target: Target

    def run(self, people: Iterable[Person]) -> dict[str, Any]:
        """Import people with verified contacts and without MFA; return the job at its end."""
        client, pool_id = self.actions.admin, self.actions.app.user_pool_id
        account = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Arn"].split(":")[4]
        role = f"arn:aws:iam::{account}:role/Cognito-UserImport-Role"
        with accepted("the import", facts="J005, J007"):
            columns = client.get_csv_header(UserPoolId=pool_id)["CSVHeader"]
            job = client.create_user_import_job(
                UserPoolId=pool_id, JobName="scenario", CloudWatchLogsRoleArn=role
            )["UserImportJob"]
            self._upload(job["PreSignedUrl"], _file(columns, people))
            named = {"UserPoolId": pool_id, "JobId": job["JobId"]}
            client.start_user_import_job(**named)
            for _ in range(_MOST_LOOKS):
                job = client.describe_user_import_job(**named)["UserImportJob"]
                if job["Status"] not in ("Pending", "InProgress"):
                    break
        return dict(job)

    def _upload(self, url: str, content: bytes) -> None:
        """Put the file to its URL; in process, where there is no HTTP, the target takes it."""
        take: Callable[[str, bytes], None] | None
        take = getattr(self.target, "upload_user_import", None)
        if take is not None:
            take(url, content)
            return
        headers = {"x-amz-server-side-encryption": "aws:kms"}
        request = urllib.request.Request(url, content, headers, method="PUT")
        with urllib.request.urlopen(request, timeout=30):
            pass


def _file(columns: list[str], people: Iterable[Person]) -> bytes:
    rows = [columns]
    for person in people:
        values = {**person.attributes, "cognito:username": person.username}
        for contact in ("email", "phone_number"):
            if contact in values:
                values[f"{contact}_verified"] = "TRUE"
        values["cognito:mfa_enabled"] = "FALSE"
        rows.append([values.get(name, "").replace(",", "\\,") for name in columns])
    return "\n".join(",".join(row) for row in rows).encode()
