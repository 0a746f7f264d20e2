"""The boto3 clients: what of the user's AWS settings each of them heeds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore import UNSIGNED
from botocore.exceptions import BotoCoreError

from harness.targets.clients import ca_bundle, offline_client, online_client

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

URL = "http://127.0.0.1:9"


def config_of(client: CognitoIdentityProviderClient) -> Any:
    """Return a client's configuration, most of which the stubs do not know."""
    return client.meta.config


class TestOffline:
    """The client of the targets on this machine."""

    @pytest.fixture(autouse=True)
    def settings(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """Settings that would lead a client astray, in the environment and in ``~/.aws``."""
        (tmp_path / "config").write_text(
            "[default]\nregion = eu-west-1\nretry_mode = adaptive\nservices = s\n"
            "[services s]\ncognito_identity_provider =\n  endpoint_url = http://127.0.0.1:1\n",
            encoding="utf-8",
        )
        for name, value in {
            "AWS_CONFIG_FILE": str(tmp_path / "config"),
            "AWS_PROFILE": "missing",
            "AWS_ACCESS_KEY_ID": "mine",
            "AWS_SECRET_ACCESS_KEY": "mine",
            "AWS_SESSION_TOKEN": "mine",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:2",
            "AWS_CA_BUNDLE": "/missing",
            "AWS_USE_FIPS_ENDPOINT": "true",
            "AWS_MAX_ATTEMPTS": "9",
            "HTTP_PROXY": "http://127.0.0.1:3",
        }.items():
            monkeypatch.setenv(name, value)

    def test_offline_client_ignores_aws_settings(self) -> None:
        """Address, region, credentials, retries and proxies are those of the target alone."""
        client = offline_client("us-west-2", URL)
        assert client.meta.endpoint_url == URL
        assert client.meta.region_name == "us-west-2"
        config = config_of(client)
        assert config.retries == {"total_max_attempts": 1, "mode": "standard"}
        assert config.proxies == {}
        assert not config.use_fips_endpoint
        # There is no public way to a client's credentials.
        credentials = client._request_signer._credentials  # type: ignore[attr-defined]
        assert (credentials.access_key, credentials.token) == ("made-up", None)


class TestOnline:
    """The client of a service somewhere, by boto3's conventions."""

    def test_request_without_credentials_is_not_signed(self) -> None:
        """Where none are found, requests are not signed, and made once."""
        config = config_of(online_client("us-east-1", URL))
        assert config.signature_version is UNSIGNED
        assert config.retries["total_max_attempts"] == 1

    def test_request_with_credentials_is_signed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where some are found, requests are signed."""
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mine")
        assert config_of(online_client("us-east-1", URL)).signature_version == "v4"

    def test_retry_settings_are_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Retry settings of the user hold."""
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "4")
        monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
        retries = config_of(online_client("us-east-1", URL)).retries
        assert retries == {"total_max_attempts": 4, "mode": "adaptive"}

    def test_retry_mode_alone_is_used(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """A retry mode alone, in the configuration file, is a wish to retry as well."""
        (tmp_path / "config").write_text("[default]\nretry_mode = adaptive\n", encoding="utf-8")
        retries = config_of(online_client("us-east-1", URL)).retries
        assert retries["mode"] == "adaptive"
        assert retries.get("total_max_attempts") != 1

    def test_ca_bundle_of_boto3_is_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The CA bundle is the one that boto3 would take."""
        assert ca_bundle() is None
        monkeypatch.setenv("AWS_CA_BUNDLE", "/some.pem")
        assert ca_bundle() == "/some.pem"

    def test_bad_setting_is_botos_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What boto3 cannot use is boto3's error."""
        monkeypatch.setenv("AWS_PROFILE", "missing")
        with pytest.raises(BotoCoreError, match="missing"):
            online_client("us-east-1", URL)
