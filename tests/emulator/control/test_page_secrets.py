"""Secrets are not in the page; a click fetches them, and nothing stores them."""

from __future__ import annotations

import json

import pytest

from harness.emulator.engine import Engine
from tests.emulator.support.page import (
    get,
    parsed,
    part,
    read,
    reveal,
    secrets_of,
    user_query,
    words,
)
from tests.emulator.support.walker import Device, Walker, new_client, new_walker


class TestSecrets:
    """Secrets are not in the page; a click fetches them."""

    def test_page_contains_no_secret(
        self, engine: Engine, alice: tuple[Walker, str, Device]
    ) -> None:
        """The page contains no codes, message texts, TOTP or client secrets, or passwords."""
        walker, totp_secret, _ = alice
        client = new_client(engine, walker.user_pool_id, GenerateSecret=True)
        names = {"UserPoolId": walker.user_pool_id, "Username": "bob"}
        email = [{"Name": "email", "Value": "bob@example.com"}]
        params = {**names, "TemporaryPassword": "Zebra-crossing-9", "UserAttributes": email}
        engine.call("AdminCreateUser", params)
        query = user_query(engine, walker.user_pool_id)
        views = ("", "user", "messages", "log")
        html = "".join(get(engine, view, **query).body.decode() for view in views)
        html += "".join(get(engine, "live", view=view, **query).body.decode() for view in views)
        secrets = [totp_secret, client["ClientSecret"], "Zebra-crossing-9"]
        secrets += [message.code for message in engine.outbox.messages()]
        assert len(secrets) == 5
        assert not [secret for secret in secrets if secret in html]

    def test_click_fetches_the_secret(
        self, engine: Engine, alice: tuple[Walker, str, Device]
    ) -> None:
        """Each masked place fetches its own secret."""
        walker, totp_secret, _ = alice
        client = new_client(engine, walker.user_pool_id, GenerateSecret=True)
        page = read(engine)
        user = read(engine, "user", **user_query(engine, walker.user_pool_id))
        code, text = secrets_of(part(page, "outbox"))
        message = engine.outbox.messages()[0]
        assert (reveal(engine, code), reveal(engine, text)) == (message.code, message.body)
        *texts, picture = [reveal(engine, name) for name in secrets_of(part(user, "user"))]
        assert texts == [walker.code(totp_secret), totp_secret]
        assert picture.startswith("data:image/svg+xml")
        assert [reveal(engine, name) for name in secrets_of(part(page, "clients"))] == [
            client["ClientSecret"]
        ]

    def test_place_of_a_deleted_message_shows_no_later_one(self, engine: Engine) -> None:
        """After a reset, the place of an old message does not show a newer one."""
        new_walker(engine)
        (code, _) = secrets_of(part(read(engine), "outbox"))
        engine.reset()
        engine.clock.advance(1)
        new_walker(engine)
        assert get(engine, "secret", of=code).status == 404

    @pytest.mark.parametrize(
        "name",
        [
            *("", "code", "code/0", "code/0/1", "code/²/1", f"code/{'9' * 5_000}/1", "code/-1/1"),
            *("client/none", "totp-secret/a/b", "body/x/y", "totp-code/a", "__class__/a"),
        ],
    )
    def test_unknown_secret_is_not_found(self, engine: Engine, name: str) -> None:
        """An unknown secret is reported as not found."""
        new_walker(engine)
        assert get(engine, "secret", of=name).status == 404


def sign_in(walker: Walker, secret: str) -> None:
    """Sign in with the current code."""
    session, code = walker.by_password()["Session"], walker.code(secret)
    walker.respond("SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=code)


class TestAuthenticatorApp:
    """The code, the secret and the QR code of a user."""

    def test_code_has_its_remaining_time_and_whether_it_was_used(
        self, engine: Engine, alice: tuple[Walker, str, Device]
    ) -> None:
        """A code that has signed in is used; the next one is not, and lasts thirty seconds."""
        walker, secret, _ = alice
        sign_in(walker, secret)
        query = user_query(engine, walker.user_pool_id)
        name = f"totp-code/{query['pool']}/{query['sub']}"
        state = json.loads(get(engine, "secret", of=name).body)
        assert (state["seconds"], state["used"]) == (30, True)
        engine.clock.advance(42)
        state = json.loads(get(engine, "secret", of=name).body)
        assert (state["seconds"], state["used"]) == (18, False)

    def test_without_a_script_it_is_a_page_of_its_own(
        self, engine: Engine, alice: tuple[Walker, str, Device]
    ) -> None:
        """The button leads there by a form whose address has no secret."""
        walker, secret, _ = alice
        sign_in(walker, secret)
        query = user_query(engine, walker.user_pool_id)
        page = read(engine, "user", **query)
        form = part(page, "reveal")
        assert (form["method"], form["action"]) == ("get", "show")
        for button in part(page, "user").select("button.secret"):
            assert (button["form"], button["name"]) == ("reveal", "of")
            assert secret not in str(button)
            shown = read(engine, "show", of=str(button["value"]))
            assert secret in words(part(shown, "main"))
            assert f"{walker.code(secret)} for 30 s more, used already" in words(
                part(shown, "main")
            )
            assert len(shown.select("img.qr")) == 1

    def test_other_secrets_have_such_a_page_too(self, engine: Engine) -> None:
        """Codes, texts and client secrets, and a line for what is gone."""
        walker = new_walker(engine)
        client = new_client(engine, walker.user_pool_id, GenerateSecret=True)
        page = read(engine)
        message = engine.outbox.messages()[0]
        expected = [message.code, message.body, client["ClientSecret"]]
        secrets = [*secrets_of(part(page, "outbox")), *secrets_of(part(page, "clients"))]
        for name, secret in zip(secrets, expected, strict=True):
            shown = read(engine, "show", of=name).select("pre")[0].get_text()
            assert shown.strip() == str(secret).strip()
        gone = get(engine, "show", of="code/99/1.0")
        assert gone.status == 404
        assert "There is no such secret any more" in words(part(parsed(gone), "main"))
