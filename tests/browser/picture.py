"""Takes the pictures of the page for the documentation: ``python -m tests.browser.picture``.

The content is the same each time, and the clock stands still.
"""

from __future__ import annotations

import io
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from PIL import Image

from harness.clock import VirtualClock
from harness.emulator import Emulator
from harness.emulator.api.request import Caller
from harness.emulator.core.settings import EmulatorSettings
from harness.emulator.engine import Engine
from harness.emulator.http.wire import TARGET_PREFIX, answer
from harness.emulator.refusals import Refusal
from harness.emulator.server import EmulatorServer
from harness.emulator.stores.faults import Fault
from harness.emulator.stores.outbox import Outbox
from tests.browser.chromium import Browser, chromium
from tests.emulator.support.expect import START
from tests.emulator.support.walker import ALWAYS, Walker, new_client, new_pool, new_walker

IMAGES = Path(__file__).parents[2] / "docs" / "images"
#: With 256 colors, so that the files stay small.
_COLOURS = 128


@dataclass
class OverTheWire:
    """An engine that records its calls, as it does for real clients."""

    engine: Engine

    @property
    def clock(self) -> VirtualClock:
        """The engine's time."""
        return self.engine.clock

    @property
    def outbox(self) -> Outbox:
        """What the engine sent."""
        return self.engine.outbox

    def call(self, operation: str, params: dict[str, Any], caller: Caller | None = None) -> Any:
        """Run an operation as if it came over HTTP."""
        body = json.dumps(params).encode()
        given = answer(self.engine, TARGET_PREFIX + operation, body, caller or Caller())
        members = json.loads(given.body)
        if given.status != 200:
            raise Refusal(members["__type"], members["message"], given.status)
        return members


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


def _invite(engine: Engine, pool_id: str, name: str) -> None:
    email = [{"Name": "email", "Value": f"{name}@example.com"}]
    engine.call(
        "AdminCreateUser", {"UserPoolId": pool_id, "Username": name, "UserAttributes": email}
    )


def take(browser: Browser, url: str, scheme: str) -> None:
    """Take the picture in a color scheme."""
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    browser.open(f"{url}/_harness/")
    browser.wait_for(lambda: browser.texts("#state") == ["live"])
    browser.run("document.querySelectorAll('#users summary')[1].click()")
    browser.click('#outbox [data-secret^="code/"]')
    browser.wait_for(lambda: "••••••" not in browser.texts("#outbox .secret")[0])
    shot = Image.open(io.BytesIO(browser.driver.get_screenshot_as_png()))
    IMAGES.mkdir(exist_ok=True)
    small = shot.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    small.save(IMAGES / f"page-{scheme}.png", optimize=True)


def main() -> None:
    """Take the pictures."""
    clock = VirtualClock(START, frozen=True)
    emulator = Emulator(clock=clock, settings=EmulatorSettings(seed=2), mock=False)
    tell(emulator.engine)
    with EmulatorServer(emulator=emulator) as server, chromium(1400, 1020) as browser:
        for scheme in ("light", "dark"):
            take(browser, server.url, scheme)


if __name__ == "__main__":
    main()
