"""The fixture ``cognito_environment``: an app with a boto3 client of its own calls the target."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from harness.emulator.server import EmulatorServer
from harness.targets.clients import offline_client
from tests.plugin.conftest import Inner

#: An app that makes its client when it is called, and knows only its environment.
APP = """
import os
import boto3

def register(name, password, email):
    boto3.client("cognito-idp").sign_up(
        ClientId=os.environ["SHOP_CLIENT_ID"], Username=name, Password=password,
        UserAttributes=[{"Name": "email", "Value": email}],
    )

def status(name):
    found = boto3.client("cognito-idp").admin_get_user(
        UserPoolId=os.environ["SHOP_POOL_ID"], Username=name
    )
    return found["UserStatus"]
"""
NAMES = """
[pytest]
addopts = --strict-markers -p no:cacheprovider
cognito_environment =
    SHOP_POOL_ID = {user_pool_id}
    SHOP_CLIENT_ID = {client_id}
    SHOP_CLIENT_SECRET = {client_secret}
    SHOP_LOGIN = {url}/login?pool={user_pool_id}
"""
SUITE = """
import os
import shop

def test_signs_up(cognito_environment, cognito_person, cognito_target, cognito_actions):
    person = cognito_person
    shop.register(person.username, person.password.reveal(), person.email)
    assert shop.status(person.username) == "UNCONFIRMED"
    seen = cognito_actions.admin_get_user(person.username)
    assert seen["UserStatus"] == "UNCONFIRMED"
    assert cognito_environment.url == cognito_target.url.rstrip("/")
    assert os.environ["SHOP_POOL_ID"] == cognito_environment.user_pool_id
    assert os.environ["SHOP_LOGIN"].endswith("/login?pool=" + cognito_environment.user_pool_id)
    assert "SHOP_CLIENT_SECRET" not in os.environ
"""


@pytest.fixture
def app(inner: Inner, pytester: pytest.Pytester) -> None:
    """The app, and its names in the ini file."""
    del inner  # it writes an ini file of its own first
    pytester.makepyfile(shop=APP)
    pytester.makeini(NAMES)


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """A served emulator in another process than that of the run."""
    with EmulatorServer() as running:
        yield running


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("target", ["emulator", "preflight", "server"])
def test_an_app_calls_the_emulator_of_the_run(inner: Inner, target: str) -> None:
    """Whatever emulator the run has, the app and the fixtures see the same users."""
    inner(f"--cognito-target={target}", source=SUITE).assert_outcomes(passed=1)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("target", ["endpoint", "server"])
def test_an_app_calls_the_service_at_a_url(
    inner: Inner, server: EmulatorServer, target: str
) -> None:
    """On a service that runs already, the app calls its URL, also without any credentials."""
    given = (f"--cognito-target={target}", f"--cognito-endpoint-url={server.url}")
    credentials = {"AWS_ACCESS_KEY_ID": "mine", "AWS_SECRET_ACCESS_KEY": "mine"}
    inner(*given, source=SUITE, **credentials).assert_outcomes(passed=1)


def test_a_script_is_no_service(inner: Inner) -> None:
    """The target stub is refused in one line that names the option."""
    result = inner("--cognito-target=stub", source="def test_it(cognito_environment): pass")
    text = result.stdout.str()
    assert "--cognito-target: cannot use 'stub' (from command line); cognito_environment" in text


def test_everything_is_restored(inner: Inner) -> None:
    """After the test, each variable and boto3's default session are as they were."""
    suite = """
    import os
    import boto3
    import pytest

    BEFORE = {}
    boto3.setup_default_session(region_name="eu-west-1")
    SESSION = boto3.DEFAULT_SESSION
    os.environ["AWS_PROFILE"] = "nobody"

    def test_first():
        BEFORE.update(os.environ)

    @pytest.mark.cognito_pool(client_secret=True)
    def test_inside(cognito_environment):
        assert os.environ["AWS_REGION"] == cognito_environment.region == "us-east-1"
        assert os.environ["AWS_DEFAULT_REGION"] == "us-east-1"
        assert "AWS_PROFILE" not in os.environ
        assert os.environ["NO_PROXY"].startswith("intranet,127.0.0.1")
        assert os.environ["COGNITO_CLIENT_SECRET"] == cognito_environment.client_secret.reveal()
        assert os.environ["COGNITO_CLIENT_SECRET"] not in repr(cognito_environment)
        assert boto3.DEFAULT_SESSION is not SESSION
        boto3.client("cognito-idp").list_user_pools(MaxResults=1)

    def test_after():
        changed = {"PYTEST_CURRENT_TEST"}
        assert {n: v for n, v in os.environ.items() if n not in changed} == {
            n: v for n, v in BEFORE.items() if n not in changed
        }
        assert boto3.DEFAULT_SESSION is SESSION
    """
    environment = {
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "intranet",
        "AWS_DEFAULT_REGION": "ap-south-1",
    }
    given = ("--cognito-target=emulator", "--cognito-region=us-east-1")
    inner(*given, source=suite, **environment).assert_outcomes(passed=3)


