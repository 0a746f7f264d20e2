"""Making sure that a refusal changed nothing notices when it did."""

from __future__ import annotations

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from harness import Actions, Check, PersonFactory, UnexpectedResult, Verdict, note_check
from harness.verdicts.checklist import collecting
from scenarios.support.watching import exists, nothing_changed

PERSON = PersonFactory(1).make()


class Service:
    """Stands in for the two operations that are looked at."""

    def __init__(self, user: dict[str, Any] | None) -> None:
        self.user = user
        self.devices: list[dict[str, Any]] = []
        #: The error of each operation that the service does not have.
        self.missing: dict[str, str] = {}

    def admin_get_user(self, username: str) -> dict[str, Any]:
        """Return the user, or refuse."""
        self._must_have("AdminGetUser")
        if self.user is None:
            raise self.refusal("UserNotFoundException")
        return {**self.user, "ResponseMetadata": {"RequestId": object()}}

    def admin_list_devices(self, username: str, limit: int) -> dict[str, Any]:
        """Return the devices."""
        self._must_have("AdminListDevices")
        return {"Devices": list(self.devices)}

    def list_users(self, filter: str) -> dict[str, Any]:
        """Return the users that the filter finds."""
        assert filter == f'username = "{PERSON.username}"'
        return {"Users": [] if self.user is None else [self.user]}

    def _must_have(self, operation: str) -> None:
        if operation in self.missing:
            raise self.refusal(self.missing[operation])

    def refusal(self, code: str) -> ClientError:
        """Return an error of Cognito."""
        return ClientError({"Error": {"Code": code, "Message": ""}}, "AdminGetUser")


def actions_on(service: Service) -> Actions:
    """Return the stand-in as what the scenarios have."""
    return cast("Actions", service)


def test_no_change_passes() -> None:
    """A user who is the same after as before is no finding."""
    with nothing_changed(actions_on(Service({"UserStatus": "CONFIRMED"})), PERSON):
        pass


def test_changed_member_is_named() -> None:
    """A member of AdminGetUser that changed is named, its values are not."""
    service = Service({"UserStatus": "UNCONFIRMED"})
    with (
        pytest.raises(UnexpectedResult, match="changed UserStatus of") as raised,
        nothing_changed(actions_on(service), PERSON),
    ):
        service.user = {"UserStatus": "CONFIRMED"}
    assert "CONFIRMED" not in str(raised.value)


def test_new_device_is_a_change() -> None:
    """A device that is listed after and was not before is a finding."""
    service = Service({"UserStatus": "CONFIRMED"})
    with (
        pytest.raises(UnexpectedResult, match="changed Devices of"),
        nothing_changed(actions_on(service), PERSON),
    ):
        service.devices.append({"DeviceKey": "us-east-1_0"})


def test_member_that_comes_or_goes_is_a_change() -> None:
    """A member that was absent before, or is after, is a finding."""
    service = Service({"UserStatus": "CONFIRMED", "PreferredMfaSetting": "SOFTWARE_TOKEN_MFA"})
    with (
        pytest.raises(UnexpectedResult, match="PreferredMfaSetting, UserMFASettingList"),
        nothing_changed(actions_on(service), PERSON),
    ):
        service.user = {"UserStatus": "CONFIRMED", "UserMFASettingList": []}


def test_person_who_appears_is_a_change() -> None:
    """A user who was not there before and is there after is a finding."""
    service = Service(None)
    assert not exists(actions_on(service), PERSON)
    with pytest.raises(UnexpectedResult), nothing_changed(actions_on(service), PERSON):
        service.user = {"UserStatus": "UNCONFIRMED"}
    assert exists(actions_on(service), PERSON)


def test_every_person_named_is_watched() -> None:
    """With several people each of them counts."""
    service = Service({"UserStatus": "CONFIRMED"})
    other = PersonFactory(2).make()
    with pytest.raises(UnexpectedResult), nothing_changed(actions_on(service), PERSON, other):
        service.user = {"UserStatus": "RESET_REQUIRED"}


