"""The end of a conversation about a sign-in with managed login, for Python's clients."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

__all__ = ["App", "LoginSettings", "converse"]


@dataclass(frozen=True)
class LoginSettings:
    """What an app is configured with.

    Attributes:
        issuer: where the OpenID document of the pool is.
        domain_url: the address of the domain.
    """

    issuer: str
    domain_url: str
    client_id: str
    client_secret: str
    redirect_uri: str
    logout_uri: str
    scope: str


#: An app makes an outcome, or a mapping with the outcome and what else was found.
App = Any


def converse(
    make_app: Callable[[LoginSettings], App], refusal: Callable[[Exception], str | None]
) -> None:
    """Run the commands from stdin until it ends: each is a method of the app.

    Args:
        make_app: makes the app.
        refusal: the error code of the server in an error of the library; ``None`` if the error is
            the library's own.
    """
    app: App = None
    known = {field.name for field in fields(LoginSettings)}
    for line in sys.stdin:
        given = json.loads(line)
        verb = given.pop("do")
        if verb == "start":
            app = make_app(LoginSettings(**{name: given[name] for name in known}))
            answer: Any = "done"
        else:
            answer = _outcome(partial(getattr(app, verb), **given), refusal)
        found: Mapping[str, Any] = {"outcome": answer} if isinstance(answer, str) else answer
        print(json.dumps(found), flush=True)


def _outcome(action: Callable[[], Any], refusal: Callable[[Exception], str | None]) -> Any:
    try:
        return action()
    except Exception as problem:
        code = refusal(problem)
        if code is not None:
            return f"refused: {code}"
        print(repr(problem), file=sys.stderr, flush=True)
        return f"the client refuses: {type(problem).__name__}"
