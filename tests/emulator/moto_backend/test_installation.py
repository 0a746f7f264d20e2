"""The emulator installed into moto and removed again, used through boto3."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.cognitoidp.models import CognitoIdpBackend, cognitoidp_backends
from moto.core.base_backend import BackendDict

from harness.clock import VirtualClock
from harness.emulator import Emulator, EmulatorSettings, install, uninstall
from harness.emulator.moto_backend import models
from harness.emulator.stores.faults import Fault


def cognito(region: str = "us-east-1", key: str = "AKIDEXAMPLE") -> Any:
    """Return a boto3 client with dummy credentials."""
    return boto3.client(
        "cognito-idp", region_name=region, aws_access_key_id=key, aws_secret_access_key="x"
    )


def error_code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    """Return the error code of an exception."""
    return str(caught.value.response["Error"]["Code"])


def make_pool(client: Any, **client_settings: Any) -> tuple[str, str]:
    """Create a pool that verifies email addresses, with one app client."""
    pool = client.create_user_pool(PoolName="seam", AutoVerifiedAttributes=["email"])["UserPool"]
    app = client.create_user_pool_client(
        UserPoolId=pool["Id"], ClientName="app", **client_settings
    )["UserPoolClient"]
    return pool["Id"], app["ClientId"]


def sign_up(client: Any, client_id: str, username: str = "alice") -> None:
    """Sign up a user."""
    client.sign_up(
        ClientId=client_id,
        Username=username,
        Password="Correct-horse-1",
        UserAttributes=[{"Name": "email", "Value": f"{username}@example.com"}],
    )


@pytest.fixture(autouse=True)
def _moto_restored() -> Iterator[None]:
    """Uninstall the emulator after each test; moto's own backend must be back."""
    yield
    uninstall()
    assert cognitoidp_backends.backend is CognitoIdpBackend


def test_wrong_confirmation_code_is_refused() -> None:
    """The emulator refuses a wrong code that moto would accept; the outbox has the right one."""
    with Emulator() as emulator:
        client = cognito()
        _, client_id = make_pool(client)
        sign_up(client, client_id)
        code = emulator.outbox.messages(username="alice")[0].code
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        with pytest.raises(ClientError) as caught:
            client.confirm_sign_up(ClientId=client_id, Username="alice", ConfirmationCode=wrong)
        assert error_code(caught) == "CodeMismatchException"
        client.confirm_sign_up(ClientId=client_id, Username="alice", ConfirmationCode=code)


def test_moto_backend_is_restored_after_the_block() -> None:
    """After the block moto's own backend answers and takes any code."""
    with Emulator():
        make_pool(cognito())
    with mock_aws():
        client = cognito()
        _, client_id = make_pool(client)
        sign_up(client, client_id)
        client.confirm_sign_up(ClientId=client_id, Username="alice", ConfirmationCode="any")


def test_install_serves_later_mocks() -> None:
    """After install() every mock uses the emulator and starts without earlier pools."""
    emulator = install()
    for _ in range(2):
        with mock_aws():
            client = cognito()
            assert client.list_user_pools(MaxResults=10)["UserPools"] == []
            _, client_id = make_pool(client)
            sign_up(client, client_id)
            code = emulator.outbox.messages(username="alice")[0].code
            with pytest.raises(ClientError) as caught:
                client.confirm_sign_up(
                    ClientId=client_id, Username="alice", ConfirmationCode=code[::-1] + "0"
                )
            assert error_code(caught) == "CodeMismatchException"


def test_second_install_replaces_the_first() -> None:
    """A second install() replaces the first emulator."""
    first = install()
    second = install()
    assert first.engine is not second.engine
    with mock_aws():
        make_pool(cognito())
    assert not first.engine.pools


def test_nested_emulator_hides_the_outer_one() -> None:
    """A nested emulator hides the outer one until it stops."""
    with Emulator() as outer:
        pool_id, _ = make_pool(cognito())
        with Emulator():
            assert cognito().list_user_pools(MaxResults=10)["UserPools"] == []
        assert pool_id in outer.engine.pools
        assert cognito().describe_user_pool(UserPoolId=pool_id)["UserPool"]["Id"] == pool_id


def test_overlapping_emulators_may_stop_in_any_order() -> None:
    """Stopping the first of two leaves the second; then moto is restored."""
    first, second = Emulator(mock=False).start(), Emulator(mock=False).start()
    first.stop()
    with mock_aws():
        make_pool(cognito())
        assert len(second.engine.pools) == 1
    second.stop()
    assert cognitoidp_backends.backend is CognitoIdpBackend


def test_pools_are_separate_per_region_and_account() -> None:
    """A pool is found only by its account and region; its client ID is found everywhere."""
    with Emulator():
        pool_id, client_id = make_pool(cognito("eu-west-1"))
        assert pool_id.startswith("eu-west-1_")
        with pytest.raises(ClientError) as caught:
            cognito("us-east-1").describe_user_pool(UserPoolId=pool_id)
        assert error_code(caught) == "ResourceNotFoundException"
        sign_up(cognito("us-east-1"), client_id)
        users = cognito("eu-west-1").list_users(UserPoolId=pool_id)["Users"]
        assert [user["Username"] for user in users] == ["alice"]


def test_password_is_not_parsed_as_query_string() -> None:
    """``&ClientId=`` in a password has no effect, although moto parses JSON as a query."""
    with Emulator():
        client = cognito()
        pool_id, client_id = make_pool(client)
        client.sign_up(ClientId=client_id, Username="alice", Password="Aa1!&ClientId=evil&x=")
        assert len(client.list_users(UserPoolId=pool_id)["Users"]) == 1


