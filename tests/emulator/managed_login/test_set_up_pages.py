"""The pages that set up a second factor, in a pool where MFA is required."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import zxingcpp
from bs4 import Tag
from PIL import Image

from harness.emulator.rules.recovery_contact import factors_to_set_up
from harness.emulator.stores.faults import Fault
from tests.emulator.support.login_pages import Domain, Visitor, domain
from tests.emulator.support.mfa_pages import (
    EMAIL,
    PHONE,
    WITH_EMAIL,
    Phone,
    configure,
    make_user,
    past_password,
)

NO_FACTOR = (
    "You must have multi-factor authentication (MFA) set up to sign in. "
    "Please set up MFA and try again."
)
INVALID = "Invalid session for the user."


@pytest.fixture(params=["in process", "served"])
def shop(request: pytest.FixtureRequest) -> Iterator[Domain]:
    """A pool with required MFA by authenticator app, and a user without contacts."""
    with domain(served=request.param == "served", **WITH_EMAIL) as made:
        configure(made, "ON", "TOTP")
        make_user(made)
        yield made


def secret_on(visitor: Visitor) -> str:
    """Return the secret key that the page shows as text."""
    found = visitor.soup.select_one("#secret")
    assert found is not None, visitor.text
    return found.get_text()


def uri_on(visitor: Visitor) -> str:
    """Return the address for authenticator apps that the page links to."""
    link = visitor.soup.select_one("a[href^='otpauth:']")
    assert isinstance(link, Tag), visitor.text
    return str(link["href"])


def text_in_qr(visitor: Visitor) -> str:
    """Return what a camera reads from the QR code of the page."""
    svg = visitor.soup.select_one(".qr svg")
    assert isinstance(svg, Tag)
    size = int(str(svg.get("viewbox") or svg["viewBox"]).split()[2])
    picture = Image.new("L", (size, size), 255)
    dark = [path for path in svg.select("path") if path.get("stroke")]
    x, y = 0, 0.0
    for command, numbers in _commands(str(dark[0]["d"])):
        if command == "M":
            x, y = int(numbers[0]), numbers[1]
        elif command == "m":
            x, y = x + int(numbers[0]), y + numbers[1]
        else:
            length = int(numbers[0])
            for at in range(x, x + length):
                picture.putpixel((at, int(y)), 0)
            x += length
    (found,) = zxingcpp.read_barcodes(picture.resize((size * 6, size * 6)))
    return str(found.text)


def _commands(path: str) -> Iterator[tuple[str, list[float]]]:
    """Yield the steps of a path of horizontal lines, such as segno draws."""
    for part in re.findall(r"[Mmh][^Mmh]*", path):
        yield part[0], [float(number) for number in re.findall(r"-?[\d.]+", part[1:])]


class TestAuthenticatorApp:
    """``/totpSetup``."""

    @pytest.mark.fact("H055", "H057")
    def test_the_first_code_sets_the_app_up_and_leads_to_the_app(self, shop: Domain) -> None:
        """Password, QR code, code: then the app has its code, and the user a named token."""
        visitor = past_password(shop)
        assert (visitor.path, visitor.heading) == ("/totpSetup", "Set up authenticator app MFA")
        assert "Show secret key" in visitor.text
        code = Phone(shop, secret_on(visitor)).code()
        assert visitor.submit("Continue", code=code, device="My phone").callback["code"]
        token = shop.user().software_token
        assert token is not None
        assert token.friendly_name == "My phone"

    def test_the_next_sign_in_asks_for_a_code_only(self, shop: Domain) -> None:
        """There is no second set-up, and the code of the set-up is used up."""
        visitor = past_password(shop)
        phone = Phone(shop, secret_on(visitor))
        visitor.submit("Continue", code=phone.code(), device="My phone")
        again = past_password(shop)
        assert again.path == "/mfa"
        assert "My phone" in again.text
        used = again.submit("Continue", code=phone.code())
        assert used.alert == "Your software token has already been used once."
        shop.engine.clock.advance(30)
        assert again.submit("Continue", code=phone.code()).callback["code"]

    @pytest.mark.fact("H043")
    def test_the_qr_code_is_the_secret_with_pool_and_user(self, shop: Domain) -> None:
        """A camera reads what the link has: issuer, label and the secret that is shown as text."""
        visitor = past_password(shop)
        uri = uri_on(visitor)
        assert text_in_qr(visitor) == uri
        parts = urlsplit(uri)
        assert unquote(parts.path) == "/shop:ada"
        assert parse_qs(parts.query) == {"secret": [secret_on(visitor)], "issuer": ["shop"]}

    def test_a_reload_and_a_wrong_code_keep_the_secret(self, shop: Domain) -> None:
        """Who scanned the QR code once can go on, whatever happened to the page."""
        visitor = past_password(shop)
        secret = secret_on(visitor)
        assert secret_on(visitor.open(visitor.url)) == secret
        visitor.submit("Continue", code="000000", device="My phone")
        assert (visitor.path, visitor.alert) == ("/totpSetup", "Code mismatch")
        assert secret_on(visitor) == secret
        assert visitor.inputs()["device"]["value"] == "My phone"
        assert visitor.submit("Continue", code=Phone(shop, secret).code()).callback["code"]

    @pytest.mark.fact("H039")
    def test_a_refused_code_tells_that_the_clock_was_moved(self) -> None:
        """The frozen clock of the tests is not at the present."""
        with domain(mfa="ON") as shop:
            make_user(shop)
            visitor = past_password(shop).submit("Continue", code="000000")
        assert "cognito-harness clock --set" in visitor.text

    def test_there_are_five_minutes_to_install_an_app(self, shop: Domain) -> None:
        """AuthSessionValidity, three minutes here, does not end a set-up on the pages."""
        visitor = past_password(shop)
        shop.engine.clock.advance(299)
        code = Phone(shop, secret_on(visitor)).code()
        assert visitor.submit("Continue", code=code).callback["code"]

    @pytest.mark.parametrize("code", ["", "12345", "abcdef", "x" * 5_000])
    def test_what_is_no_code_is_refused_on_the_page(self, shop: Domain, code: str) -> None:
        """The sentence does not repeat what was typed, and the set-up goes on."""
        visitor = past_password(shop)
        secret = secret_on(visitor)
        visitor.submit("Continue", code=code)
        assert visitor.path == "/totpSetup"
        assert visitor.alert
        assert not code or code not in visitor.alert
        assert secret_on(visitor) == secret

    def test_two_sign_ins_set_up_one_app(self, shop: Domain) -> None:
        """The one that comes later is told so on the login page: nobody replaces a factor."""
        first, second = past_password(shop), past_password(shop)
        assert secret_on(first) != secret_on(second)
        first.submit("Continue", code=Phone(shop, secret_on(first)).code())
        second.submit("Continue", code=Phone(shop, secret_on(second)).code())
        assert (second.path, second.alert) == ("/login", INVALID)

    def test_a_set_up_that_failed_at_the_end_goes_on(self, shop: Domain) -> None:
        """Where only the last step was refused, the form can be sent again."""
        visitor = past_password(shop)
        code = Phone(shop, secret_on(visitor)).code()
        fault = Fault("RespondToAuthChallenge", "TooManyRequestsException", "Rate exceeded", 400)
        shop.engine.faults.plan(fault)
        assert visitor.submit("Continue", code=code).alert == "Rate exceeded"
        assert visitor.submit("Continue", code=code).callback["code"]

    def test_a_secret_that_cannot_be_had_is_no_crash(self, shop: Domain) -> None:
        """A fault of AssociateSoftwareToken is the error page, and a reload goes on."""
        fault = Fault("AssociateSoftwareToken", "InternalErrorException", "Internal error", 500)
        shop.engine.faults.plan(fault)
        visitor = past_password(shop)
        assert (visitor.path, visitor.status, visitor.alert) == (
            "/totpSetup",
            400,
            "Internal error",
        )
        assert secret_on(visitor.open(visitor.url))


class TestContacts:
    """``/smsSetup`` and ``/emailSetup``."""

    @pytest.mark.fact("H055", "H057")
    def test_a_phone_number_is_asked_for_and_proven(self, shop: Domain) -> None:
        """The pages collect the number; the code that was sent there leads to the app."""
        configure(shop, "ON", "SMS")
        visitor = past_password(shop)
        assert (visitor.path, visitor.heading) == ("/smsSetup", "Set up SMS MFA")
        field = visitor.inputs()["contact"]
        assert (field["type"], field["autocomplete"]) == ("tel", "tel")
        visitor.submit("Send a code", contact=PHONE)
        assert (visitor.path, visitor.heading) == ("/mfa", "Set up SMS MFA")
        assert visitor.submit("Continue", code=shop.code()).callback["code"]
        assert shop.user().attributes["phone_number"] == PHONE
        assert past_password(shop).path == "/mfa"

    @pytest.mark.fact("H055")
    def test_an_email_address_is_asked_for_and_proven(self, shop: Domain) -> None:
        """The same by email."""
        configure(shop, "ON", "EMAIL")
        visitor = past_password(shop)
        assert (visitor.path, visitor.heading) == ("/emailSetup", "Set up email MFA")
        visitor.submit("Send a code", contact=EMAIL)
        assert visitor.submit("Continue", code=shop.code()).callback["code"]
        assert shop.user().attributes["email"] == EMAIL

    @pytest.mark.fact("H057")
    def test_a_wrong_number_can_be_corrected(self, shop: Domain) -> None:
        """Back leads to the number again, and only the second one becomes the user's."""
        configure(shop, "ON", "SMS")
        visitor = past_password(shop).submit("Send a code", contact="+15555550999")
        early = shop.code()
        assert visitor.submit("Back").path == "/smsSetup"
        visitor.submit("Send a code", contact=PHONE)
        assert visitor.submit("Continue", code=early).alert
        assert visitor.submit("Continue", code=shop.code()).callback["code"]
        assert shop.user().attributes["phone_number"] == PHONE

    def test_a_code_of_a_set_up_can_be_sent_again(self, shop: Domain) -> None:
        """It goes to the same number, and Back is still there."""
        configure(shop, "ON", "SMS")
        visitor = past_password(shop).submit("Send a code", contact=PHONE)
        visitor.submit("Send a new code")
        assert (visitor.heading, visitor.notice != "") == ("Set up SMS MFA", True)
        assert visitor.submit("Continue", code=shop.code()).callback["code"]

    @pytest.mark.parametrize("contact", ["", "555", "<b>", "x" * 5_000, "a@b@c"])
    @pytest.mark.parametrize("factor", ["SMS", "EMAIL"])
    def test_what_is_no_contact_is_refused_on_the_page(
        self, shop: Domain, factor: str, contact: str
    ) -> None:
        """The field is marked, keeps what was typed, and takes a right one then."""
        configure(shop, "ON", factor)
        visitor = past_password(shop).submit("Send a code", contact=contact)
        field = visitor.inputs()["contact"]
        assert (visitor.alert != "", field["aria-invalid"]) == (True, "true")
        assert field.get("value", "") == contact
        assert not shop.engine.outbox.messages(username="ada", kind="mfa")
        visitor.submit("Send a code", contact=PHONE if factor == "SMS" else EMAIL)
        assert visitor.path == "/mfa"


