"""Sign-in on moto's own Cognito: every test passes, and nothing would work on AWS."""

import pytest

PASSWORD = "Correct-horse-1"


@pytest.fixture
def pool_id(cognito):
    """A pool with an optional second factor."""
    pool = cognito.create_user_pool(PoolName="app", AutoVerifiedAttributes=["email"])["UserPool"]
    cognito.set_user_pool_mfa_config(
        UserPoolId=pool["Id"],
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    return pool["Id"]


@pytest.fixture
def client_id(cognito, pool_id):
    """The pool's app client."""
    app = cognito.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="web",
        ExplicitAuthFlows=[
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
        ],
    )["UserPoolClient"]
    return app["ClientId"]


@pytest.fixture
def ada(cognito, client_id):
    """A user who has signed up."""
    cognito.sign_up(
        ClientId=client_id,
        Username="ada",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "ada@example.com"}],
    )
    return "ada"


@pytest.fixture
def confirmed(cognito, client_id, ada):
    """A user who has confirmed the sign-up."""
    cognito.confirm_sign_up(ClientId=client_id, Username=ada, ConfirmationCode="123456")
    return ada


def sign_in(cognito, client_id, username):
    """Sign in with the password."""
    return cognito.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
    )


def test_confirmation(cognito, pool_id, confirmed):
    """A verification code confirms the sign-up."""
    user = cognito.admin_get_user(UserPoolId=pool_id, Username=confirmed)
    assert user["UserStatus"] == "CONFIRMED"


def test_admin_sign_in(cognito, pool_id, client_id, ada):
    """The back end signs users in."""
    tokens = cognito.admin_initiate_auth(
        UserPoolId=pool_id,
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": ada, "PASSWORD": PASSWORD},
    )
    assert tokens["AuthenticationResult"]["AccessToken"]


def test_password(cognito, pool_id, client_id, ada):
    """A user signs in with the password."""
    cognito.admin_confirm_sign_up(UserPoolId=pool_id, Username=ada)
    assert sign_in(cognito, client_id, ada)["AuthenticationResult"]["AccessToken"]


def test_srp(cognito, pool_id, client_id, ada):
    """A user signs in with SRP: the password itself is not sent."""
    cognito.admin_confirm_sign_up(UserPoolId=pool_id, Username=ada)
    challenge = cognito.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_SRP_AUTH",
        AuthParameters={"USERNAME": ada, "SRP_A": "123456"},
    )
    tokens = cognito.respond_to_auth_challenge(
        ClientId=client_id,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses={
            "USERNAME": ada,
            "PASSWORD_CLAIM_SECRET_BLOCK": challenge["ChallengeParameters"]["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": "signature",
            "TIMESTAMP": "Wed Nov 25 03:00:00 UTC 2026",
        },
    )
    assert tokens["AuthenticationResult"]["AccessToken"]


def test_second_factor(cognito, pool_id, client_id, ada):
    """A user sets up an authenticator app, and needs its code from then on."""
    cognito.admin_set_user_password(
        UserPoolId=pool_id, Username=ada, Password=PASSWORD, Permanent=True
    )
    cognito.update_user_pool_client(
        UserPoolId=pool_id,
        ClientId=client_id,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )
    token = sign_in(cognito, client_id, ada)["AuthenticationResult"]["AccessToken"]
    cognito.associate_software_token(AccessToken=token)
    cognito.verify_software_token(AccessToken=token, UserCode="123456")
    cognito.set_user_mfa_preference(
        AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    challenge = sign_in(cognito, client_id, ada)
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    tokens = cognito.respond_to_auth_challenge(
        ClientId=client_id,
        ChallengeName="SOFTWARE_TOKEN_MFA",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": ada, "SOFTWARE_TOKEN_MFA_CODE": "123456"},
    )
    assert tokens["AuthenticationResult"]["AccessToken"]
