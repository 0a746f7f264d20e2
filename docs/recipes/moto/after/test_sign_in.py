"""Sign-in that also works on AWS."""

import pyotp
import pytest
from pycognito.aws_srp import AWSSRP

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
    """The pool's app client, with every flow that the tests use."""
    app = cognito.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="web",
        ExplicitAuthFlows=[
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            "ALLOW_USER_PASSWORD_AUTH",
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
def confirmed(cognito, emulator, client_id, ada):
    """A user who has confirmed the sign-up with the code from the email."""
    code = emulator.outbox.messages(username=ada)[0].code
    cognito.confirm_sign_up(ClientId=client_id, Username=ada, ConfirmationCode=code)
    return ada


@pytest.fixture
def authenticator(cognito, emulator, client_id, confirmed):
    """The authenticator app of a user who has set it up."""
    token = sign_in(cognito, client_id, confirmed)["AuthenticationResult"]["AccessToken"]
    secret = cognito.associate_software_token(AccessToken=token)["SecretCode"]
    authenticator = pyotp.TOTP(secret)
    code = authenticator.at(emulator.clock.now())
    cognito.verify_software_token(AccessToken=token, UserCode=code)
    cognito.set_user_mfa_preference(
        AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    return authenticator


def sign_in(cognito, client_id, username):
    """Sign in with the password."""
    return cognito.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
    )


def test_confirmation(cognito, pool_id, confirmed):
    """The code that was sent confirms the sign-up."""
    user = cognito.admin_get_user(UserPoolId=pool_id, Username=confirmed)
    assert user["UserStatus"] == "CONFIRMED"


def test_no_other_code_confirms(cognito, emulator, client_id, ada):
    """A wrong code is refused, and so is the right code a day later."""
    code = emulator.outbox.messages(username=ada)[0].code
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    with pytest.raises(cognito.exceptions.CodeMismatchException):
        cognito.confirm_sign_up(ClientId=client_id, Username=ada, ConfirmationCode=wrong)
    emulator.clock.advance(24 * 3600 + 1)
    with pytest.raises(cognito.exceptions.ExpiredCodeException):
        cognito.confirm_sign_up(ClientId=client_id, Username=ada, ConfirmationCode=code)


def test_admin_sign_in(cognito, pool_id, client_id, confirmed):
    """The back end signs users in once they are confirmed."""
    tokens = cognito.admin_initiate_auth(
        UserPoolId=pool_id,
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": confirmed, "PASSWORD": PASSWORD},
    )
    assert tokens["AuthenticationResult"]["AccessToken"]


def test_password(cognito, client_id, confirmed):
    """A user signs in with the password."""
    assert sign_in(cognito, client_id, confirmed)["AuthenticationResult"]["AccessToken"]


def test_srp(cognito, pool_id, client_id, confirmed):
    """A user signs in with SRP: the password itself is not sent."""
    proof = AWSSRP(confirmed, PASSWORD, pool_id, client_id, client=cognito)
    assert proof.authenticate_user()["AuthenticationResult"]["AccessToken"]


def test_second_factor(cognito, emulator, client_id, confirmed, authenticator):
    """The app's next code signs in; the code that set the app up cannot be used again."""
    challenge = sign_in(cognito, client_id, confirmed)
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    emulator.clock.advance(30)
    code = authenticator.at(emulator.clock.now())
    tokens = cognito.respond_to_auth_challenge(
        ClientId=client_id,
        ChallengeName="SOFTWARE_TOKEN_MFA",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": confirmed, "SOFTWARE_TOKEN_MFA_CODE": code},
    )
    assert tokens["AuthenticationResult"]["AccessToken"]
