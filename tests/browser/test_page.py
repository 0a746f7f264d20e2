"""Tests of the page in a real browser: updates, hidden secrets, forms, and foreign scripts."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from harness.emulator.server import EmulatorServer
from tests.emulator.support.expect import PASSWORD
from tests.emulator.support.page import user_query
from tests.emulator.support.walker import ALWAYS, Walker, new_pool, new_walker

pytest.importorskip("selenium", reason="selenium is not installed; tox -e page has it")

if TYPE_CHECKING:
    from tests.browser.chromium import Browser


def open_user(page: Browser, server: EmulatorServer, walker: Walker) -> None:
    """Open the view of a user."""
    query = user_query(server.emulator.engine, walker.user_pool_id, walker.username)
    page.open(f"{server.url}/_harness/user?pool={query['pool']}&sub={query['sub']}")
    page.wait_for(lambda: page.texts("#state") == ["live"])


def test_a_new_code_is_shown_by_a_click(page: Browser, server: EmulatorServer) -> None:
    """A message appears by itself, masked; a click shows its code, and the next one hides it."""
    engine = server.emulator.engine
    new_walker(engine, confirmed=False)
    code = '#outbox [value^="code/"]'
    page.wait_for(lambda: page.texts(code) == ["••••••"])
    page.click(code)
    page.wait_for(lambda: page.texts(code) == [engine.outbox.messages()[0].code])
    new_walker(engine, username="bob", confirmed=False)
    page.wait_for(lambda: len(page.texts(code)) == 2)
    sent = [message.code for message in engine.outbox.messages()]
    assert page.texts(code) == ["••••••", sent[1]]
    page.driver.find_elements("css selector", code)[1].click()
    page.wait_for(lambda: page.texts(code) == ["••••••", "••••••"])


def test_a_user_is_updated(page: Browser, server: EmulatorServer) -> None:
    """Devices and codes appear while the view is open; the code goes on with the clock."""
    walker = new_walker(server.emulator.engine, mfa="OPTIONAL", devices=ALWAYS)
    open_user(page, server, walker)
    tokens = walker.by_password()["AuthenticationResult"]
    secret = walker.enrol(tokens)
    device = walker.confirm_device(tokens)
    page.wait_for(lambda: device.key in page.texts("#user")[0])
    page.click('#user [value^="totp-code/"]')
    shown = '#user [value^="totp-code/"]'
    page.wait_for(lambda: page.texts(shown)[0].startswith(f"{walker.code(secret)} · "))
    page.click("[name=seconds][value='30']")
    page.wait_for(lambda: page.texts(shown)[0].startswith(f"{walker.code(secret)} · "))


def test_the_overview_stays_with_its_pool(page: Browser, server: EmulatorServer) -> None:
    """A newer pool with users is offered and not shown, so a form makes its user where it stands.

    The first pool, and what is left when the pool is deleted, come by themselves.
    """
    engine = server.emulator.engine
    first = new_walker(engine, username="ada").user_pool_id
    page.wait_for(lambda: page.texts("#users .name") == ["ada"])
    second = new_walker(engine, username="bob").user_pool_id
    page.wait_for(lambda: len(page.texts("#pools .chips a")) == 2)
    assert page.texts("#users .name") == ["ada"]
    page.click(".form summary")
    type_in(page, "username", "grace")
    type_in(page, "password", PASSWORD)
    page.click(".form .main")
    page.wait_for(lambda: page.texts("#users .name") == ["grace", "ada"])
    engine.call("DeleteUserPool", {"UserPoolId": first})
    page.wait_for(lambda: page.texts("#users .name") == ["bob"])
    assert second in page.run("return location.search")


def test_another_app_has_another_secret(page: Browser, server: EmulatorServer) -> None:
    """What was shown of an authenticator app that is forgotten is not shown of the next one."""
    walker = new_walker(server.emulator.engine, mfa="OPTIONAL")
    tokens = walker.by_password()["AuthenticationResult"]
    walker.enrol(tokens)
    open_user(page, server, walker)
    for kind in ("secret", "qr"):
        page.click(f'#user [value^="totp-{kind}/"]')
    page.wait_for(lambda: page.run("return document.querySelector('#user img')"))
    old = page.run("return document.querySelector('#user img').src")
    secret = walker.enrol(tokens)
    shown = '#user [value^="totp-secret/"]'
    page.wait_for(lambda: page.texts(shown) == [secret])
    page.wait_for(lambda: page.run("return document.querySelector('#user img').src") != old)


def test_qr_code_enrolls_an_app(page: Browser, server: EmulatorServer) -> None:
    """An independent reader finds the secret, the pool and the user in the picture, in the dark."""
    zxingcpp = pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    engine = server.emulator.engine
    walker = new_walker(engine, mfa="OPTIONAL")
    secret = walker.enrol(walker.by_password()["AuthenticationResult"])
    page.resize(1_360, 1_000, "dark")
    open_user(page, server, walker)
    assert page.texts("img.qr") == []
    page.click('#user [value^="totp-qr/"]')
    (picture,) = page.wait_for(lambda: page.driver.find_elements("css selector", "img.qr"))
    page.wait_for(lambda: page.run("return document.querySelector('img.qr').complete"))
    (found,) = zxingcpp.read_barcodes(image.open(io.BytesIO(picture.screenshot_as_png)))
    uri = urlsplit(found.text)
    name = engine.pools[walker.user_pool_id].name
    assert unquote(uri.path) == f"/{name}:alice"
    assert parse_qs(uri.query) == {"secret": [secret], "issuer": [name]}
    walker.administer("AdminDisableUser")
    page.wait_for(lambda: "disabled" in page.texts("#user")[0])
    assert len(page.driver.find_elements("css selector", "img.qr")) == 1
    page.click('#user [value^="totp-qr/"]')
    page.wait_for(lambda: not page.driver.find_elements("css selector", "img.qr"))


def test_a_user_is_created_and_changed(page: Browser, server: EmulatorServer) -> None:
    """Forms say what they have done, and stay where they are; an error keeps what was typed."""
    engine = server.emulator.engine
    pool_id = new_pool(engine)
    page.open(f"{server.url}/_harness/")
    page.wait_for(lambda: page.texts("#state") == ["live"])
    page.click(".form summary")
    type_in(page, "username", "ada")
    type_in(page, "password", "weak")
    page.click(".form button.main")
    page.wait_for(lambda: "InvalidPasswordException" in page.texts("#notice.bad")[0])
    assert page.run("return document.querySelector('[name=username]').value") == "ada"
    type_in(page, "password", PASSWORD)
    page.click(".form button.main")
    page.wait_for(lambda: page.texts("#users .name") == ["ada"])
    assert page.texts("#notice") == ["The user was created."]
    assert page.run("return document.querySelector('[name=username]').value") == ""
    page.complaints()  # Chromium's console shows the 400.
    (user,) = engine.pools[pool_id].users
    page.click("#users .name")
    page.wait_for(lambda: page.texts("#state") == ["live"] and page.texts("#user h1") == ["ada"])
    page.click('[value="disable"]')
    page.wait_for(lambda: page.texts('[value="enable"]'))
    assert not user.enabled
    page.click('[value="enable"]')
    page.wait_for(lambda: page.texts('[value="disable"]'))
    assert user.enabled


def type_in(page: Browser, name: str, text: str) -> None:
    """Replace what is in a field."""
    field = page.driver.find_element("css selector", f".form [name={name}]")
    field.clear()
    field.send_keys(text)


def test_typing_goes_on_while_the_page_changes(page: Browser, server: EmulatorServer) -> None:
    """Neither what is typed nor the focus is lost when new users and messages come."""
    walker = new_walker(server.emulator.engine)
    page.open(f"{server.url}/_harness/")
    page.wait_for(lambda: page.texts("#users .name") == ["alice"])
    page.click(".form summary")
    field = page.driver.find_element("css selector", ".form [name=username]")
    field.send_keys("some")
    pool_id = walker.user_pool_id
    new_walker(server.emulator.engine, username="bob", pool_id=pool_id, confirmed=False)
    page.wait_for(lambda: page.texts("#users .name") == ["bob", "alice"])
    page.driver.switch_to.active_element.send_keys("body")
    assert field.get_attribute("value") == "somebody"
    assert page.run("return document.querySelector('.form').open")


def test_calls_are_filtered_while_typing(page: Browser, server: EmulatorServer) -> None:
    """The list follows what is typed, and the address has it for a reload."""
    import boto3
    from botocore.exceptions import ClientError

    client = boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id="A",
        aws_secret_access_key="x",
    )
    client.list_user_pools(MaxResults=1)
    with pytest.raises(ClientError):
        client.admin_get_user(UserPoolId="us-east-1_none", Username="zoe")
    page.wait_for(lambda: len(page.texts("#calls tbody tr")) == 2)
    page.driver.find_element("css selector", "[name=by][type=search]").send_keys("zo")
    page.wait_for(lambda: len(page.texts("#calls tbody tr")) == 1)
    assert "by=zo" in page.driver.current_url
    page.driver.refresh()
    assert len(page.texts("#calls tbody tr")) == 1
    assert page.run("return document.querySelector('[name=by][type=search]').value") == "zo"
    page.run("document.querySelector('[name=by][type=search]').value = ''")
    page.click("[name=refused]")
    page.wait_for(lambda: "refused=1" in page.driver.current_url)
    assert "by=" not in page.driver.current_url
    assert len(page.texts("#calls tbody tr")) == 1


def test_an_id_is_copied(page: Browser, server: EmulatorServer) -> None:
    """The button puts it on the clipboard, and says so."""
    pool_id = new_pool(server.emulator.engine)
    permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"]
    page.driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": permissions})
    page.wait_for(lambda: page.texts("#pools .copy") == ["Copy"])
    page.click("#pools .copy")
    page.wait_for(lambda: page.texts("#notice") == [f"Copied {pool_id}"])
    read = "navigator.clipboard.readText().then(arguments[0], String)"
    assert page.driver.execute_async_script(read) == pool_id


def test_the_clock_is_moved(page: Browser, server: EmulatorServer) -> None:
    """A button moves the emulator's time, and the page shows it."""
    before = server.emulator.clock.time()
    page.click("[name=seconds][value='86400']")
    page.wait_for(lambda: server.emulator.clock.time() >= before + 86_400)
    day = server.emulator.clock.now().strftime("%Y-%m-%d")
    page.wait_for(lambda: page.texts("#clock")[0].startswith(day))


