"""``cognito-harness audit``: checks the configuration of a user pool against rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.outcome import ExitCode
from harness.cli.pools.parameters import ParameterFiles, ParameterTexts
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
        typer.Option(metavar="NAME", help="The set of rules: baseline, strict or device-tracking."),
    ] = "baseline",
    profile: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A TOML file with your own severities, expectations and waivers.",
            show_default="none",
        ),
    ] = None,
    least: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="SEVERITY",
            help="Fail on findings of this severity or worse: info, low, medium, high, critical.",
        ),
    ] = "low",
    form: FormOption = Form.TEXT.value,
    output: OutputOption = None,
    pool: PoolName = None,
    parameter: ParameterTexts = None,
    parameters: ParameterFiles = None,
    endpoint_url: Endpoint = None,
    target: PoolTarget = "server",
    aws_accounts: Accounts = None,
) -> int:
    """Check the configuration of a user pool against rules.

    Changes nothing. Exits with 1 if a rule fails and no waiver covers it.
    """
    from harness.cli.pools.parameters import parameters_of
    from harness.cli.pools.reports import report_of_audit, write
    from harness.cli.pools.source import read_source
    from harness.clock import SystemClock
    from harness.pools.audit.auditing import audit as run_audit

    severity = _severity(least)
    chosen = _profile(profile, preset)
    given = parameters_of(parameter, parameters)
    configuration = read_source(source, pool, endpoint_url, target, aws_accounts, given)
    found = run_audit(configuration, chosen, SystemClock().now().date())
    write(report_of_audit(found), Form(form), output)
    return ExitCode.FINDING if found.failed(severity) else ExitCode.EXPECTED


def _profile(path: Path | None, preset: str) -> Profile:
    from harness.pools.audit.profile import preset as profile_of_preset
    from harness.pools.audit.profile import read_profile

    chosen = profile_of_preset(preset)
    return chosen if path is None else read_profile(path, preset)


def _severity(word: str) -> Severity:
    from harness.errors import ConfigurationError
    from harness.pools.audit.rules import Severity

    words = {str(severity): severity for severity in Severity}
    if word not in words:
        raise ConfigurationError("--fail-on", given=word, allowed=words)
    return words[word]
