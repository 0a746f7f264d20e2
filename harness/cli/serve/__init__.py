"""``cognito-harness serve``: serves the emulator over HTTP until a signal stops it."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import Panel, assignment, parse_number
from harness.cli.serve.call_log import LogJsonOption, log_calls
from harness.cli.serve.issuer import (
    DomainStyleOption,
    IssuerOption,
    PublicUrlOption,
    uncallable,
)
from harness.cli.serve.limits import LimitOption, make_limits
from harness.cli.serve.listening import listening
from harness.cli.serve.mail_server import SmtpOption, relayed_mail
from harness.cli.serve.permissions import IamOption, permissions
from harness.cli.serve.seed_file import SeedFileOption, planted_seed
from harness.cli.serve.signals import StopSignals
from harness.cli.serve.sources import (
    AllowHostOption,
    AllowOriginOption,
    AllowOutgoingHttpOption,
    allowed_sources,
)
from harness.cli.serve.state import StateOption, StateSecretsOption, kept_state
from harness.cli.serve.tls import TlsAuthorityOption, TlsOption, secured
from harness.cli.serve.triggers import (
    TriggerOption,
    TriggerTimeoutOption,
    UnmappedTriggersOption,
    given_triggers,
    trigger_lines,
)

if TYPE_CHECKING:
    from harness.emulator import Emulator
    from harness.emulator.http.sources import AllowedSources

__all__ = ["serve"]

_TO_ALL = "warning: other machines can reach this address, and can then use every pool served here"

_NEXT = "next, in another terminal:"

_CODES = "warning: programs there that use a name of --allow-host can also read codes"


def _port(text: str) -> int:
    return parse_number("--port", str(text), 0, 65535)


def _seed(text: str) -> int:
    return parse_number("--seed", str(text))


HostOption = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="The address to listen on. Only this machine can reach the default.",
        rich_help_panel=Panel.NETWORK,
    ),
]
PortOption = Annotated[
    int,
    typer.Option(
        metavar="NUMBER",
        parser=_port,
        help="The port to listen on; 0 picks a free port.",
        rich_help_panel=Panel.NETWORK,
    ),
]
SeedOption = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER",
        parser=_seed,
        help="The same seed gives the same ids, codes and secrets.",
        show_default="random",
        rich_help_panel=Panel.STATE,
    ),
]
SettingOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A setting of the emulator, for example quotas=true. Can be repeated.",
        rich_help_panel=Panel.STRICTNESS,
    ),
]


def serve(
    host: HostOption = "127.0.0.1",
    port: PortOption = 5000,
    seed: SeedOption = None,
    setting: SettingOption = None,
    limit: LimitOption = None,
    allow_origin: AllowOriginOption = None,
    allow_host: AllowHostOption = None,
    allow_outgoing_http: AllowOutgoingHttpOption = False,
    seed_file: SeedFileOption = None,
    issuer: IssuerOption = "aws",
    public_url: PublicUrlOption = None,
    domain_style: DomainStyleOption = "path",
    state: StateOption = None,
    state_secrets: StateSecretsOption = False,
    smtp: SmtpOption = None,
    trigger: TriggerOption = None,
    unmapped_triggers: UnmappedTriggersOption = "skip",
    trigger_timeout: TriggerTimeoutOption = 5.0,
    iam: IamOption = False,
    tls: TlsOption = False,
    tls_ca: TlsAuthorityOption = None,
    log_json: LogJsonOption = False,
) -> None:
    """Serve the emulator over HTTP until SIGINT or SIGTERM.

    Prints the address when the server is ready, then how to point other programs at it. Without
    --state, all pools and users are gone when the server stops.
    """
    # The emulator's libraries would slow down the start of every other command.
    from harness.cli.serve.emulator_settings import make_settings
    from harness.emulator import Emulator

    settings = make_settings(seed, setting or [], issuer, public_url, domain_style)
    limits, sources = make_limits(limit or []), allowed_sources(allow_origin, allow_host)
    triggers = given_triggers(trigger, unmapped_triggers, trigger_timeout)
    emulator = Emulator(settings=settings, mock=False, triggers=triggers)
    log_calls(emulator, wanted=log_json)
    with (
        StopSignals() as signals,
        permissions(iam) as permitted,
        kept_state(emulator, state, state_secrets) as kept,
        planted_seed(emulator, seed_file) as planted,
        relayed_mail(emulator, smtp),
        secured(tls, tls_ca, host, sources.hosts) as security,
        listening(
            host,
            port,
            emulator,
            tls=security.context,
            limits=limits,
            sources=sources,
            allow_outgoing_http=allow_outgoing_http,
        ) as url,
    ):
        kept.begin()
        more = [*planted, *trigger_lines(triggers), *_warnings(host, sources, public_url)]
        _announce(url, emulator, more, [*security.lines(), *permitted, _makes_pools(seed_file)])
        kept.announce()
        signals.wait()


def _warnings(host: str, sources: AllowedSources, public_url: str | None) -> list[str]:
    """Return the warnings about who can reach the server, and who cannot."""
    open_to_others = [] if is_loopback(host) else [_TO_ALL, *([_CODES] if sources.hosts else [])]
    return [*open_to_others, *uncallable(public_url, sources)]


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach ``host``."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def _makes_pools(seed_file: str | None) -> str:
    """Return the command that makes pools: those of the seed file again, if there is one."""
    return "cognito-harness " + ("seed" if seed_file else "provision --spec template.yaml")


def _sign_in_pages(emulator: Emulator) -> list[str]:
    """Return the command for the first address at which a person can sign in, if there is one."""
    from harness.emulator.control.domains import domains

    found = domains(emulator.engine, emulator.engine.pools.values())
    able = (each for domain in found for each in domain.clients if not each.problem)
    return [f"cognito-harness login-url --client {each.client_id}" for each in able][:1]


def _announce(url: str, emulator: Emulator, more: list[str], commands: list[str]) -> None:
    # Other programs wait for the first line, so it must not stay in the buffer of a pipe.
    print(f"listening on {url}", flush=True)
    settings, profile = emulator.engine.settings, emulator.faults.profile
    loosened = ", ".join(settings.loosened()) or "nothing"
    seed = "random" if settings.seed is None else settings.seed
    lines = [
        f"loosened: {loosened}",
        f"seed: {seed}",
        *([f"issuer: {emulator.engine.public_url}/POOL_ID"] if settings.issuer != "aws" else []),
        *([f"faults: {profile.text()}, drawn with seed {profile.seed}"] if profile else []),
        f"page: {url}/_harness/",
        *more,
        _NEXT,
        assignment("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", url),
        *commands,
        *_sign_in_pages(emulator),
        "cognito-harness code NAME",
        "cognito-harness clock --advance 5m",
    ]
    print("\n".join(lines), flush=True)