def test_faults_are_planned_and_canceled(page: Browser, server: EmulatorServer) -> None:
    """The form makes an operation fail, and the button ends that."""
    page.run("document.querySelector('#plan [name=times]').value = ''")
    page.click("#plan button")
    page.wait_for(lambda: "InitiateAuth" in page.texts("#faults")[0])
    (fault,) = server.emulator.faults.planned
    assert (fault.operation, fault.status, fault.times) == ("InitiateAuth", 400, None)
    page.click("#faults button")
    page.wait_for(lambda: page.texts("#faults")[0].startswith("off"))
    assert server.emulator.faults.planned == []


def test_what_has_not_changed_is_not_sent(page: Browser, server: EmulatorServer) -> None:
    """While nothing happens, each update is the time alone."""
    new_pool(server.emulator.engine)
    page.wait_for(lambda: "No user pools" not in page.texts("#pools")[0])
    sizes = """
        return performance.getEntriesByType("resource").filter((it) => it.name.includes("/live"))
          .map((it) => [it.responseStatus, it.transferSize]);
    """
    page.run("performance.clearResourceTimings()")
    found = page.wait_for(
        lambda: page.run(f"const all = (() => {{ {sizes} }})();return all.length > 3 && all")
    )
    assert {status for status, _ in found[1:]} == {304}
    assert max(size for _, size in found[1:]) < 2_000


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
    page.wait_for(lambda: page.texts("#users .name") == [name])
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
