"""Settings that Cognito got after the oldest botocore: read with any, sent with a new one."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore
import pytest
from botocore.loaders import Loader

from harness.errors import ConfigurationError
from harness.flows.actions import AppClient
from harness.pools.configuration import service_members
from harness.pools.configuration.newer_members import (
    COMPARED_UP_TO,
    NEWER_MEMBERS,
    NEWER_VALUES,
    NewerMember,
    lacking,
    with_newer_members,
)
from harness.pools.configuration.pool_configuration import Kind, Origin, Part, PoolConfiguration
from harness.pools.configuration.service_members import check_members, require_sendable
from harness.pools.making.provision_configuration import provision_configuration
from harness.pools.making.provision_spec import provision
from harness.pools.sources import load
from harness.pools.sources.live import read_live
from harness.pools.spec.describe import describe_pool
from harness.pools.spec.pool_spec import PoolSpec
from harness.targets.emulated import EmulatedTarget
from tests.pools.sources.files import template

PROPERTIES = """\
KeyConfiguration: {KeyType: AWS_OWNED_KEY}
IssuerConfiguration: {Type: ORIGINAL}
AcrConfiguration: {Level1: {AcrValue: high}}
DcrConfiguration: {EnableStatus: Enabled, OpenDcrEnabled: false, AuthenticatedGrantTypes: [code]}
LambdaConfig: {InboundFederation: {LambdaVersion: V1_0, LambdaArn: arn:aws:lambda:a:1:function:b}}
Policies: {SignInPolicy: {AllowedFirstAuthFactors: [PASSWORD, SOFTWARE_TOKEN]}}
SmsConfiguration: {EumsSms: {CallerArn: arn:aws:iam::1:role/a, Region: eu-west-1}}
WebAuthnRelyingPartyID: example.com
WebAuthnFactorConfiguration: SINGLE_FACTOR
"""
CLIENT = """\
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ExplicitAuthFlows: [ALLOW_TOKEN_EXCHANGE_DELEGATION]
      PublishSecretsInAWSSecretsManager: true
"""


def installed() -> dict[str, Any]:
    """Return the installed botocore's service model."""
    found: dict[str, Any] = Loader().load_service_model("cognito-idp", "service-2")
    return found


def older(model: dict[str, Any]) -> dict[str, Any]:
    """Return a service model without everything that came after botocore 1.40.0."""
    found = copy.deepcopy(model)
    for member in NEWER_MEMBERS:
        for shape in found["shapes"].values():
            if member.name in shape.get("members", {}):
                del shape["members"][member.name]
    for name, value in NEWER_VALUES:
        values = found["shapes"][name]["enum"]
        found["shapes"][name]["enum"] = [one for one in values if one != value]
    return found


