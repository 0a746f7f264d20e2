"""Everything on the page works without JavaScript: links, forms, and pages of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from harness.emulator.server import EmulatorServer
from tests.browser.crowd import Crowd, crowd
from tests.emulator.support.expect import PASSWORD

pytest.importorskip("selenium", reason="selenium is not installed; tox -e page has it")

if TYPE_CHECKING:
    from tests.browser.chromium import Browser


@pytest.fixture(scope="module")
def people() -> Crowd:
    """An emulator with people."""
    return crowd()


@pytest.fixture(scope="module")
def url(people: Crowd) -> Iterator[str]:
    """The address of the page of that emulator."""
    with EmulatorServer(emulator=people.emulator) as running:
        yield f"{running.url}/_harness/"


@pytest.fixture
def plain(browser: Browser, url: str) -> Iterator[Browser]:
    """The page in a browser that runs no script of any page."""
    switch = "Emulation.setScriptExecutionDisabled"
    browser.driver.execute_cdp_cmd(switch, {"value": True})
    browser.open(url)
    assert browser.texts("#state") == ["reload to update"]
    yield browser
    browser.driver.execute_cdp_cmd(switch, {"value": False})


def fill(browser: Browser, form: str, **texts: str) -> None:
    """Type into the fields of a form."""
    for name, text in texts.items():
        field = browser.driver.find_element("css selector", f"{form} [name={name}]")
        field.clear()
        field.send_keys(text)


def open_user(browser: Browser, url: str, people: Crowd) -> None:
    """Open the view of the user with everything."""
    browser.open(f"{url}user?pool={people.pool_id}&sub={people.sub}")


def test_a_user_is_created(plain: Browser, people: Crowd) -> None:
    """The form leads back to the page, which has the user; reloading that repeats nothing."""
    plain.click(".form summary")
    fill(plain, ".form", username="grace", email="grace@example.com", password=PASSWORD)
    plain.click(".form button.main")
    plain.wait_for(lambda: plain.texts("#notice") == ["The user was created."])
    assert plain.texts("#users .name")[0] == "grace"
    users = people.emulator.engine.pools[people.pool_id].users
    before = len(users)
    plain.driver.refresh()
    assert len(users) == before
    created = users.by_username("grace")
    assert created is not None
    assert created.status == "CONFIRMED"


def test_an_error_keeps_what_was_typed(plain: Browser) -> None:
    """The form is open, and has everything but the password."""
    plain.click(".form summary")
    fill(plain, ".form", username="alan", password="weak")
    plain.click(".form button.main")
    plain.wait_for(lambda: "InvalidPasswordException" in plain.texts("#notice.bad")[0])
    field = plain.driver.find_element("css selector", ".form [name=username]")
    assert field.get_attribute("value") == "alan"
    assert field.is_displayed()
    password = plain.driver.find_element("css selector", ".form [name=password]")
    assert password.get_attribute("value") == ""
    # The address of the form has no page, so links and forms of this one must lead elsewhere.
    plain.click("header nav a")
    plain.wait_for(lambda: plain.texts("#users .name"))


def test_people_are_found_and_paged(plain: Browser) -> None:
    """The search is a form, and pages are links."""
    fill(plain, "section", find="user07@example")
    plain.click(".heading button")
    plain.wait_for(lambda: plain.texts("#users .name") == ["user07"])
    plain.click("#users .pages a")
    first = plain.wait_for(lambda: plain.texts("#users .name")[1:] and plain.texts("#users .name"))
    plain.click("#users a[rel=next]")
    plain.wait_for(lambda: not set(plain.texts("#users .name")) & set(first))


def test_pools_are_switched(plain: Browser, people: Crowd) -> None:
    """Each pool is a link."""
    assert plain.texts("#pools h1") == ["shop"]
    plain.click("#pools nav a:not([aria-current])")
    plain.wait_for(lambda: plain.texts("#pools h1")[0].startswith("A pool whose name"))


def test_calls_are_filtered(plain: Browser) -> None:
    """The filters are a form; what passes has its reason, and a way to the likely causes."""
    fill(plain, "[aria-label=Calls]", by="ada", text="password")
    plain.click("[aria-label=Calls] [name=refused]")
    plain.click("[aria-label=Calls] button")
    plain.wait_for(lambda: len(plain.texts("#calls tbody tr")) == 1)
    assert "Refused because the password is wrong." in plain.texts("#calls tbody")[0]
    plain.click("#calls a[href^=help]")
    plain.wait_for(lambda: "USER_ID_FOR_SRP" in plain.texts("dl.help dt:target + dd")[0])


def test_an_authenticator_app_is_shown(plain: Browser, url: str, people: Crowd) -> None:
    """A click leads to a page with the QR code, the code and the secret; its address has none."""
    open_user(plain, url, people)
    plain.click('[value^="totp-code/"]')
    plain.wait_for(lambda: people.secret in plain.texts("main")[0])
    assert people.secret not in plain.driver.current_url
    assert " s more" in plain.texts("main")[0]
    picture = plain.driver.find_element("css selector", "img.qr")
    assert int(picture.get_attribute("naturalWidth") or 0) > 100
    plain.click(".back a")
    plain.wait_for(lambda: plain.texts("#user h1") == ["ada"])


def test_a_code_is_shown(plain: Browser, people: Crowd) -> None:
    """So is the code of a message."""
    message = people.emulator.engine.outbox.messages()[0]
    plain.click('#outbox [value^="code/"]')
    plain.wait_for(lambda: plain.texts("pre") == [message.code])


def test_a_user_is_changed(plain: Browser, url: str, people: Crowd) -> None:
    """Each button leads back to the user, and says what it has done."""
    user = people.emulator.engine.pools[people.pool_id].users.by_sub(people.sub)
    assert user is not None
    open_user(plain, url, people)
    plain.click('[value="disable"]')
    plain.wait_for(lambda: plain.texts("#notice") == ["The user is disabled."])
    assert not user.enabled
    plain.click('[value="enable"]')
    plain.wait_for(lambda: plain.texts("#notice") == ["The user is enabled."])
    devices = len(list(user.devices))
    plain.click('#user [name="device"]')
    plain.wait_for(lambda: plain.texts("#notice") == ["The device is forgotten."])
    assert len(list(user.devices)) == devices - 1


def test_the_clock_and_faults_are_changed(plain: Browser, people: Crowd) -> None:
    """The rest of the controls are forms too."""
    before = people.emulator.clock.time()
    plain.click("[name=seconds][value='30']")
    plain.wait_for(lambda: plain.texts("#notice") == ["The clock was moved."])
    assert people.emulator.clock.time() == before + 30
    plain.click("#plan button")
    plain.wait_for(lambda: plain.texts("#notice") == ["The fault is planned."])
    assert people.emulator.faults.planned[-1].code == "NotAuthorizedException"
    plain.click("#faults button")
    plain.wait_for(lambda: plain.texts("#notice") == ["No fault is planned any more."])
    assert people.emulator.faults.planned == []


def test_nothing_is_offered_that_needs_a_script(plain: Browser, url: str, people: Crowd) -> None:
    """The buttons that copy are not there."""
    assert set(plain.texts(".copy")) == {""}
    open_user(plain, url, people)
    assert set(plain.texts(".copy")) == {""}
