"""Loops of templates: what they make, with which lines, and which are left out or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown
from harness.pools.sources import load, read
from harness.pools.sources.documents import Document
from harness.pools.sources.for_each import with_loops_expanded
from harness.pools.sources.parameters import NO_PARAMETERS
from harness.pools.sources.template_parameters import TemplateParameters

TRANSFORM = "Transform: AWS::LanguageExtensions\n"
PARAMETERS = """
Parameters:
  Names: {Type: CommaDelimitedList, Default: "Users,Staff"}
  Asked: {Type: CommaDelimitedList}
"""
QUEUES = """
  Fn::ForEach::Queues:
    - Name
    - COLLECTION
    - Queue${Name}: {Type: AWS::SQS::Queue}
"""
POOLS = """
  Fn::ForEach::Pools:
    - Name
    - COLLECTION
    - ${Name}:
        Type: AWS::Cognito::UserPool
        Properties:
          UserPoolName: !Join [-, [!Ref Name, pool]]
          UserPoolTags: {"for-${Name}": !Sub "${Name} of ${AWS::NoValue}"}
"""
POOL = "  Pool: {Type: AWS::Cognito::UserPool}\n"


def written(folder: Path, resources: str, head: str = TRANSFORM + PARAMETERS) -> Path:
    """Write a template with these resources, and return its path."""
    path = folder / "pool.yaml"
    path.write_text(f"{head}Resources:\n{resources}", encoding="utf-8")
    return path


def message(path: Path) -> str:
    """Return the error about a template."""
    with pytest.raises(ConfigurationError) as refused:
        read(path)
    said = str(refused.value)
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    ("collection", "notes"),
    [
        ("[A, B]", []),
        ("!Ref Asked", ["Ref Asked"]),
        ("!Split [',', !Ref AWS::Region]", ["Fn::Split of Ref AWS::Region"]),
    ],
)
def test_a_loop_beside_the_pool(tmp_path: Path, collection: str, notes: list[str]) -> None:
    """A loop that makes queues has nothing to do with the pool, whatever it loops over."""
    found = load(written(tmp_path, POOL + QUEUES.replace("COLLECTION", collection)))
    assert found.name == "Pool"
    assert list(found.notes) == [
        f"Fn::ForEach::Queues is left out: its collection is unknown ({cause})" for cause in notes
    ]


@pytest.mark.parametrize(
    "collection", ["[Users, Staff]", "!Ref Names", "!Split [',', 'Users,Staff']"]
)
def test_a_loop_that_makes_pools(tmp_path: Path, collection: str) -> None:
    """Each item gives a pool of its own, with the line of the fragment."""
    path = written(tmp_path, POOLS.replace("COLLECTION", collection))
    found = read(path)
    assert [pool.pool.value("PoolName") for pool in found] == ["Users-pool", "Staff-pool"]
    place = found[1].pool.place("PoolName")
    assert place is not None
    assert place.path == "Resources.Staff.Properties.UserPoolName"
    line = path.read_text(encoding="utf-8").splitlines()[(place.line or 0) - 1]
    assert "UserPoolName" in line
    assert found[0].pool.value("UserPoolTags") == {
        "for-Users": Unknown("Fn::Sub Users of ${AWS::NoValue}")
    }


def test_loops_inside_loops(tmp_path: Path) -> None:
    """An inner loop runs for each item of the outer one; &{C} keeps letters and digits only."""
    resources = """
  Fn::ForEach::Pools:
    - P
    - [Users, Staff]
    - ${P}: {Type: AWS::Cognito::UserPool}
      Fn::ForEach::Clients:
        - C
        - [web, m-1]
        - Client${P}&{C}:
            Type: AWS::Cognito::UserPoolClient
            Properties: {UserPoolId: {Ref: "${P}"}, ClientName: "${P}/${C}"}
"""
    found = read(written(tmp_path, resources))
    assert {
        pool.name: {client.name: client.value("ClientName") for client in pool.clients}
        for pool in found
    } == {
        "Users": {"ClientUsersweb": "Users/web", "ClientUsersm1": "Users/m-1"},
        "Staff": {"ClientStaffweb": "Staff/web", "ClientStaffm1": "Staff/m-1"},
    }


def test_loops_in_conditions_and_properties(tmp_path: Path) -> None:
    """A loop makes conditions, and members of an object inside a resource."""
    head = f"""{TRANSFORM}{PARAMETERS}
