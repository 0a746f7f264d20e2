"""The two secrets of an app client, of which a new one takes the place of the old."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from harness import Actions, AppClient, ProvisionedPool, Secret, check
from scenarios.support import factor_refusals, refusals
from scenarios.support.acceptance import accepted
from scenarios.support.answers import (
    expect_access,
    expect_equal,
    expect_number,
    member_of,
    the_only,
)
from scenarios.support.members import Member, MemberSignIn
from scenarios.support.refusals import refused
from scenarios.support.variants import Client, Flow, Mfa, varied
from scenarios.support.watching import Unchanged

pytestmark = pytest.mark.cognito_needs("admin", "provisioning")

WITH_SECRET = [Client.WITH_SECRET]


@dataclass(frozen=True)
class Rotation:
    """An app client of its own, whose secrets a scenario can change."""

    actions: Actions

    @property
    def names(self) -> dict[str, str]:
        """The pool and the app client, as members of a request."""
        app = self.actions.app
        return {"UserPoolId": app.user_pool_id, "ClientId": app.client_id}

    def add(self) -> Rotation:
        """Call AddUserPoolClientSecret, and return the same app client with the new secret."""
        answer = self._call("add_user_pool_client_secret")
        value = member_of(
            answer, "ClientSecretDescriptor.ClientSecretValue", of="AddUserPoolClientSecret"
        )
        app = replace(self.actions.app, client_secret=Secret(value))
        return Rotation(Actions(self.actions.client, app, self.actions.admin))

    def listed(self) -> list[dict[str, Any]]:
        """Return the descriptions of the secrets, the oldest first."""
        answer = self._call("list_user_pool_client_secrets")
        found = member_of(answer, "ClientSecrets", of="ListUserPoolClientSecrets")
        return sorted(found, key=lambda one: one["ClientSecretCreateDate"])

    def delete(self, secret_id: str) -> None:
        """Call DeleteUserPoolClientSecret."""
        self._call("delete_user_pool_client_secret", ClientSecretId=secret_id)

    def _call(self, operation: str, **more: str) -> Any:
        call = getattr(self.actions.admin, operation, None)
        if call is None:
            pytest.skip(f"this boto3 has no {operation}")
        return call(**self.names, **more)


@pytest.fixture
def rotation(cognito_actions: Actions, cognito_pool: ProvisionedPool) -> Rotation:
    """An app client with one secret, which is deleted with the pool."""
    request = cognito_pool.spec.create_client_request(cognito_pool.user_pool_id)
    answer = cognito_actions.admin.create_user_pool_client(**request)
    made = member_of(answer, "UserPoolClient", of="CreateUserPoolClient")
    client_id = member_of(made, "ClientId", of="CreateUserPoolClient")
    secret = Secret(member_of(made, "ClientSecret", of="CreateUserPoolClient"))
    app = AppClient(cognito_pool.user_pool_id, client_id, secret)
    return Rotation(Actions(cognito_actions.client, app, cognito_actions.admin))


@varied(mfa=[Mfa.OFF], client=WITH_SECRET, flow=Flow)
def test_old_secret_ends_with_its_deletion(
    newcomer: Callable[[], Member],
    rotation: Rotation,
    sign_in: MemberSignIn,
    unchanged: Unchanged,
) -> None:
    """Both secrets of an app client sign in, and a deleted one does not."""
    member = newcomer()
    oldest = the_only(rotation.listed(), "secrets", by="ListUserPoolClientSecrets")
    new = rotation.add()
    for actions, which in ((rotation.actions, "the old secret"), (new.actions, "the new secret")):
        with accepted(which, facts="floci 345"):
            result = sign_in.through(actions)(member)
        expect_access(actions, result.tokens)
    rotation.delete(member_of(oldest, "ClientSecretId", of="ListUserPoolClientSecrets"))
    wrong = refusals.SECRET_HASH_WRONG.about(client_id=rotation.actions.app.client_id)
    with unchanged(member.person), refused(wrong):
        sign_in.through(rotation.actions)(member)
    result = sign_in.through(new.actions)(member)
    expect_access(new.actions, result.tokens)


@varied(client=WITH_SECRET)
def test_client_has_two_secrets_at_most_and_one_at_least(
    cognito_actions: Actions, rotation: Rotation
) -> None:
    """A third secret, the deletion of the last one, and that of an unknown one are refused."""
    rotation.add()
    both = rotation.listed()
    expect_number(both, 2, "secrets", by="ListUserPoolClientSecrets")
    shown = any("ClientSecretValue" in one for one in both)
    check(not shown, "ListUserPoolClientSecrets shows a secret")
    with refused(factor_refusals.TOO_MANY_SECRETS):
        rotation.add()
    first, last = (one["ClientSecretId"] for one in both)
    rotation.delete(first)
    with refused(factor_refusals.LAST_SECRET):
        rotation.delete(last)
    with refused(factor_refusals.UNKNOWN_SECRET):
        rotation.delete(first)
    kept = [one["ClientSecretId"] for one in rotation.listed()]
    expect_equal("the secrets of the app client", kept, [last])
