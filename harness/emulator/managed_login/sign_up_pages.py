"""The sign-up page (H041, H042, H060, H063)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.emulator import refusals
from harness.emulator.domain.authorize_request import AuthorizeRequest
from harness.emulator.domain.pools import UserPoolClient
from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import error_page, page
from harness.emulator.managed_login.api_calls import call_api
from harness.emulator.managed_login.confirmation_pages import signed_up
from harness.emulator.managed_login.request import Visit
from harness.emulator.managed_login.sign_up_form import (
    attribute_fields,
    attributes_of,
    name_field,
    policy_in_words,
)
from harness.emulator.refusals import Refusal

__all__ = ["sign_up"]
