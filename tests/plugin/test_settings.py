"""Settings: which source goes before which, and what is said of a value that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.redaction import Secret
from harness.settings.run_settings import OPTIONS, Setting, Settings, gather

POOL = {"user_pool_id": "eu-west-1_Pool1", "client_id": "client1"}
SERVED = {"target": "endpoint", "endpoint_url": "http://127.0.0.1:5000"}


def resolve(environment: dict[str, str] | None = None, /, **given: str) -> Settings:
    """Return the settings of values given on the command line."""
    environment = environment or {}
    return Settings.resolve(gather(given, environment, {}, "pytest.ini"), environment, 42)


def message(environment: dict[str, str] | None = None, /, **given: str) -> str:
    """Return what is said of values that cannot be used, and expect one line."""
    with pytest.raises(ConfigurationError) as caught:
        resolve(environment, **given)
    text = str(caught.value)
    assert "\n" not in text
    return text


class TestSources:
    """Command line over environment over file."""

    @pytest.mark.parametrize("option", OPTIONS, ids=lambda option: str(option.name))
    def test_command_line_comes_before_environment_and_file(self, option: object) -> None:
        """For every option the command line goes first, then the environment, then the file."""
        name = option.name  # type: ignore[attr-defined]
        variable = f"COGNITO_HARNESS_{name.upper()}"
        line, environment, file = {name: "a"}, {variable: "b"}, {name: "c"}
        everywhere = gather(line, environment, file, "tox.ini")
        assert everywhere == {name: Setting("a", "command line")}
        not_on_the_line = gather({name: None}, environment, file, "tox.ini")
        assert not_on_the_line == {name: Setting("b", f"environment {variable}")}
        assert gather({}, {variable: ""}, file, "tox.ini") == {name: Setting("c", "tox.ini")}
        assert gather({}, {}, {name: ""}, "tox.ini") == {}

    def test_default_target_is_the_emulator(self) -> None:
        """Without any setting it is the emulator, in us-east-1, with a random seed."""
        settings = resolve()
        assert settings.target == Setting("emulator", "default")
        assert settings.region == Setting("us-east-1", "default")
        assert settings.seed == Setting(42, "random")
        assert not settings.is_shared
        assert not settings.uses_existing_pool

    def test_aws_region_comes_before_aws_default_region(self) -> None:
        """AWS_REGION goes before AWS_DEFAULT_REGION, and an option of ours before both."""
        both = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-north-1"}
        assert resolve(both).region == Setting("eu-west-1", "environment AWS_REGION")
        del both["AWS_REGION"]
        assert resolve(both).region == Setting("eu-north-1", "environment AWS_DEFAULT_REGION")
        assert resolve(both, region="us-west-2").region.value == "us-west-2"

    def test_invalid_region_matters_only_at_a_url(self) -> None:
        """An invalid region of boto3's matters only to a service at a URL."""
        local = {"AWS_DEFAULT_REGION": "local"}
        for target in ("emulator", "server", "stub"):
            assert resolve(local, target=target).region == Setting("us-east-1", "default")
        assert "AWS_DEFAULT_REGION: cannot use 'local'" in message(local, **SERVED)

    def test_region_of_the_pool_id_comes_first(self) -> None:
        """The region that a pool's id begins with goes before that of boto3."""
        settings = resolve({"AWS_REGION": "us-east-2"}, **SERVED, **POOL)
        assert settings.region == Setting("eu-west-1", "the user pool id")

    def test_pool_id_without_a_region_takes_that_of_the_settings(self) -> None:
        """Services whose pool ids begin with something else take the region of the settings."""
        settings = resolve(**SERVED, user_pool_id="local_1a2b", client_id="client1")
        assert settings.region == Setting("us-east-1", "default")

    def test_cognito_endpoint_variable_comes_first(self) -> None:
        """The variable for Cognito goes before the one for every service; other targets ask no."""
        environment = {
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": "http://127.0.0.1:1/",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:2",
        }
        found = resolve(environment, target="endpoint").endpoint_url
        assert found == Setting(
            "http://127.0.0.1:1", "environment AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"
        )
        assert resolve(environment).endpoint_url.value is None
        assert resolve(environment, target="server").endpoint_url.value is None


class TestSecret:
    """The client secret."""

    def test_secret_is_read_from_a_file(self, tmp_path: Path) -> None:
        """``@FILE`` takes the first line of the file."""
        path = tmp_path / "secret"
        path.write_text("s3cret\nsomething else\n", encoding="utf-8")
        settings = resolve(**SERVED, **POOL, client_secret=f"@{path}")
        assert settings.client_secret.value == Secret("s3cret")

    def test_secret_is_not_shown(self) -> None:
        """A secret setting says only whether it is set."""
        settings = resolve(**SERVED, **POOL, client_secret="s3cret")
        assert str(settings.client_secret) == "set (command line)"
        assert "s3cret" not in repr(settings)
        assert str(resolve().client_secret) == "not set (default)"

    def test_invalid_secret_is_not_repeated(self) -> None:
        """What is no secret of a client could be one of something else, and is not shown."""
        text = message(**SERVED, **POOL, client_secret="hunter2 hunter2")
        assert "hunter2" not in text
        assert "cannot use '[redacted]'" in text


