"""Turns what `audit` and `diff` found into records, and writes them as a report."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.pools.audit.auditing import Audit
    from harness.pools.audit.rules import Finding
    from harness.pools.configuration.drift import Difference, Drift
    from harness.pools.configuration.pool_configuration import Origin, SourceLocation
    from harness.reports.records import Record, Report

__all__ = ["Form", "FormOption", "OutputOption", "report_of_audit", "report_of_drift", "write"]


class Form(str, Enum):
    """The formats of a report."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    SARIF = "sarif"


def _form(text: str | Form) -> Form:
    forms = {str(form.value): form for form in Form}
    name = text.value if isinstance(text, Form) else text.lower()
    if name not in forms:
        raise ConfigurationError("--format", given=text, allowed=forms)
    return forms[name]


FormOption = Annotated[
    Form,
    typer.Option(
        "--format",
        metavar="FORMAT",
        parser=_form,
        help="The format of the report: text, json, markdown, junit or sarif.",
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        metavar="FILE",
        help="The file to write the report to.",
        show_default="standard output",
    ),
]


def report_of_audit(found: Audit) -> Report:
    """Return the report of an audit."""
    from harness.reports.records import Report

    configuration = found.configuration
    title = f"{configuration.name} of {configuration.origin}, checked against {found.profile.name}"
    records = tuple(_of_finding(item, configuration.origin) for item in found.findings)
    return Report(title, records, found.notices)


def report_of_drift(found: Drift) -> Report:
    """Return the report of a comparison of two configurations."""
    from harness.reports.records import Report

    before, after = found.before, found.after
    title = f"{before.name} of {before.origin}, compared with {after.name} of {after.origin}"
    return Report(title, tuple(_of_difference(item, before.origin) for item in found.differences))


def write(report: Report, form: Form, output: Path | None) -> None:
    """Write a report to a file or to standard output.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    from harness.reports import junit, markdown, plain, sarif

    forms = {
        Form.TEXT: plain.render_text,
        Form.JSON: plain.render_json,
        Form.MARKDOWN: markdown.render,
        Form.JUNIT: junit.render,
        Form.SARIF: sarif.render,
    }
    rendered = forms[form](report)
    if output is None:
        sys.stdout.write(rendered)
        return
    try:
        output.write_text(rendered, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            "--output", given=str(output), hint=f"the file cannot be written: {error.strerror}"
        ) from error


def _of_finding(finding: Finding, origin: Origin) -> Record:
    from harness.reports.records import Record

    rule = finding.rule
    remark = f" ({finding.remark})" if finding.state == "waived" else ""
    message = f"{rule.setting} of {finding.part} is {finding.actual}"
    if finding.state != "unknown":
        message += f", expected {finding.expected}{remark}"
    file, line = _where(finding.place, origin)
    return Record(
        id=rule.id,
        title=rule.title,
        outcome=finding.state,
        severity=str(finding.severity),
        part=finding.part,
        setting=rule.setting,
        message=message,
        reason=finding.remark if finding.state == "waived" else rule.reason,
        fix=rule.fix,
        elsewhere=rule.elsewhere,
        file=file,
        line=line,
    )


def _of_difference(item: Difference, origin: Origin) -> Record:
    from harness.reports.records import Record

    file, line = _where(item.place, origin)
    setting = f"{item.kind}.{item.path}" if item.path else item.kind
    return Record(
        id=f"drift/{setting}",
        title=f"{setting} differs",
        outcome="unknown" if item.change == "unknown" else "failed",
        severity="medium" if item.means else "low",
        part=item.part,
        setting=setting,
        message=item.sentence,
        reason=item.means or "",
        file=file,
        line=line,
    )


def _where(place: SourceLocation | None, origin: Origin) -> tuple[str | None, int | None]:
    if origin.format == "live pool":
        return None, None
    return origin.name, place.line if place else None
