"""The settings of a run: where each value comes from, and whether it can be used.

The command line takes precedence over the environment (``COGNITO_HARNESS_*``), and the environment
over the configuration file. Some of boto3's own variables count too. A value that cannot be used
raises a :class:`~harness.errors.ConfigurationError`; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import ConfigurationError
from harness.redaction import Secret
from harness.settings import values as rules
from harness.settings.aws_endpoint import aws_endpoint
from harness.settings.options import OPTIONS, Option
from harness.settings.setting import (
    BY_NAME,
    COMMAND_LINE,
    DEFAULT,
    Setting,
    apply_rule,
    gather,
    read,
)

__all__ = ["DEFAULT", "OPTIONS", "Option", "Setting", "Settings", "apply_rule", "gather", "read"]

#: Sources of a value that the user did not give, beside the default.
RANDOM = "random"
FROM_POOL_ID = "the user pool id"


@dataclass(frozen=True)
class Settings:
    """All settings of a run, checked, each with its source."""

    target: Setting[str]
    endpoint_url: Setting[str | None]
    region: Setting[str]
    pool: Setting[str | None]
    pool_name: Setting[str | None]
    pool_client: Setting[str | None]
    pool_parameter: Setting[tuple[str, ...]]
    pool_parameters: Setting[tuple[str, ...]]
    allow_unknown: Setting[bool]
    allow_all_skipped: Setting[bool]
    audit: Setting[str | None]
    seed_file: Setting[str | None]
    user_pool_id: Setting[str | None]
    client_id: Setting[str | None]
    client_secret: Setting[Secret | None]
    srp: Setting[str | None]
    seed: Setting[int]
    mailbox: Setting[str | None]
    aws_accounts: Setting[tuple[str, ...] | None]
    aws_charges: Setting[str | None]
    max_users: Setting[int]
    quota_share: Setting[int]
    journal: Setting[str]
    repeat: Setting[int | None]
    latencies: Setting[str | None]
    texts: Setting[str]
    record: Setting[str | None]
    trigger: Setting[tuple[str, ...]]
    faults: Setting[str | None]
    network_retries: Setting[int]
    progress: Setting[str]

    @classmethod
    def resolve(
        cls, given: Mapping[str, Setting[str]], environment: Mapping[str, str], random_seed: int
    ) -> Settings:
        """Return the settings from what :func:`gather` found and from boto3's own variables.

        Args:
            given: the text given for each option.
            environment: has AWS_REGION, AWS_DEFAULT_REGION and boto3's variables of the endpoint.
            random_seed: seed to use if none is given.

        Raises:
            ConfigurationError: a value cannot be used, or two values contradict each other.
        """
        target = read(given, "target", rules.target) or Setting("emulator", DEFAULT)
        pool_id = read(given, "user_pool_id", rules.user_pool_id) or _NOT_GIVEN
        settings = cls(
            target=target,
            endpoint_url=_endpoint_url(given, environment, target.value),
            region=_region(given, environment, pool_id.value, target.value),
            **_of_the_file(given),
            seed_file=read(given, "seed_file", rules.seed_file) or _NOT_GIVEN,
            user_pool_id=pool_id,
            client_id=read(given, "client_id", rules.client_id) or _NOT_GIVEN,
            client_secret=read(given, "client_secret", rules.client_secret) or _NOT_GIVEN,
            srp=read(given, "srp", rules.srp) or _NOT_GIVEN,
            seed=read(given, "seed", rules.seed) or Setting(random_seed, RANDOM),
            mailbox=read(given, "mailbox", rules.mailbox) or _NOT_GIVEN,
            **_of_accounts(given),
            repeat=read(given, "repeat", rules.repeat) or _NOT_GIVEN,
            latencies=read(given, "latencies", rules.latencies) or _NOT_GIVEN,
            texts=read(given, "texts", rules.texts)
            or Setting(rules.texts_by_default(target.value), DEFAULT),
            record=read(given, "record", rules.record) or _NOT_GIVEN,
            trigger=read(given, "trigger", rules.triggers) or Setting((), DEFAULT),
            **_of_the_network(given, target.value),
            progress=read(given, "progress", rules.progress) or Setting("auto", DEFAULT),
        )
        for agree in _AGREEMENTS:
            agree(settings)
        return settings

    @property
    def is_shared(self) -> bool:
        """Whether other runs may use the same service, so that names must differ between runs."""
        return self.endpoint_url.value is not None or self.target.value == "aws"

    @property
    def confirms_silently(self) -> bool:
        """Whether pools send no codes at sign-up, since the run could not read them."""
        real = self.target.value in ("aws", "preflight")
        return real and self.mailbox.value in (None, "admin")

    @property
    def records_latencies(self) -> bool:
        """Whether the run records the latencies of its calls."""
        return self.repeat.value is not None or self.latencies.value is not None

    @property
    def words_decide(self) -> bool:
        """Whether a refusal with the right code in other words fails a test."""
        return self.texts.value == "strict"

    @property
    def service(self) -> str:
        """Where the service is: its URL, for AWS the one that boto3 uses, or in this process."""
        if self.target.value == "aws":
            return aws_endpoint(self.region.value)
        if self.target.value == "server":
            return self.endpoint_url.value or "served by the run"
        return self.endpoint_url.value or "in process"

    @property
    def paces_a_service(self) -> bool:
        """Whether the user wants a service other than AWS paced, as if it had AWS's quotas."""
        return self.target.value in ("endpoint", "server") and self.quota_share.source != DEFAULT

    @property
    def uses_quotas(self) -> bool:
        """Whether the calls of the run are paced to stay under quotas."""
        return self.target.value == "aws" or self.paces_a_service

    @property
    def uses_file_pool(self) -> bool:
        """Whether the settings name a file with a pool."""
        return self.pool.value is not None

    @property
    def uses_existing_pool(self) -> bool:
        """Whether tests run in a pool that exists already."""
        return self.user_pool_id.value is not None


