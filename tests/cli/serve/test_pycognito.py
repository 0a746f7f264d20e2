"""Unmodified pycognito with ``cognito-harness serve``, from sign-up to the device."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyotp
import pytest
import requests.api

from harness.flows.actions import AppClient
from harness.pools.making.provision_spec import provision
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.targets.served import ServedTarget
from tests.cli.processes import cognito_harness, serving

pycognito = pytest.importorskip("pycognito", reason="the extra srp is not installed")

REGION = "us-east-1"
AWS_URL = f"https://cognito-idp.{REGION}.amazonaws.com"
PASSWORD = "Correct-Horse-7"
SPEC = PoolSpec(
    mfa="OPTIONAL",
    device_tracking=DeviceTracking(
        challenge_required_on_new_device=True, device_only_remembered_on_user_prompt=True
    ),
)


@dataclass
class Service:
    """A served emulator as a user of pycognito sees it."""

    url: str
    app: AppClient

    def code_sent_to(self, username: str) -> str:
        """Return the code from the email, read with the command line."""
        finished = cognito_harness("code", "--endpoint-url", self.url, "--username", username)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout.strip()

    def totp(self, secret: str) -> str:
        """Return the code of the next time step, after moving the emulator's clock there."""
        finished = cognito_harness("clock", "--endpoint-url", self.url, "--advance", "30s")
        assert finished.returncode == 0, finished.stderr
        return pyotp.TOTP(secret).at(datetime.fromisoformat(finished.stdout.strip()))


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A served emulator with a pool, which gets all calls of pycognito.

    boto3 reads the variable that ``serve`` prints. pycognito itself posts to a hard-coded host of
    AWS, so its requests are redirected.
    """
    with serving() as served:
        target = ServedTarget(region=REGION, endpoint_url=served.url)
        target.start()
        pool = provision(target.client(), SPEC, name_prefix="", tags={})
        target.stop()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, secrets.token_hex(8))
        monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", served.url)
        monkeypatch.setattr(requests.api, "request", redirected(AWS_URL, served.url))
        yield Service(served.url, pool.app)


def redirected(origin: str, to: str) -> Any:
    """Return ``requests.request`` with one host replaced by another."""
    real = requests.api.request

    def request(method: str, url: str, **more: Any) -> Any:
        assert url.startswith(origin), url
        return real(method, url.replace(origin, to, 1), **more)

    return request


def last_answer(user: Any) -> dict[str, Any]:
    """Return a dict that always holds the last response to the client of ``user``.

    pycognito keeps the tokens of an MFA sign-in but drops NewDeviceMetadata, which its
    ``confirm_device`` needs.
    """
    answer: dict[str, Any] = {}

    def keep(parsed: dict[str, Any], **_: Any) -> None:
        answer.clear()
        answer.update(parsed)

    user.client.meta.events.register("after-call.cognito-identity-provider", keep)
    return answer


class TestPycognito:
    """A third-party client works with the emulator."""

    def test_a_remembered_device_signs_in_without_a_code(self, service: Service) -> None:
        """Sign-up, TOTP, a sign-in with a code, a remembered device, and one without a code."""
        pool_id, client_id = service.app.user_pool_id, service.app.client_id
        user = pycognito.Cognito(pool_id, client_id, username="ada")
        answer = last_answer(user)

        self.sign_up(user, service)
        secret = self.set_up_totp(user, service)
        with pytest.raises(pycognito.exceptions.SoftwareTokenMFAChallengeException):
            user.authenticate(PASSWORD)
        user.respond_to_software_token_mfa_challenge(service.totp(secret))
        device = self.remember_device(user, answer)

        srp = pycognito.AWSSRP("ada", PASSWORD, pool_id, client_id, pool_region=REGION, **device)
        tokens = srp.authenticate_user()

        assert "ChallengeName" not in tokens
        assert tokens["AuthenticationResult"]["AccessToken"]
        assert "NewDeviceMetadata" not in tokens["AuthenticationResult"]

    def test_without_the_device_the_code_is_asked_for(self, service: Service) -> None:
        """Only the device replaces the code: without it the challenge comes again."""
        pool_id, client_id = service.app.user_pool_id, service.app.client_id
        user = pycognito.Cognito(pool_id, client_id, username="ada")
        answer = last_answer(user)
        self.sign_up(user, service)
        secret = self.set_up_totp(user, service)
        with pytest.raises(pycognito.exceptions.SoftwareTokenMFAChallengeException):
            user.authenticate(PASSWORD)
        user.respond_to_software_token_mfa_challenge(service.totp(secret))
        self.remember_device(user, answer)

        srp = pycognito.AWSSRP("ada", PASSWORD, pool_id, client_id, pool_region=REGION)

        with pytest.raises(pycognito.exceptions.SoftwareTokenMFAChallengeException):
            srp.authenticate_user()

    def sign_up(self, user: Any, service: Service) -> None:
        """Sign up, confirm with the code from the outbox, and sign in with verified tokens."""
        user.set_base_attributes(email="ada@example.com")
        user.register("ada", PASSWORD)
        user.confirm_sign_up(service.code_sent_to("ada"), "ada")
        user.authenticate(PASSWORD)
        assert user.access_claims["username"] == "ada"

    def set_up_totp(self, user: Any, service: Service) -> str:
        """Set up an authenticator app with the access token; return its secret."""
        secret: str = user.associate_software_token()
        assert user.verify_software_token(service.totp(secret), "app")
        user.set_user_mfa_preference(False, True, "SOFTWARE_TOKEN")
        return secret

    def remember_device(self, user: Any, answer: dict[str, Any]) -> dict[str, str]:
        """Confirm and remember the device of the last sign-in; return its secrets."""
        tokens = dict(answer)
        srp = pycognito.AWSSRP(
            "ada", PASSWORD, user.user_pool_id, user.client_id, client=user.client
        )
        confirmed, device_password = srp.confirm_device(tokens, device_name="laptop")
        assert confirmed.json() == {"UserConfirmationNecessary": True}
        metadata = tokens["AuthenticationResult"]["NewDeviceMetadata"]
        status = srp.update_device_status(True, user.access_token, metadata["DeviceKey"])
        assert status.startswith("<Response [200]>")
        return {
            "device_key": metadata["DeviceKey"],
            "device_group_key": metadata["DeviceGroupKey"],
            "device_password": device_password,
        }
