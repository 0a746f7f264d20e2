"""From a result of the engine to the next page."""

from __future__ import annotations

from harness.emulator.http.wire import HttpAnswer
from harness.emulator.managed_login.answers import refused_page
from harness.emulator.managed_login.completion import sign_in_completed
from harness.emulator.managed_login.request import Visit
from harness.emulator.refusals.login_pages import page_not_emulated
from harness.emulator.sign_in import on_pages
from harness.emulator.sign_in.put import Result
from harness.emulator.stores.login_transactions import LoginTransaction

__all__ = ["show_next"]


def show_next(visit: Visit, transaction: LoginTransaction, result: Result) -> HttpAnswer:
    """Redirect to the page of a challenge, or to the app when everything is proven."""
    user = on_pages.signed_in(result)
    if user is not None:
        return sign_in_completed(visit, transaction, user)
    return refused_page(visit, page_not_emulated(f"{result['ChallengeName']} is"))
