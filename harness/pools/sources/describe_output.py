"""Reads what the AWS CLI prints about a user pool: describe-user-pool and the commands beside it.

Each answer is recognized by its members, whatever its file is called. A file has one answer or a
list of them; a folder has one file for each. What an answer leaves to another command is unknown.

https://docs.aws.amazon.com/cli/latest/reference/cognito-idp/describe-user-pool.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import (
    Kind,
    Origin,
    Part,
    PoolConfiguration,
    SourceLocation,
    Unknown,
    join,
)
from harness.pools.configuration.service_members import (
    check_members,
    described_names,
    member_names,
)
from harness.pools.sources.documents import Document
from harness.pools.sources.live import client_members, mfa_members, pool_members
from harness.pools.sources.live_login import domain_part, server_part
from harness.pools.sources.managed_login import described_domains

__all__ = ["read", "recognizes"]

_Command = Literal[
    "describe-user-pool",
    "describe-user-pool-client",
    "get-user-pool-mfa-config",
    "list-user-pool-clients",
    "describe-user-pool-domain",
    "list-resource-servers",
]
_ENVELOPES: dict[str, _Command] = {
    "UserPool": "describe-user-pool",
    "UserPoolClient": "describe-user-pool-client",
    "UserPoolClients": "list-user-pool-clients",
    "DomainDescription": "describe-user-pool-domain",
    "ResourceServers": "list-resource-servers",
}
#: Members of GetUserPoolMfaConfig's answer, one of which is always there (A201).
_MFA_SETTING = "MfaConfiguration"
#: What boto3 adds to an answer, and the CLI to one of several pages.
_AROUND = frozenset({"ResponseMetadata", "NextToken"})
_FACTORS = (
    "EmailMfaConfiguration",
    "SmsMfaConfiguration",
    "SoftwareTokenMfaConfiguration",
)
_BY_MFA_CONFIG = Unknown("aws cognito-idp get-user-pool-mfa-config tells it")
_OF_SEVERAL = Unknown(
    "get-user-pool-mfa-config does not say of which pool it is; give a folder for each"
)
_NO_CLIENTS = Unknown(
    "aws cognito-idp list-user-pool-clients and describe-user-pool-client tell the app clients; "
    "give a folder with all outputs"
)
_BY_DOMAIN = Unknown("aws cognito-idp describe-user-pool-domain tells it")
_NOT_SHOWN: Mapping[Kind, Unknown] = {
    "resource_server": Unknown("aws cognito-idp list-resource-servers tells them"),
    "branding": Unknown("the AWS CLI does not say of which app client a branding is"),
}
_RENAMED = {"Name": "PoolName", "SchemaAttributes": "Schema"}


@dataclass(frozen=True)
class _CliAnswer:
    """One answer of the AWS CLI, and where it is."""

    command: _Command
    document: Document
    path: str
    members: Mapping[str, Any] = field(repr=False)

    def places(self) -> dict[str, SourceLocation]:
        """Return the place of each member; a folder has several files."""
        file = self.document.name
        places = self.document.places(self.path).items()
        return {path: replace(place, file=file) for path, place in places}


def recognizes(document: Document) -> bool:
    """Return whether a document has at least one answer of these commands."""
    return any(True for _ in _answers(document))


def read(documents: Sequence[Document], name: str) -> list[PoolConfiguration]:
    """Return the user pools that the answers describe, each with its app clients.

    Args:
        documents: the file, or the files of a folder; those without an answer are passed over.
        name: the file or folder as the user wrote it.

    Raises:
        ConfigurationError: no answer describes a pool, or a member is not valid.
    """
    answers = [answer for document in documents for answer in _answers(document)]
    pools = [answer for answer in answers if answer.command == "describe-user-pool"]
    if not pools:
        hint = (
            f"it has what aws cognito-idp {answers[0].command} prints, but not the pool; put the "
            "output of aws cognito-idp describe-user-pool into the same folder, and give the folder"
        )
        raise ConfigurationError("file", given=name, hint=hint)
    for answer in answers:
        _require_known(answer)
    return [_configuration(pool, answers, name, only_pool=len(pools) == 1) for pool in pools]


def _answers(document: Document) -> Iterator[_CliAnswer]:
    """Yield the answers in a document; ``--output yaml-stream`` and ``jq -s`` write lists."""
    value = document.value
    items = enumerate(value) if isinstance(value, list) else [(None, value)]
    for index, item in items:
        path = "" if index is None else join("", index)
        if isinstance(item, Mapping) and (found := _answer(document, path, item)):
            yield found


def _answer(document: Document, path: str, value: Mapping[str, Any]) -> _CliAnswer | None:
    names = set(value) - _AROUND
    for name, command in _ENVELOPES.items():
        if names == {name}:
            below = value[name] if isinstance(value[name], Mapping) else value
            return _CliAnswer(command, document, join(path, name), below)
    if "SchemaAttributes" in names and {"Id", "Name"} <= names:
        # As --query UserPool prints it.
        return _CliAnswer("describe-user-pool", document, path, value)
    if {"ClientId", "UserPoolId", "ClientName"} <= names:
        return _CliAnswer("describe-user-pool-client", document, path, value)
    if _MFA_SETTING in names and names <= set(described_names("mfa")):
        return _CliAnswer("get-user-pool-mfa-config", document, path, value)
    return None


def _require_known(answer: _CliAnswer) -> None:
    """Refuse a member that the installed botocore does not know: it could decide something."""
    kinds: dict[_Command, Kind] = {
        "describe-user-pool": "pool",
        "describe-user-pool-client": "client",
        "get-user-pool-mfa-config": "mfa",
    }
    kind = kinds.get(answer.command)
    if kind is None:
        return
    allowed = described_names(kind)
    _require_attributes(answer)
    for name in answer.members:
        if name not in (*allowed, *_AROUND):
            path = join(answer.path, name)
            hint = f"the installed botocore has no such member in the answer of {answer.command}"
            source = answer.document.source(path)
            raise ConfigurationError(path, source=source, given=name, allowed=allowed, hint=hint)


def _require_attributes(answer: _CliAnswer) -> None:
    """Refuse a schema that no pool has: its attributes are objects with a name."""
    found = answer.members.get("SchemaAttributes") or []
    is_list = isinstance(found, list)
    if is_list and all(isinstance(one, Mapping) and "Name" in one for one in found):
        return
    path = join(answer.path, "SchemaAttributes")
    source = answer.document.source(path)
    hint = "it must be a list of objects with a Name"
    raise ConfigurationError(path, given=found, source=source, hint=hint)


def _configuration(
    pool: _CliAnswer, answers: Iterable[_CliAnswer], name: str, *, only_pool: bool
) -> PoolConfiguration:
    pool_id = pool.members.get("Id")
    own = [answer for answer in answers if _is_about(answer, pool_id, only_pool=only_pool)]
    clients = tuple(_clients([one for one in own if one.command == "describe-user-pool-client"]))
    shown = str(pool.members.get("Name") or pool_id or "pool")
    return PoolConfiguration(
        origin=Origin("AWS CLI output", name),
        pool=_pool_part(pool, shown),
        mfa=_mfa_part(pool, own, shown, only_pool=only_pool),
        clients=clients,
        domains=_domains(pool, own),
        resource_servers=tuple(_servers(own)),
        not_shown=_not_shown(own),
        other_clients=_undescribed(own, {str(one.value("ClientName")) for one in clients}),
    )


def _is_about(answer: _CliAnswer, pool_id: Any, *, only_pool: bool) -> bool:
    """Return whether an answer belongs to a pool; only the MFA configuration does not name it."""
    if answer.command == "describe-user-pool-client":
        return bool(answer.members.get("UserPoolId") == pool_id)
    if answer.command == "describe-user-pool-domain":
        return bool(answer.members.get("UserPoolId") == pool_id)
    if answer.command in ("list-user-pool-clients", "list-resource-servers"):
        listed = _listed(answer)
        return any(item.get("UserPoolId") == pool_id for item in listed) or (
            only_pool and not listed
        )
    return answer.command == "get-user-pool-mfa-config"


def _pool_part(pool: _CliAnswer, name: str) -> Part:
    kept = {key: value for key, value in pool.members.items() if value is not None}
    part = Part("pool", name, pool_members(kept), _pool_places(pool))
    return check_members(part, pool.document.name)


def _pool_places(pool: _CliAnswer) -> dict[str, SourceLocation]:
    places = pool.places()
    described = pool.members.get("SchemaAttributes")
    attributes = [
        index
        for index, item in enumerate(described if isinstance(described, list) else ())
        if not (isinstance(item, Mapping) and item.get("Name") == "sub")
    ]
    renamed = dict(places)
    for path, place in places.items():
        for name, member in _RENAMED.items():
            if path == name or path.startswith(f"{name}["):
                renamed[member + path.removeprefix(name)] = place
    for index, described_index in enumerate(attributes):
        before, after = f"SchemaAttributes[{described_index}]", f"Schema[{index}]"
        for path, place in places.items():
            if path == before or path.startswith(f"{before}."):
                renamed[after + path.removeprefix(before)] = place
    return renamed


def _mfa_part(pool: _CliAnswer, own: Iterable[_CliAnswer], name: str, *, only_pool: bool) -> Part:
    answers = [answer for answer in own if answer.command == "get-user-pool-mfa-config"]
    if answers and only_pool:
        answer = answers[0]
        kept = mfa_members(answer.members)
        part = Part("mfa", name, kept, answer.places())
        return check_members(part, answer.document.name)
    reason = _OF_SEVERAL if answers else _BY_MFA_CONFIG
    mode = pool.members.get(_MFA_SETTING, reason)
    members = {_MFA_SETTING: mode, "WebAuthnConfiguration": reason}
    if mode != "OFF":
        # Cognito keeps no factors while MFA is OFF (A195).
        members |= dict.fromkeys(_FACTORS, reason)
    kept_places = {
        path: place for path, place in pool.places().items() if path in ("", _MFA_SETTING)
    }
    return check_members(Part("mfa", name, members, kept_places), pool.document.name)


def _clients(answers: Sequence[_CliAnswer]) -> Iterator[Part]:
    names = Counter(str(answer.members.get("ClientName")) for answer in answers)
    for answer in answers:
        name = str(answer.members.get("ClientName"))
        # Several app clients can have the same name.
        shown = name if names[name] == 1 else str(answer.members.get("ClientId"))
        places = {
            path: place
            for path, place in answer.places().items()
            if path.partition(".")[0].partition("[")[0] in ("", *member_names("client"))
        }
        part = Part("client", shown, client_members(answer.members), places)
        yield check_members(part, answer.document.name)


def _domains(pool: _CliAnswer, own: Iterable[_CliAnswer]) -> tuple[Part, ...]:
    answers = [one for one in own if one.command == "describe-user-pool-domain"]
    described = [_with_places(domain_part(one.members), one) for one in answers]
    names = [part.name for part in described]
    shown = described_domains(pool.members, _BY_DOMAIN)
    return (*described, *(part for part in shown if part.name not in names))


def _servers(own: Iterable[_CliAnswer]) -> Iterator[Part]:
    for answer in own:
        if answer.command == "list-resource-servers":
            for one in _listed(answer):
                yield check_members(server_part(one), answer.document.name)


def _with_places(part: Part, answer: _CliAnswer) -> Part:
    return check_members(replace(part, places=answer.places()), answer.document.name)


def _not_shown(own: Iterable[_CliAnswer]) -> dict[Kind, Unknown]:
    is_listed = any(one.command == "list-resource-servers" for one in own)
    hidden = {"resource_server"} if is_listed else set()
    return {kind: why for kind, why in _NOT_SHOWN.items() if kind not in hidden}


def _undescribed(own: Iterable[_CliAnswer], described: set[str]) -> Unknown | None:
    """Return why the pool can have more app clients than those described."""
    lists = [answer for answer in own if answer.command == "list-user-pool-clients"]
    listed = {str(item.get("ClientName")) for answer in lists for item in _listed(answer)}
    if not lists:
        return None if described else _NO_CLIENTS
    missing = sorted(listed - described)
    if not missing:
        return None
    return Unknown(f"aws cognito-idp describe-user-pool-client tells {', '.join(missing)}")


def _listed(answer: _CliAnswer) -> list[Mapping[str, Any]]:
    found = answer.members.get("UserPoolClients") or answer.members.get("ResourceServers")
    items = found if isinstance(found, list) else ()
    return [item for item in items if isinstance(item, Mapping)]