class TestUnusable:
    """Values that cannot be used: what was given, where, what is allowed, what was meant."""

    def test_error_names_option_value_source_and_guess(self) -> None:
        """The message has the option, the value, its source, what is allowed, and a guess."""
        environment = {"COGNITO_HARNESS_TARGET": "emulater"}
        assert message(environment) == (
            "--cognito-target: cannot use 'emulater' (from environment COGNITO_HARNESS_TARGET); "
            "did you mean 'emulator'? allowed: emulator, server, endpoint, stub, preflight, aws"
        )

    def test_aws_needs_an_account_and_the_charges(self) -> None:
        """AWS is refused until an account is allowed and its charges are acknowledged."""
        ways = "--cognito-aws-{0}={1}, COGNITO_HARNESS_AWS_{2}={1} in the environment, "
        text = message(target="aws")
        assert text.startswith("--cognito-aws-accounts: no value given")
        assert ways.format("accounts", "ID", "ACCOUNTS") in text
        assert "or cognito_aws_accounts = ID in pytest.ini" in text
        text = message(target="aws", aws_accounts="123456789012")
        assert text.startswith("--cognito-aws-charges: no value given")
        assert ways.format("charges", "acknowledged", "CHARGES") in text
        assert "allowed: acknowledged" in message(
            target="aws", aws_accounts="123456789012", aws_charges="yes"
        )

    def test_allowed_account_is_accepted(self) -> None:
        """With both, and with an existing pool without any account, AWS may be talked to."""
        both = {"aws_accounts": "123456789012, 210987654321", "aws_charges": "acknowledged"}
        settings = resolve(target="aws", **both)
        assert settings.aws_accounts.value == ("123456789012", "210987654321")
        assert settings.is_shared
        assert resolve(target="aws", aws_charges="acknowledged", **POOL).uses_existing_pool
        assert "12 digits" in message(target="aws", aws_accounts="1234")
        assert "--cognito-aws-charges" in message(target="aws", **POOL)

    def test_aws_takes_no_endpoint_and_no_outbox(self) -> None:
        """AWS is at the endpoint of boto3, and has no outbox."""
        allowed = {"target": "aws", "aws_accounts": "123456789012", "aws_charges": "acknowledged"}
        url = {"endpoint_url": "http://127.0.0.1:5000"}
        assert "uses the endpoint of boto3" in message(**allowed, **url)
        assert "AWS has no outbox" in message(**allowed, mailbox="outbox")

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("max_users", "0", "from 1 to 10000000"),
            ("max_users", "many", "from 1 to 10000000"),
            ("quota_share", "101", "percent from 1 to 100"),
            ("quota_share", "half", "percent from 1 to 100"),
            ("journal", "a\nb", "printable text"),
        ],
    )
    def test_bad_limits_and_folders_are_refused(self, name: str, value: str, said: str) -> None:
        """How many users, how much of the quotas and which folder are checked as well."""
        assert said in message(**{name: value})

    @pytest.mark.parametrize(
        "host",
        [
            "cognito-idp.eu-west-1.amazonaws.com",
            "cognito-idp.us-east-1.amazonaws.com.",
            "cognito-idp.us-east-1.amazonaws.com:443",
            "COGNITO-IDP.US-EAST-1.AmazonAWS.Com",
            "amazonaws.com",
            "cognito-idp-fips.us-gov-west-1.amazonaws.com",
            "cognito-idp.us-east-1.api.aws",
            "x.on.aws",
            "x.amazonaws.com.cn",
            "x.api.amazonwebservices.com.cn",
            "x.amazonaws.eu",
            "x.c2s.ic.gov",
            "x.sc2s.sgov.gov",
            "x.cloud.adc-e.uk",
            "x.csp.hci.ic.gov.",
            "x.api.aws.scloud",
            "x.auth.us-east-1.amazoncognito.com",
        ],
    )
    def test_aws_address_is_refused(self, host: str) -> None:
        """Every host that looks like one of AWS's is refused, however it is spelled."""
        text = message(target="endpoint", endpoint_url=f"https://{host}/")
        assert "this is AWS itself; use --cognito-target=aws" in text

    @pytest.mark.parametrize(
        "host",
        [
            "x@cognito-idp.us-east-1.amazonaws.com",
            "127.0.0.1:5000\\@cognito-idp.us-east-1.amazonaws.com",
            "cognito-idp.us-east-1.amazonaws%2Ecom",
            "cognito-idp.us-east-1.amazonaws\u3002com",
            "cognito-idp.us-east-1.amazon\taws.com",
        ],
    )
    def test_disguised_address_is_refused(self, host: str) -> None:
        """A host that others might read otherwise than we do is refused too."""
        assert "cannot use" in message(target="endpoint", endpoint_url=f"https://{host}")

    @pytest.mark.parametrize(
        "host",
        ["[::1]:5000", "127.0.0.1:5000", "my_service:9229", "amazonaws-like.test", "laws.test"],
    )
    def test_other_address_is_accepted(self, host: str) -> None:
        """Other hosts can be used, among them IPv6 addresses."""
        found = resolve(target="endpoint", endpoint_url=f"http://{host}/")
        assert found.endpoint_url.value == f"http://{host}"

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"target": ""}, "allowed: emulator"),
            ({"srp": "pycognit"}, "did you mean 'pycognito'?"),
            ({"mailbox": "letterbox"}, "allowed: outbox, "),
            ({"seed": "-1"}, "a whole number from 0"),
            ({"seed": "1e3"}, "a whole number from 0"),
            ({"seed": str(2**64)}, "a whole number from 0"),
            ({"region": "us-east"}, "a region looks like us-east-1"),
            ({"endpoint_url": "localhost:5000"}, "such as http://localhost:5000"),
            ({"endpoint_url": "ftp://localhost"}, "a URL looks like"),
            ({"endpoint_url": "http://"}, "a URL looks like"),
            ({"endpoint_url": "http://localhost:99999"}, "a URL looks like"),
            ({"user_pool_id": "eu-west-1"}, "a user pool id looks like"),
            ({"client_id": "a-b"}, "1 to 128 letters and digits"),
            ({"client_secret": "@no-such-file"}, "cannot be read: No such file or directory"),
        ],
        ids=lambda value: "=".join(*value.items()) if isinstance(value, dict) else "",
    )
    def test_value_of_the_wrong_form_is_refused(self, given: dict[str, str], said: str) -> None:
        """A value of the wrong form is refused with what a right one looks like."""
        text = message(**given)
        assert said in text
        assert text.startswith("--cognito-" + next(iter(given)).replace("_", "-"))

    def test_url_with_a_password_is_refused(self) -> None:
        """A URL with a password in it is refused and not repeated."""
        assert "hunter2" not in message(endpoint_url="http://me:hunter2@localhost")

    def test_folder_in_place_of_a_file_is_refused(self, tmp_path: Path) -> None:
        """A folder is no file."""
        assert "cannot be read: Is a directory" in message(client_secret=f"@{tmp_path}")

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (
                {"target": "endpoint"},
                "--cognito-endpoint-url: no value given; --cognito-target=endpoint needs it",
            ),
            ({"endpoint_url": "http://127.0.0.1:5000"}, "--cognito-target=emulator has no URL"),
            (
                {**SERVED, "user_pool_id": "eu-west-1_Pool1"},
                "--cognito-client-id: no value given; --cognito-user-pool-id needs it",
            ),
            (
                {**SERVED, "client_id": "client1"},
                "--cognito-user-pool-id: no value given; --cognito-client-id needs it",
            ),
            ({**SERVED, "client_secret": "s3cret"}, "--cognito-client-id: no value given"),
            (POOL, "--cognito-target=emulator starts without any pool"),
            ({**POOL, "target": "server"}, "--cognito-target=server starts without any pool"),
            (
                {**SERVED, **POOL, "region": "us-east-1"},
                "the user pool eu-west-1_Pool1 is in eu-west-1",
            ),
        ],
    )
    def test_conflicting_values_are_refused(self, given: dict[str, str], said: str) -> None:
        """Values that do not go together are refused with what is missing or in the way."""
        assert said in message(**given)


