"""Turns what `audit` and `diff` found into records, and writes them as a report."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.options import Panel, one_of, output_file
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.pools.audit.auditing import Audit
    from harness.pools.configuration.drift import Drift
    from harness.reports.records import Report

__all__ = ["Form", "FormOption", "OutputOption", "report_of_audit", "report_of_drift", "write"]


class Form(str, Enum):
    """The formats of a report."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    SARIF = "sarif"
    HTML = "html"


def _form(text: str) -> str:
    return one_of("--format", text.lower(), (form.value for form in Form))


# Versions of Typer differ in what they do with an Enum that has a parser; a text is one in all.
FormOption = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORMAT",
        parser=_form,
        help="The format of the report: text, json, markdown, junit, sarif or html.",
        rich_help_panel=Panel.OUTPUT,
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        metavar="FILE",
        parser=lambda text: output_file("--output", text),
        help="The file to write the report to.",
        show_default="standard output",
        rich_help_panel=Panel.OUTPUT,
    ),
]


def report_of_audit(found: Audit) -> Report:
    """Return the report of an audit."""
    from harness.pools.found import found_by_audit
    from harness.reports.records import Record, Report

    configuration = found.configuration
    title = f"{configuration.name} of {configuration.origin}, checked against {found.profile.name}"
    records = tuple(Record(**members) for members in found_by_audit(found))
    return Report(title, records, found.notices)


def report_of_drift(found: Drift) -> Report:
    """Return the report of a comparison of two configurations."""
    from harness.pools.found import found_by_comparison
    from harness.reports.records import Record, Report

    before, after = found.before, found.after
    title = f"{before.name} of {before.origin}, compared with {after.name} of {after.origin}"
    return Report(title, tuple(Record(**members) for members in found_by_comparison(found)))


def write(report: Report, form: Form, output: Path | None) -> None:
    """Write a report to a file or to standard output.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    rendered = _rendered(report, form)
    if output is None:
        sys.stdout.write(_encodable(rendered, form, sys.stdout.encoding or "utf-8"))
        return
    try:
        output.write_text(_encodable(rendered, form, "utf-8"), encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            "--output", given=str(output), hint=f"the file cannot be written: {error.strerror}"
        ) from error


def _encodable(text: str, form: Form, encoding: str) -> str:
    """Return a text with what an encoding lacks spelled as its format spells it.

    A name in JSON can be half of a surrogate pair, which no encoding has, and a terminal can lack
    the marks of the findings.
    """
    spelling = "xmlcharrefreplace" if form in (Form.HTML, Form.JUNIT) else "backslashreplace"
    return text.encode(encoding, spelling).decode(encoding)


def _rendered(report: Report, form: Form) -> str:
    from harness.reports import junit, markdown, plain, sarif

    if form is Form.HTML:
        # Only this format needs jinja2.
        from harness.reports import html

        return html.render(report)
    forms = {
        Form.TEXT: plain.render_text,
        Form.JSON: plain.render_json,
        Form.MARKDOWN: markdown.render,
        Form.JUNIT: junit.render,
        Form.SARIF: sarif.render,
    }
    return forms[form](report)