def test_failure_inside_comes_first() -> None:
    """What goes wrong inside is reported as it is."""
    service = Service({"UserStatus": "CONFIRMED"})
    with pytest.raises(ZeroDivisionError), nothing_changed(actions_on(service), PERSON):
        raise ZeroDivisionError


@pytest.mark.parametrize("code", ["UnknownOperationException", "NotImplemented", "404", "500"])
def test_missing_operation_hides_nothing(code: str) -> None:
    """Where the service lacks an operation, the refusal is judged, and a check says what is not."""
    service = Service({"UserStatus": "CONFIRMED"})
    service.missing = {"AdminListDevices": code}
    with collecting() as checks:
        with nothing_changed(actions_on(service), PERSON, PERSON):
            note_check(Check("the password is wrong", Verdict.HOLDS))
        verdicts = [each.verdict for each in checks]
        assert verdicts == [*[Verdict.HOLDS] * 3, Verdict.NOT_ASKED]
        assert "AdminListDevices" in checks[3].statement
        assert code in checks[3].answered
        with (
            pytest.raises(UnexpectedResult, match="changed UserStatus"),
            nothing_changed(actions_on(service), PERSON),
        ):
            service.user = {"UserStatus": "RESET_REQUIRED"}


def test_comparison_is_a_check() -> None:
    """What is compared is noted, whether it changed or not; nothing is if nothing can be seen."""
    service = Service({"UserStatus": "CONFIRMED"})
    with collecting() as checks:
        with nothing_changed(actions_on(service), PERSON):
            pass
        with pytest.raises(UnexpectedResult), nothing_changed(actions_on(service), PERSON):
            service.user = {"UserStatus": "RESET_REQUIRED"}
    assert [each.verdict for each in checks] == [Verdict.HOLDS, Verdict.ANSWERED_OTHERWISE]
    service.missing = dict.fromkeys(("AdminGetUser", "AdminListDevices"), "404")
    with collecting() as checks, nothing_changed(actions_on(service), PERSON):
        pass
    assert {each.verdict for each in checks} == {Verdict.NOT_ASKED}


def test_devices_are_compared_without_the_user() -> None:
    """Where AdminGetUser is missing, the devices are still compared."""
    service = Service({})
    service.missing = {"AdminGetUser": "UnknownOperationException"}
    with pytest.raises(UnexpectedResult), nothing_changed(actions_on(service), PERSON):
        service.devices.append({"DeviceKey": "us-east-1_0"})


def test_operation_that_breaks_is_no_missing_one() -> None:
    """An operation that answered before must answer after, or the comparison fails."""
    service = Service({"UserStatus": "CONFIRMED"})
    with (
        pytest.raises(ClientError, match="500"),
        nothing_changed(actions_on(service), PERSON),
    ):
        service.missing = {"AdminListDevices": "500"}


@pytest.mark.parametrize("user", [None, {"UserStatus": "CONFIRMED"}])
def test_users_are_listed_where_they_cannot_be_looked_up(user: dict[str, Any] | None) -> None:
    """Without AdminGetUser, ListUsers says whether a person is a user."""
    service = Service(user)
    service.missing = {"AdminGetUser": "UnknownOperationException"}
    assert exists(actions_on(service), PERSON) is (user is not None)


def test_existence_needs_no_devices() -> None:
    """A service without AdminListDevices can say whether a person is a user."""
    service = Service({})
    service.missing = {"AdminListDevices": "UnknownOperationException"}
    assert exists(actions_on(service), PERSON)


def test_other_refusals_pass_through() -> None:
    """A refusal to show a user does not mean that the user is missing."""
    service = Service({})
    refusal = service.refusal("TooManyRequestsException")

    def refuse(username: str) -> dict[str, Any]:
        raise refusal

    service.admin_get_user = refuse  # type: ignore[method-assign]
    with pytest.raises(ClientError, match="TooManyRequests"):
        exists(actions_on(service), PERSON)
