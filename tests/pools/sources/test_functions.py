"""CloudFormation's intrinsic functions: what each returns, leaves unknown or refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown
from harness.pools.sources import load
from harness.pools.sources.documents import Document
from harness.pools.sources.for_each import with_loops_expanded
from harness.pools.sources.intrinsics import Functions
from harness.pools.sources.parameters import NO_PARAMETERS
from harness.pools.sources.template_parameters import TemplateParameters
from tests.pools.sources.files import template

MORE = """
Transform: AWS::LanguageExtensions
Parameters:
  Name: {Type: String, Default: given}
  Asked: {Type: String}
  Many: {Type: CommaDelimitedList, Default: "email, phone_number"}
  Urls: {Type: CommaDelimitedList}
Mappings:
  Tiers:
    given: {tier: PLUS, number: 7}
    list: {names: [a, b]}
Conditions:
  Given: !Equals [!Ref Name, given]
  Open: !Equals [!Ref Asked, yes]
"""


def name_of(folder: Path, text: str, more: str = MORE) -> Any:
    """Return the PoolName of a pool whose UserPoolName is this."""
    return load(template(folder, f"UserPoolName: {text}", more)).pool.value("PoolName")


def message(folder: Path, properties: str, more: str = MORE) -> str:
    """Return the error about a pool with these properties."""
    with pytest.raises(ConfigurationError) as refused:
        load(template(folder, properties, more))
    said = str(refused.value)
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!Select [1, [a, b]]", "b"),
        ("!Select ['1', [a, b]]", "b"),
        ("!Select [0, !Ref Many]", "email"),
        ("!Select [!Select [0, ['1']], [a, b]]", "b"),
        ("!Select [0, [a, !Ref Asked]]", "a"),
        ("!Select [1, [a, !Ref Asked]]", Unknown("Ref Asked")),
        ("!Select [!Ref Asked, [a, b]]", Unknown("Fn::Select of Ref Asked")),
        ("!Select [0, !Ref Urls]", Unknown("Fn::Select of Ref Urls")),
        ("{'Fn::Select': [0, {'Fn::GetAZs': ''}]}", Unknown("Fn::Select of Fn::GetAZs ")),
        (
            "!Select [0, [!Ref AWS::NoValue, b]]",
            Unknown("Fn::Select from a list with AWS::NoValue"),
        ),
        ("!Select [2, !Split ['/', a//c]]", "c"),
        ("!Select [1, !Split ['/', a//c]]", ""),
        ("!Select [0, !Split ['/', !Ref Asked]]", Unknown("Fn::Select of Ref Asked")),
        ("!FindInMap [Tiers, given, number]", "7"),
        ("!FindInMap [Tiers, !Select [0, [given]], !Join ['', [ti, er]]]", "PLUS"),
        ("!FindInMap [Tiers, no, tier, {DefaultValue: LITE}]", "LITE"),
        ("!FindInMap [Tiers, given, no, {DefaultValue: !Ref Name}]", "given"),
        ("!FindInMap [Tiers, given, tier, {DefaultValue: LITE}]", "PLUS"),
        ("!FindInMap [Tiers, !Ref Asked, tier]", Unknown("Fn::FindInMap of Ref Asked")),
        (
            "!FindInMap [Tiers, !Ref AWS::Region, tier, {DefaultValue: LITE}]",
            Unknown("Fn::FindInMap of Ref AWS::Region"),
        ),
        ("{'Fn::Length': !Ref Many}", "2"),
        ("{'Fn::Length': !FindInMap [Tiers, list, names]}", "2"),
        ("{'Fn::Length': !Ref Urls}", Unknown("Fn::Length of Ref Urls")),
        ("{'Fn::ToJsonString': {a: [1, !Ref Name], b: !Ref AWS::NoValue}}", '{"a":[1,"given"]}'),
        ("{'Fn::ToJsonString': [!Ref Asked]}", Unknown("Fn::ToJsonString of Ref Asked")),
        ("!Base64 pool", "cG9vbA=="),
        ("!Base64 {Ref: Asked}", Unknown("Fn::Base64 of Ref Asked")),
        ("!Join ['-', [a, !If [Given, !Ref AWS::NoValue, b], c]]", "a-c"),
        ("!Join [',', !Ref Many]", "email,phone_number"),
        ("!Join ['', [a, ON, 1]]", "atrue1"),
        ("!Sub '${!Name} ${ Name } ${Name}'", "${Name} given given"),
        ("!Sub ['${a.b}', {a.b: x}]", "x"),
        ("!Sub ['${On}', {On: ON}]", "true"),
        ("!Sub '${Other.Arn}'", Unknown("Fn::Sub ${Other.Arn}")),
        ("!Sub '${AWS::NoValue}'", Unknown("Fn::Sub ${AWS::NoValue}")),
        ("!Sub 'arn:${AWS::Partition}:x'", Unknown("Fn::Sub arn:${AWS::Partition}:x")),
        ("!GetAtt Pool.ProviderName", Unknown("Fn::GetAtt Pool.ProviderName")),
        ("{'Fn::GetAtt': [Pool, Arn]}", Unknown("Fn::GetAtt Pool.Arn")),
        ("!Cidr [10.0.0.0/16, 1, 8]", Unknown("Fn::Cidr")),
        ("!ImportValue {'Fn::Sub': '${Name}-x'}", Unknown("Fn::ImportValue")),
        ("!GetStackOutput {StackName: a, OutputName: b}", Unknown("Fn::GetStackOutput")),
        ("!Transform {Name: Macro}", Unknown("Fn::Transform")),
        *(
            (f"!Ref AWS::{name}", Unknown(f"Ref AWS::{name}"))
            for name in ("AccountId", "Partition", "Region", "StackName", "URLSuffix")
        ),
    ],
)
def test_what_a_function_returns(tmp_path: Path, text: str, expected: Any) -> None:
    """A function returns what a stack would have, or says which unknown value it depends on."""
    assert name_of(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("!Select [2, [a, b]]", "cannot use 2 "),
        ("!Select [2, [a, b]]", "Fn::Select: its list has 2 items, counted from 0"),
        ("!Select [-1, [a]]", "its index must be a whole number from 0"),
        ("!Select [x, [a]]", "its index must be a whole number from 0"),
        ("!Select [0, a]", "Fn::Select: it selects from a list"),
        ("!Select [0]", "Fn::Select: it takes a list of an index and a list"),
        ("!Select [0, !Split ['', a]]", "Fn::Split: its delimiter must not be empty"),
        ("!Join ['', !Split [',', !Ref Many]]", "Fn::Split: it must be a text"),
        ("!Join [a]", "Fn::Join: it takes a list of a delimiter and a list"),
        ("!Join ['', a]", "Fn::Join: it joins a list"),
        ("!Join ['', [{a: b}]]", "Fn::Join: it must be a text"),
        ("!Sub '${Many}'", "Fn::Sub: it must be a text"),
        ("!Sub [a, b]", "Fn::Sub: it takes a text, or a list of a text and an object"),
        ("!FindInMap [Tiers, give, tier]", "did you mean 'given'? allowed: given, list"),
        ("!FindInMap [Tier, given, tier]", "did you mean 'Tiers'?"),
        ("!FindInMap [Tiers, given, tier, LITE]", "is an object with DefaultValue"),
        ("!FindInMap [Tiers, given]", "it takes the name of a mapping and two keys"),
        ("{'Fn::Length': text}", "Fn::Length: it counts the items of a list"),
        ("{'Fn::ToJsonString': text}", "Fn::ToJsonString: it takes an object or a list"),
        ("!If [Given, a]", "Fn::If: it takes a condition and two values"),
        ("!If [{Ref: Name}, a, b]", "Fn::If: it takes the name of a condition"),
        ("!Selekt [0, [a]]", "'Fn::Selekt'"),
        ("!Selekt [0, [a]]", "did you mean 'Fn::Select'? allowed: "),
        ("{'Fn::Sub': a, b: c}", "a function must be the only member"),
        ("!Contains [[a], a]", "Fn::Contains: CloudFormation has it only in Rules"),
        ("!Ref [a]", "Ref: it takes the name of a parameter or resource"),
    ],
)
def test_what_cloudformation_refuses(tmp_path: Path, text: str, part: str) -> None:
    """The message has the line, the function, and what it needs."""
    said = message(tmp_path, f"UserPoolName: {text}")
    assert part in said
    assert "pool.yaml, line 5)" in said


@pytest.mark.parametrize(
    "text",
    [
        "{'Fn::Length': [a]}",
        "{'Fn::ToJsonString': [a]}",
        "!FindInMap [Tiers, no, tier, {DefaultValue: LITE}]",
        "{'Fn::ForEach::Tags': [T, [a], {'${T}': b}]}",
    ],
)
def test_what_needs_the_language_extensions(tmp_path: Path, text: str) -> None:
    """Without the transform, CloudFormation knows none of its functions."""
    more = MORE.replace("Transform: AWS::LanguageExtensions", "")
    said = message(tmp_path, f"UserPoolName: {text}", more)
    assert "needs Transform: AWS::LanguageExtensions" in said


def test_a_transform_that_fills_the_mappings(tmp_path: Path) -> None:
    """What is included into Mappings is not in the file, so a key that is not there is unknown."""
    more = "Mappings: {'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: s3}}}\n"
    assert name_of(tmp_path, "!FindInMap [a, b, c]", more) == Unknown("Fn::Transform in Mappings")


def test_a_choice_in_a_list_leaves_its_item_out(tmp_path: Path) -> None:
    """Fn::If that returns AWS::NoValue leaves out its item of a list or its member."""
    path = template(
        tmp_path,
        "AutoVerifiedAttributes: [email, !If [Given, !Ref AWS::NoValue, phone_number]]\n"
        "UserPoolTags: {a: !If [Given, !Ref AWS::NoValue, b], Condition: Given}",
        MORE,
    )
    found = load(path).pool
    assert found.value("AutoVerifiedAttributes") == ["email"]
    assert found.value("UserPoolTags") == {"Condition": "Given"}


@pytest.mark.parametrize(
    ("properties", "more", "part"),
    [
        ("MfaConfiguration: ON", "", "YAML reads ON without quotes as a boolean; write 'ON'"),
        ("MfaConfiguration: !FindInMap [M, a, b]", "Mappings: {M: {a: {b: ON}}}\n", "write 'ON'"),
        (
            "MfaConfiguration: !Ref Mfa",
            "Parameters: {Mfa: {Type: String, Default: OFF}}\n",
            "YAML reads OFF without quotes as a boolean; write 'OFF'",
        ),
        ("MfaConfiguration: 'true'", "", "YAML reads ON without quotes as a boolean; write 'ON'"),
    ],
)
def test_on_without_quotes(tmp_path: Path, properties: str, more: str, part: str) -> None:
    """CloudFormation reads YAML 1.1 too, so Cognito would be sent the text true."""
    said = message(tmp_path, properties, more)
    assert part in said
    assert "line 5" in said


def test_on_without_quotes_in_a_condition(tmp_path: Path) -> None:
    """A comparison with ON without quotes is one with true, as in a stack, and a note says so."""
    more = (
        "Parameters: {Mfa: {Type: String, Default: 'ON'}}\n"
        "Conditions: {IsOn: !Equals [!Ref Mfa, ON]}\n"
    )
    found = load(template(tmp_path, "UserPoolName: !If [IsOn, a, b]", more)).pool
    assert found.value("PoolName") == "b"
    assert found.notes() == {
        "PoolName": "Fn::Equals compares 'ON' with a boolean; quote both of them"
    }


def test_a_boolean_where_a_text_belongs(tmp_path: Path) -> None:
    """CloudFormation makes the text true of a boolean: https://ljmc.bearblog.dev/yaml-booleans-in-cloudformation-templates/."""
    found = load(template(tmp_path, "UserPoolTags: {Public: yes, Count: 3}")).pool
    assert found.value("UserPoolTags") == {"Public": "true", "Count": "3"}


