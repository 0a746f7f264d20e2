"""What the people of a pool are like: their attributes and their verified contacts."""

from __future__ import annotations

from harness.pools.spec.pool_spec import AutoVerified, PoolSpec, SecondFactor

__all__ = ["PoolPeople"]

#: The second factor that a contact serves as.
_FACTORS: dict[AutoVerified, SecondFactor] = {"email": "EMAIL_OTP", "phone_number": "SMS_MFA"}


class PoolPeople:
    """What follows from a specification for the people who become users.

    Args:
        spec: the pool and its app client.
    """

    def __init__(self, spec: PoolSpec) -> None:
        self._spec = spec

    def may_write(self, attribute: str) -> bool:
        """Return whether the app client may write an attribute."""
        allowed = self._spec.write_attributes
        return allowed is None or attribute in allowed

    def may_read(self, attribute: str) -> bool:
        """Return whether the app client may read an attribute."""
        allowed = self._spec.read_attributes
        return allowed is None or attribute in allowed

    @property
    def have_phone_numbers(self) -> bool:
        """Whether people have phone numbers: where the pool requires, verifies or texts them."""
        spec = self._spec
        wanted = spec.factors.send_texts or "phone_number" in (
            *spec.required_attributes,
            *spec.auto_verified,
        )
        return spec.sign_in_names == "phone_number" or (wanted and self.may_write("phone_number"))

    @property
    def contacts(self) -> tuple[AutoVerified, ...]:
        """The contacts that people have, the one first that Cognito prefers (A008)."""
        by_administrator = self._spec.allow_admin_create_user_only
        is_name = self._spec.sign_in_names == "email"
        has_email = self.may_write("email") or is_name or by_administrator
        numbers: tuple[AutoVerified, ...] = ("phone_number",) if self.have_phone_numbers else ()
        return (*numbers, "email") if has_email else numbers

    @property
    def sign_up_contact(self) -> AutoVerified | None:
        """The contact that the code of a sign-up goes to, if one is sent (A005 to A008)."""
        verified = (one for one in self.contacts if one in self._spec.auto_verified)
        return next(verified, None)

    @property
    def follow_links(self) -> bool:
        """Whether people confirm their sign-up by a link instead of a code."""
        return self._spec.confirms_by_link and self.sign_up_contact == "email"

    @property
    def verified(self) -> tuple[AutoVerified, ...]:
        """The contacts that are verified once a person is confirmed.

        An administrator who creates a user marks every contact as verified.
        """
        if self._spec.allow_admin_create_user_only:
            return self.contacts
        contact = self.sign_up_contact
        return () if contact is None else (contact,)

    @property
    def recovery_contact(self) -> AutoVerified | None:
        """The contact that a recovery code goes to, if there is one.

        A contact that serves as the second factor does not count (A088).
        """
        spec = self._spec
        factors = () if spec.mfa == "OFF" else spec.second_factors
        possible = (
            one
            for one in (() if spec.recovery_by_administrator_only else spec.recovery_order)
            if one in self.verified and _FACTORS[one] not in factors
        )
        return next(possible, None)

    @property
    def set_up_totp(self) -> bool:
        """Whether people can set up an authenticator app, and are asked for its codes."""
        return self._spec.mfa != "OFF" and "SOFTWARE_TOKEN_MFA" in self._spec.second_factors

    @property
    def sent_factor(self) -> SecondFactor | None:
        """The factor that Cognito sends codes for at the first sign-in, without a set-up.

        Where MFA is ON, a contact that can be a factor is one at once (A204).
        """
        if self._spec.mfa != "ON":
            return None
        factors = (_FACTORS[one] for one in self.contacts)
        return next((one for one in factors if one in self._spec.second_factors), None)
