"""The service that a load run calls, from its options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.cli.load.own_emulator import serve_own
from harness.cli.options import usable
from harness.cli.serve.emulator_settings import make_settings
from harness.errors import ConfigurationError
from harness.settings import values as rules

if TYPE_CHECKING:
    from harness.load.children import Children
    from harness.load.setup import LoadService
    from harness.targets.control import ControlSurface

__all__ = ["ServiceOptions", "opened"]

_QUOTAS = "quotas=true"
#: How far the clock of a served emulator may be from this machine's: a load run takes real time.
_MOST_SECONDS_AWAY = 5.0


@dataclass(frozen=True)
class ServiceOptions:
    """The options that say which service a run calls.

    Attributes:
        target: server, endpoint, aws or preflight.
        endpoint_url: the URL; ``None`` for an emulator of the run's own, and on AWS.
        region: the AWS region; ``None`` takes that of boto3's profile on AWS.
        setting: the settings of the run's own emulator.
        aws_accounts: the AWS accounts that a run may work on, as given.
        aws_charges: whether the charges of AWS are acknowledged.
        user_pool_id: the existing pool, if there is one.
    """

    target: str
    endpoint_url: str | None
    region: str | None
    setting: Sequence[str] | None
    aws_accounts: str | None
    aws_charges: str | None
    user_pool_id: str | None

    def require(self) -> None:
        """Refuse options that contradict each other, before anything is started.

        Raises:
            ConfigurationError: an option is missing, or has no effect.
        """
        if self.setting:
            # Told now, and not by the emulator that starts later.
            make_settings(None, self.setting)
        if self.setting and (self.target != "server" or self.endpoint_url is not None):
            hint = "it sets the run's own emulator, and this run uses another service"
            raise ConfigurationError("--set", given=self.setting[0], hint=hint)
        if self.target == "endpoint" and self.endpoint_url is None:
            raise ConfigurationError("--endpoint-url", hint="--target endpoint needs it")
        if self.target == "aws":
            self._require_account()
        elif self.target == "server" and self.endpoint_url is None and self.user_pool_id:
            hint = "the run's own emulator starts without any pool; give its --endpoint-url"
            raise ConfigurationError("--user-pool-id", given=self.user_pool_id, hint=hint)

    def _require_account(self) -> None:
        if self.endpoint_url is not None:
            hint = "--target aws uses the endpoint of boto3; use --target endpoint for another one"
            raise ConfigurationError("--endpoint-url", given=self.endpoint_url, hint=hint)
        if self.aws_accounts is None:
            hint = "--target aws needs it, or COGNITO_HARNESS_AWS_ACCOUNTS in the environment"
            raise ConfigurationError("--aws-accounts", hint=hint)
        if self.aws_charges is None:
            hint = (
                f"--target aws needs it: use --aws-charges {rules.ACKNOWLEDGED}, or "
                "COGNITO_HARNESS_AWS_CHARGES in the environment"
            )
            raise ConfigurationError("--aws-charges", hint=hint)


@contextmanager
def opened(
    options: ServiceOptions, children: Children
) -> Iterator[tuple[LoadService, ControlSurface | None]]:
    """Open the service for a block; start an emulator for it if no other is given.

    Args:
        options: say which service.
        children: starts the emulator.

    Yields:
        The service, and the control surface of the run's own emulator.
    """
    if options.target == "aws":
        yield from _on_aws(options)
        return
    region = options.region or "us-east-1"
    if options.target == "endpoint":
        yield from _at_endpoint(options, region)
    elif options.endpoint_url is not None:
        yield _served(options.endpoint_url, region), None
    else:
        from harness.targets.control import ControlSurface

        with serve_own([_QUOTAS, *(options.setting or ())], children) as url:
            yield _served(url, region), ControlSurface(url)


def _on_aws(options: ServiceOptions) -> Iterator[tuple[LoadService, None]]:
    from harness.load.setup import LoadService
    from harness.targets.aws import AwsTarget

    accounts = usable("--aws-accounts", rules.aws_accounts, options.aws_accounts or "")
    target = AwsTarget(region=options.region, accounts=accounts, user_pool_id=options.user_pool_id)
    with _named_as_here():
        target.check()
    try:
        place, identity = target.place(), target.identity
        yield (
            LoadService(
                client=target.client(),
                endpoint_url=place["endpoint"],
                region=place["region"],
                clock=target.clock,
                account=place["account"],
                owner=identity.owner if identity else "load",
            ),
            None,
        )
    finally:
        target.stop()


def _at_endpoint(options: ServiceOptions, region: str) -> Iterator[tuple[LoadService, None]]:
    from harness.load.setup import LoadService
    from harness.targets.base import Capability
    from harness.targets.endpoint import EndpointTarget

    url = options.endpoint_url or ""
    target = EndpointTarget(url, region=region, user_pool_id=options.user_pool_id)
    try:
        with _named_as_here():
            target.check()
        if reason := target.reason_without(Capability.ADMIN):
            hint = f"people cannot be prepared: {reason}"
            raise ConfigurationError("--endpoint-url", given=url, hint=hint)
        yield LoadService(target.client(), url, region, target.clock), None
    finally:
        target.stop()


def _served(url: str, region: str) -> LoadService:
    from harness.clock import SystemClock
    from harness.load.setup import LoadService
    from harness.targets.clients import offline_client
    from harness.targets.control import ControlSurface

    clock = SystemClock()
    away = ControlSurface(url).time() - clock.time()
    if abs(away) > _MOST_SECONDS_AWAY:
        hint = (
            f"its clock is {abs(away):.0f} s {'ahead of' if away > 0 else 'behind'} this "
            "machine's, and a load run takes real time; set it with `cognito-harness clock --set`"
        )
        raise ConfigurationError("--endpoint-url", given=url, hint=hint)
    return LoadService(offline_client(region, url), url, region, clock)


@contextmanager
def _named_as_here() -> Iterator[None]:
    """Name the options of this command in the errors of a target."""
    try:
        yield
    except ConfigurationError as error:
        error.setting = error.setting.replace("--cognito-", "--")
        error.hint = error.hint and error.hint.replace("--cognito-", "--")
        raise