def test_texts_that_grow_without_end() -> None:
    """A text that doubles eighty times is refused, and no part of it is evaluated twice."""
    text: Any = "ab"
    for _ in range(80):
        text = {"Fn::Sub": ["${A}${A}", {"A": text}]}
    with pytest.raises(ConfigurationError, match="longer than 1,000,000 characters"):
        functions().value(text, "a")


def functions() -> Functions:
    """Return the functions of a template without anything in it."""
    document = Document("pool.yaml", {"Resources": {}}, {})
    return Functions(document, TemplateParameters(document, NO_PARAMETERS))


@given(st.lists(st.text(st.characters(exclude_characters=","), max_size=5), min_size=1), st.data())
def test_select_and_split_undo_join(texts: list[str], data: st.DataObject) -> None:
    """What is joined with a delimiter that no item has is split into the same items."""
    index = data.draw(st.integers(0, len(texts) - 1))
    split = {"Fn::Split": [",", {"Fn::Join": [",", texts]}]}
    assert functions().value(split, "a") == texts
    assert functions().value({"Fn::Select": [str(index), split]}, "a") == texts[index]


@given(st.lists(st.text(max_size=5) | st.integers() | st.booleans(), max_size=4))
def test_to_json_string_is_json(items: list[Any]) -> None:
    """The text of Fn::ToJsonString is JSON of the same value."""
    document = Document("a", {"Transform": ["AWS::LanguageExtensions"], "Resources": {}}, {})
    found = Functions(document, TemplateParameters(document, NO_PARAMETERS))
    assert json.loads(found.value({"Fn::ToJsonString": items}, "a")) == items


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 9)
    | st.sampled_from(
        [
            "",
            "a",
            "Name",
            "Asked",
            "Many",
            "Given",
            "Open",
            "Tiers",
            "given",
            "tier",
            "AWS::NoValue",
        ]
    )
)
_NAMES = st.sampled_from(
    ["Ref", "Condition", "Fn::Foo", "Fn::ForEach::L", "DefaultValue", "a"]
    + [f"Fn::{name}" for name in ("And", "Base64", "Cidr", "Equals", "FindInMap", "GetAtt", "If")]
    + [f"Fn::{name}" for name in ("Join", "Length", "Not", "Or", "Select", "Split", "Sub")]
    + ["Fn::ToJsonString", "Fn::Contains", "Fn::ImportValue"]
)
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=2),
    max_leaves=15,
)


