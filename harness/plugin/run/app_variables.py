"""The environment variables of an app under test: the names of the user's, and boto3's own."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import ip_address
from string import Formatter
from typing import TypeAlias
from urllib.parse import urlsplit

from harness.errors import ConfigurationError
from harness.redaction import Secret

__all__ = [
    "DEFAULT_NAMES",
    "FIELDS",
    "SETTING",
    "Names",
    "Variables",
    "boto3_variables",
    "named_variables",
    "parse_names",
]

SETTING = "cognito_environment"
#: What a text of the names can have in braces.
FIELDS = ("url", "region", "user_pool_id", "client_id", "client_secret", "issuer", "jwks_url")
#: Names of variables, each with the text that it gets; ``None`` unsets the variable.
Names: TypeAlias = "Mapping[str, str | Secret | None]"
#: Values of variables; ``None`` for a variable that is not to be set.
Variables: TypeAlias = "dict[str, str | None]"

DEFAULT_NAMES: Names = {
    "COGNITO_USER_POOL_ID": "{user_pool_id}",
    "COGNITO_CLIENT_ID": "{client_id}",
    "COGNITO_CLIENT_SECRET": "{client_secret}",
}

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: Not a secret: whoever reads it sees that it is for tests. moto and LocalStack use such, too.
_HARMLESS = "testing"
#: Everything else by which botocore finds credentials before those of the variables, or which
#: would be sent with them.
#: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
_OTHER_CREDENTIALS = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def parse_names(lines: Iterable[str], source: str) -> Names:
    """Return the names in the lines of the ini setting: ``SHOP_POOL_ID = {user_pool_id}``.

    Raises:
        ConfigurationError: a line is not of this form, names a variable twice, or has a name or a
            field that there is not.
    """
    names: dict[str, str] = {}
    for line in filter(None, map(str.strip, lines)):
        name, equals, text = (part.strip() for part in line.partition("="))
        if not equals:
            raise ConfigurationError(
                SETTING,
                given=line,
                source=source,
                hint="a line is NAME = TEXT, such as SHOP_POOL_ID = {user_pool_id}",
            )
        if name in names:
            raise ConfigurationError(
                SETTING, given=line, source=source, hint=f"{name} has a line already"
            )
        names[name] = text
        try:
            _checked(name)
            list(_pieces(name, text))
        except ConfigurationError as error:
            error.source = source
            raise
    return names


def named_variables(names: Names, field: Callable[[str], str | None]) -> Variables:
    """Return the variables with the user's names.

    Args:
        names: the names, each with its text.
        field: returns the value of one of `FIELDS`; ``None`` if the pool has none.

    Raises:
        ConfigurationError: a name or a text cannot be used.
    """
    return {_checked(name): _filled(name, text, field) for name, text in names.items()}


def boto3_variables(url: str, region: str, *, made_up_credentials: bool) -> Variables:
    """Return what boto3 and the other SDKs need to call a service at a URL.

    Args:
        url: the URL of the service.
        region: its region.
        made_up_credentials: whether to sign with credentials that open nothing.
    """
    variables: Variables = {
        **region_variables(region),
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": url,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        # botocore refuses an endpoint URL together with either of them.
        "AWS_USE_FIPS_ENDPOINT": "false",
        "AWS_USE_DUALSTACK_ENDPOINT": "false",
    }
    if made_up_credentials:
        variables.update(dict.fromkeys(_OTHER_CREDENTIALS))
        variables.update(AWS_ACCESS_KEY_ID=_HARMLESS, AWS_SECRET_ACCESS_KEY=_HARMLESS)
    if _is_loopback(urlsplit(url).hostname or ""):
        variables.update(dict.fromkeys(("NO_PROXY", "no_proxy"), _without_proxy()))
    return variables


def region_variables(region: str) -> Variables:
    """Return the two variables of the region: boto3 reads one of them, other SDKs the other."""
    return {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}


def _checked(name: str) -> str:
    if _NAME.fullmatch(str(name)) is None:
        raise ConfigurationError(
            SETTING, given=name, hint="a variable has letters, digits and underscores in its name"
        )
    return name


def _filled(name: str, text: str | Secret | None, field: Callable[[str], str | None]) -> str | None:
    """Return the text with its fields; ``None`` if there is no value for one of them."""
    if text is None:
        return None
    if isinstance(text, Secret):
        return text.reveal()
    if not isinstance(text, str):
        raise ConfigurationError(
            f"{SETTING}: {name}", given=text, hint="a text, a Secret or None is needed"
        )
    pieces: list[str] = []
    for literal, wanted in _pieces(name, text):
        value = "" if wanted is None else field(wanted)
        if value is None:
            return None
        pieces += literal, value
    return "".join(pieces)


def _pieces(name: str, text: str) -> Iterator[tuple[str, str | None]]:
    setting = f"{SETTING}: {name}"
    try:
        parsed = list(Formatter().parse(text))
    except ValueError as error:
        raise ConfigurationError(
            setting, given=text, hint=f"{error}; a brace of its own is written twice"
        ) from None
    for literal, wanted, form, conversion in parsed:
        if wanted is not None and (wanted not in FIELDS or form or conversion):
            whole = wanted + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
            raise ConfigurationError(setting, given=whole, allowed=FIELDS)
        yield literal, wanted


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _without_proxy() -> str:
    """Return what the user excludes from proxies, and this machine.

    Python prefers the lower-case name, other languages read only one of them.
    """
    given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    hosts = [host.strip() for host in given.split(",") if host.strip()]
    return ",".join(dict.fromkeys((*hosts, *_LOOPBACK)))
