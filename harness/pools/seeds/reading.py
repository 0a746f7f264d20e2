"""Reads a seed file, and what its templates say, into what an emulator takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.errors import ConfigurationError, HarnessError
from harness.pools.configuration.pool_configuration import PoolConfiguration
from harness.pools.configuration.resource_servers import needed_servers
from harness.pools.configuration.undecided import require_decided
from harness.pools.making.configuration_requests import (
    client_request,
    left_out,
    mfa_request,
    pool_request,
)
from harness.pools.seeds.documents import read_seed_document
from harness.pools.seeds.inline import as_configuration
from harness.pools.sources import load
from harness.pools.sources.documents import Document
from harness.pools.sources.parameter_files import given_parameters
from harness.pools.sources.parameters import GivenParameters

__all__ = ["Seed", "read_seed"]


class Seed(dict[str, Any]):
    """What an emulator takes: ``document``, and by pool id the ``configurations`` of templates.

    Args:
        document: the content of the file, with its lines.
        configurations: what the pools' templates say.
        notes: what of the templates was left out, one sentence each.

    Attributes:
        name: the file as the user wrote it.
        notes: what of the templates was left out.
    """

    def __init__(
        self, document: Document, configurations: Mapping[str, Any], notes: tuple[str, ...] = ()
    ) -> None:
        super().__init__(document=document.value, configurations=dict(configurations))
        self._document = document
        self.name = document.name
        self.notes = notes

    def place_of(self, path: str) -> str:
        """Return the location of a path in the document: the file, and the nearest known line."""
        known = path
        while known and known not in self._document.lines:
            known = known[: max(known.rfind("."), known.rfind("["), 0)]
        return self._document.source(known)

    def refusal(self, members: Mapping[str, Any], text: str) -> HarnessError:
        """Return an emulator's refusal with the line of the file, which the emulator has not seen.

        Args:
            members: what the emulator has sent: for something in the file, ``path`` and ``reason``.
            text: the message of any other refusal.
        """
        if "path" not in members:
            return HarnessError(text)
        place = self.place_of(str(members["path"]))
        return HarnessError(f"{place}: {members['reason']}; nothing is changed")

    def __repr__(self) -> str:
        """Return a text without the users."""
        return f"Seed({self.name!r})"


def read_seed(path: str | Path) -> Seed:
    """Read a seed file and the templates that it names.

    What a document may have is checked by the emulator that it is given to. Here only that is
    checked which leads to templates.

    Args:
        path: a file of YAML, JSON or TOML.

    Raises:
        ConfigurationError: the file or a template cannot be read, or a template does not say how
            people sign in.
    """
    document = read_seed_document(path)
    configurations: dict[str, Any] = {}
    notes: list[str] = []
    for number, pool in enumerate(_pools(document)):
        place = f"pools[{number}]"
        if "template" in pool and isinstance(pool["template"], dict):
            found = _of_template(document, pool["template"], f"{place}.template")
            notes += [f"{pool.get('id')}: {note}" for note in _notes(found)]
        elif isinstance(pool.get("configuration"), dict):
            found = as_configuration(document, pool["configuration"], f"{place}.configuration")
        else:
            continue
        configurations[str(pool.get("id"))] = _requests(found, pool.get("configuration") or {})
    return Seed(document, configurations, tuple(notes))


def _pools(document: Document) -> Iterator[dict[str, Any]]:
    pools = document.value.get("pools") if isinstance(document.value, dict) else None
    for pool in pools if isinstance(pools, list) else ():
        yield pool if isinstance(pool, dict) else {}


def _of_template(document: Document, template: Mapping[str, Any], path: str) -> PoolConfiguration:
    file, pool = template.get("file"), template.get("pool")
    if not isinstance(file, str) or not file or not isinstance(pool, (str, type(None))):
        where = document.source(f"{path}.file")
        hint = "a template needs the text file, and may have the text pool"
        raise ConfigurationError(path, given="an object", source=where, hint=hint)
    folder = Path(document.name).parent
    with _named(document, path):
        given = _parameters(template, folder, f"{path}.parameters")
        configuration = load(folder / file, pool, given, f"{path}.pool")
        require_decided(configuration, None, f"{path}.parameters", None)
    return configuration


@contextmanager
def _named(document: Document, path: str) -> Iterator[None]:
    """Name the place of a template in errors about its file, pool and parameters."""
    try:
        yield
    except ConfigurationError as error:
        members = {"file": "file", "folder": "file", "pool": "pool", "user pool": "pool"}
        if error.setting in members:
            error.setting = f"{path}.{members[error.setting]}"
            error.source = error.source or document.source(error.setting)
        raise


def _parameters(template: Mapping[str, Any], folder: Path, path: str) -> GivenParameters:
    values, files = template.get("parameters") or {}, template.get("parameter_files") or []
    if not isinstance(values, dict) or not isinstance(files, list):
        hint = "parameters must be an object, and parameter_files a list"
        raise ConfigurationError(path, given="something else", hint=hint)
    texts = [f"{name}={_text(value)}" for name, value in values.items()]
    names = [str(folder / str(file)) for file in files]
    return given_parameters(names, texts, files_from=path, texts_from=path)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(_text, value)) if isinstance(value, list) else str(value)


def _requests(configuration: PoolConfiguration, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration as a seed document has it, with the requests to make it.

    Args:
        configuration: the settings.
        given: what the document itself has, where it names no template.
    """
    # A mistake in the file itself is refused, as Cognito would.
    mfa = configuration.mfa.members if given else mfa_request(configuration.mfa)
    servers = given.get("ResourceServers", needed_servers(configuration))
    shown = dict(_domains(configuration))
    domains = {name: given[name] for name in ("Domain", "CustomDomain") if name in given}
    pool = pool_request(configuration)
    if not pool["UserPoolTags"]:
        del pool["UserPoolTags"]
    return {
        "UserPool": pool,
        **({"MfaConfig": mfa} if mfa else {}),
        **({"ResourceServers": servers} if servers else {}),
        "UserPoolClients": {part.name: client_request(part) for part in configuration.clients},
        **shown,
        **domains,
    }


def _domains(configuration: PoolConfiguration) -> Iterator[tuple[str, str]]:
    """Yield the name of each domain that is known, by the member of a description that has it."""
    for part in configuration.domains:
        name = part.value("Domain")
        if isinstance(name, str):
            yield "CustomDomain" if "CustomDomainConfig" in part.members else "Domain", name


def _notes(configuration: PoolConfiguration) -> Iterator[str]:
    yield from configuration.notes
    for setting, unknown in left_out(configuration).items():
        yield f"left out: {setting} is {unknown}"