@given(_ANYTHING, _ANYTHING)
def test_nothing_ends_in_a_traceback(value: Any, condition: Any) -> None:
    """Whatever a person nests has a value, is unknown, or is refused in one line."""
    found = {
        "Transform": "AWS::LanguageExtensions",
        "Parameters": {
            "Name": {"Type": "String", "Default": "given"},
            "Asked": {"Type": "String"},
            "Many": {"Type": "CommaDelimitedList", "Default": "a,b"},
        },
        "Mappings": {"Tiers": {"given": {"tier": "PLUS"}}, "a": "b"},
        "Conditions": {"Given": condition, "Open": {"Fn::Equals": [{"Ref": "Asked"}, "a"]}},
        "Resources": {"Fn::ForEach::L": ["Name", value, {"${Name}": {"Type": "a"}}]},
    }
    document = Document("pool.yaml", found, {})
    parameters = TemplateParameters(document, NO_PARAMETERS)
    for read in (
        lambda: Functions(document, parameters).value(value, "Resources.a"),
        lambda: Functions(document, parameters).condition("Given"),
        lambda: with_loops_expanded(document, parameters),
    ):
        assert "\n" not in refusal_of(read)


def refusal_of(read: Callable[[], object]) -> str:
    """Return the message about what cannot be read; empty if it can be."""
    try:
        read()
    except ConfigurationError as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("'{{resolve:ssm:/app/name}}'", "{{resolve:ssm:/app/name}}"),
        ("'the {{resolve:ssm:/app/name:1}} pool'", "{{resolve:ssm:/app/name:1}}"),
        ("!Sub '{{resolve:ssm:/${Name}/name}}'", "{{resolve:ssm:/given/name}}"),
        ("!Join ['', ['{{resolve:ssm:', a, '}}']]", "{{resolve:ssm:a}}"),
        (
            "!Sub ['${a}-b', {a: '{{resolve:secretsmanager:s:SecretString:name}}'}]",
            "Fn::Sub ${a}-b",
        ),
    ],
)
def test_a_dynamic_reference_is_unknown(tmp_path: Path, text: str, reference: str) -> None:
    """What a dynamic reference names is in another service, so its value is unknown."""
    found = name_of(tmp_path, text)
    assert isinstance(found, Unknown)
    assert reference in found.reason


def test_a_dynamic_reference_decides(tmp_path: Path) -> None:
    """A setting that decides how people sign in can be a dynamic reference; it is no mistake."""
    path = template(tmp_path, "MfaConfiguration: '{{resolve:ssm:/app/mfa}}'")
    assert load(path).mfa.value("MfaConfiguration") == Unknown("{{resolve:ssm:/app/mfa}}")
