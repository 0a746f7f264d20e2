"""The file of a user import job: what becomes of its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.triggers import Triggers
from tests.emulator.conftest import Call
from tests.emulator.support.expect import OTHER_PASSWORD, PASSWORD, as_dict, refused
from tests.emulator.support.user_import import ImportJob, csv_file

ADA = {"cognito:username": "ada"}
GRACE = {"cognito:username": "grace"}


@pytest.fixture
def job(engine: Engine, pool_id: str) -> ImportJob:
    """A new job of a pool without MFA that verifies email addresses."""
    return ImportJob(engine, pool_id)


def user_of(call: Call, job: ImportJob, name: str = "ada") -> dict[str, Any]:
    """Return a user of the job's pool."""
    return call("AdminGetUser", UserPoolId=job.created["UserPoolId"], Username=name)


class TestRows:
    """Which rows become users."""

    @pytest.mark.fact("J012b")
    def test_a_row_becomes_a_user_who_resets_their_password(
        self, job: ImportJob, call: Call
    ) -> None:
        """Values are trimmed, a comma has a backslash before it, and flags are in lower case."""
        row = {"name": " Ada King ", "address": "1 Byron St\\, London", "birthdate": "12/10/1815"}
        ended = job.import_users({**ADA, **row, "phone_number_verified": "FALSE"})
        assert (ended["Status"], ended["ImportedUsers"]) == ("Succeeded", 1)
        user = user_of(call, job)
        assert user["UserStatus"] == "RESET_REQUIRED"
        attributes = as_dict(user["UserAttributes"])
        del attributes["sub"]
        assert attributes == {
            "name": "Ada King",
            "address": "1 Byron St, London",
            "birthdate": "12/10/1815",
            "email": "ada@example.com",
            "email_verified": "true",
            "phone_number_verified": "false",
        }

    @pytest.mark.fact("J015")
    def test_a_user_who_exists_is_skipped(self, job: ImportJob) -> None:
        """The log counts lines from the header, and names nobody."""
        ended = job.import_users(ADA, ADA, GRACE)
        counts = [ended[f"{what}Users"] for what in ("Imported", "Skipped", "Failed")]
        assert counts == [2, 1, 0]
        assert job.log == [
            "[SUCCEEDED] Line Number 2 - The import succeeded.",
            "[SKIPPED] Line Number 3 - The user already exists.",
            "[SUCCEEDED] Line Number 4 - The import succeeded.",
        ]

    @pytest.mark.fact("J013")
    def test_a_user_needs_a_verified_contact(self, job: ImportJob) -> None:
        """A contact that the pool verifies must be verified; another one does not do."""
        by_phone = {
            "email_verified": "FALSE",
            "phone_number": "+12065550100",
            "phone_number_verified": "TRUE",
        }
        ended = job.import_users({**ADA, **by_phone}, {**GRACE, "email_verified": ""})
        assert (ended["Status"], ended["FailedUsers"]) == ("Failed", 2)
        text = (
            "The User Record does not set any of the auto verified attributes to true. "
            "(Example: email_verified to true)."
        )
        assert job.log == [f"[FAILED] Line Number {line} - {text}" for line in (2, 3)]

    @pytest.mark.fact("J012", "J012c")
    def test_most_rows_must_be_imported(self, job: ImportJob, engine: Engine) -> None:
        """With more failures than successes the job has failed; the users stay."""
        wrong = {"cognito:username": "x y"}
        ended = job.import_users(ADA, wrong, wrong)
        assert (ended["Status"], ended["ImportedUsers"]) == ("Failed", 1)
        text = "Too many users have failed or been skipped during the import."
        assert ended["CompletionMessage"] == text
        again = ImportJob(engine, ended["UserPoolId"]).import_users(GRACE, wrong)
        assert again["Status"] == "Succeeded"

    @pytest.mark.parametrize(
        "row",
        [
            {"cognito:username": "tab\tname"},
            {"cognito:username": "", "email": "a@example.com"},
            {"cognito:username": "x" * 129},
            {**ADA, "cognito:mfa_enabled": ""},
            {**ADA, "cognito:mfa_enabled": "yes"},
            {**ADA, "cognito:mfa_enabled": "TRUE"},
            {**ADA, "email_verified": "yes"},
            {**ADA, "email": ""},
            {**ADA, "email": "not an address"},
            {**ADA, "birthdate": "1815-12-10"},
            {**ADA, "updated_at": "yesterday"},
            {**ADA, "name": "a,b"},
            {**ADA, "name": "\x00"},
            {**ADA, "name": "x" * 2_049},
            {**ADA, "name": "x" * 16_000},
        ],
    )
    @pytest.mark.fact("J004", "J014")
    def test_a_row_that_does_not_fit_fails(self, job: ImportJob, row: dict[str, str]) -> None:
        """Nobody is made of it, the other rows are imported, and the reason is one line."""
        ended = job.import_users(GRACE, row)
        assert (ended["ImportedUsers"], ended["FailedUsers"]) == (1, 1)
        assert job.log[1].startswith("[FAILED] Line Number 3 - ")
        assert "\n" not in job.log[1]

    @pytest.mark.fact("J004")
    def test_required_attributes_are_required(
        self, engine: Engine, make_pool: Callable[..., str]
    ) -> None:
        """A row without an attribute that the pool requires fails."""
        pool_id = make_pool(Schema=[{"Name": "given_name", "Required": True}])
        ended = ImportJob(engine, pool_id).import_users(ADA, {**GRACE, "given_name": "Grace"})
        assert (ended["ImportedUsers"], ended["FailedUsers"]) == (1, 1)

    @pytest.mark.fact("J004")
    def test_mfa_fits_the_pool(self, engine: Engine, make_pool: Callable[..., str]) -> None:
        """It must be true where MFA is required, and may be both where it is optional."""
        yes, no = {**ADA, "cognito:mfa_enabled": "TRUE"}, {**GRACE, "cognito:mfa_enabled": "false"}
        must = ImportJob(engine, make_pool(mfa="ON")).import_users(yes, no)
        assert (must["ImportedUsers"], must["FailedUsers"]) == (1, 1)
        may = ImportJob(engine, make_pool(mfa="OPTIONAL")).import_users(yes, no)
        assert may["ImportedUsers"] == 2

    @pytest.mark.fact("J004b")
    def test_mfa_is_sms_codes(
        self, engine: Engine, make_pool: Callable[..., str], call: Call
    ) -> None:
        """A user with a phone number gets SMS codes where the pool sends them, as MFAOptions."""
        sms = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}
        pool_id = make_pool(SmsConfiguration=sms)
        call(
            "SetUserPoolMfaConfig",
            UserPoolId=pool_id,
            MfaConfiguration="OPTIONAL",
            SmsMfaConfiguration={"SmsConfiguration": sms},
        )
        job = ImportJob(engine, pool_id)
        yes = {"cognito:mfa_enabled": "TRUE", "phone_number": "+12065550100"}
        job.import_users({**ADA, **yes}, {**GRACE, **yes, "phone_number": ""})
        sms_code = [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
        assert user_of(call, job)["MFAOptions"] == sms_code
        assert "MFAOptions" not in user_of(call, job, "grace")

    def test_email_addresses_as_usernames(
        self, engine: Engine, make_pool: Callable[..., str], call: Call
    ) -> None:
        """The username is the address, which becomes the attribute, and a UUID is the name."""
        job = ImportJob(engine, make_pool(UsernameAttributes=["email"]))
        row = {"cognito:username": "ada@example.com", "email": "ada@example.com"}
        ended = job.import_users(row, row, ADA)
        counts = [ended[f"{what}Users"] for what in ("Imported", "Skipped", "Failed")]
        assert counts == [1, 1, 1]
        user = user_of(call, job, "ada@example.com")
        assert user["Username"] == as_dict(user["UserAttributes"])["sub"]

    def test_an_alias_of_another_user_fails(
        self, engine: Engine, make_pool: Callable[..., str]
    ) -> None:
        """Two users cannot sign in by one address."""
        job = ImportJob(engine, make_pool(AliasAttributes=["email"]))
        ended = job.import_users(ADA, {**GRACE, "email": "ada@example.com"})
        assert (ended["ImportedUsers"], ended["FailedUsers"]) == (1, 1)


class TestFile:
    """Which files cannot be read."""

    @pytest.mark.fact("J002")
    def test_columns_may_be_in_any_order(self, job: ImportJob) -> None:
        """The order is the file's own, with any line ends, and without one at the end."""
        content = csv_file(job.columns[::-1], ADA, GRACE).replace("\n", "\r\n").rstrip()
        assert job.run(content)["ImportedUsers"] == 2

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda text: "",
            lambda text: text.replace("nickname", "nick"),
            lambda text: text.replace("nickname,", ""),
            lambda text: text.replace("nickname", "name"),
            lambda text: text.replace("cognito:username", "cognito:username,extra"),
            lambda text: text.replace("nickname", '"nickname"'),
            lambda text: "\ufeff" + text,
            lambda text: "," * 1_000_000,
            lambda text: "x" * 5_000_000,
            lambda text: text.replace("\n", "\r"),
        ],
    )
    @pytest.mark.fact("J002", "J003", "J003c")
    def test_another_header_fails_the_job(
        self, job: ImportJob, spoil: Callable[[str], str]
    ) -> None:
        """No column may be missing, and a byte order mark is part of the first."""
        ended = job.run(spoil(csv_file(job.columns, ADA)))
        assert (ended["Status"], ended["ImportedUsers"]) == ("Failed", 0)
        assert "header" in ended["CompletionMessage"]

    @pytest.mark.parametrize("content", [b"\xff\xfe", b"PK\x03\x04\x80", b"\x1f\x8b\x08\x00"])
    def test_what_is_not_text_fails_the_job(self, job: ImportJob, content: bytes) -> None:
        """A spreadsheet or a compressed file is no CSV file."""
        assert job.run(content)["CompletionMessage"] == "The CSV file is not in UTF-8."

    def test_quotation_marks_are_characters(self, job: ImportJob, call: Call) -> None:
        """They stay in the value; a comma between them is still the end of it."""
        job.import_users({**ADA, "name": '"Ada"'})
        assert as_dict(user_of(call, job)["UserAttributes"])["name"] == '"Ada"'

    @pytest.mark.fact("J014")
    def test_rows_are_bounded(self, job: ImportJob, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file with more rows than the emulator takes imports nobody."""
        monkeypatch.setattr("harness.emulator.rules.user_import_file.MOST_ROWS", 1)
        ended = job.import_users(ADA, GRACE)
        assert (ended["Status"], ended["ImportedUsers"]) == ("Failed", 0)
        assert ended["CompletionMessage"] == "The CSV file has more than 1 rows."


class TestImportedUser:
    """What an imported user can do."""

    @pytest.mark.fact("J017")
    def test_they_choose_a_password_and_sign_in(
        self,
        job: ImportJob,
        call: Call,
        client_id: str,
        code: Callable[..., str],
    ) -> None:
        """The first sign-in says what to do, and ForgotPassword sends the code."""
        job.import_users(ADA)
        sign_in = {"ClientId": client_id, "AuthFlow": "USER_PASSWORD_AUTH"}
        given = {"USERNAME": "ada", "PASSWORD": PASSWORD}
        with refused("PasswordResetRequiredException"):
            call("InitiateAuth", **sign_in, AuthParameters=given)
        call("ForgotPassword", ClientId=client_id, Username="ada")
        call(
            "ConfirmForgotPassword",
            ClientId=client_id,
            Username="ada",
            Password=OTHER_PASSWORD,
            ConfirmationCode=code("ada"),
        )
        given["PASSWORD"] = OTHER_PASSWORD
        assert call("InitiateAuth", **sign_in, AuthParameters=given)["AuthenticationResult"]

    @pytest.mark.fact("J018")
    def test_no_trigger_runs_and_nothing_is_sent(self) -> None:
        """An import calls no handler and sends no message."""
        called: list[str] = []

        def note(event: dict[str, Any], _: Any) -> dict[str, Any]:
            called.append(event["triggerSource"])
            return event

        handlers = Triggers(pre_sign_up=note, post_confirmation=note, custom_message=note)
        engine = Engine(triggers=handlers)
        pool = engine.call("CreateUserPool", {"PoolName": "p", "AutoVerifiedAttributes": ["email"]})
        job = ImportJob(engine, pool["UserPool"]["Id"])
        assert job.import_users(ADA)["ImportedUsers"] == 1
        assert called == []
        assert engine.outbox.messages() == []
