"""The expectations, held to single facts that were written down one by one."""

from __future__ import annotations

import pytest

from scenarios.support import expectations
from scenarios.support.expectations import Situation, brings_new_device, challenges
from scenarios.support.variants import (
    INSTEAD_OF_MFA,
    TRACKED,
    Devices,
    Flow,
    Mfa,
    SignInName,
    Variant,
)

PASSWORD = ("PASSWORD_VERIFIER",)
CODE = ("SOFTWARE_TOKEN_MFA",)
DEVICE = ("DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER")
NEW = Situation()
ENROLLED = Situation(enrolled=True)
ON_DEVICE = Situation(enrolled=True, device_remembered=True)


def srp(**dimensions: object) -> Variant:
    """Return a variant with USER_SRP_AUTH."""
    return Variant(**{"flow": Flow.USER_SRP_AUTH, **dimensions})  # type: ignore[arg-type]


def plain(**dimensions: object) -> Variant:
    """Return a variant with USER_PASSWORD_AUTH."""
    return Variant(**{"flow": Flow.USER_PASSWORD_AUTH, **dimensions})  # type: ignore[arg-type]


class TestChallenges:
    """The challenges on the way to tokens."""

    @pytest.mark.parametrize(
        ("variant", "situation", "expected"),
        [
            pytest.param(plain(mfa=Mfa.OFF), NEW, (), id="password only"),
            pytest.param(srp(mfa=Mfa.OFF), NEW, PASSWORD, id="A148"),
            pytest.param(plain(mfa=Mfa.OPTIONAL), NEW, (), id="A240, no factor"),
            pytest.param(plain(mfa=Mfa.OPTIONAL), ENROLLED, CODE, id="A240"),
            pytest.param(plain(), NEW, ("MFA_SETUP",), id="A204"),
            pytest.param(plain(), ENROLLED, CODE, id="A209"),
            pytest.param(
                srp(),
                Situation(temporary_password=True),
                (*PASSWORD, "NEW_PASSWORD_REQUIRED", "MFA_SETUP"),
                id="A165, A205",
            ),
            pytest.param(srp(), ON_DEVICE, (*PASSWORD, *DEVICE), id="D088"),
            pytest.param(plain(), ON_DEVICE, DEVICE, id="D089"),
            pytest.param(
                srp(devices=Devices.ALWAYS_BESIDE_MFA),
                ON_DEVICE,
                (*PASSWORD, *CODE, *DEVICE),
                id="D092",
            ),
            pytest.param(plain(mfa=Mfa.OFF), Situation(device_remembered=True), DEVICE, id="D093"),
            pytest.param(
                plain(devices=Devices.OPT_IN_INSTEAD_OF_MFA),
                Situation(enrolled=True, device_remembered=False),
                CODE,
                id="D094",
            ),
            pytest.param(
                plain(mfa=Mfa.OPTIONAL),
                Situation(enrolled=True, device_remembered=True, device_passed_mfa=False),
                (*CODE, *DEVICE),
                id="D098",
            ),
        ],
    )
    def test_challenges_are_those_of_the_fact(
        self, variant: Variant, situation: Situation, expected: tuple[str, ...]
    ) -> None:
        """The challenges are those that the fact names, in its order."""
        assert challenges(variant, situation) == expected

    @pytest.mark.parametrize("flow", Flow)
    @pytest.mark.parametrize("devices", Devices)
    def test_who_calls_makes_no_difference(self, flow: Flow, devices: Devices) -> None:
        """The Admin operations put the challenges that the user's put (D045, D090)."""
        variant = Variant(flow=flow, devices=devices)
        twin = Flow(flow.value.removeprefix("ADMIN_"))
        assert challenges(variant, ON_DEVICE) == challenges(
            Variant(flow=twin, devices=devices), ON_DEVICE
        )

    @pytest.mark.parametrize("devices", TRACKED)
    def test_only_suppression_saves_the_code(self, devices: Devices) -> None:
        """A remembered device saves the code exactly where ChallengeRequiredOnNewDevice is true."""
        saved = "SOFTWARE_TOKEN_MFA" not in challenges(plain(devices=devices), ON_DEVICE)
        assert saved == (devices in INSTEAD_OF_MFA)


class TestDevices:
    """What becomes of devices."""

    @pytest.mark.parametrize("devices", Devices)
    def test_new_device_comes_where_none_was_presented(self, devices: Devices) -> None:
        """NewDeviceMetadata comes in tracking pools, unless a device was presented (D055, D094)."""
        variant = Variant(devices=devices)
        assert brings_new_device(variant, ENROLLED) == (devices is not Devices.NOT_TRACKED)
        for remembered in (False, True):
            assert not brings_new_device(variant, Situation(True, device_remembered=remembered))

    @pytest.mark.parametrize(
        ("devices", "necessary", "status"),
        [
            (Devices.ALWAYS_INSTEAD_OF_MFA, False, "remembered"),
            (Devices.ALWAYS_BESIDE_MFA, False, "remembered"),
            (Devices.OPT_IN_INSTEAD_OF_MFA, True, "not_remembered"),
            (Devices.OPT_IN_BESIDE_MFA, True, "not_remembered"),
        ],
    )
    def test_table_of_device_configuration(
        self, devices: Devices, necessary: bool, status: str
    ) -> None:
        """Confirming remembers, or asks the user, as the table of DeviceConfiguration says."""
        shown = expectations.shown_after_confirmation(devices)
        assert expectations.user_has_to_confirm(devices) is necessary
        assert (shown.status, shown.to_user, shown.to_admin) == (status, not necessary, True)


class TestSmallRules:
    """Rules of one line."""

    def test_masked_email(self) -> None:
        """An address is masked to two letters and three stars each, as captured (A010)."""
        assert expectations.masked_email("test@test.example") == "t***@t***"

    @pytest.mark.parametrize(
        ("failures", "seconds"), [(1, 0), (4, 0), (5, 1), (6, 2), (10, 32), (14, 512), (30, 900)]
    )
    def test_lock_doubles_up_to_15_minutes(self, failures: int, seconds: int) -> None:
        """Five wrong passwords are free, then the lock doubles up to 15 minutes (A132)."""
        assert expectations.lock_after(failures) == (seconds + 1 if seconds else 0)

    @pytest.mark.parametrize("name", SignInName)
    def test_username_is_sub_where_addresses_are_usernames(self, name: SignInName) -> None:
        """Cognito generates the username where people sign up with an address or number (A020)."""
        chosen = name.value in ("username", "email_alias")
        assert expectations.username_is_sub(name) is not chosen

    def test_wrong_code_is_wrong(self) -> None:
        """The wrong code is six digits and no code of a step that could be accepted."""
        codes = {-2: "000003", -1: "000001", 0: "000000", 1: "000002", 2: "000004"}
        assert expectations.wrong_code(lambda step: codes.get(step, "999999")) == "000005"

    def test_prime_of_the_group(self) -> None:
        """The prime has 3072 bits and is the one that RFC 3526 builds from pi."""
        assert expectations.SRP_N.bit_length() == 3072
        assert pow(2, expectations.SRP_N - 1, expectations.SRP_N) == 1
        assert hex(expectations.SRP_N).startswith("0xffffffffffffffffc90fdaa22168c234")
        assert hex(expectations.SRP_N).endswith("a93ad2caffffffffffffffff")
