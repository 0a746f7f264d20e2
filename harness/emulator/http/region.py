"""Find the region of a request as moto does, as long as moto is not needed for anything else.

moto decides on everything unusual. What is found here, moto finds as well (a test compares them).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

__all__ = [
    "ACCOUNT_SETTING",
    "REGIONS",
    "SIGNATURE",
    "UNUSUAL_HEADERS",
    "partition_of",
    "region_without_moto",
]

_DEFAULT = "us-east-1"
#: Regions with user pools; moto knows more, and is asked about them:
#: https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html
REGIONS = frozenset(
    """
    af-south-1 ap-east-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
    ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ca-central-1 ca-west-1
    eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3
    il-central-1 me-central-1 me-south-1 sa-east-1 us-east-1 us-east-2 us-gov-west-1 us-west-1
    us-west-2
    """.split()  # noqa: SIM905 - thirty lines otherwise
)
#: A signature as SDKs write it. moto can find only one credential in it.
SIGNATURE = re.compile(
    r"(?P<scope>AWS4-HMAC-SHA256 Credential=[^/,\s]+/[^/,\s]+/(?P<region>[^/,\s]+)/[^/,\s]+"
    r"/aws4_request)"
    r"(?:, ?SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]+)?"
)
_IN_HOST = re.compile(r"\.([^.]+)\.amazonaws\.com")
#: Headers with an account, or of bodies that are compressed.
UNUSUAL_HEADERS = frozenset({"content-encoding", "x-moto-account-id"})
#: What moto reads from the environment at each call: one account for all of them.
ACCOUNT_SETTING = "MOTO_ACCOUNT_ID"
#: What moto reads from the environment when it is imported: from which call on IAM checks them.
_IAM_SETTING = "INITIAL_NO_AUTH_ACTION_COUNT"


def region_without_moto(
    names: Iterable[str], signature: str | None, host: str, user_agent: str
) -> str | None:
    """Return the region of a request; ``None`` if moto has to read the request.

    Args:
        names: the names of its headers, in lower case.
        signature: its Authorization header.
        host: the address that it was sent to.
        user_agent: its User-Agent header, in which moto reads the region of some tools.
    """
    if not UNUSUAL_HEADERS.isdisjoint(names) or "region/" in user_agent:
        return None
    if ACCOUNT_SETTING in os.environ or _IAM_SETTING in os.environ:
        return None
    signed = None if signature is None else SIGNATURE.fullmatch(signature)
    if signature is not None and signed is None:
        return None
    named = _IN_HOST.search(host)
    region = named[1] if named else signed["region"] if signed else _DEFAULT
    return region if region in REGIONS else None


def partition_of(region: str) -> str:
    """Return the partition of one of these regions."""
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
