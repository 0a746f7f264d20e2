"""Where a run on the target `aws` says that its service is."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.settings.aws_endpoint import aws_endpoint
from harness.settings.run_settings import Setting, Settings

AWS = "https://cognito-idp.eu-west-1.amazonaws.com"
ELSEWHERE = "http://127.0.0.1:5000"


@pytest.fixture(autouse=True)
def untouched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A configuration file of AWS that is empty, and no variables about endpoints."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "config"
    path.touch()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    return path


def test_without_anything_it_is_aws() -> None:
    """The service of a run on AWS is AWS's own URL in the region."""
    given = {
        "target": Setting("aws", "command line"),
        "region": Setting("eu-west-1", "command line"),
        "aws_accounts": Setting("123456789012", "command line"),
        "aws_charges": Setting("acknowledged", "command line"),
    }
    assert Settings.resolve(given, {}, 7).service == AWS


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"])
def test_variables_lead_elsewhere(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that sends boto3 to another server names the service, unless it is ignored."""
    monkeypatch.setenv(name, ELSEWHERE)
    assert aws_endpoint("eu-west-1") == ELSEWHERE
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    assert aws_endpoint("eu-west-1") == AWS


def test_a_profile_leads_elsewhere(untouched: Path) -> None:
    """A profile that sends boto3 to another server names the service too."""
    untouched.write_text(f"[default]\nendpoint_url = {ELSEWHERE}\n", encoding="utf-8")
    assert aws_endpoint("eu-west-1") == ELSEWHERE


def test_an_unknown_region_is_named() -> None:
    """Where botocore knows no URL, the region is named, which is no evidence of AWS."""
    assert aws_endpoint("mars-1") == "mars-1"
