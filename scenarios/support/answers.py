"""What a service answered, read and compared so that a difference is a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from harness import Actions, Authenticator, Clock, Progress, Tokens, check, unverified_claims

Item = TypeVar("Item")


def member_of(answer: Any, path: str, *, of: str) -> Any:
    """Return a member of an answer, and fail if it is not there.

    Args:
        answer: the response of an operation, or a part of it.
        path: names of members, with dots between them: ``User.UserStatus``.
        of: whose answer it is, as the subject of a sentence: ``AdminGetUser``.
    """
    value, way = answer, []
    for name in path.split("."):
        way.append(name)
        if not (isinstance(value, Mapping) and name in value):
            members = ", ".join(sorted(value)) if isinstance(value, Mapping) else "none"
            shown = members.replace(", ResponseMetadata", "")
            check(False, f"{of} answered without {'.'.join(way)}", answered=f"members: {shown}")
        value = value[name]
    check(True, f"{of} answered without {path}")
    return value


def expect_member(answer: Any, path: str, expected: Any, *, of: str, facts: str = "") -> None:
    """Expect that a member of an answer has a value."""
    got = answer if path == "" else member_of(answer, path, of=of)
    expect_equal(f"{path} of {of}", got, expected, facts=facts)


def expect_equal(what: str, got: Any, expected: Any, *, facts: str = "") -> None:
    """Expect that two values are equal; neither may be a secret.

    Args:
        what: what they are, as the subject of a sentence: ``UserStatus of AdminGetUser``.
        got: what the service answered.
        expected: what it must answer.
        facts: the facts that say so.
    """
    check(got == expected, f"{what} is {got!r}, expected {expected!r}", facts=facts)


def the_only(items: Iterable[Item], what: str, *, by: str) -> Item:
    """Return the only item of a list, and fail if there is another number of them.

    Args:
        items: what was listed.
        what: what they are, in the plural: ``users``.
        by: the operation that listed them.
    """
    found = list(items)
    check(len(found) == 1, f"{by} returned {len(found)} {what}, expected 1")
    return found[0]


def expect_number(items: Iterable[Any], number: int, what: str, *, by: str) -> None:
    """Expect that an operation lists so many items."""
    found = len(list(items))
    check(found == number, f"{by} returned {found} {what}, expected {number}")


def attributes_in(answer: Any, path: str, *, of: str) -> dict[str, str]:
    """Return a list of names and values as a dictionary."""
    listed: Sequence[Mapping[str, str]] = member_of(answer, path, of=of)
    return {member_of(each, "Name", of=of): each.get("Value", "") for each in listed}


def attributes_of(actions: Actions, username: str) -> dict[str, str]:
    """Return a user's attributes as an administrator sees them."""
    user = actions.admin_get_user(username)
    return attributes_in(user, "UserAttributes", of="AdminGetUser")


def expect_attribute(attributes: Mapping[str, str], name: str, expected: str | None) -> None:
    """Expect that a user's or a device's attribute has a value; ``None`` means none."""
    got = attributes.get(name)
    check(got == expected, f"the attribute {name} is {got!r}, expected {expected!r}")


def username_of(actions: Actions, username: str) -> str:
    """Return the internal username of a user, as an administrator sees it."""
    return str(member_of(actions.admin_get_user(username), "Username", of="AdminGetUser"))


def expect_status(actions: Actions, username: str, status: str, *, facts: str = "") -> None:
    """Expect that an administrator sees a user in a status."""
    user = actions.admin_get_user(username)
    expect_member(user, "UserStatus", status, of="AdminGetUser", facts=facts)


def expect_access(actions: Actions, tokens: Tokens) -> None:
    """Expect that the access token works, and is that of its user."""
    user = actions.get_user(tokens.access)
    expect_member(user, "Username", tokens.username, of="GetUser")


def expect_tokens(progress: Progress, after: str) -> None:
    """Expect that a sign-in is done.

    Args:
        progress: the sign-in.
        after: what came before, as the end of a sentence: ``the right code``.
    """
    pending = progress.challenge_name
    check(progress.done, f"the sign-in asked {pending} after {after} instead of giving tokens")


def expect_challenge(progress: Progress, *challenges: str) -> None:
    """Expect that a sign-in waits for a response to one of these challenges."""
    asked = progress.challenge_name or "nothing more and gave tokens"
    wanted = " or ".join(challenges)
    check(progress.challenge_name in challenges, f"the sign-in asked {asked}, expected {wanted}")


def authenticator_of(associated: Any, clock: Clock) -> Authenticator:
    """Return an authenticator with the secret that AssociateSoftwareToken gave."""
    secret = member_of(associated, "SecretCode", of="AssociateSoftwareToken")
    return Authenticator(secret, clock)


def session_in(associated: Any) -> str:
    """Return the Session that AssociateSoftwareToken gave."""
    return str(member_of(associated, "Session", of="AssociateSoftwareToken"))


class Claims:
    """The claims of one token.

    Args:
        claims: the claims.
        token: which token it is, as the subject of a sentence: ``the access token``.
    """

    def __init__(self, claims: Mapping[str, Any], token: str) -> None:
        self._claims = claims
        self._token = token

    @classmethod
    def of_access(cls, tokens: Tokens) -> Claims:
        """Return the claims of the access token."""
        return cls(unverified_claims(tokens.access), "the access token")

    @classmethod
    def of_id(cls, tokens: Tokens) -> Claims:
        """Return the claims of the ID token."""
        return cls(unverified_claims(tokens.id), "the ID token")

    def get(self, name: str) -> Any:
        """Return a claim, and fail if the token has none of that name."""
        check(name in self._claims, f"{self._token} has no claim {name}")
        return self._claims[name]

    def expect(self, name: str, expected: Any, *, facts: str = "") -> None:
        """Expect that a claim has a value; ``None`` means that the token does not have it."""
        got = self._claims.get(name)
        sentence = f"the claim {name} of {self._token} is {got!r}, expected {expected!r}"
        check(got == expected, sentence, facts=facts)

    def expect_lifetime(self, seconds: int, *, facts: str = "A256") -> None:
        """Expect that the token lives for so many seconds."""
        lifetime = self.get("exp") - self.get("iat")
        check(
            lifetime == seconds,
            f"{self._token} lives for {lifetime} s, expected {seconds} s",
            facts=facts,
        )
