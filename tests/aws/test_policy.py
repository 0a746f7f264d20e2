"""The printed policies: enough for what they are for, and no action in them is too many."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from harness.cli.app import run
from harness.emulator.moto_backend.permissions import AccessKey
from harness.flows.actions import Actions
from harness.flows.sign_up import confirm_by_admin, sign_up
from harness.pools.configuration.pool_configuration import Origin, Part, PoolConfiguration
from harness.pools.iam import MODES, actions_of, policy_for
from harness.pools.making.ownership import Ownership
from harness.pools.making.provision_configuration import provision_configuration
from harness.pools.making.provision_spec import deprovision, provision
from harness.pools.making.sweep import Sweep, SweepScope
from harness.pools.sources.live import read_live
from harness.pools.spec.conversion import spec_of
from harness.pools.spec.describe import describe_pool
from harness.pools.spec.managed_login import ManagedLogin, ResourceServer
from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec
from harness.users.person import PersonFactory
from tests.aws.operations import operations_of_the_client_side
from tests.aws.permitted import Permitted, permitted_server, without

SPEC = PoolSpec(
    mfa="OPTIONAL",
    device_tracking=DeviceTracking(),
    managed_login=ManagedLogin(scopes=("api/read", "openid"), version=2),
    resource_servers=(ResourceServer("api", ("read",)),),
)
#: What a reader can do without: the refusal is the reason of what is unknown then.
OPTIONAL = [
    ("audit", "DescribeManagedLoginBrandingByClient"),
    ("audit", "DescribeUserPoolDomain"),
    ("audit", "ListResourceServers"),
    ("existing-pool", "DescribeUserPoolDomain"),
]
EXPIRED = Ownership("ada", "old111", 1_000_000_000)


@pytest.fixture(scope="module")
def permitted() -> Iterator[Permitted]:
    """The emulator, with IAM."""
    with permitted_server() as found:
        yield found


def signed_operations() -> set[str]:
    """Return the operations of the client side that are signed."""
    model = botocore.session.get_session().get_service_model("cognito-idp")
    return {
        name
        for name in operations_of_the_client_side()
        if model.operation_model(name).auth_type != "none"
    }


def make_and_sweep(client: Any) -> None:
    """Do all that a run does with its own pools, and what a sweep does."""
    deprovision(client, provision(client, SPEC, name_prefix="cognito-harness-x-", tags={}))
    provision(client, SPEC, name_prefix="cognito-harness-x-", tags=EXPIRED.tags())
    sweep = Sweep(client, SweepScope("", "", ""), [], now=2_000_000_000.0)
    reasons = [reason for _, reason in sweep.remove(sweep.find())]
    assert reasons
    for reason in filter(None, reasons):
        refused = re.search(r"\((\w+)\) when calling the (\w+) operation", reason)
        assert refused, reason
        raise ClientError({"Error": {"Code": refused[1]}}, refused[2])


def administrate(actions: Actions) -> None:
    """Do all that an administrator does with users."""
    people = PersonFactory(1, "p-")
    person = people.make()
    sign_up(actions, person)
    confirm_by_admin(actions, person, ["email"])
    actions.admin_get_user(person.username)
    actions.admin_get_user_auth_factors(person.username)
    actions.list_users(limit=1)
    actions.admin_set_user_password(person.username, person.password, permanent=True)
    actions.admin_set_user_mfa_preference(person.username, software_token={"Enabled": False})
    actions.admin_get_user_auth_factors(person.username)
    actions.admin_list_devices(person.username)
    for device in (
        lambda: actions.admin_get_device(person.username, "us-east-1_none"),
        lambda: actions.admin_update_device_status(person.username, "us-east-1_none", "remembered"),
        lambda: actions.admin_forget_device(person.username, "us-east-1_none"),
    ):
        refused_for_itself(device)
    invited = people.make()
    actions.admin_create_user(
        invited.username, temporary_password=invited.password, message_action="SUPPRESS"
    )
    challenge = actions.admin_initiate_auth(
        "ADMIN_USER_PASSWORD_AUTH",
        {"USERNAME": invited.username, "PASSWORD": invited.password.reveal()},
    )
    actions.admin_respond_to_auth_challenge(
        "NEW_PASSWORD_REQUIRED",
        {"USERNAME": invited.username, "NEW_PASSWORD": people.password().reveal()},
        session=challenge["Session"],
    )
    actions.admin_user_global_sign_out(invited.username)
    actions.admin_disable_user(invited.username)
    actions.admin_enable_user(invited.username)
    actions.admin_reset_user_password(person.username)
    actions.admin_delete_user(invited.username)


def refused_for_itself(call: Callable[[], object]) -> None:
    """Make a call about a device that is not there; only a missing permission is an error."""
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] == "AccessDeniedException":
            raise


def make_pool_with_scope(client: Any) -> None:
    """Create a pool of a configuration whose app client has a scope of its own."""
    wanted = PoolConfiguration(
        Origin("snapshot", "shop.json"),
        Part("pool", "shop", {"PoolName": "shop"}),
        Part("mfa", "shop", {}),
        (Part("client", "web", {"AllowedOAuthScopes": ["api/read"]}),),
    )
    provision_configuration(client, wanted)


def work_on(permitted: Permitted, key: AccessKey, mode: str) -> None:
    """Do all that a mode is for, with a key."""
    client = permitted.client("cognito-idp", key)
    if mode == "provision":
        make_and_sweep(client)
        make_pool_with_scope(client)
    pool = provision(
        permitted.client("cognito-idp"), SPEC, name_prefix="theirs-", tags={"owner": "they"}
    )
    if mode == "audit":
        read_live(client, pool.user_pool_id)
        return
    if mode == "existing-pool":
        describe_pool(client, pool.app)
    administrate(Actions(client, pool.app, admin=client))


def test_policies_have_exactly_the_signed_operations() -> None:
    """The policies together have the signed operations that the harness calls, and no other."""
    assert {name for mode in MODES for name in actions_of(mode)} == signed_operations()


@pytest.mark.parametrize("mode", MODES)
def test_policy_is_sufficient(permitted: Permitted, mode: Any) -> None:
    """With the policy all goes that it is for."""
    policy = policy_for(mode, account="123456789012", region="us-east-1")
    work_on(permitted, permitted.grant(policy), mode)


@pytest.mark.parametrize(
    ("mode", "operation"),
    [(mode, name) for mode in MODES for name in actions_of(mode) if (mode, name) not in OPTIONAL],
)
def test_policy_without_an_action_is_insufficient(
    permitted: Permitted, mode: Any, operation: str
) -> None:
    """Without any one action of it something is refused, and it is that action."""
    key = permitted.grant(without(policy_for(mode), operation))
    with pytest.raises(ClientError) as caught:
        work_on(permitted, key, mode)
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    assert caught.value.operation_name == operation


@pytest.mark.parametrize(("mode", "operation"), OPTIONAL)
def test_an_older_policy_still_reads_a_pool(
    permitted: Permitted, mode: Any, operation: str
) -> None:
    """Without an action about managed login, what it tells is unknown, and all else is read."""
    key = permitted.grant(without(policy_for(mode), operation))
    client = permitted.client("cognito-idp", key)
    made = provision(permitted.client("cognito-idp"), SPEC, name_prefix="theirs-", tags={})
    if mode == "existing-pool":
        login = describe_pool(client, made.app).spec.managed_login
        # The classic hosted UI has the endpoints that every version has.
        assert login is not None
        assert login.version == 1
        return
    found = read_live(client, made.user_pool_id)
    hidden = [*found.not_shown.values(), *(found.domains[0].unknown().values())]
    assert [one.reason for one in hidden] == [f"{operation} is refused: AccessDeniedException"]
    assert found.clients


def test_the_whole_policy_reads_managed_login(permitted: Permitted) -> None:
    """With all of it, a pool is read as it was made."""
    key = permitted.grant(policy_for("audit"))
    made = provision(permitted.client("cognito-idp"), SPEC, name_prefix="theirs-", tags={})
    found = read_live(permitted.client("cognito-idp", key), made.user_pool_id)
    assert spec_of(found).managed_login == SPEC.managed_login
    assert spec_of(found).resource_servers[0].full_scopes == ("api/read",)
    assert [part.value("ClientId") for part in found.branding] == ["pool"]
    assert found.not_shown == {}


def test_policy_for_one_pool_covers_no_other(permitted: Permitted) -> None:
    """A policy for one pool does not cover another."""
    client = permitted.client("cognito-idp")
    one, other = (
        provision(client, SPEC, name_prefix="theirs-", tags={}).user_pool_id for _ in range(2)
    )
    policy = policy_for(
        "audit", account="123456789012", region="us-east-1", pool_ids=[one, "us-east-1_Third"]
    )
    auditor = permitted.client("cognito-idp", permitted.grant(policy))
    assert read_live(auditor, one).pool.name
    with pytest.raises(ClientError, match="not authorized"):
        read_live(auditor, other)


class TestCommand:
    """``cognito-harness iam-policy``."""

    def test_policy_is_printed(self, capsys: pytest.CaptureFixture[str]) -> None:
        """It prints the policy of the mode, as narrow as it is told."""
        options = ["--account", "123456789012", "--region", "cn-north-1"]
        options += ["--user-pool-id", "cn-north-1_Pool1"]
        assert run(["iam-policy", "--mode", "existing-pool", *options]) == 0
        account, statement = json.loads(capsys.readouterr().out)["Statement"]
        assert account["Action"] == ["cognito-idp:DescribeUserPoolDomain"]
        pool = "arn:aws-cn:cognito-idp:cn-north-1:123456789012:userpool/cn-north-1_Pool1"
        assert statement["Resource"] == [pool]
        assert "cognito-idp:AdminConfirmSignUp" in statement["Action"]

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--mode", "provisions"], "did you mean 'provision'?"),
            (["--account", "me"], "12 digits"),
            (["--user-pool-id", "us-east-1_Pool1"], "takes no ids"),
            (["--mode", "existing-pool"], "--user-pool-id: no value given"),
            (["--mode", "audit", "--user-pool-id", "pool"], "a user pool id looks like"),
        ],
    )
    def test_misuse_is_one_line(
        self, capsys: pytest.CaptureFixture[str], options: list[str], said: str
    ) -> None:
        """What cannot be used is one line and exit code 2."""
        assert run(["iam-policy", *options]) == 2
        assert said in capsys.readouterr().err


class TestSignatures:
    """The emulator with IAM, at its front door."""

    def test_unsigned_operation_accepts_any_signature(self, permitted: Permitted) -> None:
        """An operation that Cognito leaves unsigned accepts any signature."""
        nobody = permitted.client("cognito-idp", AccessKey("AKIANOBODY", "nothing"))
        with pytest.raises(ClientError) as caught:
            nobody.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId="none", AuthParameters={})
        assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"

    def test_unknown_key_or_wrong_secret_is_refused(self, permitted: Permitted) -> None:
        """A key that does not exist is refused, and so is a key with a wrong secret."""
        nobody = permitted.client("cognito-idp", AccessKey("AKIANOBODY", "nothing"))
        with pytest.raises(ClientError, match="UnrecognizedClientException"):
            nobody.list_user_pools(MaxResults=1)
        wrong = AccessKey(permitted.administrator.id, "wrong")
        with pytest.raises(ClientError, match="InvalidSignatureException"):
            permitted.client("cognito-idp", wrong).list_user_pools(MaxResults=1)

    def test_missing_signature_is_refused(self, permitted: Permitted) -> None:
        """A signed operation without any signature is refused as without IAM."""
        client = boto3.client(
            "cognito-idp",
            region_name="us-east-1",
            endpoint_url=permitted.server.url,
            config=Config(signature_version=UNSIGNED),
        )
        with pytest.raises(ClientError, match="MissingAuthenticationToken"):
            client.list_user_pools(MaxResults=1)
