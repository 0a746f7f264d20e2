"""Small files that would take hours or all the memory if each of their values were made.

Without the rule that a test is about, it does not end, or runs out of memory.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown
from harness.pools.sources import load
from tests.pools.sources.files import written

POOL = {"Type": "AWS::Cognito::UserPool"}


def doubling(first: Any, levels: int = 60) -> dict[str, Any]:
    """Return conditions, each of which names the one before it twice."""
    conditions = {"C0": {"Fn::Equals": [first, "on"]}}
    for level in range(1, levels):
        conditions[f"C{level}"] = {"Fn::And": [{"Condition": f"C{level - 1}"}] * 2}
    return conditions


def nested(function: str, argument: Any, levels: int = 45) -> Any:
    """Return a function in itself, many times."""
    for _ in range(levels):
        argument = {function: argument}
    return argument


def test_conditions_that_name_each_other(tmp_path: Path) -> None:
    """A condition is evaluated once, however many others name it; notes stay complete."""
    template = {
        "Parameters": {"Mfa": {"Type": "String", "Default": "on"}},
        "Conditions": doubling({"Ref": "Mfa"}),
        "Resources": {
            "Pool": {
                **POOL,
                "Properties": {
                    "UserPoolName": {"Fn::If": ["C59", "known", "other"]},
                    "DeletionProtection": {"Fn::If": ["C59", "ACTIVE", "INACTIVE"]},
                },
            }
        },
    }
    pool = load(written(tmp_path, template)).pool
    assert pool.members == {"PoolName": "known", "DeletionProtection": "ACTIVE"}
    note = "Default of parameter Mfa"
    assert pool.notes() == {"PoolName": note, "DeletionProtection": note}


def test_unknown_conditions_that_name_each_other(tmp_path: Path) -> None:
    """The parameter behind many conditions is found once."""
    template = {
        "Parameters": {"Mfa": {"Type": "String"}},
        "Conditions": doubling({"Ref": "Mfa"}),
        "Resources": {"Pool": {**POOL, "Condition": "C59"}},
    }
    condition = load(written(tmp_path, template)).pool.condition
    assert isinstance(condition, Unknown)
    assert [one.name for one in condition.needs] == ["Mfa"]


@pytest.mark.parametrize("function", ["Fn::GetStackOutput", "Fn::ImportValue"])
def test_references_in_references(tmp_path: Path, function: str) -> None:
    """The argument of a function that names another stack is looked at once."""
    client = {
        "Type": "AWS::Cognito::UserPoolClient",
        "Properties": {"UserPoolId": nested(function, {"StackName": "a", "OutputName": "b"})},
    }
    template = {"Resources": {"Pool": POOL, "Web": client}}
    assert load(written(tmp_path, template)).clients == ()


def long_text() -> Any:
    """Return an expression for a text of a million characters."""
    text: Any = "x" * 10
    for _ in range(16):
        text = {"Fn::Sub": ["${a}${a}", {"a": text}]}
    return text


@pytest.mark.parametrize(
    ("expression", "function"),
    [
        ({"Fn::Join": [long_text(), {"Fn::Split": ["x", long_text()]}]}, "Fn::Join"),
        ({"Fn::Sub": ["${a}" * 200_000, {"a": long_text()}]}, "Fn::Sub"),
    ],
)
def test_texts_that_no_memory_holds(tmp_path: Path, expression: Any, function: str) -> None:
    """A text that is too long is refused before it is put together."""
    template = {"Resources": {"Pool": {**POOL, "Properties": {"UserPoolName": expression}}}}
    with pytest.raises(ConfigurationError, match=f"{function}: its text is longer than 1,000,000"):
        load(written(tmp_path, template))


@pytest.mark.parametrize(
    ("items", "value", "part"),
    [
        ([str(item) for item in range(4_999)], ["a"] * 20_000, "more than 200,000 values"),
        (["a" * 100_000], "${Name}" * 100_000, "a text of over 1,000,000 letters"),
        (["a" * 100_000], "&{Name}" * 100_000, "a text of over 1,000,000 letters"),
    ],
)
def test_loops_that_make_too_much(tmp_path: Path, items: list[str], value: Any, part: str) -> None:
    """What loops make is limited in number and length, not only in resources."""
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": value}}
    name = "Queue" if len(items) == 1 else "Queue${Name}"
    template = {
        "Transform": "AWS::LanguageExtensions",
        "Resources": {"Pool": POOL, "Fn::ForEach::Queues": ["Name", items, {name: queue}]},
    }
    with pytest.raises(ConfigurationError, match=part):
        load(written(tmp_path, template))


@pytest.mark.parametrize("start", ["\n" * 199_000, "module.exports " * 13_000])
def test_a_long_text_that_is_no_source(tmp_path: Path, start: str) -> None:
    """What a file is instead of a source is found in one pass over its text."""
    path = tmp_path / "pool.txt"
    path.write_text(f"{start}{{{{{{")
    with pytest.raises(ConfigurationError, match=r"pool\.txt"):
        load(path)


@pytest.mark.parametrize("pattern", ["((a{1000}){1000}){1000}", "(a{1,9000}){1,9000}"])
def test_counts_in_counts(tmp_path: Path, pattern: str) -> None:
    """An AllowedPattern that needs all the memory is not compared, and a note says so."""
    parameter = {"Type": "String", "Default": "a", "AllowedPattern": pattern}
    properties = {"UserPoolName": {"Ref": "Name"}}
    template = {
        "Parameters": {"Name": parameter},
        "Resources": {"Pool": {**POOL, "Properties": properties}},
    }
    pool = load(written(tmp_path, template)).pool
    assert "could not be compared" in pool.notes()["PoolName"]


HUGE = "1" * 5_000


@pytest.mark.parametrize(
    ("properties", "part"),
    [
        (
            f"Policies: {{PasswordPolicy: {{MinimumLength: '{HUGE}'}}}}",
            "it must be a whole number",
        ),
        (f"UserPoolName: !Select ['{HUGE}', [a]]", "its list has 1 item"),
        (f"UserPoolName: 0x{HUGE}", "line 1"),
    ],
)
def test_numbers_of_thousands_of_digits(tmp_path: Path, properties: str, part: str) -> None:
    """A number that Python cannot read or write is refused like any other wrong number."""
    path = tmp_path / "pool.yaml"
    pool = f"{{Type: AWS::Cognito::UserPool, Properties: {{{properties}}}}}"
    path.write_text(f"Resources: {{Pool: {pool}}}")
    with pytest.raises(ConfigurationError) as refused:
        load(path)
    assert part in str(refused.value)


def test_lists_of_variables_of_lists(tmp_path: Path) -> None:
    """Variables of a service that grow together stay unknown."""
    lists = [", ".join([f"'${{self:custom.a{level}}}'"] * 10) for level in range(11)]
    levels = [f"a{level}: [{items}]" for level, items in enumerate(lists, 1)]
    path = tmp_path / "serverless.yml"
    path.write_text(
        "service: app\nprovider: {name: aws}\n"
        f"custom: {{a0: [email], {', '.join(levels)}}}\n"
        "resources:\n  Resources:\n    Pool:\n      Type: AWS::Cognito::UserPool\n"
        "      Properties: {AliasAttributes: '${self:custom.a11}'}\n"
    )
    assert isinstance(load(path).pool.value("AliasAttributes"), Unknown)


def test_a_long_variable(tmp_path: Path) -> None:
    """A variable of hundreds of thousands of characters stays unknown."""
    path = tmp_path / "serverless.yml"
    path.write_text(
        "service: app\nprovider: {name: aws}\n"
        "resources:\n  Resources:\n    Pool:\n      Type: AWS::Cognito::UserPool\n"
        f"      Properties: {{UserPoolName: '${{self:x{'(' * 300_000}}}'}}\n"
    )
    assert isinstance(load(path).pool.value("PoolName"), Unknown)
