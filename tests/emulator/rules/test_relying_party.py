"""The relying party of a pool: its id, its origins, and what SetUserPoolMfaConfig takes."""

from __future__ import annotations

from typing import Any

import pytest

from harness.emulator.engine import Engine
from harness.emulator.rules.relying_party import RelyingParty, relying_party
from tests.emulator.support.expect import refused
from tests.emulator.support.passkeys import MULTI, SIGN_IN, configure
from tests.emulator.support.walker import new_pool

INVALID = "InvalidParameterException"


@pytest.fixture
def pool_id(engine: Engine) -> str:
    """A pool that allows passkeys and has no relying party."""
    return new_pool(engine, Policies=SIGN_IN)


def party_of(engine: Engine, pool_id: str) -> RelyingParty:
    """Return the relying party of a pool that has one."""
    party = relying_party(engine.pools[pool_id])
    assert party is not None
    return party


class TestId:
    """The id of the relying party."""

    @pytest.mark.fact("N010")
    def test_default_is_the_domain_of_the_pool(self, engine: Engine, pool_id: str) -> None:
        """A custom domain goes before a prefix domain, and RelyingPartyId before both."""
        pool = engine.pools[pool_id]
        assert relying_party(pool) is None
        pool.domains["Domain"] = "shop"
        prefix = f"shop.auth.{pool.region}.amazoncognito.com"
        assert party_of(engine, pool_id).party_id == prefix
        pool.domains["CustomDomain"] = "auth.example.com"
        assert party_of(engine, pool_id).party_id == "auth.example.com"
        del pool.domains["CustomDomain"]
        configure(engine, pool_id, RelyingPartyId="example.com")
        assert party_of(engine, pool_id).party_id == "example.com"

    @pytest.mark.fact("N010")
    @pytest.mark.parametrize(
        "party_id", ["com", "co.uk", "github.io", "anything.ck", "auth.us-east-1.amazoncognito.com"]
    )
    def test_public_suffix_is_refused(self, engine: Engine, pool_id: str, party_id: str) -> None:
        """Also one by a wildcard of the list, and one of a company, such as Cognito's own."""
        with refused(INVALID):
            configure(engine, pool_id, RelyingPartyId=party_id)
        assert relying_party(engine.pools[pool_id]) is None

    @pytest.mark.fact("N010")
    @pytest.mark.parametrize(
        "party_id",
        ["https://example.com", "example.com:443", "Example.com", "a..b", "-a.com", "a b", "é.com"],
    )
    def test_other_text_than_a_domain_is_refused(
        self, engine: Engine, pool_id: str, party_id: str
    ) -> None:
        """No browser would take it."""
        with refused(INVALID):
            configure(engine, pool_id, RelyingPartyId=party_id)

    @pytest.mark.fact("N010")
    def test_custom_domain_must_be_the_id(self, engine: Engine, pool_id: str) -> None:
        """In a pool with one, another id is refused, even a domain above it."""
        engine.pools[pool_id].domains["CustomDomain"] = "auth.example.com"
        with refused(INVALID):
            configure(engine, pool_id, RelyingPartyId="example.com")
        configure(engine, pool_id, RelyingPartyId="auth.example.com")

    @pytest.mark.parametrize(
        "party_id", ["localhost", "www.ck", "x.auth.us-east-1.amazoncognito.com"]
    )
    def test_other_domains_are_accepted(self, engine: Engine, pool_id: str, party_id: str) -> None:
        """Among them localhost, an exception of the list, and a domain of Cognito's."""
        configure(engine, pool_id, RelyingPartyId=party_id)
        assert party_of(engine, pool_id).party_id == party_id


class TestVerification:
    """Whether users must be verified, and what that is good for."""

    @pytest.mark.fact("N009")
    @pytest.mark.parametrize(
        ("settings", "required", "counts"),
        [
            ({}, False, False),
            ({"UserVerification": "preferred"}, False, False),
            ({"UserVerification": "required"}, True, False),
            ({"FactorConfiguration": "SINGLE_FACTOR"}, False, False),
            ({"FactorConfiguration": MULTI}, True, True),
            ({"FactorConfiguration": MULTI, "UserVerification": "preferred"}, True, True),
        ],
    )
    def test_verification_is_preferred_unless_the_pool_needs_it(
        self, engine: Engine, pool_id: str, settings: dict[str, str], required: bool, counts: bool
    ) -> None:
        """It needs it if it says so, and where a passkey is to count as MFA."""
        configure(engine, pool_id, RelyingPartyId="example.com", **settings)
        party = party_of(engine, pool_id)
        assert (party.requires_user_verification, party.counts_as_mfa) == (required, counts)

    @pytest.mark.fact("N009")
    def test_counting_as_mfa_needs_the_essentials_plan(self, engine: Engine) -> None:
        """The Lite plan refuses it, and nothing of the request is applied."""
        pool_id = new_pool(engine, UserPoolTier="LITE")
        with refused("FeatureUnavailableInTierException"):
            configure(engine, pool_id, RelyingPartyId="example.com", FactorConfiguration=MULTI)
        shown: dict[str, Any] = engine.call("GetUserPoolMfaConfig", {"UserPoolId": pool_id})
        assert "WebAuthnConfiguration" not in shown


class TestOrigin:
    """The pages that belong to a relying party."""

    @pytest.mark.fact("N044", "N052")
    @pytest.mark.parametrize(
        ("party_id", "origin"),
        [
            ("example.com", "https://example.com"),
            ("example.com", "https://example.com:8443"),
            ("example.com", "https://shop.example.com"),
            ("localhost", "http://localhost"),
            ("localhost", "http://localhost:3000"),
            ("localhost", "https://localhost:3000"),
            ("localhost", "http://shop.localhost:3000"),
        ],
    )
    def test_page_of_the_relying_party_is_accepted(self, party_id: str, origin: str) -> None:
        """On its own host and subdomains, on any port, and without TLS on localhost."""
        assert RelyingParty(party_id, False, False).owns(origin)

    @pytest.mark.fact("N044", "N052")
    @pytest.mark.parametrize(
        ("party_id", "origin"),
        [
            ("example.com", "http://example.com"),
            ("example.com", "https://com"),
            ("example.com", "https://evilexample.com"),
            ("example.com", "https://example.com.evil.org"),
            ("example.com", "https://evil.org/https://example.com"),
            ("example.com", "https://evil.org#.example.com"),
            ("example.com", "https://user@example.com"),
            ("example.com", "https://example.com/"),
            ("example.com", "https://example.com\n"),
            ("example.com", "https://EXAMPLE.com"),
            ("example.com", "https://example.com:"),
            ("example.com", "https://"),
            ("example.com", "null"),
            ("example.com", ""),
            ("example.com", "android:apk-key-hash:aGFzaA"),
            ("shop.example.com", "https://example.com"),
            ("localhost", "http://localhost.evil.org"),
            ("localhost", "http://127.0.0.1"),
        ],
    )
    def test_other_page_is_refused(self, party_id: str, origin: str) -> None:
        """Whatever it looks like."""
        assert not RelyingParty(party_id, False, False).owns(origin)
