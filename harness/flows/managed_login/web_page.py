"""A page of managed login: its forms with their labels, its alerts and its links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

__all__ = ["PageField", "WebForm", "WebPage", "read_page"]

# The classic pages have no role="alert": https://github.com/search?q=errorMessage-customizable
_ALERTS = '[role="alert"], .errorMessage-customizable, #loginErrorMessage, #errorMessage'
_BUTTONS = frozenset({"submit", "image", "button", "reset"})
_CHOSEN = frozenset({"checkbox", "radio"})
# Where pages show a TOTP secret as text: RFC 4648 base32, at least the 80 bits of an old secret,
# perhaps in groups of four.
_SECRET_PLACES = "code, kbd, samp, pre, output, [id*=ecret], [class*=ecret], input[readonly]"
_BASE32 = re.compile(r"(?:[A-Z2-7]{4}[ -]?){4,}[A-Z2-7]{0,3}=*")
_OTPAUTH = re.compile(r"otpauth://totp/[^\"'\s<>]*?[?&]secret=([A-Za-z2-7]+)", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class PageField:
    """A field or a button of a form.

    Attributes:
        name: what it is sent as; empty if it is not sent.
        kind: the type of the input, or ``select`` or ``textarea``.
        label: what a person reads beside it, or on it.
        value: what it holds when the page comes.
        autocomplete: what the browser may fill in.
        checked: whether it is chosen when the page comes.
        options: the values of a ``select``.
        fixed: whether it is hidden or readonly, such as a username beside a new password, which is
            there for the password manager.
    """

    name: str
    kind: str = "text"
    label: str = ""
    value: str = field(default="", repr=False)
    autocomplete: str = ""
    checked: bool = False
    options: tuple[str, ...] = field(default=(), repr=False)
    fixed: bool = False

    @property
    def is_button(self) -> bool:
        """Whether it sends the form."""
        return self.kind in _BUTTONS

    @property
    def is_chosen(self) -> bool:
        """Whether it is sent only if somebody has chosen it."""
        return self.kind in _CHOSEN

    @property
    def is_filled_in(self) -> bool:
        """Whether a person fills it in."""
        return not self.is_button and not self.fixed and self.kind != "hidden"


@dataclass(frozen=True)
class WebForm:
    """A form of a page.

    Attributes:
        action: where it is sent, as a whole URL.
        method: ``GET`` or ``POST``.
        name: its name, such as ``cognitoSignInForm``.
        fields: its fields and buttons, in order.
    """

    action: str = field(repr=False)
    method: str
    name: str
    fields: tuple[PageField, ...]

    @property
    def asked(self) -> tuple[PageField, ...]:
        """The fields that a person fills in."""
        return tuple(each for each in self.fields if each.is_filled_in)

    @property
    def buttons(self) -> tuple[PageField, ...]:
        """The buttons that send it."""
        return tuple(each for each in self.fields if each.kind in ("submit", "image"))

    def data(
        self, values: Mapping[str, str], button: PageField | None = None
    ) -> list[tuple[str, str]]:
        """Return what a browser sends for the form.

        Args:
            values: what a person has filled in, by the names of the fields; the value of a choice
                chooses it.
            button: the button that they press, by default the first one.
        """
        pressed = button or next(iter(self.buttons), None)
        sent = [(each.name, each.value) for each in self.fields if _is_sent(each, values)]
        filled = [(name, values.get(name, value)) for name, value in sent]
        has_name = pressed is not None and pressed.name
        return [*filled, (pressed.name, pressed.value)] if pressed and has_name else filled


def _is_sent(each: PageField, values: Mapping[str, str]) -> bool:
    if not each.name or each.is_button:
        return False
    if each.is_chosen:
        return values[each.name] == each.value if each.name in values else each.checked
    return True


@dataclass(frozen=True)
class WebPage:
    """A page that a browser shows.

    Attributes:
        url: where it is.
        status: the HTTP status.
        title: its title, or else its first heading.
        alerts: what it reports, such as a wrong password.
        text: what a person reads.
        forms: its forms, in order.
        links: the URLs that it leads to, by what a person reads on them.
        totp_secret: a TOTP secret that it shows.
        headers: the headers of the response, by their names in lower case.
    """

    url: str = field(repr=False)
    status: int
    title: str
    alerts: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    forms: tuple[WebForm, ...] = field(default=(), repr=False)
    links: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    totp_secret: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def path(self) -> str:
        """The path of its URL, which has no secrets."""
        return urlsplit(self.url).path

    def mentions(self, *words: str) -> bool:
        """Return whether a person reads one of these words on it."""
        text = f"{self.title} {self.text}".casefold()
        return any(word.casefold() in text for word in words)

    def link(self, *words: str) -> str | None:
        """Return where the first link leads that has one of these words, or ``None``."""
        for text, url in self.links:
            if any(word.casefold() in text.casefold() for word in words):
                return url
        return None


def read_page(
    url: str, status: int, text: str, headers: Mapping[str, str] | None = None
) -> WebPage:
    """Read a page of HTML."""
    # The parser of the standard library: what sends these pages writes them well.
    soup = BeautifulSoup(text, "html.parser")
    title = _words(soup.title) or _words(soup.find(["h1", "h2"]))
    alerts = dict.fromkeys(filter(None, (_words(each) for each in soup.select(_ALERTS))))
    base = _base(soup, url)
    return WebPage(
        url=url,
        status=status,
        title=title,
        alerts=tuple(alerts),
        text=_words(soup.body or soup),
        forms=tuple(_form(each, base) for each in soup.find_all("form")),
        links=tuple(_links(soup, base)),
        totp_secret=_secret_in(soup),
        headers={name.lower(): value for name, value in (headers or {}).items()},
    )


def _base(soup: BeautifulSoup, url: str) -> str:
    base = soup.find("base")
    return urljoin(url, _attribute(base, "href")) if isinstance(base, Tag) else url


def _form(form: Tag, base: str) -> WebForm:
    found = form.find_all(["input", "select", "textarea", "button"])
    return WebForm(
        action=urljoin(base, _attribute(form, "action")) or base,
        method=(_attribute(form, "method") or "get").upper(),
        name=_attribute(form, "name"),
        fields=tuple(_field(each, form) for each in found if not each.has_attr("disabled")),
    )


def _field(element: Tag, form: Tag) -> PageField:
    kind = element.name
    if kind in ("input", "button"):
        kind = (_attribute(element, "type") or ("text" if kind == "input" else "submit")).lower()
    return PageField(
        name=_attribute(element, "name"),
        kind=kind,
        label=_label(element, form),
        value=_value(element),
        autocomplete=_attribute(element, "autocomplete").lower(),
        checked=element.has_attr("checked"),
        options=tuple(_attribute(each, "value") for each in element.find_all("option")),
        fixed=element.has_attr("hidden") or element.has_attr("readonly"),
    )


def _value(element: Tag) -> str:
    if element.name == "textarea":
        return element.get_text()
    if element.name == "select":
        options = element.find_all("option")
        chosen = next((each for each in options if each.has_attr("selected")), None)
        return _attribute(chosen or next(iter(options), None), "value")
    if element.has_attr("value"):
        return _attribute(element, "value")
    # A choice without a value is sent as "on": https://html.spec.whatwg.org/#dom-input-value-default-on
    return "on" if _attribute(element, "type").lower() in _CHOSEN else ""


def _label(element: Tag, form: Tag) -> str:
    """Return what a person reads: the label, or else what a screen reader or the field says."""
    if element.name == "button":
        return _words(element) or _attribute(element, "aria-label")
    if _attribute(element, "type").lower() in _BUTTONS:
        return _attribute(element, "value") or _attribute(element, "aria-label")
    own = _attribute(element, "id")
    # The classic page has the whole form twice, with the same ids, so a label is looked for in its
    # own form first (H044).
    for place in (form, *form.parents) if own else ():
        label = place.find("label", attrs={"for": own})
        if isinstance(label, Tag):
            return _words(label)
    around = element.find_parent("label")
    if isinstance(around, Tag):
        return _words(around)
    return _attribute(element, "aria-label") or _attribute(element, "placeholder")


def _links(soup: BeautifulSoup, base: str) -> Iterator[tuple[str, str]]:
    for link in soup.find_all("a", href=True):
        yield _words(link), urljoin(base, _attribute(link, "href"))


def _secret_in(soup: BeautifulSoup) -> str | None:
    """Return a TOTP secret: of an ``otpauth://`` link, or as text in a place of its own."""
    places = [_attribute(link, "href") for link in soup.find_all("a", href=True)]
    if found := _OTPAUTH.search(" ".join([*places, soup.get_text(" ")])):
        return found[1].upper()
    for place in soup.select(_SECRET_PLACES):
        shown = _attribute(place, "value") or place.get_text()
        if as_text := _BASE32.search(shown):
            return re.sub(r"[ =-]", "", as_text[0])
    return None


def _words(element: object) -> str:
    return _SPACES.sub(" ", element.get_text(" ")).strip() if isinstance(element, Tag) else ""


def _attribute(element: object, name: str) -> str:
    value = element.get(name) if isinstance(element, Tag) else None
    return " ".join(value) if isinstance(value, list) else str(value or "")