class TestChoice:
    """``/mfaSetup``."""

    @pytest.mark.fact("H056", "H057")
    def test_what_the_pool_enables_can_be_chosen(self, shop: Domain) -> None:
        """A user without a factor chooses which one to set up, and can change their mind."""
        configure(shop, "ON", "TOTP", "SMS", "EMAIL")
        visitor = past_password(shop)
        assert visitor.path == "/mfaSetup"
        assert visitor.heading == "Choose a multi-factor authentication (MFA) method"
        labels = [label.get_text() for label in visitor.soup.select("label")]
        assert labels == ["Text message", "Authenticator app", "Email"]
        visitor.submit("Continue", factor="SOFTWARE_TOKEN_MFA")
        assert visitor.path == "/totpSetup"
        visitor.follow("Use another method").submit("Continue", factor="SMS_MFA")
        visitor.submit("Send a code", contact=PHONE)
        assert visitor.submit("Continue", code=shop.code()).callback["code"]

    @pytest.mark.fact("H056")
    @pytest.mark.parametrize(
        ("mechanism", "left"),
        [("verified_email", ["SMS_MFA"]), ("verified_phone_number", ["EMAIL_OTP"])],
    )
    def test_the_recovery_channel_is_not_offered(
        self, shop: Domain, mechanism: str, left: list[str]
    ) -> None:
        """What recovers passwords first cannot be set up as the second factor."""
        configure(shop, "ON", "TOTP", "SMS", "EMAIL")
        pool = shop.engine.pools[shop.pool_id]
        assert factors_to_set_up(pool) == ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]
        mechanisms = [{"Name": mechanism, "Priority": 1}]
        pool.settings["AccountRecoverySetting"] = {"RecoveryMechanisms": mechanisms}
        assert [factor for factor in factors_to_set_up(pool) if "TOKEN" not in factor] == left
        visitor = past_password(shop)
        hidden = "/emailSetup" if mechanism == "verified_email" else "/smsSetup"
        assert visitor.open(shop.address(hidden)).path == "/mfaSetup"

    def test_a_factor_that_is_not_offered_cannot_be_chosen(self, shop: Domain) -> None:
        """A made-up choice shows the choice again, with a sentence."""
        configure(shop, "ON", "TOTP", "SMS")
        for chosen in ("EMAIL_OTP", "", "/login"):
            visitor = past_password(shop).submit("Continue", factor=chosen)
            assert (visitor.path, visitor.alert) == ("/mfaSetup", "Choose one of these methods.")

    @pytest.mark.fact("H057b")
    def test_nothing_to_set_up_is_said_on_the_login_page(self, shop: Domain) -> None:
        """A pool that enables nothing but its recovery channel lets nobody without a factor in."""
        configure(shop, "ON", "EMAIL")
        mechanisms = [{"Name": "verified_email", "Priority": 1}]
        pool = shop.engine.pools[shop.pool_id]
        pool.settings["AccountRecoverySetting"] = {"RecoveryMechanisms": mechanisms}
        visitor = past_password(shop)
        assert (visitor.path, visitor.alert) == ("/login", NO_FACTOR)

    def test_a_factor_that_the_pool_turns_off_meanwhile(self, shop: Domain) -> None:
        """The set-up under way leads to what is still possible."""
        configure(shop, "ON", "TOTP", "SMS")
        visitor = past_password(shop).submit("Continue", factor="SOFTWARE_TOKEN_MFA")
        off = {"SoftwareTokenMfaConfiguration": {"Enabled": False}}
        shop.call("SetUserPoolMfaConfig", MfaConfiguration="ON", **off)
        assert visitor.submit("Continue", code="123456").path == "/mfaSetup"
        assert visitor.submit("Continue", factor="SMS_MFA").path == "/smsSetup"
