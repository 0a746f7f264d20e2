"""What a scenario needs of the installed boto3: an old one cannot send what came later."""

from __future__ import annotations

from importlib.metadata import version

import pytest


def needs_botocore(since: str) -> pytest.MarkDecorator:
    """Skip a scenario where the installed botocore is older than the members it sends.

    Args:
        since: the first botocore that knows them, as in its releases' notes:
            https://github.com/boto/botocore/tree/develop/.changes
    """
    installed = version("botocore")
    return pytest.mark.skipif(
        _numbers(installed) < _numbers(since),
        reason=f"botocore {installed} cannot send it, {since} can: pip install -U boto3",
    )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3])