def test_the_users_files_do_not_lead_elsewhere(inner: Inner, pytester: pytest.Pytester) -> None:
    """What ~/.aws says of endpoints and credentials does not count for the app's Cognito."""
    config = pytester.makefile(
        ".ini",
        config="""
[default]
region = mars-1
endpoint_url = http://127.0.0.1:9
ignore_configured_endpoint_urls = true
use_fips_endpoint = true
use_dualstack_endpoint = true
credential_process = /nowhere
""",
    )
    source = """
    import os
    import boto3

    def test_it(cognito_environment, cognito_trace):
        boto3.client("cognito-idp").list_users(UserPoolId=os.environ["COGNITO_USER_POOL_ID"])
        cognito_trace.assert_called("ListUsers", by="app", outcome="ok", times=1)
    """
    inner(source=source, AWS_CONFIG_FILE=str(config)).assert_outcomes(passed=1)


def test_a_subprocess_has_it_too(inner: Inner) -> None:
    """A program that the test starts calls the target, and the trace has its calls."""
    inner(
        source="""
        import subprocess, sys

        PROGRAM = '''
        import os, boto3
        client = boto3.client("cognito-idp")
        print(client.list_users(UserPoolId=os.environ["COGNITO_USER_POOL_ID"])["Users"])
        '''

        def test_it(cognito_environment, cognito_trace):
            program = PROGRAM.replace("\\n        ", "\\n")
            subprocess.run([sys.executable, "-c", program], check=True)
            (call,) = cognito_trace.calls
            assert (call.operation, call.outcome, call.by_app) == ("ListUsers", "ok", True)
        """
    ).assert_outcomes(passed=1)


@pytest.mark.parametrize("first", ["mock", "environment"])
def test_beside_mock_aws(inner: Inner, first: str) -> None:
    """With moto's mock, begun before or after, Cognito is the target, and the rest is moto's.

    Its own Cognito stays moto's: a client that the test sends there sees no pool of the run.
    """
    source = """
    import os, boto3, pytest
    from moto import mock_aws

    @pytest.fixture
    def mock():
        with mock_aws():
            yield

    def test_it(FIRST, SECOND, cognito_person):
        client = boto3.client("cognito-idp")
        name = cognito_person.username
        client.sign_up(
            ClientId=os.environ["COGNITO_CLIENT_ID"], Username=name,
            Password=cognito_person.password.reveal(),
            UserAttributes=[{"Name": "email", "Value": cognito_person.email}],
        )
        boto3.client("s3").create_bucket(Bucket="shop")
        assert boto3.client("s3").list_buckets()["Buckets"][0]["Name"] == "shop"
        motos = boto3.client(
            "cognito-idp", endpoint_url="https://cognito-idp.us-east-1.amazonaws.com"
        )
        assert motos.list_user_pools(MaxResults=5)["UserPools"] == []
    """
    names = ["mock", "cognito_environment"]
    names = names if first == "mock" else names[::-1]
    inner(source=source.replace("FIRST", names[0]).replace("SECOND", names[1])).assert_outcomes(
        passed=1
    )


def deployed(server: EmulatorServer) -> tuple[str, str]:
    """Return the ids of a pool and an app client that exist before the run, with a user in it."""
    client = offline_client("us-east-1", server.url)
    pool_id = client.create_user_pool(PoolName="shop")["UserPool"]["Id"]
    app = client.create_user_pool_client(UserPoolId=pool_id, ClientName="web")["UserPoolClient"]
    client.admin_create_user(UserPoolId=pool_id, Username="customer")
    return pool_id, app["ClientId"]


def test_an_existing_pool_is_protected_from_the_app(inner: Inner, server: EmulatorServer) -> None:
    """Users that the app makes are deleted at the end, and it reaches no others of the pool."""
    pool_id, client_id = deployed(server)
    given = ("--cognito-target=endpoint", f"--cognito-endpoint-url={server.url}")
    ids = (f"--cognito-user-pool-id={pool_id}", f"--cognito-client-id={client_id}")
    source = """
    import os
    import boto3
    import pytest

    def test_it(cognito_environment, cognito_person, cognito_trace):
        client, person = boto3.client("cognito-idp"), cognito_person
        client.sign_up(
            ClientId=os.environ["COGNITO_CLIENT_ID"], Username=person.username,
            Password=person.password.reveal(),
            UserAttributes=[{"Name": "email", "Value": person.email}],
        )
        with pytest.raises(Exception, match="the run did not create the user 'customer'"):
            client.admin_delete_user(
                UserPoolId=os.environ["COGNITO_USER_POOL_ID"], Username="customer"
            )
        cognito_trace.assert_called("SignUp", by="app", times=1, outcome="ok")
    """
    keys = {"AWS_ACCESS_KEY_ID": "mine", "AWS_SECRET_ACCESS_KEY": "mine"}
    inner(*given, *ids, source=source, **keys).assert_outcomes(passed=1)
    users = offline_client("us-east-1", server.url).list_users(UserPoolId=pool_id)["Users"]
    assert [user["Username"] for user in users] == ["customer"]


