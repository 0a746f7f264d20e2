"""``cognito-harness audit``: holds the configuration of a pool to rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.outcome import ExitCode
from harness.cli.pools.reports import Form, FormOption, OutputOption
from harness.cli.pools.service import PoolName
from harness.cli.pools.source import Accounts, Endpoint, PoolTarget, SourceArgument

if TYPE_CHECKING:
    from harness.pools.audit.profile import Profile
    from harness.pools.audit.rules import Severity

__all__ = ["audit"]


def audit(
    source: Annotated[str, SourceArgument],
    preset: Annotated[
        str,
        typer.Option(help="The rules: baseline, strict or device-tracking."),
    ] = "baseline",
    profile: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A TOML file with severities, expectations and waivers of your own.",
            show_default="none",
        ),
    ] = None,
    least: Annotated[
        str,
        typer.Option("--fail-on", metavar="SEVERITY", help="What makes it fail: this and worse."),
    ] = "low",
    form: FormOption = Form.TEXT,
    output: OutputOption = None,
    pool: PoolName = None,
    endpoint_url: Endpoint = None,
    target: PoolTarget = "server",
    aws_accounts: Accounts = None,
) -> int:
    """Check a pool's configuration against rules, without changing anything.

    Exits with 1 where a rule is broken that is not waived.
    """
    from harness.cli.pools.reports import report_of_audit, write
    from harness.cli.pools.source import read_source
    from harness.clock import SystemClock
    from harness.pools.audit.auditing import audit as hold

    severity = _severity(least)
    chosen = _profile(profile, preset)
    configuration = read_source(source, pool, endpoint_url, target, aws_accounts)
    found = hold(configuration, chosen, SystemClock().now().date())
    write(report_of_audit(found), form, output)
    return ExitCode.FINDING if found.failed(severity) else ExitCode.EXPECTED


def _profile(path: Path | None, preset: str) -> Profile:
    from harness.pools.audit.profile import preset as of_preset
    from harness.pools.audit.profile import read_profile

    chosen = of_preset(preset)
    return chosen if path is None else read_profile(path, preset)


def _severity(word: str) -> Severity:
    from harness.errors import ConfigurationError
    from harness.pools.audit.rules import Severity

    words = {str(severity): severity for severity in Severity}
    if word not in words:
        raise ConfigurationError("--fail-on", given=word, allowed=words)
    return words[word]
