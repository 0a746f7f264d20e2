"""What refusals match, and how a scenario expects one."""

from __future__ import annotations

import re

import pytest
from botocore.exceptions import ClientError

from harness import UnexpectedResult, Verdict
from harness.verdicts.checklist import collecting
from scenarios.support import factor_refusals, refusals
from scenarios.support.acceptance import accepted
from scenarios.support.refusals import Refusal, refused

TABLE = {
    name: each
    for module in (refusals, factor_refusals)
    for name, each in vars(module).items()
    if isinstance(each, Refusal)
}
NOT_AUTHORIZED = Refusal("NotAuthorizedException", ("One.", "Two of {whom}."), "A001")


def error(code: str, message: str) -> ClientError:
    """Return what botocore raises for an error of Cognito."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "InitiateAuth")


def fail_with(code: str) -> None:
    """Fail as a call of botocore does."""
    raise error(code, "as it is")


class TestRefused:
    """The context in which a call has to be refused."""

    def test_expected_refusal_passes(self) -> None:
        """The right code with one of the texts is what was expected."""
        with refused(NOT_AUTHORIZED):
            raise error("NotAuthorizedException", "One.")

    def test_answer_fails(self) -> None:
        """A call that is answered is a finding, which names what was expected and why."""
        expected = r"NotAuthorizedException.*A001.*nothing was"
        with pytest.raises(UnexpectedResult, match=expected), refused(NOT_AUTHORIZED):
            pass

    @pytest.mark.parametrize(
        ("code", "message"),
        [
            ("InvalidParameterException", "One."),
            ("NotAuthorizedException", "One"),
            ("NotAuthorizedException", "one."),
            ("NotAuthorizedException", "More than One."),
        ],
    )
    def test_other_refusal_fails(self, code: str, message: str) -> None:
        """Another code, or another text to the letter, is a finding that shows both."""
        with pytest.raises(UnexpectedResult) as raised, refused(NOT_AUTHORIZED):
            raise error(code, message)
        assert code in str(raised.value)
        assert message in str(raised.value)

    def test_other_exceptions_pass_through(self) -> None:
        """An exception that is not an error of Cognito passes through unchanged."""
        with pytest.raises(ZeroDivisionError), refused(NOT_AUTHORIZED):
            raise ZeroDivisionError

    def test_placeholders_are_filled_in(self) -> None:
        """A text about a user matches only for that user."""
        about = NOT_AUTHORIZED.about(whom="us")
        assert about.matches("NotAuthorizedException", "Two of us.")
        assert not about.matches("NotAuthorizedException", "Two of {whom}.")

    def test_each_code_is_enough_where_none_is_known(self) -> None:
        """Where it is known only that Cognito refuses, each code of the refusal is right."""
        refusal = Refusal("InvalidPasswordException", others=("InvalidParameterException",))
        assert refusal.matches("InvalidPasswordException", "?")
        assert refusal.matches("InvalidParameterException", "?")
        assert not refusal.matches("NotAuthorizedException", "?")
        assert str(refusal) == "InvalidPasswordException or InvalidParameterException"

    def test_part_of_a_text_is_enough_where_the_rest_is_not_known(self) -> None:
        """Where only the reason is certain the rest of the message does not matter."""
        refusal = Refusal("InvalidPasswordException", ("too short",), part=True)
        assert refusal.matches("InvalidPasswordException", "Password is too short, said he")
        assert not refusal.matches("InvalidPasswordException", "Password is too weak")

    def test_no_text_means_any_text(self) -> None:
        """Where no text is known the code decides."""
        assert Refusal("DeviceKeyExistsException").matches("DeviceKeyExistsException", "whatever")
        assert not Refusal("DeviceKeyExistsException").matches("OtherException", "whatever")


NO_ANSWERS = pytest.mark.parametrize(
    "code",
    [
        "UnknownOperationException",
        "501",
        "InternalErrorException",
        "TooManyRequestsException",
        "500",
    ],
)


class TestNoAnswer:
    """A service that lacks the operation, is busy, or breaks."""

    @NO_ANSWERS
    def test_of_a_refusal(self, code: str) -> None:
        """It is no finding about the refusal: the check and the failure could not be asked."""
        with (
            collecting() as checks,
            pytest.raises(UnexpectedResult, match=code) as raised,
            refused(NOT_AUTHORIZED),
        ):
            raise error(code, "no")
        assert raised.value.verdict is Verdict.NOT_ASKED
        assert [check.verdict for check in checks] == [Verdict.NOT_ASKED]

    @NO_ANSWERS
    def test_of_an_acceptance(self, code: str) -> None:
        """It is no refusal of what must be accepted: the same holds."""
        with (
            collecting() as checks,
            pytest.raises(UnexpectedResult, match=code) as raised,
            accepted("the right code"),
        ):
            raise error(code, "no")
        assert raised.value.verdict is Verdict.NOT_ASKED
        assert [check.verdict for check in checks] == [Verdict.NOT_ASKED]

    def test_expected_limit_is_a_refusal(self) -> None:
        """An error that a scenario expects is its answer, whatever the code is."""
        with collecting() as checks, refused(Refusal("TooManyRequestsException")):
            fail_with("TooManyRequestsException")
        assert [check.verdict for check in checks] == [Verdict.HOLDS]


#: A fact, or a repository and the number of an issue.
SOURCE = r"([ADMN]\d{3}|B\d|[a-z]+(-[a-z]+)* \d+)"


class TestTable:
    """Every refusal that scenarios expect."""

    @pytest.mark.parametrize("name", TABLE)
    def test_facts_are_given(self, name: str) -> None:
        """Each says which facts, or which issue of a public repository, it is known from."""
        assert re.fullmatch(f"{SOURCE}(, {SOURCE})*", TABLE[name].facts)

    @pytest.mark.parametrize("name", TABLE)
    def test_code_is_an_exception_of_cognito(self, name: str) -> None:
        """Each has the name of an exception that the service model declares."""
        from botocore.session import get_session

        model = get_session().get_service_model("cognito-idp")
        assert TABLE[name].code in {shape.name for shape in model.error_shapes}

    def test_no_two_are_the_same(self) -> None:
        """No refusal is said twice under two names."""
        said = [(each.code, each.texts) for each in TABLE.values() if each.texts]
        assert len(set(said)) == len(said)
