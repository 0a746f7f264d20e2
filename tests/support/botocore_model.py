"""botocore's own model of Cognito's API, beside which the emulator's reading of it is tested."""

from __future__ import annotations

import functools
from typing import Any

from botocore.session import get_session

__all__ = ["botocore_model"]


@functools.cache
def botocore_model() -> Any:
    """Return the model, which knows every member, operation and error of the API."""
    return get_session().get_service_model("cognito-idp")