def test_resources_kept_by_moto_work() -> None:
    """moto's identity providers work on emulator pools, beside resource servers and domains."""
    with Emulator():
        client = cognito()
        pool_id, _ = make_pool(client)
        client.create_resource_server(UserPoolId=pool_id, Identifier="api", Name="api")
        client.create_user_pool_domain(UserPoolId=pool_id, Domain="seam")
        client.create_identity_provider(
            UserPoolId=pool_id,
            ProviderName="Company",
            ProviderType="OIDC",
            ProviderDetails={"client_id": "a"},
        )
        providers = client.list_identity_providers(UserPoolId=pool_id, MaxResults=10)
        assert [found["ProviderName"] for found in providers["Providers"]] == ["Company"]
        domain = client.describe_user_pool_domain(Domain="seam")["DomainDescription"]
        assert domain["UserPoolId"] == pool_id
        with pytest.raises(ClientError) as caught:
            client.create_resource_server(UserPoolId="us-east-1_none", Identifier="a", Name="a")
        assert error_code(caught) == "ResourceNotFoundException"


def test_describe_user_pool_shows_its_domains() -> None:
    """DescribeUserPool shows the domains, custom ones separately, until their deletion."""
    with Emulator():
        client = cognito()
        pool_id, _ = make_pool(client)
        own = {
            "Domain": "own.example.com",
            "CustomDomainConfig": {
                "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/seam"
            },
        }
        client.create_user_pool_domain(UserPoolId=pool_id, Domain="seam")
        client.create_user_pool_domain(UserPoolId=pool_id, **own)
        pool = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
        assert (pool["Domain"], pool["CustomDomain"]) == ("seam", "own.example.com")
        client.delete_user_pool_domain(UserPoolId=pool_id, Domain="seam")
        left = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
        assert "Domain" not in left
        assert left["CustomDomain"] == "own.example.com"


def test_operations_of_moto_use_cognito_errors() -> None:
    """moto's own operations return Cognito's error codes and look up the pool first."""
    with Emulator():
        client = cognito()
        pool_id, _ = make_pool(client)
        nowhere = {"UserPoolId": "us-east-1_none"}
        for call, params, code in (
            (client.list_resource_servers, {**nowhere, "MaxResults": 1}, "ResourceNotFound"),
            (client.list_identity_providers, {**nowhere, "MaxResults": 1}, "ResourceNotFound"),
            (client.create_user_pool_domain, {**nowhere, "Domain": "x"}, "ResourceNotFound"),
            (
                client.describe_resource_server,
                {"UserPoolId": pool_id, "Identifier": "none"},
                "ResourceNotFound",
            ),
            (
                client.list_identity_providers,
                {"UserPoolId": pool_id, "MaxResults": 1, "NextToken": "none"},
                "InvalidParameter",
            ),
        ):
            with pytest.raises(ClientError) as caught:
                call(**params)
            assert error_code(caught) == f"{code}Exception"


def test_other_services_are_mocked_too() -> None:
    """The emulator's mock is moto's, so the rest of AWS is available."""
    with Emulator():
        sqs = boto3.client(
            "sqs",
            region_name="us-east-1",
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="x",
        )
        assert sqs.create_queue(QueueName="codes")["QueueUrl"]


def test_same_seed_gives_the_same_ids() -> None:
    """With a seed, pool and client ids repeat; without one they differ."""
    made = []
    for seed in (7, 7, None, None):
        with Emulator(seed=seed):
            made.append(make_pool(cognito()))
    assert made[0] == made[1]
    assert made[2] != made[3]


def test_planned_fault_strikes_once() -> None:
    """A planned error is raised once, with its own code and status."""
    with Emulator() as emulator:
        client = cognito()
        emulator.faults.plan(Fault("ListUserPools", "NotAuthorizedException", "Not today", 400))
        with pytest.raises(ClientError) as caught:
            client.list_user_pools(MaxResults=1)
        assert error_code(caught) == "NotAuthorizedException"
        assert client.list_user_pools(MaxResults=1)["UserPools"] == []


def test_seed_and_settings_are_exclusive() -> None:
    """A seed beside settings is refused, because two seeds would be ambiguous."""
    with pytest.raises(ValueError, match="not both"):
        Emulator(seed=1, settings=EmulatorSettings(seed=2))


def test_starting_twice_is_refused() -> None:
    """A started emulator cannot be started again."""
    with Emulator() as emulator, pytest.raises(RuntimeError, match="started already"):
        emulator.start()


@pytest.mark.parametrize(
    ("owner", "name"), [(models, "install_engine"), (BackendDict, "reset")], ids=["join", "mock"]
)
def test_a_failed_start_can_be_repeated(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str
) -> None:
    """moto's own Cognito is back, `stop` does nothing, and the next start works."""

    def fail(*_: object) -> NoReturn:
        raise ImportError("broken")

    emulator = Emulator()
    with monkeypatch.context() as broken:
        broken.setattr(owner, name, fail)
        with pytest.raises(ImportError, match="broken"):
            emulator.start()
    assert cognitoidp_backends.backend is CognitoIdpBackend
    emulator.stop()
    with emulator:
        assert make_pool(cognito())[0] in emulator.engine.pools


def test_emulator_uses_the_given_clock() -> None:
    """The emulator uses the clock it is given."""
    clock = VirtualClock(start=1_800_000_000.0, frozen=True)
    with Emulator(clock=clock):
        client = cognito()
        pool_id, _ = make_pool(client)
        created = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]["CreationDate"]
        assert created.timestamp() == 1_800_000_000.0
