"""``cognito-harness demo``: the whole story, told to a person who takes part in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.outcome import ExitCode, complain
from harness.errors import HarnessError

if TYPE_CHECKING:
    from harness.cli.demo.choices import Choices

__all__ = ["demo"]

_EXISTING = "An existing user pool"
_PNG = Path("cognito-demo-totp.png")

_Auto = Annotated[bool, typer.Option("--auto", help="Let the demo answer itself, on the emulator.")]
_Png = Annotated[
    Path, typer.Option(metavar="FILE", help="Where to write the QR code as a picture.")
]
_Region = Annotated[
    str | None,
    typer.Option(
        envvar="COGNITO_HARNESS_REGION",
        help="AWS region.",
        show_default="the region in the user pool's id, else us-east-1",
    ),
]
_AuthFlow = Annotated[
    str, typer.Option(help="How to sign in: USER_SRP_AUTH or USER_PASSWORD_AUTH.")
]
_UserPoolId = Annotated[
    str | None,
    typer.Option(
        envvar="COGNITO_HARNESS_USER_POOL_ID",
        rich_help_panel=_EXISTING,
        help="Its id; without one the demo makes a pool in the embedded emulator.",
    ),
]
_ClientId = Annotated[
    str | None,
    typer.Option(
        envvar="COGNITO_HARNESS_CLIENT_ID",
        rich_help_panel=_EXISTING,
        help="Its app client; if that has a secret, give it in COGNITO_HARNESS_CLIENT_SECRET.",
    ),
]
_EndpointUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        rich_help_panel=_EXISTING,
        help="Where the service listens, if that is not AWS.",
    ),
]


def demo(
    auto: _Auto = False,
    png: _Png = _PNG,
    region: _Region = None,
    auth_flow: _AuthFlow = "USER_SRP_AUTH",
    user_pool_id: _UserPoolId = None,
    client_id: _ClientId = None,
    endpoint_url: _EndpointUrl = None,
) -> None:
    """Sign up, set up an authenticator app, have a device remembered, and sign in with it.

    Everything is shown as it happens: what is called, what Cognito answers, and why. The e-mails
    of the emulator are read in its mailbox, those of an existing pool in your own.
    """
    from harness.cli.demo import choices

    finding = _play(
        choices.Choices(
            automatic=auto,
            png=choices.usable_picture(png),
            region=choices.usable_region(region),
            auth_flow=choices.usable_auth_flow(auth_flow),
            existing=choices.existing_pool(user_pool_id, client_id, region, endpoint_url),
        )
    )
    if finding is not None:
        complain(finding)
        raise typer.Exit(ExitCode.FINDING)


def _play(choices: Choices) -> str | None:
    # Only now: what the demo needs takes half a second to import.
    from harness.cli.demo.environment import stage_for
    from harness.cli.demo.screen import Screen
    from harness.cli.demo.story import tell

    try:
        with stage_for(choices, Screen()) as stage:
            return tell(stage)
    except EOFError:
        raise HarnessError(
            "the input ended before the demo did; --auto lets the demo answer itself"
        ) from None
