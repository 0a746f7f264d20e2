"""The target aws: what it refuses, and whose account it takes for whose."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore import UNSIGNED

from harness.emulator.server import EmulatorServer
from harness.errors import ConfigurationError, HarnessError, MissingCapability
from harness.pools.making.provision_spec import ProvisionedPool, deprovision, provision
from harness.pools.spec.pool_spec import PoolSpec
from harness.targets.account import Identity, require_same_place
from harness.targets.aws import AwsTarget
from harness.targets.base import Capability
from harness.targets.clients import AwsClients
from tests.aws.conftest import ACCOUNT, REGION
from tests.support.sources import ROOT

AWS = "https://cognito-idp.eu-west-1.amazonaws.com"


@pytest.fixture
def pool(clients: AwsClients) -> Iterator[ProvisionedPool]:
    """A pool that was there before."""
    found = provision(clients.cognito(signed=True), PoolSpec(), name_prefix="theirs-", tags={})
    yield found
    deprovision(clients.cognito(signed=True), found)


def refusal(target: AwsTarget) -> str:
    """Return what the target says of its surroundings, and expect that it will not have them."""
    with pytest.raises(ConfigurationError) as caught:
        target.check()
    return str(caught.value)


@pytest.mark.usefixtures("in_the_place_of_aws")
class TestAccount:
    """The target does nothing in an account that is not on the list."""

    def test_listed_account_is_used(self) -> None:
        """With the account on the list it can do all that an administrator can."""
        target = AwsTarget(region=REGION, accounts=("999999999999", ACCOUNT))
        target.start()
        assert target.identity is not None
        assert target.identity.account == ACCOUNT
        assert target.capabilities == {Capability.ADMIN, Capability.PROVISIONING}
        target.stop()

    def test_unlisted_account_is_refused(self) -> None:
        """An account that is not on the list is refused, with who the credentials are for."""
        said = refusal(AwsTarget(region=REGION, accounts=("999999999999",)))
        assert f"account {ACCOUNT} is not allowed, so nothing is done there" in said
        assert "the credentials are for arn:aws:" in said

    def test_missing_credentials_are_reported(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without credentials nothing is signed, and that is said at once."""
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        assert "boto3 finds none" in refusal(AwsTarget(region=REGION, accounts=(ACCOUNT,)))

    def test_sts_at_another_endpoint_is_not_believed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An STS elsewhere than Cognito could name any account, and is not believed."""
        monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", AWS)
        said = refusal(AwsTarget(region=REGION, accounts=(ACCOUNT,)))
        assert f"Cognito is at {AWS} and STS at http://127.0.0.1" in said

    def test_pool_of_another_account_is_refused(self, pool: ProvisionedPool) -> None:
        """The pool's own ARN must name an account of the list, whatever STS says."""
        there = AwsTarget(region=REGION, accounts=(ACCOUNT,), user_pool_id=pool.user_pool_id)
        there.check()
        assert there.capabilities == {Capability.ADMIN}
        elsewhere = AwsTarget(
            region=REGION, accounts=("999999999999",), user_pool_id=pool.user_pool_id
        )
        elsewhere._identity = Identity("999999999999", "arn:aws:iam::999999999999:user/they")
        assert f"the user pool is arn:aws:cognito-idp:{REGION}:{ACCOUNT}" in refusal(elsewhere)
        there.stop()
        elsewhere.stop()


