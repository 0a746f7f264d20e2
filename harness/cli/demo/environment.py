"""Where the demo takes place: in the emulator, or in a user pool that is there already."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from harness.cli.demo.choices import Choices
from harness.cli.demo.player import AutomaticPlayer, Player
from harness.cli.demo.screen import Screen
from harness.cli.demo.stage import Stage
from harness.cli.demo.terminal_player import TerminalPlayer
from harness.flows.actions import Actions, AppClient
from harness.flows.trace import Trace
from harness.pools.making.provision_spec import provision
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.srp.engines import NativeEngine
from harness.targets.base import Target
from harness.targets.emulated import EmulatedTarget
from harness.targets.endpoint import EndpointTarget
from harness.users.person import PersonFactory

__all__ = ["stage_for"]

#: As strict as a pool can be, so that there is something to see; and with the longest sessions,
#: since people need time to find their telephone (A140).
_SPEC = PoolSpec(
    name="demo",
    mfa="ON",
    device_tracking=DeviceTracking(
        challenge_required_on_new_device=True, device_only_remembered_on_user_prompt=True
    ),
    auth_session_validity=15,
)
_TITLE = "Amazon Cognito: MFA and a tracked device"


@contextmanager
def stage_for(choices: Choices, screen: Screen) -> Iterator[Stage]:
    """Set up what the demo takes place on, and clear it away afterwards."""
    place = _existing if choices.existing is not None else _emulated
    with place(choices, screen) as (stage, facts):
        app = stage.actions.app
        pool = {"User pool": app.user_pool_id, "App client": app.client_id}
        screen.title(_TITLE, {**facts, **pool})
        yield stage


@contextmanager
def _emulated(choices: Choices, screen: Screen) -> Iterator[tuple[Stage, dict[str, str]]]:
    """Make a pool in the embedded emulator, for as long as the demo takes."""
    target = EmulatedTarget(region=choices.region)
    target.start()
    try:
        # With the emulator its pools are gone as well.
        pool = provision(target.client(), _SPEC, name_prefix="", tags={})
        outbox = target.mailbox(pool.user_pool_id)
        player: Player = (
            AutomaticPlayer(PersonFactory(secrets.randbits(32)).make(), outbox, screen)
            if choices.automatic
            else TerminalPlayer(screen, outbox, target.clock)
        )
        facts = {
            "Where": "the embedded emulator; nothing leaves this process",
            "MFA": "required, by an authenticator app",
            "Passwords": "8 characters or more: upper and lower case, a digit, a symbol",
            "Devices": "tracked; one that the user has remembered replaces the code",
        }
        yield _stage(choices, target, pool.app, player, screen), facts
    finally:
        target.stop()


@contextmanager
def _existing(choices: Choices, screen: Screen) -> Iterator[tuple[Stage, dict[str, str]]]:
    """Use a pool that is there, by what a user may do himself, which takes no AWS credentials."""
    pool = choices.existing
    assert pool is not None
    # Not started: that would ask the service for what only an administrator is told.
    target = EndpointTarget(pool.endpoint_url, region=pool.region, user_pool_id=pool.user_pool_id)
    try:
        app = AppClient(pool.user_pool_id, pool.client_id, pool.client_secret)
        player = TerminalPlayer(screen, None, target.clock)
        facts = {"Where": pool.endpoint_url, "MFA, devices": "as the pool is set"}
        yield _stage(choices, target, app, player, screen), facts
    finally:
        target.stop()


def _stage(
    choices: Choices, target: Target, app: AppClient, player: Player, screen: Screen
) -> Stage:
    client = target.client()
    trace = Trace(target.clock)
    trace.observe(client)
    return Stage(
        actions=Actions(client, app),
        trace=trace,
        engine=NativeEngine(),
        clock=target.clock,
        player=player,
        screen=screen,
        auth_flow=choices.auth_flow,
        png=choices.png,
        existing_pool=choices.existing is not None,
    )
