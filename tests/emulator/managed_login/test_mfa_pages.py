"""The pages for the second factor: a code, the choice, and what stops a sign-in on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.clock import SystemClock
from harness.emulator.stores.faults import Fault
from tests.emulator.support.expect import OTHER_PASSWORD
from tests.emulator.support.login_pages import Domain, Visitor, domain
from tests.emulator.support.mfa_pages import (
    EMAIL,
    PHONE,
    WITH_EMAIL,
    Phone,
    configure,
    enrol,
    make_user,
    past_password,
    prefer,
)

_THROTTLED = ("TooManyRequestsException", "Rate exceeded", 400)
MISMATCH = "Invalid code or auth state for the user."


@pytest.fixture(params=["in process", "served"])
def shop(request: pytest.FixtureRequest) -> Iterator[Domain]:
    """A pool with optional MFA by all factors, and a user with both contacts."""
    with domain(served=request.param == "served", **WITH_EMAIL) as made:
        configure(made, "OPTIONAL", "TOTP", "SMS", "EMAIL")
        make_user(made, email=EMAIL, phone_number=PHONE)
        yield made


@pytest.fixture
def phone(shop: Domain) -> Phone:
    """The user's authenticator app, which is the preferred factor."""
    made = enrol(shop)
    prefer(shop, "SoftwareToken", preferred="SoftwareToken")
    return made


class TestAuthenticatorApp:
    """``/mfa`` for SOFTWARE_TOKEN_MFA."""

    @pytest.mark.fact("H055", "H056")
    def test_the_code_of_the_preferred_factor_leads_to_the_app(
        self, shop: Domain, phone: Phone
    ) -> None:
        """Where MFA is optional, who prefers a factor is asked for its code."""
        visitor = past_password(shop)
        assert (visitor.path, visitor.heading) == ("/mfa", "Enter your code")
        assert visitor.submit("Continue", code=phone.code()).callback["code"]

    def test_blanks_in_a_code_do_not_matter(self, shop: Domain, phone: Phone) -> None:
        """Apps show codes as 123 456, and people type them so."""
        code = phone.code()
        visitor = past_password(shop).submit("Continue", code=f" {code[:3]} {code[3:]} ")
        assert visitor.callback["code"]

    def test_a_wrong_code_is_refused_as_in_the_api_and_can_be_typed_again(
        self, shop: Domain, phone: Phone
    ) -> None:
        """The API's sentence is on the page and in its title; the right code works then."""
        visitor = past_password(shop).submit("Continue", code="000000")
        assert visitor.alert == "Invalid code received for user"
        assert visitor.soup.title
        assert visitor.soup.title.text.startswith("Error: Invalid code received for user")
        field = visitor.inputs()["code"]
        assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "alert")
        assert "autofocus" in field.attrs
        assert visitor.submit("Continue", code=phone.code()).callback["code"]

    def test_a_used_code_is_refused(self, shop: Domain, phone: Phone) -> None:
        """A code works once, in whichever browser."""
        code = phone.code()
        assert past_password(shop).submit("Continue", code=code).callback["code"]
        visitor = past_password(shop).submit("Continue", code=code)
        assert visitor.alert == "Your software token has already been used once."

    @pytest.mark.parametrize("code", ["", "١٢٣٤٥٦", "x" * 5000, "-1"])
    def test_any_text_is_a_wrong_code_at_most(self, shop: Domain, phone: Phone, code: str) -> None:
        """Texts that are no codes are refused on the page."""
        assert past_password(shop).submit("Continue", code=code).alert

    @pytest.mark.parametrize("moved_by", [-61 * 60, 0, 61 * 60])
    def test_a_refused_code_tells_that_the_clock_was_moved(
        self, monkeypatch: pytest.MonkeyPatch, moved_by: int
    ) -> None:
        """An app shows the codes of the present, so the page says what nobody can see."""
        with domain(mfa="OPTIONAL") as shop:
            make_user(shop)
            enrol(shop)
            prefer(shop, "SoftwareToken", preferred="SoftwareToken")
            present = shop.engine.clock.time() - moved_by
            monkeypatch.setattr(SystemClock, "time", lambda _: present)
            visitor = past_password(shop)
            assert "clock" not in visitor.text
            said = "cognito-harness clock --set" in visitor.submit("Continue", code="000000").text
            assert said == (moved_by != 0)

    def test_nothing_is_sent_for_an_app(self, shop: Domain, phone: Phone) -> None:
        """The page has no button for another code, and a made-up one does nothing."""
        visitor = past_password(shop)
        assert "Send a new code" not in visitor.text
        assert "Back" not in [button.get_text() for button in visitor.soup.select("button")]
        form = {"_csrf": str(visitor.soup.select_one("[name=_csrf]")["value"]), "action": "resend"}  # type: ignore[index]
        answer = visitor.session.post(visitor.url, data=form, allow_redirects=False, timeout=30)
        assert answer.status_code == 200
        assert not shop.engine.outbox.messages(username="ada", kind="mfa")

    @pytest.mark.fact("H058")
    def test_the_code_is_asked_each_time(self, shop: Domain, phone: Phone) -> None:
        """A pool that remembers devices remembers no browser: the next sign-in asks for a code."""
        tracking = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
        shop.engine.pools[shop.pool_id].settings["DeviceConfiguration"] = tracking
        visitor = past_password(shop).submit("Continue", code=phone.code())
        assert visitor.callback["code"]
        assert not list(shop.user().devices)
        shop.engine.clock.advance(3_601)
        again = visitor.open(shop.address("/oauth2/authorize"))
        again.submit("Sign in", username="ada", password="Correct-Horse-7")
        assert again.path == "/mfa"


