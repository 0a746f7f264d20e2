"""The URL at which boto3 reaches Cognito, which can be another server than AWS's."""

from __future__ import annotations

import os
from typing import Any

__all__ = ["aws_endpoint"]

_SERVICE = "cognito-idp"
#: What hosts of AWS end with, by the partition of their region.
_SUFFIXES = {
    "aws": "amazonaws.com",
    "aws-us-gov": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
}


def aws_endpoint(region: str) -> str:
    """Return the URL that boto3's conventions give for Cognito in a region.

    The environment and the user's profile can name another one than AWS's:
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html. A region that
    botocore does not know is returned as it is.

    Args:
        region: the AWS region.
    """
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session

    try:
        session = Session()
        return _configured(session) or _of_aws(session, region) or region
    except BotoCoreError:
        # The target reports it with its first client.
        return region


def _configured(session: Any) -> str:
    from botocore.configprovider import ConfiguredEndpointProvider

    if session.get_config_variable("ignore_configured_endpoint_urls"):
        return ""
    provider = ConfiguredEndpointProvider(
        full_config=session.full_config,
        scoped_config=session.get_scoped_config(),
        client_name=_SERVICE,
        environ=os.environ,
    )
    return provider.provide() or ""


def _of_aws(session: Any, region: str) -> str:
    suffix = _SUFFIXES.get(session.get_partition_for_region(region), "")
    return f"https://{_SERVICE}.{region}.{suffix}" if suffix else ""
