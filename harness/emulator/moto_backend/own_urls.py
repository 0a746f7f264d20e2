"""Addresses of Cognito that moto does not know, and has to pass to the emulator.

moto finds the service of a request by a list of patterns, the first that fits, at every request;
what ``requests`` sends also when the mock starts:
https://github.com/getmoto/moto/blob/master/moto/core/botocore_stubber.py
"""

from __future__ import annotations

import re

from moto.backend_index import backend_url_patterns

from harness.emulator.moto_backend.pages_in_process import keep_cookies
from harness.emulator.operations.user_import import IN_PROCESS

__all__ = ["DOMAIN", "UPDATED_ISSUER", "USER_IMPORT", "answer_own_urls"]

#: The issuers of pools whose IssuerConfiguration has the type UPDATED.
UPDATED_ISSUER = r"https?://issuer-cognito-idp\.[a-z0-9-]+\.amazonaws\.com"
#: Where the files of user import jobs go.
USER_IMPORT = re.escape(IN_PROCESS)
#: The prefix domains of user pools (H001).
DOMAIN = r"https?://[a-z0-9-]+\.auth(-fips)?\.[a-z0-9-]+\.amazoncognito\.com"

_OWN = [("cognitoidp", re.compile(pattern)) for pattern in (UPDATED_ISSUER, USER_IMPORT, DOMAIN)]


def answer_own_urls(wanted: bool) -> None:
    """Have moto pass these addresses on, or no longer.

    Args:
        wanted: whether an emulator is in the place of moto's Cognito.
    """
    backend_url_patterns[:] = [found for found in backend_url_patterns if found not in _OWN]
    if wanted:
        # Before S3, which takes every host that is left.
        backend_url_patterns[:0] = _OWN
    keep_cookies(_OWN[-1][1] if wanted else None)
