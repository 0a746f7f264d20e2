"""pytest-asyncio, freezegun, moto and pytest-xdist in one suite."""

import asyncio
from datetime import timedelta

import boto3
import pytest
from freezegun import freeze_time
from moto import mock_aws

pytestmark = pytest.mark.cognito_pool(mfa="ON")


async def sign_in(client, enrolled):
    """Sign a person in to the app; return the header that proves it."""
    person = enrolled.person
    password = {"username": person.username, "password": person.password.reveal()}
    step = (await client.post("/sign-in", json=password)).json()
    given = {"username": person.username, "session": step["session"]}
    given["code"] = enrolled.authenticator.code()
    step = (await client.post("/sign-in/code", json=given)).json()
    return {"Authorization": f"Bearer {step['access_token']}"}


@pytest.mark.asyncio
async def test_many_sign_up_at_once(client, cognito_people, cognito_trace):
    """boto3 waits in threads, so that the app answers others meanwhile."""
    people = [cognito_people.make() for _ in range(8)]
    forms = [
        {"username": one.username, "password": one.password.reveal(), "email": one.email}
        for one in people
    ]
    responses = await asyncio.gather(*(client.post("/users", json=form) for form in forms))
    assert all(response.is_success for response in responses)
    cognito_trace.assert_called("SignUp", by="app", times=8)


@pytest.mark.asyncio
async def test_a_token_expires(client, cognito_enrolled):
    """Frozen time is the app's time and the emulator's; the event loop needs the real one."""
    with freeze_time(real_asyncio=True) as clock:
        bearer = await sign_in(client, cognito_enrolled)
        assert (await client.get("/orders", headers=bearer)).status_code == 200
        clock.tick(timedelta(hours=1, seconds=1))
        assert (await client.get("/orders", headers=bearer)).status_code == 401


@pytest.mark.asyncio
async def test_a_receipt_in_s3(client, cognito_enrolled, receipts):
    """With moto's mock around it, the app still signs people in on the target."""
    bearer = await sign_in(client, cognito_enrolled)
    found = (await client.get("/orders", headers=bearer)).json()
    receipts.put_object(Bucket="receipts", Key=found["of"], Body=b"paid")
    assert receipts.list_objects_v2(Bucket="receipts")["KeyCount"] == 1


@mock_aws
def test_of_the_old_suite():
    """A test with moto alone, without a fixture of the plugin, works as before."""
    cognito = boto3.client("cognito-idp", region_name="eu-west-1")
    cognito.create_user_pool(PoolName="old")
    assert len(cognito.list_user_pools(MaxResults=5)["UserPools"]) == 1
