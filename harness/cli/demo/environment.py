"""Sets up the demo in the embedded emulator or in an existing user pool."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.cli.demo.choices import Choices
from harness.cli.demo.picture import picture_of
from harness.cli.demo.player import AutomaticPlayer, Player
from harness.cli.demo.screen import Screen
from harness.cli.demo.stage import Stage
from harness.cli.demo.terminal_player import TerminalPlayer
from harness.flows.actions import Actions, AppClient
from harness.flows.trace import Trace
from harness.pools.making.provision_spec import deprovision, provision
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.pools.spec.senders import MADE_UP_SENDERS
from harness.srp.engines import NativeEngine
from harness.targets.base import Target
from harness.targets.emulated import EmulatedTarget
from harness.targets.endpoint import EndpointTarget
from harness.targets.served import ServedTarget
from harness.users.person import PersonFactory

__all__ = ["stage_for"]

#: The strictest pool, so that there is most to see, with the longest sessions: people need time to
#: find their phone (A140).
_SPEC = PoolSpec(
    name="demo",
    mfa="ON",
    device_tracking=DeviceTracking(
        challenge_required_on_new_device=True, device_only_remembered_on_user_prompt=True
    ),
    auth_session_validity=15,
)
_FACTS = {
    "MFA": "required, with an authenticator app",
    "Passwords": "at least 8 characters, with upper and lower case, a digit and a symbol",
    "Devices": "tracked; a remembered device replaces the code",
}
_TITLE = "Amazon Cognito: MFA and a tracked device"
# RFC 2606 reserves the domain: no page of it exists, and no browser is asked.
_PARTY = "auth.example.com"
_PASSWORDLESS_SPEC = PoolSpec(
    name="demo",
    auth_flows=("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH"),
    first_factors=("PASSWORD", "EMAIL_OTP", "WEB_AUTHN"),
    relying_party_id=_PARTY,
    auth_session_validity=15,
)
_PASSWORDLESS_FACTS = {
    "First factors": "a code by email, a passkey, or a password if the user has one",
    "MFA": "off",
    "Passkeys": f"for {_PARTY}, in a software authenticator",
}
_PASSWORDLESS_TITLE = "Amazon Cognito: sign in without a password"


@contextmanager
def stage_for(choices: Choices, screen: Screen) -> Iterator[Stage]:
    """Set up the stage of the demo, and clean up after the block."""
    environment = _existing if choices.existing is not None else _own_pool
    with (
        picture_of(choices, screen) as png,
        environment(choices, screen, png) as (stage, facts),
    ):
        app = stage.actions.app
        pool = {"User pool": app.user_pool_id, "App client": app.client_id}
        title = _PASSWORDLESS_TITLE if choices.passwordless else _TITLE
        screen.title(title, {**facts, **pool})
        yield stage


@contextmanager
def _own_pool(
    choices: Choices, screen: Screen, png: Path | None
) -> Iterator[tuple[Stage, dict[str, str]]]:
    """Create a pool in an emulator for the time of the demo."""
    url = choices.served_url
    target: Target = (
        EmulatedTarget(region=choices.region)
        if url is None
        else ServedTarget(region=choices.region, endpoint_url=url)
    )
    target.start()
    try:
        # The emulator sends nothing.
        spec = _PASSWORDLESS_SPEC if choices.passwordless else _SPEC
        pool = provision(target.client(), spec, name_prefix="", tags={}, senders=MADE_UP_SENDERS)
        player = _player(choices, screen, target, pool.user_pool_id)
        facts = {
            "Service": "the embedded emulator; nothing leaves this process"
            if url is None
            else f"the emulator served at {url}",
            **(_PASSWORDLESS_FACTS if choices.passwordless else _FACTS),
        }
        try:
            yield _stage(choices, target, pool.app, player, screen, png), facts
        finally:
            # Others use a served emulator too.
            deprovision(target.client(), pool)
    finally:
        target.stop()


def _player(choices: Choices, screen: Screen, target: Target, user_pool_id: str) -> Player:
    """Return who plays the user, with the outbox of an emulator."""
    outbox = target.mailbox(user_pool_id)
    if choices.automatic:
        return AutomaticPlayer(PersonFactory(secrets.randbits(32)).make(), outbox, screen)
    return TerminalPlayer(screen, outbox, target.clock)


@contextmanager
def _existing(
    choices: Choices, screen: Screen, png: Path | None
) -> Iterator[tuple[Stage, dict[str, str]]]:
    """Use an existing pool with the calls that a user can make without AWS credentials."""
    pool = choices.existing
    assert pool is not None
    # Not started: starting it makes calls that only an administrator may make.
    target: Target = (
        ServedTarget(region=pool.region, endpoint_url=pool.endpoint_url)
        if pool.is_emulator
        else EndpointTarget(pool.endpoint_url, region=pool.region, user_pool_id=pool.user_pool_id)
    )
    try:
        app = AppClient(pool.user_pool_id, pool.client_id, pool.client_secret)
        player = (
            _player(choices, screen, target, pool.user_pool_id)
            if pool.is_emulator
            else TerminalPlayer(screen, None, target.clock)
        )
        facts = {"Service": pool.endpoint_url, "MFA, devices": "as the pool is configured"}
        yield _stage(choices, target, app, player, screen, png), facts
    finally:
        target.stop()


def _stage(
    choices: Choices,
    target: Target,
    app: AppClient,
    player: Player,
    screen: Screen,
    png: Path | None,
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
        png=png,
        existing_pool=choices.existing is not None,
    )
