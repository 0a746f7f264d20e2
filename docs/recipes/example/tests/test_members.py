"""The app's own code signs people up."""

import boto3
import pytest
from moto import mock_aws

from members import Members


def test_the_code_of_the_email_confirms(members, cognito_person, cognito_mailbox):
    """The right code is taken, another one is not."""
    name = cognito_person.username
    members.join(name, cognito_person.password.reveal(), cognito_person.attributes["email"])
    code = cognito_mailbox.newest_code(name, kind="sign_up").value.reveal()
    assert not members.confirm(name, f"{(int(code) + 1) % 1_000_000:06}")
    assert members.confirm(name, code)


@pytest.fixture
def no_endpoint(monkeypatch):
    """Where a variable names an endpoint, boto3 goes there and moto's mock answers nothing."""
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")


@mock_aws
def test_moto_itself_takes_any_code(no_endpoint):
    """A test of before, with a mock of its own, goes on as it was."""
    cognito = boto3.client("cognito-idp", region_name="us-east-1")
    pool_id = cognito.create_user_pool(PoolName="app")["UserPool"]["Id"]
    app = cognito.create_user_pool_client(UserPoolId=pool_id, ClientName="web")["UserPoolClient"]
    members = Members(cognito, app["ClientId"])
    members.join("ada", "Correct-horse-1", "ada@example.com")
    assert members.confirm("ada", "any-code")
