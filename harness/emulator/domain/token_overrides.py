"""What PreTokenGeneration may change in tokens: claims, scopes and groups, by event version.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: The claims that a handler can neither set nor remove, in either token (T017).
PROTECTED = frozenset(
    {
        "acr",
        "amr",
        "at_hash",
        "aud",
        "auth_time",
        "azp",
        "client_id",
        "cognito:username",
        "device_key",
        "event_id",
        "exp",
        "iat",
        "identities",
        "iss",
        "jti",
        "nbf",
        "nonce",
        "origin_jti",
        "sub",
        "token_use",
        "username",
        "version",
    }
)
#: Claims with another member of the response: groups and roles, and the scopes (T017, T019).
_GROUPS, _SCOPE = "cognito:groups", "scope"
_ROLES = ("cognito:roles", "cognito:preferred_role")
#: Prefixes of claims that a handler cannot set: Cognito's own, and those of developers (T017).
_PREFIXES = ("cognito:", "dev:")
#: Claims of the ID token that cannot have an object or a list as value (T020).
_SIMPLE = frozenset({"address", "email_verified", "phone_number_verified", "updated_at"})

_GROUP_CLAIMS = {
    "groupsToOverride": _GROUPS,
    "iamRolesToOverride": _ROLES[0],
    "preferredRole": _ROLES[1],
}


@dataclass(frozen=True)
class ClaimChanges:
    """The changes to the claims of one token.

    Attributes:
        added: claims to add or replace.
        suppressed: the names of claims to remove; a claim that is also added is removed (T022).
    """

    added: Mapping[str, Any] = field(default_factory=dict)
    suppressed: frozenset[str] = frozenset()

    @classmethod
    def read(cls, given: Mapping[str, Any] | None) -> ClaimChanges:
        """Return the changes of ``claimsToAddOrOverride`` and ``claimsToSuppress``."""
        members = given or {}
        return cls(
            members.get("claimsToAddOrOverride") or {},
            frozenset(members.get("claimsToSuppress") or ()),
        )

    def exported(self) -> dict[str, Any]:
        """Return the changes in the form that a state keeps."""
        return {"added": dict(self.added), "suppressed": sorted(self.suppressed)}

    @classmethod
    def imported(cls, form: Any) -> ClaimChanges:
        """Return the changes that `exported` returned in that form.

        Raises:
            ValueError: it is not that form.
        """
        if not isinstance(form, dict) or not isinstance(form.get("added"), dict):
            raise ValueError("the changes of claims are no object")
        return cls(form["added"], frozenset(_texts(form.get("suppressed"))))

    def applied(self, claims: Mapping[str, Any], *, to: str) -> dict[str, Any]:
        """Return claims with these changes.

        Args:
            claims: the claims.
            to: ``id`` or ``access``.
        """
        added = {name: value for name, value in self.added.items() if _may_add(name, value, to)}
        gone = {name for name in self.suppressed if name not in PROTECTED}
        if _GROUPS in gone:  # roles cannot be without the groups that they come from (T021)
            gone |= {*_ROLES}
        if to == "access":
            gone.discard(_SCOPE)
        return {name: value for name, value in {**claims, **added}.items() if name not in gone}


def _may_add(name: str, value: Any, to: str) -> bool:
    if name in PROTECTED or name.startswith(_PREFIXES):
        return False
    if to == "access":
        return name != _SCOPE
    return name not in _SIMPLE or not isinstance(value, (dict, list))


@dataclass(frozen=True)
class ClaimsOverride:
    """The changes that PreTokenGeneration makes.

    Attributes:
        identity: the changes to the ID token.
        access: the changes to the access token; event version 1 has none.
        added_scopes: scopes to add to the access token.
        suppressed_scopes: scopes to remove from it.
        groups: the claims about groups that replace all of the pool's; ``None`` for no change.
    """

    identity: ClaimChanges = ClaimChanges()
    access: ClaimChanges = ClaimChanges()
    added_scopes: tuple[str, ...] = ()
    suppressed_scopes: frozenset[str] = frozenset()
    groups: Mapping[str, Any] | None = None

    @classmethod
    def first_version(cls, details: Mapping[str, Any]) -> ClaimsOverride:
        """Return the changes of ``claimsOverrideDetails``, in event version 1."""
        return cls(ClaimChanges.read(details), groups=_groups(details))

    @classmethod
    def later_version(cls, details: Mapping[str, Any]) -> ClaimsOverride:
        """Return the changes of ``claimsAndScopeOverrideDetails``, in versions 2 and 3 (T016)."""
        access = details.get("accessTokenGeneration") or {}
        return cls(
            ClaimChanges.read(details.get("idTokenGeneration")),
            ClaimChanges.read(access),
            tuple(access.get("scopesToAdd") or ()),
            frozenset(access.get("scopesToSuppress") or ()),
            _groups(details),
        )

    def exported(self) -> dict[str, Any]:
        """Return the changes in the form that a state keeps."""
        return {
            "identity": self.identity.exported(),
            "access": self.access.exported(),
            "added_scopes": list(self.added_scopes),
            "suppressed_scopes": sorted(self.suppressed_scopes),
            "groups": None if self.groups is None else dict(self.groups),
        }

    @classmethod
    def imported(cls, form: Mapping[str, Any]) -> ClaimsOverride:
        """Return the changes that `exported` returned in that form.

        Raises:
            ValueError: it is not that form.
        """
        groups = form.get("groups")
        if not isinstance(groups, dict | None):
            raise ValueError("groups are no object")
        return cls(
            ClaimChanges.imported(form.get("identity")),
            ClaimChanges.imported(form.get("access")),
            tuple(_texts(form.get("added_scopes"))),
            frozenset(_texts(form.get("suppressed_scopes"))),
            groups,
        )

    def in_id_token(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """Return the claims of an ID token with the changes."""
        return self.identity.applied(self._with_groups(claims, (_GROUPS, *_ROLES)), to="id")

    def in_access_token(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """Return the claims of an access token with the changes.

        ``aud``, which it does not have by itself, can only be the id of its app client (T018).
        """
        changed = self.access.applied(self._with_groups(claims, (_GROUPS,)), to="access")
        audience = self.access.added.get("aud")
        if audience == claims["client_id"] and "aud" not in self.access.suppressed:
            changed["aud"] = audience
        return {**changed, _SCOPE: self._scope(str(claims[_SCOPE]).split())}

    def _scope(self, scopes: list[str]) -> str:
        """Return the scopes with the changes (T019)."""
        wanted = dict.fromkeys([*scopes, *self.added_scopes])
        return " ".join(scope for scope in wanted if scope not in self.suppressed_scopes)

    def _with_groups(self, claims: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
        if self.groups is None:
            return dict(claims)
        others = {name: value for name, value in claims.items() if name not in names}
        return {**others, **{name: self.groups[name] for name in names if self.groups.get(name)}}


def _groups(details: Mapping[str, Any]) -> dict[str, Any] | None:
    given = details.get("groupOverrideDetails")
    if given is None:
        return None
    return {claim: given.get(member) for member, claim in _GROUP_CLAIMS.items()}


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("the names are no list of texts")
    return value