class TestSurroundings:
    """What boto3 finds, and what it does not."""

    @pytest.mark.parametrize(
        ("cognito", "tokens"),
        [
            (AWS, "https://sts.eu-west-1.amazonaws.com"),
            ("http://127.0.0.1:5000", "http://127.0.0.1:5000/"),
        ],
    )
    def test_same_endpoint_is_accepted(self, cognito: str, tokens: str) -> None:
        """Both at AWS, or both at one and the same stand-in."""
        require_same_place(cognito, tokens)

    @pytest.mark.parametrize(
        ("cognito", "tokens"),
        [
            ("http://127.0.0.1:5000", "https://sts.eu-west-1.amazonaws.com"),
            ("http://127.0.0.1:5000", "http://127.0.0.1:5001"),
            (
                "https://cognito-idp.eu-west-1.amazonaws.com.example.net",
                "https://sts.amazonaws.com",
            ),
        ],
    )
    def test_different_endpoints_are_refused(self, cognito: str, tokens: str) -> None:
        """Anything else is refused."""
        with pytest.raises(ConfigurationError, match="since STS names the account"):
            require_same_place(cognito, tokens)

    def test_missing_region_is_refused(self) -> None:
        """A real account has no default region."""
        assert "a real account needs a region" in refusal(
            AwsTarget(region=None, accounts=(ACCOUNT,))
        )

    def test_profile_gives_the_region(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """The region of the profile is taken where no other is given."""
        (tmp_path / "config").write_text("[profile there]\nregion = sa-east-1\n")
        monkeypatch.setenv("AWS_PROFILE", "there")
        target = AwsTarget(region=None, accounts=(ACCOUNT,))
        assert target.region == "sa-east-1"
        assert target.describe()["profile"] == "there"

    @pytest.mark.parametrize(
        ("variables", "said"),
        [
            ({"AWS_PROFILE": "nope"}, r"profile \(nope\) could not be found"),
            ({"AWS_ACCESS_KEY_ID": "only"}, "Partial credentials found"),
            (
                {
                    "AWS_ACCESS_KEY_ID": "a",
                    "AWS_SECRET_ACCESS_KEY": "b",
                    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
                },
                "so nothing is done: Could not connect",
            ),
        ],
        ids=["profile", "half_a_key", "nobody_there"],
    )
    def test_bad_aws_settings_are_one_line(
        self, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str
    ) -> None:
        """What boto3 cannot use is one sentence, and the header is shown all the same."""
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        target = AwsTarget(region=REGION, accounts=(ACCOUNT,))
        assert "accounts" in target.describe()
        with pytest.raises(HarnessError, match=said):
            target.check()
        target.stop()

    def test_nothing_is_signed_without_an_allow_list(
        self, in_the_place_of_aws: EmulatorServer
    ) -> None:
        """Without an allow-list nothing is signed, whatever credentials there are."""
        target = AwsTarget(region=REGION, user_pool_id=f"{REGION}_Pool1")
        target.start()
        assert target.capabilities == frozenset()
        assert target.identity is None
        assert target.client().meta.config.signature_version is UNSIGNED  # type: ignore[attr-defined]
        reason = target.reason_without(Capability.ADMIN)
        assert reason is not None
        assert "no request is signed" in reason
        target.stop()

    def test_aws_has_no_outbox_and_takes_no_faults(self) -> None:
        """AWS shows no outbox and takes no plans to fail."""
        target = AwsTarget(region=REGION)
        with pytest.raises(MissingCapability):
            target.mailbox("pool")
        with pytest.raises(MissingCapability):
            target.faults()

    def test_addresses_of_aws_are_known(self) -> None:
        """Where boto3 goes by itself is told to be AWS's own."""
        facts = AwsTarget(region=REGION, accounts=(ACCOUNT,)).describe()
        assert facts["endpoint"] == f"https://cognito-idp.{REGION}.amazonaws.com"
        assert facts["accounts"] == "…9012"


def test_target_works_without_moto() -> None:
    """The target works where moto is not installed."""
    import subprocess
    import sys

    source = (
        "import sys; sys.modules['moto'] = None\n"
        "from harness.targets.aws import AwsTarget\n"
        f"print(AwsTarget(region='{REGION}', user_pool_id='x').client().meta.endpoint_url)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stdout.strip() == f"https://cognito-idp.{REGION}.amazonaws.com", done.stderr
