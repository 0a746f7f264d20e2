"""The operations that the client side calls, read from its sources."""

from __future__ import annotations

import re

import botocore.session
from botocore import xform_name

from tests.support.sources import ROOT

_PAGES = re.compile(r"get_paginator\(\"([a-z_]+)\"\)")
_CALL = re.compile(r"\.(?:client|admin|_client)(?:\(\))?\.([a-z_]+)\(|\bclient\.([a-z_]+)\(")


def operations_of_the_client_side() -> set[str]:
    """Return Cognito's names of every operation that flows and pools call."""
    names = botocore.session.get_session().get_service_model("cognito-idp").operation_names
    by_method = {xform_name(name): name for name in names}
    found: set[str] = set()
    for folder in ("flows", "pools"):
        for path in (ROOT / "harness" / folder).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            methods = {match[1] or match[2] for match in _CALL.finditer(source)}
            methods |= {match[1] for match in _PAGES.finditer(source)}
            found |= {by_method[method] for method in methods & by_method.keys()}
    return found
