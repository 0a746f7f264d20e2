"""Tests of the page in a real browser: updates, hidden secrets, and protection from other pages."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.walker import ALWAYS, new_pool, new_walker

pytest.importorskip("selenium", reason="selenium is not installed; tox -e page has it")

if TYPE_CHECKING:
    from tests.browser.chromium import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One window for all tests."""
    from tests.browser.chromium import chromium

    with chromium() as window:
        yield window


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """A served emulator."""
    with EmulatorServer(emulator=Emulator(mock=False)) as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: EmulatorServer) -> Iterator[Browser]:
    """The page of the emulator, with updates on; its console must show no errors at the end."""
    browser.complaints()
    browser.open(f"{server.url}/_harness/")
    browser.wait_for(lambda: browser.texts("#state") == ["live"])
    yield browser
    assert browser.complaints() == []


def test_a_new_code_is_shown_by_a_click(page: Browser, server: EmulatorServer) -> None:
    """A message appears by itself, masked; a click shows its code, and the next one hides it."""
    engine = server.emulator.engine
    new_walker(engine, confirmed=False)
    code = '#outbox [data-secret^="code/"]'
    page.wait_for(lambda: page.texts(code) == ["••••••"])
    page.click(code)
    page.wait_for(lambda: page.texts(code) == [engine.outbox.messages()[0].code])
    new_walker(engine, username="bob", confirmed=False)
    page.wait_for(lambda: len(page.texts(code)) == 2)
    sent = [message.code for message in engine.outbox.messages()]
    assert page.texts(code) == ["••••••", sent[1]]
    page.driver.find_elements("css selector", code)[1].click()
    page.wait_for(lambda: page.texts(code) == ["••••••", "••••••"])


def test_an_open_user_is_updated(page: Browser, server: EmulatorServer) -> None:
    """Details of a user stay open while devices and sessions appear."""
    walker = new_walker(server.emulator.engine, mfa="OPTIONAL", devices=ALWAYS)
    page.wait_for(lambda: page.texts("#users summary .name") == ["alice"])
    page.click("#users summary")
    tokens = walker.by_password()["AuthenticationResult"]
    secret = walker.enrol(tokens)
    device = walker.confirm_device(tokens)
    page.wait_for(lambda: device.key in page.texts("#users dl")[0])
    page.click('#users [data-secret^="totp-code/"]')
    page.wait_for(
        lambda: page.texts('#users [data-secret^="totp-code/"]')[0] == walker.code(secret)
    )


def test_the_clock_is_moved(page: Browser, server: EmulatorServer) -> None:
    """A button moves the emulator's time, and the page shows it."""
    before = server.emulator.clock.time()
    page.click("[data-body='{\"advance_seconds\": 86400}']")
    page.wait_for(lambda: server.emulator.clock.time() >= before + 86_400)
    day = server.emulator.clock.now().strftime("%Y-%m-%d")
    page.wait_for(lambda: page.texts("#clock time")[0].startswith(day))


def test_faults_are_planned_and_canceled(page: Browser, server: EmulatorServer) -> None:
    """The form makes an operation fail, and the button ends that."""
    page.run("document.querySelector('#plan [name=times]').value = ''")
    page.click("#plan button")
    page.wait_for(lambda: "InitiateAuth" in page.texts("#faults")[0])
    (fault,) = server.emulator.faults.planned
    assert (fault.operation, fault.status, fault.times) == ("InitiateAuth", 500, None)
    page.click('#faults [data-post="faults"]')
    page.wait_for(lambda: page.texts("#faults")[0].startswith("off"))
    assert server.emulator.faults.planned == []