class TestNetwork:
    """Faults, and how often something is repeated."""

    @pytest.mark.parametrize(
        ("given", "retries"),
        [
            ({}, 0),
            (SERVED, 0),
            ({"target": "server"}, 0),
            ({"faults": "drop:0.01"}, 8),
            ({"target": "server", "faults": "drop:0.01"}, 8),
            ({"target": "aws", "aws_accounts": "123456789012", "aws_charges": "acknowledged"}, 4),
        ],
    )
    def test_default_depends_on_the_network(self, given: dict[str, str], retries: int) -> None:
        """Only a target whose network may fail repeats anything."""
        assert resolve(**given).network_retries == Setting(retries, "default")

    def test_given_number_counts(self) -> None:
        """A number goes before the default, zero too."""
        assert resolve(faults="drop:0.01", network_retries="0").network_retries.value == 0
        assert resolve(**SERVED, network_retries="3").network_retries.value == 3

    @pytest.mark.parametrize("text", ["-1", "many", "101", "1.5"])
    def test_other_numbers_are_refused(self, text: str) -> None:
        """The message has the bounds."""
        assert "it must be a whole number from 0 to 100" in message(network_retries=text)

    @pytest.mark.parametrize("target", ["stub", "preflight"])
    def test_faults_need_an_emulator(self, target: str) -> None:
        """A service that cannot fail on purpose takes no faults."""
        said = message(target=target, faults="drop:0.01")
        assert f"--cognito-target={target} has no faults on purpose" in said

    def test_scripts_repeat_nothing(self) -> None:
        """A number for the target stub is refused, since it sends no calls."""
        assert "sends no calls" in message(target="stub", network_retries="1")
