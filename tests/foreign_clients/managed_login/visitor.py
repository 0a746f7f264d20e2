"""A browser without scripts: it finds the fields of forms as a password manager does."""

from __future__ import annotations

from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup
from bs4.element import Tag

__all__ = ["CODE", "PASSWORD", "USERNAME", "Visitor"]

#: What a field is for: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill
USERNAME = "username"
PASSWORD = "current-password"
CODE = "one-time-code"

_MOST_REDIRECTS = 10
_PATIENCE_SECONDS = 60
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Visitor:
    """A person's browser at the pages of one server. It never asks the app for anything.

    Attributes:
        arrived_at: the address of the app that the pages led to; empty while they do not.
    """

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._session = requests.Session()
        # Nothing of the machine's own settings: no proxy, no .netrc.
        self._session.trust_env = False
        self._page = requests.Response()
        self.arrived_at = ""

    @property
    def html(self) -> bytes:
        """The page on the screen."""
        return self._page.content

    def visit(self, url: str) -> str:
        """Open an address, and return what is on the screen."""
        return self._follow(self._get(url))

    def answer(self, typed: dict[str, str]) -> str:
        """Fill in the fields of the form, by what each is for, and send it."""
        form = self._form_with(next(reversed(typed)))
        fields = {str(found["name"]): str(found.get("value", "")) for found in _named(form)}
        fields |= {str(_field(form, kind)["name"]): text for kind, text in typed.items()}
        address = urljoin(self._page.url, str(form.get("action", "")))
        headers = {"Origin": _origin(address), "Referer": self._page.url}
        response = self._session.post(
            address,
            data=fields,
            headers=headers,
            allow_redirects=False,
            timeout=_PATIENCE_SECONDS,
        )
        return self._follow(response)

    def _get(self, url: str) -> requests.Response:
        return self._session.get(url, allow_redirects=False, timeout=_PATIENCE_SECONDS)

    def _follow(self, response: requests.Response) -> str:
        self.arrived_at = ""
        for _ in range(_MOST_REDIRECTS):
            if response.status_code not in _REDIRECTS:
                self._page = response
                return self._seen()
            address = urljoin(response.url, response.headers["Location"])
            if not address.startswith(self._server_url + "/"):
                self.arrived_at = address
                return "at the app"
            response = self._get(address)
        return "redirected without end"

    def _seen(self) -> str:
        if self._forms(CODE):
            return "asked for a code"
        if self._forms(PASSWORD):
            return "asked for a password"
        return f"error page {self._page.status_code}"

    def _forms(self, kind: str) -> list[Tag]:
        soup = BeautifulSoup(self._page.content, "html5lib")
        return [form for form in soup.find_all("form") if form.find(autocomplete=kind)]

    def _form_with(self, kind: str) -> Tag:
        forms = self._forms(kind)
        assert forms, f"no form asks for {kind}: {self._page.text}"
        return forms[0]


def _named(form: Tag) -> list[Tag]:
    return [found for found in form.find_all("input") if found.get("name")]


def _field(form: Tag, kind: str) -> Tag:
    found = form.find(autocomplete=kind)
    assert found is not None, f"the form does not ask for {kind}: {form}"
    return found


def _origin(address: str) -> str:
    return "/".join(address.split("/")[:3])