def test_a_hidden_page_stops_updating(page: Browser, server: EmulatorServer) -> None:
    """A hidden page has no timer, and continues when it is visible again."""
    page.run(
        """
        window.waiting = new Set();
        const set = window.setTimeout, clear = window.clearTimeout;
        window.setTimeout = (task, delay) => {
          const id = set(() => { window.waiting.delete(id); task(); }, delay);
          window.waiting.add(id);
          return id;
        };
        window.clearTimeout = (id) => { window.waiting.delete(id); clear(id); };
        """
    )
    page.wait_for(lambda: page.run("return window.waiting.size") == 1)
    hide = "Object.defineProperty(document, 'hidden', {value: arguments[0], configurable: true});"
    changed = "document.dispatchEvent(new Event('visibilitychange'));"
    page.run(hide + changed, True)
    page.wait_for(lambda: page.texts("#state") == ["paused"])
    page.wait_for(lambda: page.run("return window.waiting.size") == 0)
    new_pool(server.emulator.engine, PoolName="meanwhile")
    page.run(hide + changed, False)
    page.wait_for(lambda: "meanwhile" in page.texts("#pools")[0])


def test_a_name_runs_no_markup(page: Browser, server: EmulatorServer) -> None:
    """A name that contains markup is shown as text and runs nothing."""
    name = "<img/src=x/onerror=window.struck=1>"
    pool_id = new_pool(server.emulator.engine)
    names = {"UserPoolId": pool_id, "Username": name, "TemporaryPassword": PASSWORD}
    server.emulator.engine.call("AdminCreateUser", names)
    page.wait_for(lambda: page.texts("#users summary .name") == [name])
    assert page.run("return window.struck") is None
    assert page.run("return document.images.length") == 0


def test_a_foreign_script_does_not_run(browser: Browser, server: EmulatorServer) -> None:
    """The browser runs only the page's own scripts, and the page sends nothing to other places."""
    browser.open(f"{server.url}/_harness/")
    browser.run(
        """
        const script = document.createElement("script");
        script.textContent = "window.struck = 1";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend", "<b onclick='window.struck = 2'>x</b>");
        document.body.lastElementChild.click();
        """
    )
    assert browser.run("return window.struck") is None
    complaints = [line for line in browser.complaints() if "Content Security Policy" in line]
    assert len(complaints) >= 2


class _OtherOrigin(BaseHTTPRequestHandler):
    """A page of another origin on this machine."""

    def do_GET(self) -> None:
        """Give an empty page."""
        body = b"<!doctype html><title>other_origin</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@pytest.fixture
def other_origin() -> Iterator[str]:
    """The address of a page of another origin."""
    other = ThreadingHTTPServer(("127.0.0.1", 0), _OtherOrigin)
    thread = Thread(target=other.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{other.server_address[1]}/"
    other.shutdown()
    thread.join()
    other.server_close()


def test_a_page_of_another_origin_has_no_access(
    browser: Browser, server: EmulatorServer, other_origin: str
) -> None:
    """Another origin cannot read the outbox or the page, move the clock, or frame the page."""
    new_walker(server.emulator.engine, confirmed=False)
    server.emulator.faults.clear()
    before = server.emulator.clock.time()
    browser.open(other_origin)
    found = browser.driver.execute_async_script(
        """
        const [url, done] = arguments;
        const attempt = async (name, options) => {
          try {
            const answer = await fetch(`${url}/_harness/${name}`, options);
            return answer.type === "opaque" ? "opaque" : await answer.text();
          } catch (problem) {
            return "failed";
          }
        };
        const body = '{"advance_seconds": 3600}';
        const json = {"Content-Type": "application/json"};
        Promise.all([
          attempt("outbox"), attempt("live"), attempt("secret?of=x"),
          attempt("clock", {method: "POST", body, headers: json}),
          attempt("clock", {method: "POST", body, headers: {"Content-Type": "text/plain"}}),
          attempt("clock", {method: "POST", body, mode: "no-cors"}),
        ]).then(done);
        """,
        server.url,
    )
    assert set(found) <= {"failed", "opaque"}
    assert server.emulator.clock.time() < before + 3_600
    framed = browser.driver.execute_async_script(
        """
        const [url, done] = arguments;
        const frame = document.createElement("iframe");
        frame.onload = () => done(frame.contentDocument === null);
        frame.src = `${url}/_harness/`;
        document.body.append(frame);
        """,
        server.url,
    )
    # The frame shows the browser's own page about a refusal.
    assert framed is True
    assert any("frame" in line for line in browser.complaints())
