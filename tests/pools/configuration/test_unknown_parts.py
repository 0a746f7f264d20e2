"""A partly unknown setting differs for certain only if no value of its unknown parts is equal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.pools.configuration.drift import Drift, drift
from harness.pools.configuration.pool_configuration import (
    Kind,
    Part,
    PoolConfiguration,
    SourceLocation,
    UnassignedClient,
    Unknown,
)
from harness.pools.configuration.possibly_equal import may_be_equal
from tests.pools.audit.pools import pool

URL = Unknown("Ref Url")
OTHER = Unknown("Fn::If Wide")

#: A setting, its two values, and whether some value of the unknown parts makes them equal.
CASES: list[tuple[Kind, str, Any, Any, bool]] = [
    ("client", "CallbackURLs", [URL], ["https://a"], True),
    ("client", "CallbackURLs", [URL], ["https://a", "https://b"], False),
    ("client", "CallbackURLs", [URL], None, True),
    ("client", "CallbackURLs", [URL, "https://a"], ["https://b", "https://c"], False),
    ("client", "CallbackURLs", [URL, "https://a"], ["https://b", "https://a"], True),
    ("client", "CallbackURLs", [URL, "https://a"], ["https://a"], True),
    ("client", "CallbackURLs", [URL, "https://a"], None, False),
    ("client", "CallbackURLs", [URL, OTHER], ["https://b", "https://c"], True),
    ("client", "CallbackURLs", [URL, "https://a"], [OTHER, "https://b"], True),
    ("client", "CallbackURLs", [URL, "https://a"], [URL, "https://a"], True),
    ("client", "CallbackURLs", URL, ["https://b", "https://c"], True),
    ("client", "AllowedOAuthScopes", ["openid", URL], ["email", "openid"], True),
    ("client", "AllowedOAuthScopes", ["openid", URL], ["email", "phone"], False),
    ("client", "ExplicitAuthFlows", [URL], ["ALLOW_USER_SRP_AUTH"], True),
    ("client", "ExplicitAuthFlows", [OTHER], None, True),
    ("client", "ExplicitAuthFlows", [URL, "ALLOW_CUSTOM_AUTH"], ["ALLOW_USER_SRP_AUTH"], False),
    ("client", "TokenValidityUnits", {"IdToken": URL}, {"IdToken": "hours"}, True),
    ("client", "AuthSessionValidity", URL, 3, True),
    ("client", "AuthSessionValidity", URL, URL, True),
    ("client", "AuthSessionValidity", URL, OTHER, True),
    ("pool", "Policies.PasswordPolicy", URL, {"MinimumLength": 9}, True),
    ("pool", "Policies.PasswordPolicy", {"MinimumLength": URL}, {"MinimumLength": 9}, True),
    ("pool", "VerificationMessageTemplate", URL, None, True),
    ("pool", "LambdaConfig", {"PreSignUp": URL}, {"PreSignUp": "arn:aws:lambda:x"}, True),
    ("pool", "SmsConfiguration", {"SnsCallerArn": URL}, None, True),
    ("pool", "SmsConfiguration", {"SnsCallerArn": URL, "ExternalId": "x"}, None, False),
    ("pool", "Schema", [{"Name": URL, "Mutable": True}], [], True),
    ("pool", "Schema", [{"Name": "email", "Mutable": URL}], [], True),
    ("pool", "Schema", [{"Name": "email", "Required": True, "Mutable": URL}], [], False),
    (
        "pool",
        "Schema",
        [{"Name": "team", "Mutable": URL}],
        [{"Name": "team", "AttributeDataType": "String", "Mutable": False}],
        True,
    ),
    (
        "pool",
        "Schema",
        [{"Name": "team", "AttributeDataType": "Number", "Mutable": URL}],
        [{"Name": "team", "AttributeDataType": "String"}],
        False,
    ),
    (
        "pool",
        "AccountRecoverySetting.RecoveryMechanisms",
        [{"Name": "verified_email", "Priority": URL}, OTHER],
        [{"Name": "admin_only", "Priority": 2}, {"Name": "verified_email", "Priority": 1}],
        True,
    ),
    (
        "pool",
        "AccountRecoverySetting.RecoveryMechanisms",
        [{"Name": "verified_email", "Priority": URL}],
        [{"Name": "admin_only", "Priority": 1}],
        False,
    ),
]


@pytest.mark.parametrize(("kind", "path", "one", "other", "possible"), CASES)
def test_only_what_is_certain_is_a_difference(
    kind: Kind, path: str, one: Any, other: Any, possible: bool
) -> None:
    """The setting is unknown or changed, whichever side has the unknown part."""
    mine, theirs = (with_setting(kind, path, value) for value in (one, other))
    for found in (drift(mine, theirs), drift(theirs, mine)):
        assert bool(found.found) != possible
        assert found.differences
        assert {item.kind for item in found.differences} == {kind}


def test_known_members_of_a_partly_unknown_structure_differ() -> None:
    """The known member is a difference and the unknown member is not."""
    ours = with_setting("pool", "EmailConfiguration", {"From": "a@x.org", "SourceArn": URL})
    theirs = with_setting("pool", "EmailConfiguration", {"From": "b@x.org", "SourceArn": "arn"})
    found = drift(ours, theirs)
    assert [item.path for item in found.found] == ["EmailConfiguration.From"]
    assert [item.path for item in found.unknown] == ["EmailConfiguration.SourceArn"]


def test_lists_are_sets() -> None:
    """Cognito keeps no order of its lists, whether they hold names or structures."""
    first = {"Name": "verified_email", "Priority": 1}
    second = {"Priority": 2, "Name": "verified_phone_number"}
    for kind, path, items in (
        ("pool", "AccountRecoverySetting.RecoveryMechanisms", [first, second]),
        ("pool", "AliasAttributes", ["email", "phone_number"]),
        ("client", "LogoutURLs", ["https://b", "https://a"]),
        ("client", "WriteAttributes", ["email", "email", "custom:a"]),
    ):
        ours = with_setting(kind, path, items)  # type: ignore[arg-type]
        theirs = with_setting(kind, path, [*reversed(items)])  # type: ignore[arg-type]
        assert drift(ours, theirs).differences == ()


def test_factors_follow_an_unknown_mfa_setting() -> None:
    """If only the unknown MFA setting decides whether there are factors, these do not differ."""
    ours = pool(("mfa", "MfaConfiguration", Unknown("Ref Mfa")))
    off = pool(("mfa", "MfaConfiguration", "OFF"))
    for found in (drift(ours, off), drift(off, ours)):
        assert [(item.change, item.path) for item in found.differences] == [
            ("unknown", "MfaConfiguration")
        ]
    without_totp = pool(("mfa", "SoftwareTokenMfaConfiguration.Enabled", False))
    assert [item.path for item in drift(ours, without_totp).found] == [
        "SoftwareTokenMfaConfiguration.Enabled"
    ]


def test_an_app_client_with_an_unknown_name_is_compared() -> None:
    """Such a client is compared with the one that differs least among those that are left."""
    unknown, later = Unknown("Ref Name"), Unknown("Ref Later")
    ours = clients(
        Part("client", "Web", {"ClientName": "web"}),
        Part("client", "Mobile", {"ClientName": unknown, "AuthSessionValidity": 9}),
        Part("client", "Desk", {"ClientName": later, "AuthSessionValidity": 7}),
    )
    theirs = clients(
        Part("client", "d", {"ClientName": "d", "AuthSessionValidity": 7}),
        Part("client", "m", {"ClientName": "m", "AuthSessionValidity": 8}),
        Part("client", "web", {"ClientName": "web"}),
    )
    found = drift(ours, theirs).differences
    assert [(item.change, item.part, item.path) for item in found] == [
        ("changed", "Mobile", "AuthSessionValidity")
    ]


def test_an_app_client_too_many_is_a_difference() -> None:
    """If one side has more clients, no name makes them equal."""
    ours = clients(Part("client", "A", {"ClientName": Unknown("Ref A")}), Part("client", "B", {}))
    theirs = clients(Part("client", "only", {"ClientName": "only"}))
    assert [item.change for item in drift(ours, theirs).differences] == ["missing"]
    assert [item.change for item in drift(theirs, ours).differences] == ["added"]


def test_a_client_whose_name_a_template_leaves_out_is_compared() -> None:
    """CloudFormation makes the name up, so the only client left is its counterpart."""
    ours = clients(
        Part("client", "Web", {"ClientName": "web"}),
        Part("client", "App", {"GenerateSecret": True}),
    )
    theirs = clients(
        Part("client", "App-2x9", {"ClientName": "App-2x9", "GenerateSecret": True}),
        Part("client", "web", {"ClientName": "web"}),
    )
    assert drift(ours, theirs).differences == ()


def test_an_app_client_of_an_unknown_pool_is_unknown() -> None:
    """It may be the client that only the other side has; a second one is a difference."""
    place = SourceLocation("Resources.App", 7, file="pool.yaml")
    app = UnassignedClient(
        "App", None, Unknown("Ref Pool"), place, "…", lambda: Part("client", "App", {})
    )
    web = Part("client", "Web", {"ClientName": "web"})
    others = [Part("client", name, {"ClientName": name}) for name in ("a", "b")]
    ours = replace(clients(web), unassigned=(app,))
    assert sentences(drift(ours, clients(web, others[0]))) == [
        "unknown: whether the app client a of the second is in the first is unknown "
        "(the user pool of App)",
        "unknown: whether the app client App of the first is one of the pool is unknown (Ref Pool)",
    ]
    assert sentences(drift(clients(web, *others), ours)) == [
        "unknown: whether the app client a of the first is in the second is unknown "
        "(the user pool of App)",
        "missing: the app client b is only in the first",
        "unknown: whether the app client App of the second is one of the pool is unknown "
        "(Ref Pool)",
    ]


def test_an_unknown_difference_says_what_it_depends_on() -> None:
    """The sentence names the unknown part, and the known value of the other side."""
    found = drift(
        with_setting("client", "CallbackURLs", [URL]),
        with_setting("client", "CallbackURLs", ["https://a"]),
    )
    assert [item.sentence for item in found.unknown] == [
        "CallbackURLs of client is unknown (Ref Url) in the first and https://a in the second"
    ]


ITEMS = st.lists(st.sampled_from("abcd"), max_size=3, unique=True)


@given(ITEMS, st.integers(0, 3), ITEMS, st.integers(0, 3))
def test_lists_may_be_equal_if_a_choice_makes_them_equal(
    mine: list[str], my_unknown: int, theirs: list[str], their_unknown: int
) -> None:
    """The answer is that of counting: each side's unknown items supply what only the other has."""
    ours = [*mine, *(Unknown(f"a{index}") for index in range(my_unknown))]
    others = [*theirs, *(Unknown(f"b{index}") for index in range(their_unknown))]
    expected = (
        len(set(mine) - set(theirs)) <= their_unknown and len(set(theirs) - set(mine)) <= my_unknown
    )
    assert may_be_equal(ours, others) == expected == may_be_equal(others, ours)


def with_setting(kind: Kind, path: str, value: Any) -> PoolConfiguration:
    """Return the good configuration with one setting replaced, or left out for ``None``."""
    given = pool()
    if (
        value is None
        and next(part for part in given.parts if part.kind == kind).value(path) is None
    ):
        return given
    return pool((kind, path, value))


def clients(*parts: Part) -> PoolConfiguration:
    """Return the good configuration with these app clients."""
    return replace(pool(), clients=parts)


def sentences(found: Drift) -> list[str]:
    """Return the differences in words, each after its kind."""
    return [f"{item.change}: {item.sentence}" for item in found.differences]