_NOT_GIVEN: Setting[None] = Setting(None, DEFAULT)
_MAX_USERS = 1000
_QUOTA_SHARE = 50
_JOURNAL = ".cognito-harness"
#: The targets behind a network that nobody here controls, and how often a call is repeated there.
#: A service at an endpoint is under test itself, so that its first response counts.
_RETRIES = {"aws": 4}
_RETRIES_UNDER_FAULTS = 8
#: boto3's variables for the URL of the service, the more specific one first:
#: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
_ENDPOINT_VARIABLES = ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_ENDPOINT_URL")
_REGION_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")
_DEFAULT_REGION = "us-east-1"


def _from_environment(
    environment: Mapping[str, str], variables: tuple[str, ...], rule: Callable[[str], str]
) -> Setting[str] | None:
    for variable in variables:
        if text := environment.get(variable):
            return apply_rule(rule, Setting(text, f"environment {variable}"), variable)
    return None


def _of_the_file(given: Mapping[str, Setting[str]]) -> dict[str, Setting[Any]]:
    """Return the settings about the file of a pool, and about its audit."""
    return {
        "pool": read(given, "pool", rules.pool) or _NOT_GIVEN,
        "pool_name": read(given, "pool_name", rules.name_in_file) or _NOT_GIVEN,
        "pool_client": read(given, "pool_client", rules.name_in_file) or _NOT_GIVEN,
        "pool_parameter": read(given, "pool_parameter", rules.lines) or Setting((), DEFAULT),
        "pool_parameters": read(given, "pool_parameters", rules.lines) or Setting((), DEFAULT),
        "allow_unknown": read(given, "allow_unknown", rules.yes_or_no) or Setting(False, DEFAULT),
        "allow_all_skipped": read(given, "allow_all_skipped", rules.yes_or_no)
        or Setting(False, DEFAULT),
        "audit": read(given, "audit", rules.name_in_file) or _NOT_GIVEN,
    }


def _of_accounts(given: Mapping[str, Setting[str]]) -> dict[str, Setting[Any]]:
    """Return the settings that matter only on a real account."""
    return {
        "aws_accounts": read(given, "aws_accounts", rules.aws_accounts) or _NOT_GIVEN,
        "aws_charges": read(given, "aws_charges", rules.aws_charges) or _NOT_GIVEN,
        "max_users": read(given, "max_users", rules.max_users) or Setting(_MAX_USERS, DEFAULT),
        "quota_share": read(given, "quota_share", rules.quota_share)
        or Setting(_QUOTA_SHARE, DEFAULT),
        "journal": read(given, "journal", rules.journal) or Setting(_JOURNAL, DEFAULT),
    }


