"""The schema: standard and custom attributes and their allowed values (section 1.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.api.fast_validation import validate
from harness.emulator.refusals import Refusal
from tests.emulator.conftest import Call
from tests.emulator.support.expect import PASSWORD, Person, pairs, refused

MakePool = Callable[..., str]
MakeClient = Callable[..., dict[str, Any]]

SCHEMA = "Attributes did not conform to the schema: "


def string(name: str, **members: Any) -> dict[str, Any]:
    """Return a String attribute of a schema."""
    return {"Name": name, "AttributeDataType": "String", **members}


def lengths(shortest: int, longest: int) -> dict[str, Any]:
    """Return length constraints for a String attribute."""
    limits = {"MinLength": str(shortest), "MaxLength": str(longest)}
    return {"StringAttributeConstraints": limits}


@pytest.fixture
def sign_up(
    call: Call, make_pool: MakePool, make_client: MakeClient
) -> Callable[..., dict[str, Any]]:
    """Sign up a user in a new pool with this schema and these attributes."""

    def make(schema: list[dict[str, Any]], **attributes: str) -> dict[str, Any]:
        client = make_client(make_pool(**({"Schema": schema} if schema else {})))
        return call(
            "SignUp",
            ClientId=client["ClientId"],
            Username="alice",
            Password=PASSWORD,
            UserAttributes=pairs(**attributes),
        )

    return make


def described(call: Call, pool_id: str) -> dict[str, dict[str, Any]]:
    """Return the SchemaAttributes by name."""
    pool = call("DescribeUserPool", UserPoolId=pool_id)["UserPool"]
    return {attribute["Name"]: attribute for attribute in pool["SchemaAttributes"]}


def test_schema_always_has_standard_attributes(call: Call, pool_id: str) -> None:
    """OpenID Connect's attributes are always there; only the sub is required and immutable."""
    schema = described(call, pool_id)
    assert len(schema) == 20
    assert [name for name, found in schema.items() if found["Required"]] == ["sub"]
    assert [name for name, found in schema.items() if not found["Mutable"]] == ["sub"]
    assert schema["birthdate"]["StringAttributeConstraints"] == {
        "MinLength": "10",
        "MaxLength": "10",
    }
    assert schema["updated_at"]["NumberAttributeConstraints"] == {"MinValue": "0"}
    assert schema["email_verified"] == {
        "Name": "email_verified",
        "AttributeDataType": "Boolean",
        "DeveloperOnlyAttribute": False,
        "Mutable": True,
        "Required": False,
    }


@pytest.mark.fact("M015")
def test_custom_attribute_gets_a_prefix(call: Call, make_pool: MakePool) -> None:
    """Custom attributes become custom:NAME, developer-only ones dev:custom:NAME."""
    schema = [
        string("role", Mutable=False, **lengths(1, 5)),
        string("key", DeveloperOnlyAttribute=True),
    ]
    found = described(call, make_pool(Schema=schema))
    assert found["custom:role"] == {
        "Name": "custom:role",
        "AttributeDataType": "String",
        "DeveloperOnlyAttribute": False,
        "Mutable": False,
        "Required": False,
        "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "5"},
    }
    assert found["dev:custom:key"]["DeveloperOnlyAttribute"] is True


def test_constraints_are_described_where_set(call: Call, make_pool: MakePool) -> None:
    """Strings and numbers always show constraints, other types never."""
    kinds = ["String", "Number", "Boolean", "DateTime"]
    schema: list[dict[str, Any]] = [{"Name": kind, "AttributeDataType": kind} for kind in kinds]
    limits = {"MinValue": "0", "MaxValue": "9"}
    schema.append(
        {"Name": "digit", "AttributeDataType": "Number", "NumberAttributeConstraints": limits}
    )
    found = described(call, make_pool(Schema=schema))
    shown = {
        name: {key: value for key, value in attribute.items() if key.endswith("Constraints")}
        for name, attribute in found.items()
        if name.startswith("custom:")
    }
    assert shown == {
        "custom:String": {"StringAttributeConstraints": {}},
        "custom:Number": {"NumberAttributeConstraints": {}},
        "custom:Boolean": {},
        "custom:DateTime": {},
        "custom:digit": {"NumberAttributeConstraints": limits},
    }


def test_standard_attribute_settings_are_kept(call: Call, make_pool: MakePool) -> None:
    """Required, Mutable and constraints of a standard attribute are described as set."""
    schema = [{"Name": "email", "Required": True, "Mutable": False}]
    found = described(call, make_pool(Schema=schema))["email"]
    assert (found["Required"], found["Mutable"]) == (True, False)
    assert found["StringAttributeConstraints"] == {"MinLength": "0", "MaxLength": "2048"}


