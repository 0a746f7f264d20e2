"""Files of YAML and JSON: what is read from them, what is refused, and with which lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ConfigurationError
from harness.pools.sources import documents, load
from harness.pools.sources.documents import Document, read_document


def document(folder: Path, text: str, name: str = "pool.yaml") -> Document:
    """Write a file and read it."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_document(path)


def message(folder: Path, text: str, name: str = "pool.yaml") -> str:
    """Return the error about a file that cannot be read."""
    with pytest.raises(ConfigurationError) as refused:
        document(folder, text, name)
    said = str(refused.value)
    assert "\n" not in said
    assert name in said
    return said


@pytest.mark.parametrize(
    ("name", "text", "key", "first", "second"),
    [
        ("a.yaml", "a: 1\nb: 2\na: 3\n", "a", 1, 3),
        ("a.yaml", "x:\n  - a: 1\n    'a': 2\n", "a", 2, 3),
        ("a.yaml", "x: {1: a,\n '1': b}\n", "1", 1, 2),
        ("a.yaml", "x: !Sub\n  - t\n  - A: 1\n    A: 2\n", "A", 3, 4),
        ("a.yaml", "x: &x {c: 1}\ny:\n  <<: *x\n  <<: *x\n", "<<", 3, 4),
        ("a.json", '{"a": 1,\n "b": {"c": 1,\n "c": 2}}', "c", 2, 3),
        ("a.json", '{"a": [{"b": 1, "\\u0062": 2}]}', "b", 1, 1),
        ("flow.yaml", "{a: 1,\n a: 2}", "a", 1, 2),
    ],
)
def test_a_key_given_twice_is_refused_with_both_lines(
    tmp_path: Path, name: str, text: str, key: str, first: int, second: int
) -> None:
    """Of two equal keys one has no effect, so neither is taken."""
    said = message(tmp_path, text, name)
    assert said.startswith(f"key: cannot use {key!r} (from {tmp_path / name}, line {second})")
    assert f"already has it on line {first}," in said


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "merge.yaml",
            "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: {<<: *a}\n",
            {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}, "c": {"x": 1, "y": 2}},
        ),
        (
            "twice.yaml",
            "base: &b\n  k: 1\nuse: &u\n  <<: *b\n  k: 2\nagain: *u\nlist: [*u, *u]\n",
            {"base": {"k": 1}, "use": {"k": 2}, "again": {"k": 2}, "list": [{"k": 2}] * 2},
        ),
        ("dot.json", '{"a.b": 1, "a": {"b": 2}}', {"a.b": 1, "a": {"b": 2}}),
        ("case.json", '{"a": 1, "A": 2}', {"a": 1, "A": 2}),
        ("same.json", '[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
        (
            "on.yaml",
            "a: ON\nb: 'ON'\nno: Off\n1: y\n",
            {"a": True, "b": "ON", "no": False, "1": "y"},
        ),
        ("date.yaml", "a: 2010-09-09\n", {"a": "2010-09-09"}),
        ("one.yaml", "---\na: 1\n...\n", {"a": 1}),
    ],
)
def test_what_is_no_duplicate_is_read(tmp_path: Path, name: str, text: str, expected: Any) -> None:
    """Merge keys, aliases and the same key in another object are read as they are meant."""
    assert document(tmp_path, text, name).value == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a: 1\n---\na: 2\n", "it has several YAML documents (the second one on line 3)"),
        ("# nothing\n", "it is empty"),
        ("~\n", "it is empty"),
        ("a:\n\tb: 1\n", "line 2: found character '\\t' that cannot start any token); YAML is"),
        ("a: !!set {x}\n", "tag: cannot use '!!set'"),
        ("a: 1\nb: !!int x\n", "line 2); CloudFormation does not read it on this value"),
        ("a: !!bool x\n", "tag: cannot use '!!bool'"),
        ("a: !!python/object:os.system x\n", "tag: cannot use '!!python/object:os.system'"),
        ("a: !<tag:example.com,2000:x> 1\n", "tag: cannot use 'tag:example.com,2000:x'"),
        (f"a: {'9' * 5000}\n", "line 1)"),
        ("? [a]\n: 1\n", "line 1); a key must be a text"),
        ("a:\n  <<: 1\n", "a merge key << takes a mapping or a list of mappings (line 2)"),
    ],
)
def test_what_yaml_allows_and_cloudformation_does_not(tmp_path: Path, text: str, part: str) -> None:
    """The message says in one line what is wrong, and where."""
    assert part in message(tmp_path, text)


def test_a_number_of_thousands_of_digits(tmp_path: Path) -> None:
    """A number in JSON that Python does not convert is one message, not a traceback."""
    assert "it is neither YAML nor JSON" in message(tmp_path, f'{{"a": {"9" * 5000}}}', "a.json")


def test_aliases_that_grow_without_end(tmp_path: Path) -> None:
    """Nine levels of aliases of ten items are a thousand million values, which nobody waits for."""
    levels = [
        "a0: &a0 x",
        *(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)),
    ]
    assert "more than 1,000,000 values" in message(tmp_path, "\n".join(levels))


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_functions_in_functions_in_functions(tmp_path: Path, name: str) -> None:
    """Deep nesting is refused before its evaluation could end in a traceback."""
    deep = '{"Fn::Base64": ' * 150 + '"a"' + "}" * 150
    assert "it is nested too deeply" in message(tmp_path, f'{{"a":\n {deep}}}', name)
    allowed = '{"Fn::Select": [0, [' * 30 + '"a"' + "]]}" * 30
    pool = '{"Type": "AWS::Cognito::UserPool", "Properties": {"UserPoolName": ' + allowed + "}}"
    path = tmp_path / name
    path.write_text(f'{{"Resources": {{"Pool": {pool}}}}}', encoding="utf-8")
    assert load(path).name == "Pool"


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file above the limit is not read; YAML has a lower one, because it is read slowly."""
    monkeypatch.setattr(documents, "_LARGEST", 3_000_000)
    monkeypatch.setattr(documents, "_LARGEST_YAML", 1_000_000)
    assert "it has more than 3 MB" in message(tmp_path, f'{{"a": "{"x" * 3_000_000}"}}', "a.json")
    assert "it has more than 1 MB" in message(tmp_path, f"a: {'x' * 1_000_000}")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


@given(_JSON)
def test_json_is_read_as_the_standard_library_reads_it(value: Any) -> None:
    """No valid JSON without duplicates is refused."""
    text = json.dumps({"a": value}, indent=1, ensure_ascii=True)
    read = documents._json("a.json", text)
    assert read.value == {"a": value}


def test_merge_keys(tmp_path: Path) -> None:
    """A mapping's own members win over merged ones, and an earlier mapping over a later one."""
    path = tmp_path / "merge.yaml"
    path.write_text("a:\n  <<: [{one: 1, two: 1}, {two: 2, three: 2}]\n  three: 3\n")
    document = read_document(path)
    assert document.value == {"a": {"one": 1, "two": 1, "three": 3}}
    assert document.lines["a.two"] == 2
    assert document.lines["a.three"] == 3


def test_merge_keys_in_merge_keys(tmp_path: Path) -> None:
    """A member that comes a million times is put in once."""
    inner = "&a0 {k: v}"
    for level in range(1, 12):
        inner = f"&a{level} {{<<: [{inner}{f', *a{level - 1}' * 9}]}}"
    path = tmp_path / "merge.yaml"
    path.write_text(f"a: {inner}\n")
    assert read_document(path).value == {"a": {"k": "v"}}