Conditions:
  Fn::ForEach::Are:
    - Name
    - !Ref Names
    - Is${{Name}}: !Equals ["${{Name}}", Staff]
"""
    resources = """
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: !If [IsStaff, staff, others]
      UserPoolTags:
        Team: a
        Fn::ForEach::Tags: [T, [b-1, c], {"${T}": "of ${T}"}]
      Fn::ForEach::Texts:
        - Kind
        - [Email, Sms]
        - ${Kind}VerificationMessage: "${Kind} {####}"
"""
    assert load(written(tmp_path, resources, head)).pool.members == {
        "PoolName": "staff",
        "UserPoolTags": {"Team": "a", "b-1": "of b-1", "c": "of c"},
        "EmailVerificationMessage": "Email {####}",
        "SmsVerificationMessage": "Sms {####}",
    }


def test_an_object_with_an_unknown_loop_is_unknown(tmp_path: Path) -> None:
    """Members that nobody knows make their object unknown, and nothing else."""
    resources = """
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: a
      UserPoolTags: {Team: a, "Fn::ForEach::Tags": [T, !Ref Asked, {"${T}": b}]}
"""
    assert load(written(tmp_path, resources)).pool.members == {
        "PoolName": "a",
        "UserPoolTags": Unknown("Fn::ForEach::Tags"),
    }


SAM = """
  Fn::ForEach::Functions:
    - Name
    - !Ref Asked
    - Function${Name}:
        Type: AWS::Serverless::Function
        Properties:
          Events: {E: {Type: Cognito, Properties: {UserPool: !Ref Pool, Trigger: PreSignUp}}}
"""
ANY_TYPE = """
  Fn::ForEach::Kinds:
    - Kind
    - !Ref Asked
    - Some${Kind}: {Type: "AWS::Cognito::${Kind}"}
"""
INSIDE = """
  Fn::ForEach::Outer:
    - A
    - !Ref Asked
    - Fn::ForEach::Inner:
        - B
        - [x]
        - ${A}${B}: {Type: AWS::Cognito::UserPoolClient}
