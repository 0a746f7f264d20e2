"""Takes the pictures of the page for the documentation: ``python -m tests.browser.picture``.

The content is the same each time, and the clock stands still.
"""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path
from typing import cast

from PIL import Image

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from harness.emulator.refusals import Refusal
from harness.emulator.server import EmulatorServer
from harness.emulator.stores.faults import Fault
from tests.browser.chromium import Browser, chromium
from tests.emulator.support.expect import START
from tests.emulator.support.over_the_wire import OverTheWire
from tests.emulator.support.walker import ALWAYS, Walker, new_client, new_pool, new_walker

IMAGES = Path(__file__).parents[2] / "docs" / "images"
#: Few colors, so that the files stay small.
_COLORS = 128
#: The screens: a phone, a tablet, a laptop; a phone shows more when it is scrolled.
SCREENS = {390: 1_500, 800: 1_200, 1_280: 1_020}


def tell(engine: Engine) -> None:
    """Create users in every state: with a device, in progress, with a wrong password, invited."""
    wire = cast(Engine, OverTheWire(engine))
    new_client(wire, new_pool(wire, PoolName="staff", mfa="ON"), ClientName="intranet")
    pool_id = new_pool(wire, PoolName="shop", mfa="OPTIONAL", devices=ALWAYS)
    client = new_client(wire, pool_id, ClientName="web")
    new_client(wire, pool_id, ClientName="server", GenerateSecret=True)
    _invite(wire, pool_id, "erin")
    _tracked(new_walker(wire, username="ada", pool_id=pool_id, client=client))
    for name in ("grace", "alan"):
        engine.clock.advance(41)
        new_walker(wire, username=name, pool_id=pool_id, client=client, confirmed=name == "grace")
    engine.clock.advance(5)
    wrong = Walker(wire, pool_id, client["ClientId"], "grace", password="Wrong-password-1")
    alan = {"ClientId": client["ClientId"], "Username": "alan", "ConfirmationCode": "000000"}
    with suppress(Refusal):
        wrong.by_password()
    with suppress(Refusal):
        wire.call("ConfirmSignUp", alan)
    engine.faults.plan(Fault("ForgotPassword", "LimitExceededException", status=400, times=3))


def _tracked(ada: Walker) -> None:
    secret = ada.enrol(ada.by_srp()["AuthenticationResult"])
    ada.engine.clock.advance(30)
    tokens = ada.by_totp(ada.by_srp(), secret)["AuthenticationResult"]
    device = ada.confirm_device(tokens, DeviceName="Ada's laptop")
    ada.by_device(device, ada.by_srp(DEVICE_KEY=device.key))
    ada.engine.clock.advance(60)
    code = ada.code(secret)
    for seconds in (0, 9):
        ada.engine.clock.advance(seconds)
        session = ada.by_password()["Session"]
        with suppress(Refusal):
            ada.respond("SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)


def _invite(engine: Engine, pool_id: str, name: str) -> None:
    email = [{"Name": "email", "Value": f"{name}@example.com"}]
    engine.call(
        "AdminCreateUser", {"UserPoolId": pool_id, "Username": name, "UserAttributes": email}
    )


def take(browser: Browser, name: str) -> None:
    """Take the picture of what the browser shows."""
    shot = Image.open(io.BytesIO(browser.driver.get_screenshot_as_png()))
    IMAGES.mkdir(exist_ok=True)
    small = shot.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE)
    small.save(IMAGES / name, optimize=True)


def _overview(browser: Browser, url: str) -> None:
    browser.open(f"{url}/_harness/")
    browser.wait_for(lambda: browser.texts("#state") == ["live"])
    browser.click('#outbox [value^="code/"]')
    browser.wait_for(lambda: "••••••" not in browser.texts("#outbox .secret")[0])


def _user(browser: Browser) -> None:
    browser.run("[...document.querySelectorAll('.name')].find(it => it.text == 'ada').click()")
    browser.wait_for(lambda: browser.texts("#state") == ["live"] and browser.texts("#user h1"))
    for kind in ("code", "qr"):
        browser.click(f'[value^="totp-{kind}/"]')
    browser.wait_for(lambda: browser.texts("#user .secret.shown") and browser.texts("#user img"))


def main() -> None:
    """Take the pictures."""
    clock = VirtualClock(START, frozen=True)
    emulator = Emulator(clock=clock, settings=EmulatorSettings(seed=2), mock=False)
    tell(emulator.engine)
    with EmulatorServer(emulator=emulator) as server, chromium() as browser:
        for scheme in ("light", "dark"):
            for width, height in SCREENS.items():
                browser.resize(width, height, scheme)
                _overview(browser, server.url)
                take(browser, f"page-{scheme}-{width}.png")
            take(browser, f"page-{scheme}.png")
            _user(browser)
            take(browser, f"page-user-{scheme}.png")


if __name__ == "__main__":
    main()
