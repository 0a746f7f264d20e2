"""The app's own code signs users up."""

import boto3
import pytest
from moto import mock_aws

from accounts import Accounts


def test_only_the_code_in_the_email_confirms(accounts, cognito_person, cognito_mailbox):
    """A wrong code is refused, the right one is accepted."""
    name = cognito_person.username
    accounts.sign_up(name, cognito_person.password.reveal(), cognito_person.attributes["email"])
    code = cognito_mailbox.newest_code(name, kind="sign_up").value.reveal()
    assert not accounts.confirm(name, f"{(int(code) + 1) % 1_000_000:06}")
    assert accounts.confirm(name, code)


@pytest.fixture
def no_endpoint(monkeypatch):
    """Ignore endpoints in the environment, which would lead boto3 past moto's mock."""
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")


@mock_aws
def test_moto_itself_accepts_any_code(no_endpoint):
    """An existing test with its own mock works as before."""
    cognito = boto3.client("cognito-idp", region_name="us-east-1")
    pool_id = cognito.create_user_pool(PoolName="app")["UserPool"]["Id"]
    app = cognito.create_user_pool_client(UserPoolId=pool_id, ClientName="web")["UserPoolClient"]
    accounts = Accounts(cognito, app["ClientId"])
    accounts.sign_up("ada", "Correct-horse-1", "ada@example.com")
    assert accounts.confirm("ada", "any-code")