def test_calls_are_of_the_app_or_of_the_test(inner: Inner, server: EmulatorServer) -> None:
    """The trace has the calls of many threads once, wherever the emulator is."""
    source = """
    import os
    from threading import Thread
    import boto3

    def test_it(cognito_environment, cognito_trace, cognito_actions, cognito_signed_up):
        client, pool = boto3.client("cognito-idp"), os.environ["COGNITO_USER_POOL_ID"]
        threads = [Thread(target=client.list_users, kwargs={"UserPoolId": pool}) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        cognito_trace.assert_called("ListUsers", by="app", times=8)
        cognito_trace.assert_called("SignUp", by="test", times=1)
        cognito_trace.assert_not_called("SignUp", by="app")
    """
    given = ("--cognito-target=server", f"--cognito-endpoint-url={server.url}")
    inner(*given, source=source).assert_outcomes(passed=1)
    inner("--cognito-target=emulator", source=source).assert_outcomes(passed=1)


KEPT = """
import boto3, pytest
CLIENT = boto3.client(
    "cognito-idp", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b"
)

def call():
    CLIENT.initiate_auth(
        ClientId="x", AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Kept-Secret-1"},
    )

def test_open(cognito_environment):
    call()

def test_hidden(cognito_environment):
    with pytest.raises(Exception):
        call()
"""


def test_a_client_that_was_kept_does_not_reach_aws(inner: Inner) -> None:
    """A client that was made before sends nothing to AWS, and the test fails with one reason.

    It fails too where the app hides the error.
    """
    result = inner("-v", source=KEPT)
    result.assert_outcomes(passed=1, failed=1, errors=1)
    text = result.stdout.str()
    assert re.search(r"calls https://cognito-idp\.eu-west-1\.amazonaws\.com/ and not the\s", text)
    assert "Kept-Secret-1" not in text.replace(KEPT, "")


def test_several_pools(inner: Inner, pytester: pytest.Pytester) -> None:
    """The names can be a fixture of the user's, with other pools, secrets and unset variables."""
    pytester.makefile(
        ".yaml",
        staff="""
Resources:
  Staff:
    Type: AWS::Cognito::UserPool
  Desk:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Staff, GenerateSecret: true}
""",
    )
    inner(
        source="""
        import os
        import pytest

        @pytest.fixture(scope="session")
        def staff_pool(cognito_pool_from):
            return cognito_pool_from("staff.yaml")

        @pytest.fixture(scope="session")
        def cognito_environment_names(staff_pool):
            return {
                "SHOP_POOL": "{user_pool_id}",
                "STAFF_POOL": staff_pool.user_pool_id,
                "STAFF_SECRET": staff_pool.app.client_secret,
                "LEGACY": None,
            }

        def test_it(cognito_environment, staff_pool):
            assert os.environ["STAFF_POOL"] == staff_pool.user_pool_id
            assert os.environ["STAFF_SECRET"] == staff_pool.app.client_secret.reveal()
            assert os.environ["SHOP_POOL"] == cognito_environment.user_pool_id
            assert "LEGACY" not in os.environ

        @pytest.fixture(scope="module")
        def desk(cognito_environment_for, staff_pool):
            with cognito_environment_for(staff_pool, {"POOL": "{user_pool_id}"}) as environment:
                yield environment

        def test_of_a_module(desk, staff_pool):
            assert os.environ["POOL"] == desk.user_pool_id == staff_pool.user_pool_id
        """,
        LEGACY="old",
    ).assert_outcomes(passed=2)


def test_a_bad_name_is_one_line(inner: Inner, pytester: pytest.Pytester) -> None:
    """A line that cannot be used is refused with what is allowed."""
    pytester.makeini("[pytest]\ncognito_environment =\n    POOL = {user_pool}\n")
    found = inner(source="def test_it(cognito_environment): pass")
    shown = " ".join((found.stdout.str() + found.stderr.str()).split())
    assert "cognito_environment: POOL: cannot use 'user_pool' (from tox.ini); " in shown
    assert "did you mean 'user_pool_id'?" in shown
    assert "allowed: url, region, " in shown
    assert found.ret == 2


def test_tokens_are_checked_by_the_keys_of_the_pool(inner: Inner) -> None:
    """The keys are at ``jwks_url``, and ``issuer`` is what the tokens say."""
    inner(
        source="""
        import json, urllib.request
        from harness import unverified_claims

        def test_it(cognito_environment, cognito_signed_in):
            claims = unverified_claims(cognito_signed_in.tokens.access)
            assert claims["iss"] == cognito_environment.issuer
            with urllib.request.urlopen(cognito_environment.jwks_url, timeout=5) as answer:
                assert json.load(answer)["keys"]
        """
    ).assert_outcomes(passed=1)