@pytest.mark.parametrize(
    ("member", "text"),
    [
        (string("role", Required=True), "Required custom attributes are not supported currently."),
        (
            {"Name": "role"},
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        ),
        (
            {"Name": "email", "AttributeDataType": "Number"},
            "You can not change AttributeDataType or set developerOnlyAttribute for standard "
            "schema attribute email",
        ),
        (
            {"Name": "email", "DeveloperOnlyAttribute": True},
            "You can not change AttributeDataType or set developerOnlyAttribute for standard "
            "schema attribute email",
        ),
        (
            string("role", **lengths(0, 2049)),
            "user.custom:role: String attributes cannot have a length of more than 2048",
        ),
        (
            string("role", **lengths(5, 4)),
            "user.custom:role: Max length cannot be less than min length.",
        ),
        (
            string("role", StringAttributeConstraints={"MaxLength": "many"}),
            "Invalid StringAttributeConstraints for schema attribute custom:role",
        ),
        (
            {
                "Name": "age",
                "AttributeDataType": "Number",
                "NumberAttributeConstraints": {"MinValue": "5", "MaxValue": "4"},
            },
            "user.custom:age: Max value cannot be less than min value.",
        ),
    ],
)
def test_invalid_schema_is_refused(
    call: Call, make_pool: MakePool, pool_id: str, member: dict[str, Any], text: str
) -> None:
    """CreateUserPool and AddCustomAttributes refuse an invalid schema with the same message."""
    with refused("InvalidParameterException", text):
        make_pool(Schema=[member])
    if member["Name"] != "email":
        with refused("InvalidParameterException", text):
            call("AddCustomAttributes", UserPoolId=pool_id, CustomAttributes=[member])
        assert len(described(call, pool_id)) == 20


def test_minimum_may_equal_maximum(call: Call, make_pool: MakePool) -> None:
    """The maximum length is 2048, and minimum and maximum may be equal."""
    seven = {"NumberAttributeConstraints": {"MinValue": "7", "MaxValue": "7"}}
    schema = [
        string("long", **lengths(2048, 2048)),
        {"Name": "seven", "AttributeDataType": "Number", **seven},
    ]
    found = described(call, make_pool(Schema=schema))
    assert found["custom:long"]["StringAttributeConstraints"]["MaxLength"] == "2048"
    assert found["custom:seven"]["NumberAttributeConstraints"]["MaxValue"] == "7"


@pytest.mark.fact("M018")
def test_custom_attribute_can_be_added_once(call: Call, pool_id: str) -> None:
    """An added attribute is in the schema; adding the same name again is refused."""
    request = {"UserPoolId": pool_id, "CustomAttributes": [string("role")]}
    assert call("AddCustomAttributes", **request) == {}
    assert "custom:role" in described(call, pool_id)
    text = "custom:role: Existing attribute already has name custom:role."
    with refused("InvalidParameterException", text):
        call("AddCustomAttributes", **request)


@pytest.mark.fact("A292")
def test_fifty_custom_attributes_are_the_limit(call: Call, pool_id: str) -> None:
    """The fifty-first attribute is refused, together with the rest of its request."""
    for start in (0, 25):
        members = [string(f"a{number}") for number in range(start, start + 25)]
        call("AddCustomAttributes", UserPoolId=pool_id, CustomAttributes=members)
    with refused("LimitExceededException"):
        call("AddCustomAttributes", UserPoolId=pool_id, CustomAttributes=[string("more")])
    assert "custom:more" not in described(call, pool_id)


@pytest.mark.fact("A016")
@pytest.mark.parametrize(
    ("required", "given", "text"),
    [
        (["email"], {}, "email: The attribute is required"),
        (["name"], {}, "name.formatted: The attribute is required"),
        (["phone_number"], {}, "phoneNumbers: The attribute is required"),
        (
            ["gender", "family_name"],
            {},
            "family_name: The attribute is required\ngender: The attribute is required",
        ),
        (["gender"], {"gender": ""}, "gender: The attribute is required"),
    ],
)
def test_missing_required_attributes_are_listed(
    sign_up: Callable[..., dict[str, Any]], required: list[str], given: dict[str, str], text: str
) -> None:
    """All missing attributes are listed by SCIM name; a blank value counts as missing."""
    with refused("InvalidParameterException", SCHEMA + text):
        sign_up([{"Name": name, "Required": True} for name in required], **given)


