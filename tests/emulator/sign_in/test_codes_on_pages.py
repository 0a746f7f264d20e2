"""Codes that the pages send, and send again, and the set-up of a phone number."""

from __future__ import annotations

import pytest

from harness.emulator.engine import Engine
from harness.emulator.sign_in import on_pages
from tests.emulator.support.expect import pairs, refused
from tests.emulator.support.on_pages import Pages, by_sms, pages
from tests.emulator.support.walker import new_client, new_pool, new_walker

INVALID = "Invalid session for the user."
NOT_AUTHORIZED = "NotAuthorizedException"


class TestSentCodes:
    """Codes that are sent, and sent again."""

    @pytest.mark.fact("H039")
    def test_a_session_lives_as_long_as_the_pages_say(self, engine: Engine) -> None:
        """The code works after AuthSessionValidity, until the end that the pages have set."""
        alice = by_sms(engine)
        challenge, code = alice.begin(), alice.sent_code()
        on_pages.keep_open(engine, challenge["Session"], engine.clock.time() + 300)
        engine.clock.advance(299)
        assert on_pages.signed_in(alice.respond(challenge, SMS_MFA_CODE=code))
        challenge, code = alice.begin(), alice.sent_code()
        on_pages.keep_open(engine, challenge["Session"], engine.clock.time() + 300)
        engine.clock.advance(300)
        assert not alice.step(on_pages.is_open, challenge)
        with refused(NOT_AUTHORIZED, "Invalid session for the user, session is expired."):
            alice.respond(challenge, SMS_MFA_CODE=code)

    @pytest.mark.fact("H057")
    def test_a_new_code_ends_the_one_before(self, engine: Engine) -> None:
        """The new code works, and the old one works with neither session."""
        alice = by_sms(engine)
        first, old = alice.begin(), alice.sent_code()
        second = alice.step(on_pages.send_again, first)
        assert second["ChallengeName"] == "SMS_MFA"
        with refused(NOT_AUTHORIZED):
            alice.respond(first, SMS_MFA_CODE=old)
        with refused("CodeMismatchException"):
            alice.respond(second, SMS_MFA_CODE=old)
        assert on_pages.signed_in(alice.respond(second, SMS_MFA_CODE=alice.sent_code()))

    @pytest.mark.fact("H055", "H057")
    def test_a_phone_number_is_set_up(self, engine: Engine) -> None:
        """The code goes to the number, which then is the user's and proven."""
        alice = pages(engine, mfa="ON", factors=("Sms",))
        challenge = alice.respond(alice.begin(), PHONE_NUMBER="+15555550123")
        assert challenge["ChallengeName"] == "SMS_MFA"
        message = engine.outbox.messages(username="alice", kind="mfa")[0]
        assert message.destination == "+15555550123"
        with refused("CodeMismatchException"):
            alice.respond(challenge, SMS_MFA_CODE="000000")
        user = engine.pools[alice.walker.user_pool_id].users.by_username("alice")
        assert user is not None
        assert "phone_number" not in user.attributes
        assert on_pages.signed_in(alice.respond(challenge, SMS_MFA_CODE=message.code))
        assert user.attributes["phone_number"] == "+15555550123"
        assert user.attributes["phone_number_verified"] == "true"
        assert alice.begin()["ChallengeName"] == "SMS_MFA"

    def test_a_new_code_of_a_set_up_goes_to_the_same_number(self, engine: Engine) -> None:
        """Sending again in a set-up does not lose the number that is set up."""
        alice = pages(engine, mfa="ON", factors=("Sms",))
        challenge = alice.respond(alice.begin(), PHONE_NUMBER="+15555550123")
        again = alice.step(on_pages.send_again, challenge)
        messages = engine.outbox.messages(username="alice", kind="mfa")
        assert [message.destination for message in messages] == ["+15555550123"] * 2
        assert on_pages.signed_in(alice.respond(again, SMS_MFA_CODE=messages[0].code))

    @pytest.mark.fact("H057")
    def test_one_can_go_back_from_the_code_of_a_set_up(self, engine: Engine) -> None:
        """MFA_SETUP comes again, and the code that was sent counts no longer."""
        alice = pages(engine, mfa="ON", factors=("SoftwareToken", "Email"))
        user = engine.pools[alice.walker.user_pool_id].users.by_username("alice")
        assert user is not None
        del user.attributes["email"]
        challenge = alice.respond(alice.begin(), EMAIL="new@example.com")
        assert challenge["ChallengeName"] == "EMAIL_OTP"
        code = alice.sent_code("new@example.com")
        back = alice.step(on_pages.set_up_again, challenge)
        assert back["ChallengeName"] == "MFA_SETUP"
        with refused(NOT_AUTHORIZED):
            alice.respond(challenge, EMAIL_OTP_CODE=code)

    def test_only_the_code_of_a_set_up_leads_back(self, engine: Engine) -> None:
        """Who has a factor cannot go to the set-up with the session of its code."""
        alice = by_sms(engine)
        with refused(NOT_AUTHORIZED, INVALID):
            alice.step(on_pages.set_up_again, alice.begin())

    def test_the_set_up_is_over_once_the_user_has_a_factor(self, engine: Engine) -> None:
        """A second sign-in that waits in MFA_SETUP, or for its code, cannot add another factor."""
        alice = pages(engine, mfa="ON", factors=("Sms",))
        early, other = alice.begin(), alice.begin()
        waiting = alice.respond(other, PHONE_NUMBER="+15555550124")
        late = alice.sent_code()
        challenge = alice.respond(alice.begin(), PHONE_NUMBER="+15555550123")
        assert on_pages.signed_in(alice.respond(challenge, SMS_MFA_CODE=alice.sent_code()))
        assert not alice.step(on_pages.is_open, early)
        with refused(NOT_AUTHORIZED, INVALID):
            alice.respond(early, PHONE_NUMBER="+15555550125")
        with refused(NOT_AUTHORIZED, INVALID):
            alice.respond(waiting, SMS_MFA_CODE=late)

    @pytest.mark.parametrize("number", ["555", "+1 555 555", "nobody@example.com"])
    def test_a_number_must_be_one(self, engine: Engine, number: str) -> None:
        """What is no phone number is refused as by the API's schema, and can be typed again."""
        alice = pages(engine, mfa="ON", factors=("Sms",))
        challenge = alice.begin()
        with refused("InvalidParameterException"):
            alice.respond(challenge, PHONE_NUMBER=number)
        assert alice.step(on_pages.is_open, challenge)

    def test_the_api_sets_up_no_phone_number(self, engine: Engine) -> None:
        """PHONE_NUMBER is a response of the pages alone."""
        walker = new_walker(engine, mfa="ON", factors=("Sms",))
        challenge = walker.by_password()
        with refused("SoftwareTokenMFANotFoundException"):
            walker.respond("MFA_SETUP", challenge["Session"], PHONE_NUMBER="+15555550123")

    def test_a_number_is_refused_where_the_pool_sends_no_sms(self, engine: Engine) -> None:
        """No other factor of the pool opens the way to SMS."""
        alice = pages(engine, mfa="ON")
        with refused("InvalidParameterException"):
            alice.respond(alice.begin(), PHONE_NUMBER="+15555550123")

    def test_a_number_of_somebody_else_is_refused(self, engine: Engine) -> None:
        """With phone numbers as aliases nobody takes over the number of another user."""
        pool_id = new_pool(engine, mfa="ON", factors=("Sms",), AliasAttributes=["phone_number"])
        client = new_client(engine, pool_id)
        other = pairs(phone_number="+15555550123", phone_number_verified="true")
        request = {"UserPoolId": pool_id, "Username": "bob", "UserAttributes": other}
        engine.call("AdminCreateUser", {**request, "MessageAction": "SUPPRESS"})
        alice = Pages(new_walker(engine, pool_id=pool_id, client=client))
        challenge = alice.respond(alice.begin(), PHONE_NUMBER="+15555550123")
        with refused("AliasExistsException"):
            alice.respond(challenge, SMS_MFA_CODE=alice.sent_code())
