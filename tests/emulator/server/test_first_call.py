"""What is loaded for the first calls of an emulator, and what is answered before it is."""

from __future__ import annotations

import subprocess
import sys

import pytest
from moto.cognitoidp.models import cognitoidp_backends
from moto.core.request import Request

from harness.emulator.api.request import ACCOUNT
from harness.emulator.engine import Engine
from harness.emulator.http.region import REGIONS, partition_of, region_without_moto
from harness.emulator.moto_backend.responses import TruthfulCognitoResponse

PROGRAM = """
import sys
import boto3
from harness.emulator.server import EmulatorServer

with EmulatorServer() as server:
    key = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    client = boto3.client("cognito-idp", "us-east-1", endpoint_url=server.url, **key)
    with server.emulator.engine.fast_path.closed():
        client.list_user_pools(MaxResults=1)
    print("moto.iam.access_control" in sys.modules)
"""


def test_access_control_is_not_loaded_while_it_is_off() -> None:
    """moto's IAM imports half of moto, for which the first call would wait."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "False"


WAITING = """
import http.client, json, sys
from harness.emulator import Emulator, Triggers
from harness.emulator.server import EmulatorServer

called = []

def ask(operation, **more):
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    scope = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20270115/eu-west-1/cognito-idp/aws4_request"
    target = "AWSCognitoIdentityProviderService." + operation
    headers = {"Authorization": scope, "X-Amz-Target": target}
    connection.request("POST", "/", json.dumps(more), headers)
    response = connection.getresponse()
    return response.status, json.loads(response.read())

triggers = Triggers(pre_sign_up=lambda event, _: called.append(event["region"]) or event)
emulator = Emulator(mock=False, triggers=triggers)
with EmulatorServer(emulator=emulator, moto_on_demand=True) as server:
    pool = ask("CreateUserPool", PoolName="p")[1]["UserPool"]["Id"]
    ask("AdminCreateUser", UserPoolId=pool, Username="ann")
    with emulator.engine.fast_path.closed():
        print(*ask("ListUserPools", MaxResults=1), end=" ")
    print(called, "moto" in sys.modules)
    print(*ask("ListIdentityProviders", UserPoolId=pool), "moto" in sys.modules)
"""


def test_calls_that_wait_do_not_load_moto() -> None:
    """A handler runs, and a call during a save is answered, without it; its own calls load it."""
    done = subprocess.run(
        [sys.executable, "-c", WAITING], capture_output=True, text=True, timeout=120, check=True
    )
    waited, by_moto = done.stdout.splitlines()
    assert waited.startswith("200 {'UserPools': [{'Id': 'eu-west-1_")
    assert waited.endswith(" ['eu-west-1'] False")
    assert by_moto == "200 {'Providers': []} True"


LOADING = """
import http.client, json, sys, threading
from harness.emulator import Emulator
from harness.emulator.server import EmulatorServer

begun, may_end, joins = threading.Event(), threading.Event(), []
join = Emulator._join

def slow_join(emulator):
    import moto.core
    joins.append("moto.cognitoidp" in sys.modules)
    begun.set()
    may_end.wait(60)
    join(emulator)

Emulator._join = slow_join

def ask(method, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, "/", json.dumps({"MaxResults": 1}), headers)
    return connection.getresponse().status

def list_buckets():
    scope = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20270115/us-east-1/s3/aws4_request"
    statuses.append(ask("GET", {"Authorization": scope}))

with EmulatorServer(moto_on_demand=True) as server:
    port, statuses = int(server.url.rpartition(":")[2]), []
    threads = [threading.Thread(target=list_buckets) for _ in range(2)]
    for thread in threads:
        thread.start()
    begun.wait(60)
    scope = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20270115/us-east-1/cognito-idp/aws4_request"
    target = "AWSCognitoIdentityProviderService.ListUserPools"
    print(ask("POST", {"Authorization": scope, "X-Amz-Target": target}), len(statuses))
    may_end.set()
    for thread in threads:
        thread.join()
    print(statuses, joins)
"""


def test_moto_is_loaded_once_and_other_calls_go_on() -> None:
    """Two requests that need moto load it once, and a call without it is answered meanwhile."""
    done = subprocess.run(
        [sys.executable, "-c", LOADING], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.split("\n")[:2] == ["200 0", "[200, 200] [False]"]


def test_a_region_without_moto_is_the_region_with_it() -> None:
    """What is read without moto is what moto reads, for each region that is read without it."""
    for region in sorted(REGIONS):
        signature = f"AWS4-HMAC-SHA256 Credential={'A' * 20}/20270115/{region}/x/aws4_request"
        for host, signed in (
            (f"cognito-idp.{region}.amazonaws.com", None),
            ("localhost", signature),
        ):
            headers = {"Authorization": signed} if signed else {}
            request = Request.from_primitives("POST", f"http://{host}/", headers, b"{}")
            read = TruthfulCognitoResponse(Engine(), beside_moto=False)
            read.read(request)
            found = region_without_moto([], signed, host, "")
            assert (found, ACCOUNT, partition_of(region)) == (
                read.region,
                read.current_account,
                read.partition,
            )
            assert region in cognitoidp_backends[ACCOUNT].regions


@pytest.mark.parametrize(
    ("names", "signature", "host", "agent"),
    [
        (["content-encoding"], None, "localhost", ""),
        (["x-moto-account-id"], None, "localhost", ""),
        ([], "Bearer a.b.c", "localhost", ""),
        ([], None, "cognito-idp.mars-1.amazonaws.com", ""),
        ([], None, "localhost", "tool region/eu-west-1"),
    ],
)
def test_moto_reads_what_is_unusual(
    names: list[str], signature: str | None, host: str, agent: str
) -> None:
    """No region is guessed where moto could find another one, or refuse."""
    assert region_without_moto(names, signature, host, agent) is None


@pytest.mark.parametrize("variable", ["MOTO_ACCOUNT_ID", "INITIAL_NO_AUTH_ACTION_COUNT"])
def test_settings_of_moto_count(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """If moto's account or IAM is set in the environment, moto reads every request."""
    assert region_without_moto([], None, "localhost", "") == "us-east-1"
    monkeypatch.setenv(variable, "1")
    assert region_without_moto([], None, "localhost", "") is None