class TestSentCode:
    """``/mfa`` for SMS_MFA and EMAIL_OTP."""

    @pytest.fixture(params=["SMS", "Email"])
    def factor(self, shop: Domain, request: pytest.FixtureRequest) -> str:
        """The user's preferred factor."""
        prefer(shop, request.param, preferred=request.param)
        return str(request.param)

    @pytest.mark.fact("H055")
    def test_the_code_leads_to_the_app(self, shop: Domain, factor: str) -> None:
        """The page says where the code was sent, masked, and takes it."""
        visitor = past_password(shop)
        assert ("+*******0100" if factor == "SMS" else "a***@e***") in visitor.text
        assert PHONE not in visitor.text
        assert EMAIL not in visitor.text
        field = visitor.inputs()["code"]
        assert (field["autocomplete"], field["inputmode"]) == ("one-time-code", "numeric")
        assert visitor.submit("Continue", code=shop.code()).callback["code"]

    def test_a_wrong_code_can_be_typed_again(self, shop: Domain, factor: str) -> None:
        """The page says the API's sentence, and takes the right code then."""
        visitor = past_password(shop).submit("Continue", code="0")
        assert (visitor.path, visitor.alert) == ("/mfa", MISMATCH)
        assert visitor.submit("Continue", code=shop.code()).callback["code"]

    @pytest.mark.fact("H057")
    def test_a_new_code_can_be_sent(self, shop: Domain, factor: str) -> None:
        """The new code works, the old one does not, and the page says once that it was sent."""
        visitor = past_password(shop)
        old = shop.code()
        visitor.submit("Send a new code")
        assert visitor.notice.startswith("We sent a new code.")
        assert visitor.open(visitor.url).notice == ""
        assert visitor.submit("Continue", code=old).alert == MISMATCH
        assert visitor.submit("Continue", code=shop.code()).callback["code"]

    def test_a_refused_new_code_is_no_wrong_one(self, shop: Domain, factor: str) -> None:
        """The page says why none was sent, and marks no field: nothing was typed."""
        visitor = past_password(shop)
        shop.engine.faults.plan(Fault("RespondToAuthChallenge", *_THROTTLED))
        visitor.submit("Send a new code")
        assert visitor.alert == "Rate exceeded"
        assert "aria-invalid" not in visitor.inputs()["code"].attrs

    @pytest.mark.fact("H039")
    def test_the_code_works_for_the_five_minutes_of_the_pages(
        self, shop: Domain, factor: str
    ) -> None:
        """AuthSessionValidity, three minutes here, does not end a sign-in on the pages."""
        visitor = past_password(shop)
        shop.engine.clock.advance(299)
        assert visitor.submit("Continue", code=shop.code()).callback["code"]

    @pytest.mark.fact("H039")
    def test_after_five_minutes_the_login_page_says_that_something_went_wrong(
        self, shop: Domain, factor: str
    ) -> None:
        """The right code comes too late, and a new sign-in works."""
        visitor = past_password(shop)
        shop.engine.clock.advance(300)
        visitor.submit("Continue", code=shop.code())
        assert (visitor.path, visitor.alert) == ("/login", "Something went wrong")
        visitor.submit("Sign in", username="ada", password="Correct-Horse-7")
        assert visitor.submit("Continue", code=shop.code()).callback["code"]


class TestChoice:
    """``/selectMfa``."""

    @pytest.mark.fact("H056", "H057")
    def test_the_chosen_factor_is_asked_for(self, shop: Domain) -> None:
        """Without a preference the user chooses among the factors that are on."""
        phone = enrol(shop)
        prefer(shop, "SoftwareToken", "SMS")
        visitor = past_password(shop)
        assert visitor.path == "/selectMfa"
        assert visitor.heading == "Choose a multi-factor authentication (MFA) method"
        labels = [label.get_text() for label in visitor.soup.select("label")]
        assert labels == ["Text message", "Authenticator app"]
        visitor.submit("Continue", factor="SOFTWARE_TOKEN_MFA")
        assert visitor.submit("Continue", code=phone.code()).callback["code"]

    @pytest.mark.parametrize("chosen", ["EMAIL_OTP", "", "NONE"])
    def test_only_what_is_offered_can_be_chosen(self, shop: Domain, chosen: str) -> None:
        """A factor that the user has not switched on is refused, and the page stays."""
        enrol(shop)
        prefer(shop, "SoftwareToken", "SMS")
        visitor = past_password(shop).submit("Continue", factor=chosen)
        assert visitor.path == "/selectMfa"
        assert visitor.alert


