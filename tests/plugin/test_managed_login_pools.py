"""Tests ask for a pool with managed login, and get one with a domain, on every kind of pool."""

from __future__ import annotations

from pathlib import Path

from tests.plugin.conftest import Inner

TEMPLATE = """\
Resources:
  Pool: {Type: "AWS::Cognito::UserPool", Properties: {UserPoolName: shop}}
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
      AllowedOAuthFlows: [code]
      AllowedOAuthFlowsUserPoolClient: true
      AllowedOAuthScopes: [openid, email, profile]
      CallbackURLs: ['https://shop.example.com/in']
      LogoutURLs: ['https://shop.example.com/']
"""
DOMAIN = """\
  Domain: {Type: "AWS::Cognito::UserPoolDomain", Properties: {UserPoolId: !Ref Pool, Domain: shop}}
"""
MADE = """
import pytest
from harness import HarnessError, ManagedLogin

@pytest.mark.cognito_pool(managed_login=ManagedLogin())
def test_with(cognito_pool, cognito_target):
    assert cognito_pool.domain.startswith("mfa-harness-")
    assert cognito_pool.domain_url == f"{cognito_target.url}/_domain/{cognito_pool.domain}"

def test_without(cognito_pool):
    with pytest.raises(HarnessError, match="has no domain"):
        cognito_pool.domain_url
"""
OF_FILE = """
import pytest
from harness import ManagedLogin

@pytest.mark.cognito_pool(managed_login=ManagedLogin())
def test_pages(cognito_pool, cognito_target):
    assert cognito_pool.spec.managed_login.callback_urls == ("https://shop.example.com/in",)
    assert cognito_pool.domain.startswith("mfa-harness-")
    app = cognito_target.client().describe_user_pool_client(
        UserPoolId=cognito_pool.user_pool_id, ClientId=cognito_pool.app.client_id
    )["UserPoolClient"]
    assert app["CallbackURLs"] == ["https://shop.example.com/in"]

def test_any(cognito_pool):
    pass
"""
OVERRIDDEN = """
import pytest
from harness import ManagedLogin

@pytest.mark.cognito_pool(template="shop.yaml", managed_login=ManagedLogin(version=2))
def test_pages(cognito_pool):
    assert cognito_pool.spec.managed_login.version == 2
    assert cognito_pool.domain_url.endswith(cognito_pool.domain)
"""


def test_pools_that_are_made(inner: Inner) -> None:
    """A marker gives a pool its domain, in process and served, and the pools are deleted again."""
    for target in ("emulator", "server"):
        inner(f"--cognito-target={target}", source=MADE).assert_outcomes(passed=2)


def test_pool_of_a_file(inner: Inner, tmp_path: Path) -> None:
    """The pool of a file has its own callback URLs; without a domain, the skip says so."""
    path = tmp_path / "shop.yaml"
    path.write_text(TEMPLATE + DOMAIN, encoding="utf-8")
    inner(f"--cognito-pool={path}", source=OF_FILE).assert_outcomes(passed=2)
    path.write_text(TEMPLATE, encoding="utf-8")
    result = inner(f"--cognito-pool={path}", "-rs", source=OF_FILE)
    result.assert_outcomes(passed=1, skipped=1)
    said = " ".join(result.stdout.str().split())
    assert "Domain is not set" in said
    assert "the test needs managed_login=managed login with the flow code" in said


def test_pool_of_a_file_with_a_marker(inner: Inner, tmp_path: Path) -> None:
    """A marker gives the pool of a file the domain that it lacks."""
    del tmp_path
    Path("shop.yaml").write_text(TEMPLATE, encoding="utf-8")
    inner(source=OVERRIDDEN).assert_outcomes(passed=1)
