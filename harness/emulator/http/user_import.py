"""Take the files of user import jobs, at the URLs that CreateUserImportJob returns.

On AWS they are presigned URLs of S3, and so are the errors here:
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from harness.emulator.domain.user_import import CREATED
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.rules.user_import_file import MOST_BYTES

if TYPE_CHECKING:
    from harness.emulator.service import Service

__all__ = ["PREFIX", "take_file"]

#: The path of uploads to a server. S3 has no buckets of this name: it begins with no letter.
PREFIX = "/_user-import/"
_PATH = re.compile(
    r"(?P<account>[0-9]{12})/(?P<pool>[\w-]{1,55})/(?P<job>import-[0-9a-zA-Z-]{1,48})"
)
_ENCRYPTION = "x-amz-server-side-encryption"


def take_file(
    service: Service, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> HttpAnswer:
    """Keep a file for its job, until it is started (J006).

    Args:
        service: the service that has the job.
        method: PUT; nothing else is signed.
        path: account, pool and job.
        query: the signature, among others.
        headers: the headers, by their names in lower case. ``x-amz-server-side-encryption`` is one
            that is signed, so that a request without it is not the one that was signed.
        body: the file.
    """
    named = _PATH.fullmatch(path)
    pool = service.pools.get(named["pool"]) if named else None
    if named is None or pool is None or pool.account != named["account"]:
        return _error("AccessDenied", "Access Denied")
    job = pool.import_jobs.get(named["job"])
    key = dict(parse_qsl(query)).get("X-Amz-Signature", "")
    if job is None or not job.is_key(key):
        return _error("AccessDenied", "Access Denied")
    with pool.lock:
        if method != "PUT" or headers.get(_ENCRYPTION) != "aws:kms":
            return _error(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. "
                f"Send PUT with the header {_ENCRYPTION}: aws:kms.",
            )
        job.expire_if_late(service.clock.time())
        if job.status != CREATED or not job.takes_upload(key, service.clock.time()):
            return _error("AccessDenied", "Request has expired")
        if len(body) > MOST_BYTES:
            text = f"Your proposed upload exceeds {MOST_BYTES} bytes, the emulator's maximum"
            return _error("EntityTooLarge", text, 400)
        job.content = body
    return HttpAnswer(200, b"", {})


def _error(code: str, text: str, status: int = 403) -> HttpAnswer:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{text}</Message></Error>"
    )
    return HttpAnswer(status, body.encode(), {"Content-Type": "application/xml"})