def _of_the_network(given: Mapping[str, Setting[str]], target: str) -> dict[str, Setting[Any]]:
    """Return the settings about calls that get no result."""
    faults = read(given, "faults", rules.faults) or _NOT_GIVEN
    usual = _RETRIES_UNDER_FAULTS if faults.value is not None else _RETRIES.get(target, 0)
    retries = read(given, "network_retries", rules.network_retries)
    return {"faults": faults, "network_retries": retries or Setting(usual, DEFAULT)}


def _endpoint_url(
    given: Mapping[str, Setting[str]], environment: Mapping[str, str], target: str
) -> Setting[str | None]:
    named = read(given, "endpoint_url", rules.endpoint_url)
    if named is None and target == "endpoint":
        named = _from_environment(environment, _ENDPOINT_VARIABLES, rules.endpoint_url)
    return named or _NOT_GIVEN


def _region(
    given: Mapping[str, Setting[str]],
    environment: Mapping[str, str],
    pool_id: str | None,
    target: str,
) -> Setting[str]:
    named = read(given, "region", rules.region)
    of_pool = rules.region_of(pool_id) if pool_id else None
    if of_pool is None:
        named = named or _region_of_boto3(environment, target)
        return named or Setting(_DEFAULT_REGION, DEFAULT)
    if named is not None and named.value != of_pool:
        hint = f"the user pool {pool_id} is in {of_pool}"
        raise ConfigurationError(
            "--cognito-region", given=named.value, source=named.source, hint=hint
        )
    return named or Setting(of_pool, FROM_POOL_ID)


def _region_of_boto3(environment: Mapping[str, str], target: str) -> Setting[str] | None:
    try:
        return _from_environment(environment, _REGION_VARIABLES, rules.region)
    except ConfigurationError:
        if target == "endpoint":
            raise
        # Set for another program, such as "local" for a DynamoDB on this machine.
        return None


def _agree_on_endpoint(settings: Settings) -> None:
    url, target = settings.endpoint_url, settings.target.value
    if target == "endpoint" and url.value is None:
        raise ConfigurationError(
            "--cognito-endpoint-url",
            hint=f"--cognito-target=endpoint needs it, or "
            f"{_ENDPOINT_VARIABLES[0]} in the environment",
        )
    if target in ("emulator", "preflight", "stub") and url.value is not None:
        raise ConfigurationError(
            "--cognito-endpoint-url",
            given=url.value,
            source=url.source,
            hint=f"--cognito-target={target} has no URL; use --cognito-target=server for a served "
            "emulator, or --cognito-target=endpoint for any other service",
        )
    if target == "aws" and url.value is not None:
        raise ConfigurationError(
            "--cognito-endpoint-url",
            given=url.value,
            source=url.source,
            hint="--cognito-target=aws uses the endpoint of boto3; use "
            "--cognito-target=endpoint for another service",
        )


def _agree_on_pool(settings: Settings) -> None:
    pool_id, client_id = settings.user_pool_id, settings.client_id
    if pool_id.value is not None and client_id.value is None:
        raise ConfigurationError("--cognito-client-id", hint="--cognito-user-pool-id needs it")
    if client_id.value is not None and pool_id.value is None:
        raise ConfigurationError("--cognito-user-pool-id", hint="--cognito-client-id needs it")
    if settings.client_secret.value is not None and client_id.value is None:
        raise ConfigurationError("--cognito-client-id", hint="--cognito-client-secret needs it")
    if pool_id.value is not None and not settings.is_shared and settings.seed_file.value is None:
        raise ConfigurationError(
            "--cognito-user-pool-id",
            given=pool_id.value,
            source=pool_id.source,
            hint=f"--cognito-target={settings.target.value} starts without any pool; "
            "an existing pool also needs --cognito-endpoint-url, or --cognito-seed-file with it",
        )


