"""``cognito-harness demo``: an interactive walk from sign-up to a remembered device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import Panel
from harness.cli.outcome import ExitCode, complain
from harness.errors import HarnessError

if TYPE_CHECKING:
    from harness.cli.demo.choices import Choices

__all__ = ["demo"]

_Auto = Annotated[
    bool, typer.Option("--auto", help="Let the demo answer its own questions; on emulators only.")
]
_Passwordless = Annotated[
    bool,
    typer.Option(
        "--passwordless",
        help="Show a sign-in without a password: by a code, and by a passkey; on emulators only.",
    ),
]
_Png = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The file to write the QR code to, and to keep.",
        show_default="a temporary file, deleted at the end",
    ),
]
_Region = Annotated[
    str | None,
    typer.Option(
        metavar="REGION",
        envvar="COGNITO_HARNESS_REGION",
        help="The AWS region.",
        show_default="that of the user pool, or us-east-1",
        rich_help_panel=Panel.SERVICE,
    ),
]
_AuthFlow = Annotated[
    str | None,
    typer.Option(
        metavar="FLOW",
        help="How to sign in: USER_SRP_AUTH or USER_PASSWORD_AUTH.",
        show_default="USER_SRP_AUTH",
        rich_help_panel=Panel.POOL,
    ),
]
_UserPoolId = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        envvar="COGNITO_HARNESS_USER_POOL_ID",
        help="An existing user pool to use.",
        show_default="a new pool in the emulator",
        rich_help_panel=Panel.POOL,
    ),
]
_ClientId = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        envvar="COGNITO_HARNESS_CLIENT_ID",
        help="The app client of the existing pool. If it has a secret, set "
        "COGNITO_HARNESS_CLIENT_SECRET.",
        rich_help_panel=Panel.POOL,
    ),
]
_EndpointUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="A served emulator, or the service with the existing pool if that is not AWS.",
        show_default="an emulator in this process",
        rich_help_panel=Panel.SERVICE,
    ),
]


def demo(
    auto: _Auto = False,
    passwordless: _Passwordless = False,
    png: _Png = None,
    region: _Region = None,
    auth_flow: _AuthFlow = None,
    user_pool_id: _UserPoolId = None,
    client_id: _ClientId = None,
    endpoint_url: _EndpointUrl = None,
) -> None:
    """Walk through sign-up, MFA and a remembered device.

    With --passwordless: a sign-up without a password, a code by email, and a passkey.

    Shows each call, Cognito's response and the reason for it. The emulator's emails are in its own
    mailbox; those of a pool on another service arrive in yours.
    """
    from harness.cli.demo import choices

    if passwordless:
        choices.passwordless_only(
            auth_flow=auth_flow,
            png=png,
            user_pool_id=user_pool_id,
            client_id=client_id,
        )
    finding = _play(
        choices.Choices(
            automatic=auto,
            png=choices.usable_picture(png),
            region=choices.usable_region(region),
            auth_flow="USER_AUTH" if passwordless else choices.usable_auth_flow(auth_flow),
            existing=choices.existing_pool(user_pool_id, client_id, region, endpoint_url),
            served_url=choices.served_emulator(user_pool_id, endpoint_url),
            passwordless=passwordless,
        )
    )
    if finding is not None:
        complain(finding)
        raise typer.Exit(ExitCode.FINDING)


def _play(choices: Choices) -> str | None:
    # Imported late: these modules take half a second to import.
    from harness.cli.demo.environment import stage_for
    from harness.cli.demo.next_steps import next_steps
    from harness.cli.demo.passwordless import tell_passwordless
    from harness.cli.demo.screen import Screen
    from harness.cli.demo.story import tell

    screen = Screen(pages=not choices.automatic)
    try:
        with stage_for(choices, screen) as stage:
            finding = tell_passwordless(stage) if choices.passwordless else tell(stage)
        screen.next_steps(next_steps(choices))
        return finding
    except EOFError:
        raise HarnessError(
            "the input ended before the demo did; use --auto to let the demo answer itself"
        ) from None