@pytest.mark.fact("A017")
def test_unknown_attribute_is_refused(sign_up: Callable[..., dict[str, Any]]) -> None:
    """An attribute that is not in the schema cannot be set at sign-up."""
    text = SCHEMA + "Type for attribute {custom:role} could not be determined"
    with refused("InvalidParameterException", text):
        sign_up([], custom__role="admin")


@pytest.mark.fact("A029")
@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("email", "nobody", "Invalid email address format."),
        ("email", "a b@example.com", "Invalid email address format."),
        ("phone_number", "5555550100", "Invalid phone number format."),
        ("phone_number", "+1 555 555", "Invalid phone number format."),
        (
            "custom__role",
            "toolong",
            SCHEMA + "custom:role: String must be no longer than 5 characters",
        ),
        ("custom__role", "x", SCHEMA + "custom:role: String must be no shorter than 2 characters"),
        ("custom__age", "old", SCHEMA + "custom:age: Value must be a number"),
        ("custom__age", "17", SCHEMA + "custom:age: Value must be no less than 18"),
        ("custom__age", "100", SCHEMA + "custom:age: Value must be no greater than 99"),
        (
            "birthdate",
            "1.1.2000",
            SCHEMA + "birthdate: String must be no shorter than 10 characters",
        ),
    ],
)
def test_value_that_breaks_its_constraint_is_refused(
    sign_up: Callable[..., dict[str, Any]], name: str, value: str, text: str
) -> None:
    """Sign-up enforces formats, lengths and ranges."""
    schema = [
        string("role", **lengths(2, 5)),
        {
            "Name": "age",
            "AttributeDataType": "Number",
            "NumberAttributeConstraints": {"MinValue": "18", "MaxValue": "99"},
        },
    ]
    with refused("InvalidParameterException", text):
        sign_up(schema, **{name: value})


def test_value_at_the_limit_is_kept(sign_up: Callable[..., dict[str, Any]]) -> None:
    """Values at the limit are allowed, and other data types are stored unchecked."""
    schema = [
        string("role", **lengths(2, 5)),
        {"Name": "flag", "AttributeDataType": "Boolean"},
        {"Name": "day", "AttributeDataType": "DateTime"},
        {"Name": "debt", "AttributeDataType": "Number"},
    ]
    values = {"custom__flag": "true", "custom__day": "2027-01-15", "custom__debt": "-5"}
    assert sign_up(schema, custom__role="admin", **values)["UserSub"]


def test_immutable_attribute_is_set_only_at_sign_up(
    call: Call,
    make_pool: MakePool,
    make_client: MakeClient,
    confirmed_user: Callable[..., Person],
    access_token: Callable[[Person], str],
) -> None:
    """After sign-up, neither user nor administrator can change or delete it."""
    pool_id = make_pool(Schema=[string("team", Mutable=False)])
    person = confirmed_user(pool_id, make_client(pool_id), **{"custom:team": "red"})
    token = access_token(person)
    text = "user.custom:team: Attribute cannot be updated. (changing an immutable attribute)"
    changes = pairs(custom__team="blue")
    for operation, members in (
        ("UpdateUserAttributes", {"AccessToken": token, "UserAttributes": changes}),
        ("DeleteUserAttributes", {"AccessToken": token, "UserAttributeNames": ["custom:team"]}),
        (
            "AdminUpdateUserAttributes",
            {"UserPoolId": pool_id, "Username": "alice", "UserAttributes": changes},
        ),
        (
            "AdminDeleteUserAttributes",
            {"UserPoolId": pool_id, "Username": "alice", "UserAttributeNames": ["custom:team"]},
        ),
    ):
        with refused("InvalidParameterException", text):
            call(operation, **members)


@pytest.mark.fact("A292")
@pytest.mark.parametrize(("value", "fits"), [("ä" * 1024, True), ("ä" * 1024 + "a", False)])
def test_attribute_holds_2048_bytes(
    sign_up: Callable[..., dict[str, Any]], value: str, fits: bool
) -> None:
    """A value has at most 2,048 bytes, even if the schema allows as many characters."""
    schema = [string("text", **lengths(0, 2048))]
    if fits:
        assert sign_up(schema, custom__text=value)["UserSub"]
        return
    with refused("InvalidParameterException"):
        sign_up(schema, custom__text=value)


@pytest.mark.fact("A292")
def test_custom_attribute_name_has_20_characters() -> None:
    """The name of a custom attribute has at most 20 characters."""
    request = {"UserPoolId": "us-east-1_a", "CustomAttributes": [string("a" * 20)]}
    assert validate("AddCustomAttributes", request) == request
    with pytest.raises(Refusal, match="length less than or equal to 20"):
        validate("AddCustomAttributes", {**request, "CustomAttributes": [string("a" * 21)]})