@pytest.fixture
def old_botocore(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the product the service model of botocore 1.40.0."""
    model = older(installed())
    caches = (
        service_members._service,
        service_members.member_shapes,
        service_members.member_names,
        service_members.described_names,
    )
    with monkeypatch.context() as patched:
        patched.setattr(service_members, "_installed", lambda: model)
        patched.setattr(botocore, "__version__", "1.40.0")
        for cached in caches:
            cached.cache_clear()
        yield
    for cached in caches:
        cached.cache_clear()


def forms(kind: Kind) -> Any:
    """Return all members of a part with their types and allowed texts, nested."""
    return {name: form(shape) for name, shape in service_members.member_shapes(kind).items()}


def form(shape: Any) -> Any:
    """Return the type of a shape, with what is below it."""
    if shape.type_name == "structure":
        return {name: form(member) for name, member in shape.members.items()}
    if shape.type_name == "list":
        return [form(shape.member)]
    if shape.type_name == "map":
        return {"*": form(shape.value)}
    return tuple(getattr(shape, "enum", ())) or shape.type_name


@pytest.mark.parametrize("kind", ["pool", "mfa", "client"])
def test_what_is_accepted_does_not_depend_on_botocore(
    kind: Kind, request: pytest.FixtureRequest
) -> None:
    """With the oldest botocore, exactly the members and texts of the newest one are accepted.

    The same holds for what the AWS CLI prints of a pool.
    """
    if release() > COMPARED_UP_TO:
        pytest.skip("the table was not compared with this botocore")
    now, described = forms(kind), set(service_members.described_names(kind))
    request.getfixturevalue("old_botocore")
    assert forms(kind) == now
    assert set(service_members.described_names(kind)) == described


def release() -> tuple[int, ...]:
    """Return the installed version of botocore."""
    return tuple(int(part) for part in botocore.__version__.split(".")[:3])


def test_the_table_fits_the_installed_botocore() -> None:
    """What the installed botocore knows or lacks agrees with the versions of the table."""
    missing = {lacked.name for lacked in lacking(installed())}
    for member in NEWER_MEMBERS:
        since = tuple(int(part) for part in member.since.split("."))
        assert (member.name in missing) is (since > release()), member


def test_a_complete_model_stays_as_it_is() -> None:
    """Nothing is added to a model that has everything, and the given one is never changed."""
    complete = with_newer_members(installed())
    assert with_newer_members(complete) == complete
    old = older(installed())
    before = copy.deepcopy(old)
    with_newer_members(old)
    assert old == before


@pytest.mark.usefixtures("old_botocore")
def test_a_file_is_read_with_an_old_botocore(tmp_path: Path) -> None:
    """Each of the settings is read, checked and converted."""
    found = load(template(tmp_path, PROPERTIES, CLIENT))
    assert found.pool.value("DcrConfiguration.AuthenticatedGrantTypes") == ["code"]
    assert found.pool.value("AcrConfiguration.Level1.AcrValue") == "high"
    assert found.mfa.value("WebAuthnConfiguration.FactorConfiguration") == "SINGLE_FACTOR"
    assert found.client().value("PublishSecretsInAWSSecretsManager") is True
    with pytest.raises(ConfigurationError, match="did you mean 'AWS_OWNED_KEY'"):
        load(template(tmp_path, "KeyConfiguration: {KeyType: AWS_OWN_KEY}"))
    with pytest.raises(ConfigurationError, match="did you mean 'KeyConfiguration'"):
        load(template(tmp_path, "KeyConfigurations: {}"))


@pytest.mark.usefixtures("old_botocore")
@pytest.mark.parametrize("member", NEWER_MEMBERS, ids=lambda member: member.name)
def test_an_old_botocore_cannot_send_it(tmp_path: Path, member: NewerMember) -> None:
    """The message names the member, both versions and the way out; nothing is created."""
    found = load(template(tmp_path, PROPERTIES, CLIENT))
    refusals = []
    for part in found.parts:
        only = _only(part, member.name)
        if only.members:
            with pytest.raises(ConfigurationError) as refused:
                require_sendable(only, "pool.yaml")
            refusals.append(str(refused.value))
    assert refusals
    for said in refusals:
        assert f"cannot use {member.name!r} (from pool.yaml, line " in said
        assert "this botocore (1.40.0) does not know it" in said
        assert said.endswith(f"it came with {member.since}: pip install -U boto3")


def _only(part: Part, name: str) -> Part:
    """Return a part with only the member that this one is, or is in."""
    members = {
        outer: value for outer, value in part.members.items() if name in (outer, *_in(value))
    }
    return Part(part.kind, part.name, members, part.places)


def _in(value: Any) -> list[str]:
    return list(value) if isinstance(value, dict) else []


@pytest.mark.usefixtures("old_botocore")
def test_nothing_is_made_of_what_cannot_be_sent() -> None:
    """Provisioning stops before its first call."""
    wanted = PoolConfiguration(
        Origin("snapshot", "pool.json"),
        Part("pool", "a", {"KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"}}),
        Part("mfa", "a", {}),
    )
    nobody: Any = None
    with pytest.raises(ConfigurationError, match=r"a: cannot use 'KeyConfiguration'|pip install"):
        provision_configuration(nobody, wanted)


@pytest.mark.usefixtures("old_botocore")
def test_no_pool_is_made_of_a_specification_that_cannot_be_sent() -> None:
    """What passkeys count as is newer too, and the message says which botocore knows it."""
    nobody: Any = None
    with pytest.raises(ConfigurationError, match=r"FactorConfiguration.*1\.42\.90: pip install"):
        provision(nobody, PoolSpec(passkeys_count_as_mfa=True), name_prefix="", tags={})


def test_a_new_botocore_sends_it(tmp_path: Path) -> None:
    """With a botocore that knows the member, nothing is refused."""
    if any(lacking(installed())):
        pytest.skip("this botocore is older than a member")
    for part in load(template(tmp_path, PROPERTIES, CLIENT)).parts:
        require_sendable(part, "pool.yaml")
        assert check_members(part, "pool.yaml").members == part.members


def test_a_live_pool_is_read_whole(monkeypatch: pytest.MonkeyPatch, request: Any) -> None:
    """With an old botocore, the configuration has the members that its model drops."""
    if any(lacking(installed())):
        pytest.skip("this botocore cannot set the member")
    target = EmulatedTarget(region="us-east-1")
    target.start()
    try:
        client = target.client()
        pool_id = client.create_user_pool(PoolName="a")["UserPool"]["Id"]
        counted = "MULTI_FACTOR_WITH_USER_VERIFICATION"
        passkeys: Any = {"RelyingPartyId": "example.com", "FactorConfiguration": counted}
        client.set_user_pool_mfa_config(UserPoolId=pool_id, WebAuthnConfiguration=passkeys)
        app = client.create_user_pool_client(UserPoolId=pool_id, ClientName="web")
        app_id = app["UserPoolClient"]["ClientId"]
        now = read_live(client, pool_id)
        request.getfixturevalue("old_botocore")
        old = older(installed())
        load_model = Loader.load_service_model

        def load_old(loader: Any, name: str, kind: str, *more: Any, **version: Any) -> Any:
            is_old = (name, kind) == ("cognito-idp", "service-2")
            return old if is_old else load_model(loader, name, kind, *more, **version)

        monkeypatch.setattr(Loader, "load_service_model", load_old)
        session = boto3.Session("id", "secret", region_name="us-east-1")
        old_client = session.client("cognito-idp")
        target.emulator.attach(old_client)
        assert "FactorConfiguration" not in str(
            old_client.get_user_pool_mfa_config(UserPoolId=pool_id)
        )
        assert read_live(old_client, pool_id) == now
        assert now.mfa.value("WebAuthnConfiguration.FactorConfiguration") == counted
        spec = describe_pool(old_client, AppClient(pool_id, app_id)).spec
        assert spec.passkeys_count_as_mfa
    finally:
        target.stop()
