"""Whose the passkeys of a pool are: its own domain, and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.pools.audit.auditing import audit
from harness.pools.audit.profile import Profile
from harness.pools.configuration.pool_configuration import Unknown
from tests.pools.audit.pools import custom_domain
from tests.pools.audit.test_passwordless import PASSKEYS, states, with_factors
from tests.pools.audit.test_rules import TODAY


@pytest.mark.fact("N010")
@pytest.mark.parametrize(
    ("domain", "state"),
    [
        ("com", "failed"),
        ("co.uk", "failed"),
        ("amplifyapp.com", "failed"),
        ("CLOUDFRONT.NET", "failed"),
        ("auth.eu-west-1.amazoncognito.com", "failed"),
        ("execute-api.us-east-1.amazonaws.com", "failed"),
        ("lambda-url.us-east-1.on.aws", "failed"),
        ("localhost", "passed"),
        ("example.com", "passed"),
        ("shop.co.uk", "passed"),
        ("main.d1abcdefghijkl.amplifyapp.com", "passed"),
        ("shop.auth.eu-west-1.amazoncognito.com", "passed"),
    ],
)
def test_a_public_suffix_is_no_relying_party(domain: str, state: str) -> None:
    """What anyone can have a domain under fails the rule, and what is below it does not."""
    passkeys = {"WebAuthnConfiguration": {"RelyingPartyId": domain}}
    found = states(with_factors("PASSWORD", "WEB_AUTHN", mfa=passkeys), "passkey-relying-party")
    assert found == {"passkey-relying-party": state}


@pytest.mark.fact("N010")
def test_passkeys_belong_to_the_custom_domain() -> None:
    """Another domain than that of managed login is named beside it; without one, none is needed."""
    rule = "passkey-custom-domain"
    whole = with_factors("PASSWORD", "WEB_AUTHN", mfa={"WebAuthnConfiguration": PASSKEYS})
    other = replace(whole, domains=(custom_domain("login.example.com"),))
    (found,) = audit(other, Profile((rule,)), TODAY).findings
    assert found.state == "failed"
    assert found.actual == "shop.example.com, with the custom domain login.example.com"
    assert states(replace(whole, domains=(custom_domain("shop.example.com"),)), rule) == {
        rule: "passed"
    }
    assert states(whole, rule) == {}
    hidden = replace(whole, domains=(custom_domain(Unknown("Ref Domain")),))
    assert states(hidden, rule) == {rule: "unknown"}
