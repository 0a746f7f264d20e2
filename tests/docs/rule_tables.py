"""The tables of docs/audit.md about the rules.

``python -m tests.docs.rule_tables`` prints them, and `tests/docs/test_audit_page.py` compares them
with the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.pools.audit.presets import PRESETS, RULES

__all__ = ["TOOLS", "elsewhere_table", "rule_table"]

#: The tools; docs/audit.md links to where their rules are listed.
TOOLS = (
    "Prowler",
    "Security Hub",
    "AWS Config",
    "cfn-guard",
    "cfn-nag",
    "cdk-nag",
    "Checkov",
    "KICS",
)
#: In what a rule of another tool differs from those here.
NOTES = {
    "Prowler cognito_user_pool_mfa_enabled": "demands ON, also where Cognito refuses it",
    "Prowler cognito_user_pool_password_policy_minimum_length_14": "as the preset `strict`",
    "Security Hub Cognito.5": "only pools whose one first factor is the password",
    "AWS Config cognito-user-pool-mfa-enabled": "only pools whose one first factor is the password",
    "cfn-guard COGNITO_USER_POOL_MFA_CONFIGURATION_RULE": "passes without MfaConfiguration",
    "cfn-nag F78": "passes without MfaConfiguration, and OPTIONAL",
    "cdk-nag AwsSolutions-COG1": "does not ask for lowercase characters",
    "cdk-nag AwsSolutions-COG2": "demands ON, also where Cognito refuses it",
    "cdk-nag AwsSolutions-COG3": "until COG8 replaced it in December 2025",
    "cdk-nag AwsSolutions-COG8": "demands the tier PLUS, which threat protection needs",
    "KICS 74a18d1a-cf02-4a31-8791-ed0967ad7fdc": "templates; passes OPTIONAL",
    "KICS ec28bf61-a474-4dbe-b414-6dd3a067d6f0": "Terraform; asks also for TOTP or SMS",
}
#: The rules of other tools about Cognito that have no counterpart here, and why.
NOT_HERE = {
    "Prowler cognito_user_pool_blocks_compromised_credentials_sign_in_attempts": "risk settings",
    "Prowler cognito_user_pool_blocks_potential_malicious_sign_in_attempts": "risk settings",
    "Prowler cognito_user_pool_waf_acl_attached": "web ACL",
    "Prowler cognito_identity_pool_guest_access_disabled": "identity pool",
    "Security Hub Cognito.2": "identity pool",
    "AWS Config cognito-identity-pool-unauth-access-check": "identity pool",
    "cfn-guard COGNITO_ALLOW_UNAUTHENTICATED_IDENTITIES_RULE": "identity pool",
    "cfn-nag W57": "identity pool",
    "cdk-nag AwsSolutions-COG4": "authorizer of an API",
    "cdk-nag AwsSolutions-COG7": "identity pool",
    "Checkov CKV_AWS_366": "identity pool; Checkov has no rule about user pools",
}


def rule_table() -> str:
    """Return the table of the rules: what each expects, its presets, and what it rests on."""
    head = ("rule", "severity", "setting", "expected", "presets", "facts")
    rows = [
        (
            f"`{rule.id}`",
            str(rule.severity),
            f"`{rule.setting}`",
            str(rule.expected),
            ", ".join(name for name in PRESETS if rule.id in PRESETS[name]) or "-",
            ", ".join(rule.facts) or "-",
        )
        for rule in RULES.values()
    ]
    return "\n".join(_lines(head, rows))


def elsewhere_table() -> str:
    """Return the table of the rules of other tools, with their counterparts here."""
    here: dict[str, list[str]] = {name: [] for name in NOT_HERE}
    for rule in RULES.values():
        for name in rule.elsewhere:
            here.setdefault(name, []).append(f"`{rule.id}`")
    rows = [
        (
            tool,
            f"`{name.removeprefix(tool).strip()}`",
            ", ".join(rules) or "-",
            NOT_HERE.get(name) or NOTES.get(name, "-"),
        )
        for tool in TOOLS
        for name, rules in sorted(here.items())
        if name.startswith(f"{tool} ")
    ]
    return "\n".join(_lines(("tool", "its rule", "here", "difference"), rows))


def _lines(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


if __name__ == "__main__":
    print(rule_table(), elsewhere_table(), sep="\n\n")
