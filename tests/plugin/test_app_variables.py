"""The environment variables of an app: the user's names and texts, and what boto3 needs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from harness.errors import ConfigurationError
from harness.plugin.run.app_variables import (
    DEFAULT_NAMES,
    FIELDS,
    boto3_variables,
    named_variables,
    parse_names,
)
from harness.redaction import Secret

VALUES = {"user_pool_id": "us-east-1_Shop", "client_id": "abc", "url": "http://127.0.0.1:5000"}


class TestNames:
    """What a line says, and what becomes of its text."""

    def test_lines_are_names_with_texts(self) -> None:
        """Blanks around the name and the text do not count, an equals sign in the text does."""
        names = parse_names(["A = {url}/?p={user_pool_id}", "", "  B={client_id}  "], "pytest.ini")
        assert named_variables(names, VALUES.get) == {
            "A": "http://127.0.0.1:5000/?p=us-east-1_Shop",
            "B": "abc",
        }

    @pytest.mark.parametrize("text", [None, "{client_secret}", "id:{client_secret}"])
    def test_without_a_value_a_variable_is_unset(self, text: str | None) -> None:
        """A text that needs a secret that the pool does not have is no text."""
        assert named_variables({"SECRET": text}, VALUES.get) == {"SECRET": None}

    def test_other_texts_are_taken_as_they_are(self) -> None:
        """A text without a field, with braces of its own, and a `Secret`."""
        names: Mapping[str, str | Secret] = {"A": "on", "B": "{{}}", "C": Secret("s3cret")}
        assert named_variables(names, VALUES.get) == {"A": "on", "B": "{}", "C": "s3cret"}

    def test_the_default_names_have_known_fields(self) -> None:
        """Nothing of them is unknown."""
        found = named_variables(DEFAULT_NAMES, dict.fromkeys(FIELDS, "x").get)
        assert set(found.values()) == {"x"}

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("POOL {user_pool_id}", "a line is NAME = TEXT, such as SHOP_POOL_ID = {user_pool_id}"),
            ("POOL = {user_pool}", "did you mean 'user_pool_id'?"),
            ("POOL = {user_pool_id!r}", "cannot use 'user_pool_id!r'"),
            ("POOL = {user_pool_id:>9}", "cannot use 'user_pool_id:>9'"),
            ("POOL = {}", "cannot use ''"),
            ("POOL = {url", "a brace of its own is written twice"),
            ("MY-POOL = {url}", "letters, digits and underscores"),
            ("= {url}", "letters, digits and underscores"),
        ],
    )
    def test_a_bad_line_is_refused(self, line: str, said: str) -> None:
        """The message says what is allowed."""
        with pytest.raises(ConfigurationError) as caught:
            named_variables(parse_names([line], "pytest.ini"), VALUES.get)
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("line", ["SHOP POOL = {url}", "POOL = {pool}", "POOL = {url"])
    def test_a_bad_line_names_its_file(self, line: str) -> None:
        """What cannot be used is refused where it is read, before any test runs."""
        with pytest.raises(ConfigurationError, match=r"from pytest\.ini"):
            parse_names([line], "pytest.ini")

    def test_a_name_has_one_line(self) -> None:
        """The second one is refused, since nobody can tell which is meant."""
        with pytest.raises(ConfigurationError, match="POOL has a line already"):
            parse_names(["POOL = {url}", "POOL = {user_pool_id}"], "pytest.ini")

    def test_a_value_of_another_type_is_refused(self) -> None:
        """A fixture of the user's can give anything."""
        with pytest.raises(ConfigurationError, match="a text, a Secret or None is needed"):
            named_variables({"PORT": 5000}, VALUES.get)  # type: ignore[dict-item]


class TestSdks:
    """What boto3 and the other SDKs are told."""

    @pytest.mark.parametrize(
        ("url", "excluded"),
        [
            ("http://127.0.0.1:5000", True),
            ("http://[::1]:5000", True),
            ("http://localhost:4566", True),
            ("http://cognito.localhost:4566", True),
            ("https://cognito.example.com", False),
        ],
    )
    def test_this_machine_is_excluded_from_proxies(
        self, url: str, excluded: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What the user excludes stays excluded; a service elsewhere may need the proxy."""
        monkeypatch.setenv("NO_PROXY", "intranet, 10.0.0.1")
        monkeypatch.delenv("no_proxy", raising=False)
        variables = boto3_variables(url, "eu-west-1", made_up_credentials=True)
        if not excluded:
            assert "NO_PROXY" not in variables
            return
        assert variables["NO_PROXY"] == "intranet,10.0.0.1,127.0.0.1,localhost,::1"
        assert variables["no_proxy"] == variables["NO_PROXY"]

    def test_real_credentials_stay(self) -> None:
        """Only made-up ones displace the user's."""
        kept = boto3_variables("http://127.0.0.1:1", "eu-west-1", made_up_credentials=False)
        assert not {name for name in kept if "KEY" in name or "PROFILE" in name or "TOKEN" in name}
        made_up = boto3_variables("http://127.0.0.1:1", "eu-west-1", made_up_credentials=True)
        assert made_up["AWS_ACCESS_KEY_ID"] == "testing"
        assert made_up["AWS_PROFILE"] is None