def _agree_on_seed_file(settings: Settings) -> None:
    seed_file, target = settings.seed_file, settings.target.value
    if seed_file.value is not None and target not in ("emulator", "server"):
        _refuse_on(target, "--cognito-seed-file", seed_file, "is not an emulator of the harness")


def _agree_on_file(settings: Settings) -> None:
    pool = settings.pool
    for name in ("pool_name", "pool_client", "pool_parameter", "pool_parameters", "allow_unknown"):
        setting: Setting[Any] = getattr(settings, name)
        if setting.value and pool.value is None:
            raise ConfigurationError("--cognito-pool", hint=f"{BY_NAME[name].flag} needs it")
    if pool.value is None:
        return
    if settings.allow_unknown.value and settings.user_pool_id.value is not None:
        hint = "the existing pool has a value for every setting; compare it with a snapshot of it"
        source = settings.allow_unknown.source
        raise ConfigurationError("--cognito-allow-unknown", given="yes", source=source, hint=hint)
    if settings.target.value == "stub":
        hint = "--cognito-target=stub has no pools"
        raise ConfigurationError("--cognito-pool", given=pool.value, source=pool.source, hint=hint)


def _agree_on_account(settings: Settings) -> None:
    if settings.target.value != "aws":
        return
    accounts, charges = settings.aws_accounts, settings.aws_charges
    if accounts.value is None and settings.user_pool_id.value is None:
        raise ConfigurationError("--cognito-aws-accounts", hint=_refusal("aws_accounts", "ID"))
    if charges.value is None:
        raise ConfigurationError(
            "--cognito-aws-charges", hint=_refusal("aws_charges", rules.ACKNOWLEDGED)
        )
    if settings.mailbox.value == "outbox":
        raise ConfigurationError(
            "--cognito-mailbox",
            given="outbox",
            source=settings.mailbox.source,
            hint="AWS has no outbox: it does not show the messages that it sends",
        )


def _refusal(name: str, value: str) -> str:
    option = BY_NAME[name]
    return (
        f"a real account needs it; use {option.flag}={value}, {option.variable}={value} in the "
        f"environment, or {option.key} = {value} in pytest.ini"
    )


def _agree_on_calls(settings: Settings) -> None:
    share, latencies, target = settings.quota_share, settings.latencies, settings.target.value
    # In the environment and in a file, a share is meant for the targets that have quotas.
    if share.source == COMMAND_LINE and target in ("emulator", "stub"):
        hint = "has no quotas; use it with aws, endpoint, server or preflight"
        _refuse_on(target, "--cognito-quota-share", share, hint)
    if latencies.value is not None and target == "stub":
        _refuse_on(target, "--cognito-latencies", latencies, "sends no calls")


def _agree_on_network(settings: Settings) -> None:
    faults, retries, target = settings.faults, settings.network_retries, settings.target.value
    if faults.value is not None and target not in ("emulator", "server"):
        hint = "has no faults on purpose; use it with emulator or server"
        _refuse_on(target, "--cognito-faults", faults, hint)
    if retries.source == COMMAND_LINE and target == "stub":
        _refuse_on(target, "--cognito-network-retries", retries, "sends no calls")


def _agree_on_triggers(settings: Settings) -> None:
    """Refuse handlers where they cannot run; a file may have them for the other targets."""
    trigger, target = settings.trigger, settings.target.value
    starts = target in ("emulator", "server") and settings.endpoint_url.value is None
    if trigger.source == COMMAND_LINE and not starts:
        hint = "has its own triggers; handlers run in an emulator that the run starts"
        _refuse_on(target, "--cognito-trigger", trigger, hint)


def _refuse_on(target: str, flag: str, setting: Setting[Any], why: str) -> None:
    hint = f"--cognito-target={target} {why}"
    raise ConfigurationError(flag, given=setting.value, source=setting.source, hint=hint)


_AGREEMENTS = (
    _agree_on_endpoint,
    _agree_on_pool,
    _agree_on_seed_file,
    _agree_on_file,
    _agree_on_account,
    _agree_on_calls,
    _agree_on_network,
    _agree_on_triggers,
)
