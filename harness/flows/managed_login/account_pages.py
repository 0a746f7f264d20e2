"""The pages beside the sign-in: signing up, confirming, and a forgotten password."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.flows.managed_login.asked_fields import AskedField, field_for
from harness.flows.managed_login.authorization import Authorization
from harness.flows.managed_login.browser import Arrival
from harness.flows.managed_login.page_kinds import PageKind, kind_of
from harness.flows.managed_login.walk import ManagedLoginWalker, read_form
from harness.flows.managed_login.web_errors import UnexpectedPage
from harness.flows.managed_login.web_page import WebPage
from harness.redaction import Secret
from harness.users.person import Person

__all__ = ["AccountPages"]

#: What the links say: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-managed-login.html
_SIGN_UP = ("sign up", "create an account", "create account")
_FORGOT = ("forgot",)

#: Gives the code that was sent to a person since a moment, when the page asks for it.
CodeOf = Callable[[], Secret | str]


class AccountPages:
    """Walks the pages on which a person signs up, or sets a password that they have forgotten.

    Args:
        walker: its browser opens the pages.
    """

    def __init__(self, walker: ManagedLoginWalker) -> None:
        self._walker = walker

    def open_sign_up(self, request: Authorization) -> WebPage:
        """Open the sign-up page by the link of the sign-in page (H060).

        Raises:
            UnexpectedPage: the sign-in page has no such link, or leads elsewhere.
        """
        return self._linked(request, _SIGN_UP, PageKind.SIGN_UP)

    def open_forgotten_password(self, request: Authorization) -> WebPage:
        """Open the page for a forgotten password by the link of the sign-in page (H061).

        Raises:
            UnexpectedPage: the sign-in page has no such link, or leads elsewhere.
        """
        return self._linked(request, _FORGOT, PageKind.USERNAME)

    def sign_up(self, page: WebPage, person: Person) -> Arrival:
        """Fill in the sign-up page as a person, and send it; the page that asks for a code follows.

        Raises:
            UnexpectedPage: it is no sign-up page.
        """
        read = read_form(page, PageKind.SIGN_UP)
        known: Mapping[str, str] = {
            "email": person.email,
            "phone_number": person.phone_number or "",
            "given_name": person.given_name,
            **person.attributes,
        }
        values: dict[str, str] = {}
        for name, value in known.items():
            field = field_for(read.form, name)
            if field is not None and value:
                values[field.name] = value
        if AskedField.USERNAME in read.asked:
            # Where people sign in with an address, the field of that name asks for it.
            values[read.asked[AskedField.USERNAME].name] = person.username
        for asked in (AskedField.PASSWORD, AskedField.NEW_PASSWORD, AskedField.REPEATED_PASSWORD):
            if asked in read.asked:
                values[read.asked[asked].name] = person.password.reveal()
        return self._walker.browser.submit(read.form, values)

    def give_code(self, arrival: Arrival, code: Secret | str) -> Arrival:
        """Send the code that was sent to a new user.

        Raises:
            UnexpectedPage: the page asks for no code.
        """
        page = self._walker.page(arrival, "a page for the code of the sign-up")
        kind = kind_of(page)
        if kind not in (PageKind.SENT_CODE, PageKind.TOTP_CODE):
            raise UnexpectedPage("a page for the code of the sign-up", page)
        return self._walker.fill_in(page, kind, {AskedField.CODE: _text(code)})

    def recover_password(
        self, page: WebPage, username: str, code: CodeOf, new_password: Secret
    ) -> Arrival:
        """Ask for a code, and set a new password with it.

        Args:
            page: the page for a forgotten password.
            username: what the person signs in with.
            code: gives the code, when the page asks for it.
            new_password: the password to set.

        Raises:
            UnexpectedPage: another page came than one for the code and the new password.
        """
        arrival = self._walker.fill_in(page, PageKind.USERNAME, {AskedField.USERNAME: username})
        reset = self._walker.page(arrival, str(PageKind.RESET))
        read = read_form(reset, PageKind.RESET)
        values = {read.asked[AskedField.CODE].name: _text(code())}
        for asked in (AskedField.PASSWORD, AskedField.NEW_PASSWORD, AskedField.REPEATED_PASSWORD):
            if asked in read.asked:
                values[read.asked[asked].name] = new_password.reveal()
        return self._walker.browser.submit(read.form, values)

    def _linked(self, request: Authorization, words: tuple[str, ...], kind: PageKind) -> WebPage:
        page = self._walker.page(self._walker.start(request), str(PageKind.SIGN_IN))
        url = page.link(*words)
        if url is None:
            raise UnexpectedPage(f"a link with the words {words[0]!r}", page)
        opened = self._walker.page(self._walker.browser.open(url), str(kind))
        if kind_of(opened) is not kind:
            raise UnexpectedPage(str(kind), opened)
        return opened


def _text(code: Secret | str) -> str:
    return code if isinstance(code, str) else code.reveal()