class TestOnTheWay:
    """What may happen between the password and the code."""

    @pytest.mark.fact("H055")
    def test_nobody_without_a_factor_is_asked(self, shop: Domain) -> None:
        """Where MFA is optional, the pages offer no set-up."""
        assert past_password(shop).callback["code"]

    def test_no_page_of_a_step_opens_without_the_step(self, shop: Domain, phone: Phone) -> None:
        """Without a sign-in under way the pages lead to the login page, and to their own step."""
        for path in ("/mfa", "/selectMfa", "/mfaSetup", "/totpSetup", "/newPassword"):
            visitor = Visitor(shop.base).open(shop.address(path))
            assert visitor.path == "/login"
        visitor = past_password(shop)
        for path in ("/selectMfa", "/mfaSetup", "/totpSetup", "/smsSetup", "/newPassword"):
            assert visitor.open(shop.address(path)).path == "/mfa"

    def test_a_password_alone_gives_no_code_and_no_session(
        self, shop: Domain, phone: Phone
    ) -> None:
        """Before the code, authorize asks for the password again."""
        visitor = past_password(shop)
        assert "cognito" not in visitor.session.cookies
        assert visitor.open(shop.address("/oauth2/authorize")).path == "/login"

    @pytest.mark.parametrize("change", ["delete", "disable", "sign out", "new password"])
    def test_a_user_who_may_not_go_on_is_told_on_the_login_page(
        self, shop: Domain, phone: Phone, change: str
    ) -> None:
        """The API's sentence is on the login page, and the right code counts no longer."""
        visitor = past_password(shop)
        members = {"Password": OTHER_PASSWORD, "Permanent": True}
        operation, more, sentence = {
            "delete": ("AdminDeleteUser", {}, "Invalid session for the user."),
            "disable": ("AdminDisableUser", {}, "User is disabled."),
            "sign out": ("AdminUserGlobalSignOut", {}, "Invalid session for the user."),
            "new password": ("AdminSetUserPassword", members, "Invalid session for the user."),
        }[change]
        shop.call(operation, Username="ada", **more)
        visitor.submit("Continue", code=phone.code())
        assert (visitor.path, visitor.alert) == ("/login", sentence)
        assert visitor.open(shop.address("/login")).alert == ""

    def test_a_reset_password_leads_to_a_new_one(self, shop: Domain, phone: Phone) -> None:
        """An administrator's reset in the middle leads to the page for a forgotten password."""
        shop.call(
            "AdminUpdateUserAttributes",
            Username="ada",
            UserAttributes=[{"Name": "email_verified", "Value": "true"}],
        )
        visitor = past_password(shop)
        shop.call("AdminResetUserPassword", Username="ada")
        assert visitor.submit("Continue", code=phone.code()).path == "/forgotPassword"

    def test_a_deleted_client_ends_the_sign_in(self, shop: Domain, phone: Phone) -> None:
        """Without its app client a sign-in ends on the error page."""
        visitor = past_password(shop)
        shop.call("DeleteUserPoolClient", ClientId=shop.client_id)
        visitor.submit("Continue", code=phone.code())
        assert visitor.status == 400
        assert visitor.left_for == ""

    def test_the_session_never_leaves_the_server(self, shop: Domain) -> None:
        """No page or header has the Session: the API can answer no challenge of the pages."""
        prefer(shop, "SMS", preferred="SMS")
        visitor = past_password(shop)
        answer = visitor.session.get(visitor.url, timeout=30)
        sessions = shop.engine.sessions.open_ones(shop.engine.clock.time())
        assert len(sessions) == 1
        for text in sessions:
            assert text not in answer.text
            assert text not in str(answer.headers)
            assert text not in str(visitor.session.cookies)

    def test_a_planned_fault_is_a_sentence_on_the_page(self, shop: Domain, phone: Phone) -> None:
        """Faults of the API's operations strike the pages, and the sign-in goes on after them."""
        faults = shop.engine.faults
        faults.plan(Fault("RespondToAuthChallenge", *_THROTTLED))
        visitor = past_password(shop).submit("Continue", code=phone.code())
        assert (visitor.path, visitor.alert) == ("/mfa", "Rate exceeded")
        assert visitor.submit("Continue", code=phone.code()).callback["code"]
        faults.plan(Fault("InitiateAuth", *_THROTTLED))
        visitor = past_password(shop)
        assert (visitor.path, visitor.alert) == ("/login", "Rate exceeded")

    def test_a_form_of_another_site_changes_nothing(self, shop: Domain, phone: Phone) -> None:
        """Without the CSRF token the right code is refused, and is not used up by that."""
        visitor, code = past_password(shop), phone.code()
        answer = visitor.session.post(
            visitor.url, data={"code": code}, allow_redirects=False, timeout=30
        )
        assert answer.status_code == 403
        visitor.open(visitor.url)  # every response has a new token (H047)
        assert visitor.submit("Continue", code=code).callback["code"]
