"""Changes of user attributes, by users and by administrators."""

from __future__ import annotations

from typing import Any

from tests.emulator.conftest import Call
from tests.emulator.support.expect import Person, as_dict, pairs


def attributes_of(call: Call, person: Person) -> dict[str, str]:
    """Return a user's attributes as administrators see them, without the sub."""
    user = call("AdminGetUser", UserPoolId=person.user_pool_id, Username=person.sub)
    return {name: value for name, value in as_dict(user["UserAttributes"]).items() if name != "sub"}


def update(call: Call, token: str, **attributes: str) -> list[dict[str, str]]:
    """Change the attributes of the token's user and return the code delivery details."""
    answer = call("UpdateUserAttributes", AccessToken=token, UserAttributes=pairs(**attributes))
    return list(answer["CodeDeliveryDetailsList"])


def administer(call: Call, person: Person, **attributes: str) -> dict[str, Any]:
    """Change a user's attributes as an administrator."""
    return call(
        "AdminUpdateUserAttributes",
        UserPoolId=person.user_pool_id,
        Username=person.sub,
        UserAttributes=pairs(**attributes),
    )