"""


@pytest.mark.parametrize(
    ("resources", "name"),
    [
        (POOLS.replace("COLLECTION", "!Ref Asked"), "Fn::ForEach::Pools"),
        (SAM, "Fn::ForEach::Functions"),
        (ANY_TYPE, "Fn::ForEach::Kinds"),
        (INSIDE, "Fn::ForEach::Outer"),
    ],
)
def test_a_loop_that_may_make_a_part_of_a_pool(tmp_path: Path, resources: str, name: str) -> None:
    """If its collection is unknown, the message says so and names what does know it."""
    said = message(written(tmp_path, POOL + resources))
    assert said.startswith(f"Resources.{name}: cannot use {name!r} (from {tmp_path}")
    assert "its collection is unknown (Ref Asked)" in said
    assert "get-template --template-stage Processed" in said


@pytest.mark.parametrize(
    ("loop", "part"),
    [
        ("Fn::ForEach: [N, [a], {}]", "a loop has the form Fn::ForEach::Name: "),
        ("Fn::ForEach::L: [N, [a]]", "a loop has the form Fn::ForEach::Name: "),
        ("Fn::ForEach::L: [[N], [a], {}]", "a loop has the form Fn::ForEach::Name: "),
        ("Fn::ForEach::L: [N, a, {'${N}': {}}]", "a loop needs a list of texts"),
        ("Fn::ForEach::L: [N, [[a]], {'${N}': {}}]", "a loop needs a list of texts"),
        ("Fn::ForEach::L: [N, [a, b], {Queue: {}}]", "the loop makes it twice: for 'b' again"),
        ("Fn::ForEach::L: [N, [Pool], {'${N}': {}}]", "the template has this name twice"),
        (
            "Fn::ForEach::L: [N, [a], {'Fn::ForEach::M': [N, [b], {'${N}': {}}]}]",
            "an outer loop has this identifier already",
        ),
    ],
)
def test_a_loop_that_cloudformation_refuses(tmp_path: Path, loop: str, part: str) -> None:
    """The message has the line of the loop."""
    said = message(written(tmp_path, f"{POOL}  {loop}\n", TRANSFORM))
    assert part in said
    assert "pool.yaml, line 4" in said


def test_too_many_members(tmp_path: Path) -> None:
    """Loops inside loops that make millions of members are refused."""
    items = ", ".join(f"a{index}" for index in range(100))
    inner = f"[N3, [{items}], {{'${{N1}}${{N2}}${{N3}}': {{}}}}]"
    middle = f"[N2, [{items}], {{'Fn::ForEach::C': {inner}}}]"
    loop = f"  Fn::ForEach::A: [N1, [{items}], {{'Fn::ForEach::B': {middle}}}]\n"
    assert "the loops make more than 5000 members" in message(written(tmp_path, POOL + loop))


@pytest.mark.parametrize("head", ["", "Transform: AWS::Serverless-2016-10-31\n"])
def test_a_loop_without_the_transform(tmp_path: Path, head: str) -> None:
    """Without its transform, CloudFormation takes a loop for a malformed resource."""
    path = written(tmp_path, POOL + QUEUES.replace("COLLECTION", "[A]"), head)
    assert "it needs Transform: AWS::LanguageExtensions" in message(path)


@pytest.mark.parametrize(
    ("head", "resources", "notes"),
    [
        ("Transform: AWS::Serverless-2016-10-31\n", "", []),
        (TRANSFORM, "", []),
        (
            "Transform: [AWS::LanguageExtensions, Team]\n",
            "",
            ["the transform Team is not applied: only a deployment can run it"],
        ),
        (
            "Transform: {Name: AWS::Include, Parameters: {Location: s3}}\n",
            "",
            ["the transform AWS::Include is not applied: only a deployment can run it"],
        ),
        (
            "",
            "  Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3}}\n",
            ["Fn::Transform in Resources is not applied: only a deployment can run it"],
        ),
    ],
)
def test_transforms_that_only_a_deployment_runs(
    tmp_path: Path, head: str, resources: str, notes: list[str]
) -> None:
    """A note says which of them could change the pools; others are not worth a word."""
    assert list(load(written(tmp_path, POOL + resources, head)).notes) == notes


def test_members_that_a_transform_adds(tmp_path: Path) -> None:
    """An object that a transform completes is unknown, whatever stands beside it."""
    pool = """\
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: a
      Policies:
        PasswordPolicy: {MinimumLength: 8, "Fn::Transform": {Name: AWS::Include}}
"""
    found = load(written(tmp_path, pool, "")).pool
    assert found.value("Policies.PasswordPolicy") == Unknown("Fn::Transform")


_NAMES = st.lists(st.text("abcXYZ019", min_size=1, max_size=4), unique=True, max_size=5)


@given(_NAMES, _NAMES)
def test_a_loop_makes_what_writing_it_out_makes(outer: list[str], inner: list[str]) -> None:
    """Two loops give the template that a person would have written without them."""
    properties = {"P": [{"Ref": "A"}, "${B}", {"Ref": "C"}]}
    fragment = {"R${A}x${B}": {"Type": "T", "Properties": properties}}
    loop = ["A", outer, {"Fn::ForEach::Inner": ["B", inner, fragment]}]
    value = {
        "Transform": ["AWS::LanguageExtensions"],
        "Resources": {"Fn::ForEach::Outer": loop, "Last": {"Type": "T"}},
    }
    document = Document("a.json", value, {})
    expanded = with_loops_expanded(document, TemplateParameters(document, NO_PARAMETERS))
    written_out = {
        f"R{a}x{b}": {"Type": "T", "Properties": {"P": [a, b, {"Ref": "C"}]}}
        for a in outer
        for b in inner
    }
    assert expanded.value["Resources"] == {**written_out, "Last": {"Type": "T"}}
    assert properties == {"P": [{"Ref": "A"}, "${B}", {"Ref": "C"}]}
