"""Every step on the pages is in the call log, with its reason and without a secret."""

from __future__ import annotations

from typing import Any

from harness.emulator import Triggers
from harness.emulator.engine import Engine
from harness.emulator.stores.call_log import LoggedCall
from tests.emulator.support.browser import Site, in_process, new_site
from tests.emulator.support.expect import PASSWORD


def newest(site: Site) -> LoggedCall:
    """Return the newest call."""
    return site.engine.call_log.newest(1)[0]


def test_a_sign_in_is_a_row_for_each_step(site: Site) -> None:
    """Each has the pool and its status, and the user once they are known."""
    site.engine.call_log.clear()
    site.authorize()
    site.sign_in()
    rows = [
        (call.operation, call.status, call.username, call.pool_id)
        for call in reversed(site.engine.call_log.newest(9))
    ]
    assert rows == [
        ("GET /oauth2/authorize", 302, None, site.pool_id),
        ("GET /login", 200, None, site.pool_id),
        ("POST /login", 302, "alice", site.pool_id),
    ]
    counts = site.engine.call_log.counts()
    assert counts["POST /login"] == {"success": 1}


def test_a_refusal_says_why(site: Site) -> None:
    """The reason that the browser does not see is found by the number and the request id."""
    shown = site.authorize(redirect_uri="https://evil.example/")
    call = newest(site)
    assert (call.code, call.status) == ("redirect_mismatch", 302)
    log = site.engine.call_log
    assert "CallbackURLs" in log.reason_of(call.number)
    assert log.why_refused(shown.headers["x-amz-cognito-request-id"]) == log.reason_of(call.number)
    site.authorize(scope="openid nothing")
    assert (newest(site).code, newest(site).text) == ("invalid_request", "invalid_scope")


def test_a_wrong_password_is_logged_without_it(site: Site) -> None:
    """The row has the error of the API and the name, and the password nowhere."""
    site.sign_in(password="wrong-Passw0rd-Secret")
    call = newest(site)
    assert (call.operation, call.code) == ("POST /login", "NotAuthorizedException")
    assert call.username == "alice"
    assert "wrong-Passw0rd-Secret" not in repr(call)


def test_an_error_that_quotes_the_form_is_logged_without_it() -> None:
    """A handler may write into its error what the person has typed; the log masks it."""

    def quote(_event: dict[str, Any], _context: object) -> dict[str, Any]:
        raise ValueError(f"{PASSWORD} was typed")

    engine = Engine(triggers=Triggers(pre_authentication=quote))
    site = new_site(engine, in_process(engine))
    assert f"{PASSWORD} was typed" in site.sign_in().text
    assert newest(site).code == "UserLambdaValidationException"
    assert PASSWORD not in repr(newest(site))


def test_no_row_has_a_secret(site: Site) -> None:
    """Codes, cookies, tokens and passwords of a whole story are in no row."""
    shown = site.sign_in()
    site.authorize(prompt="none", state="a-state-of-the-app")
    secrets = [shown.query["code"], PASSWORD, *site.browser.cookies.values()]
    text = repr([site.engine.call_log.newest(50), list(site.engine.call_log._noted)])
    assert not [secret for secret in secrets if len(secret) > 5 and secret in text]


def test_pages_that_do_not_exist_are_not_counted(site: Site) -> None:
    """Nobody makes the counts grow by making paths up."""
    before = site.engine.call_log.counts()
    for number in range(20):
        site.browser.get(f"/made-up-{number}", site.query)
    assert site.engine.call_log.counts() == before
