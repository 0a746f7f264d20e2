"""The operations on groups and their members."""

from __future__ import annotations

from typing import Any

from harness.emulator import refusals
from harness.emulator.api.request import Request
from harness.emulator.domain.groups import Group
from harness.emulator.domain.pools import Pool
from harness.emulator.operations.list_users import described_user
from harness.emulator.rules.paging import page_of
from harness.emulator.service import Handler, Service

#: Quotas (A292).
MOST_GROUPS = 10_000
MOST_GROUPS_OF_A_USER = 100

#: Items on one page, if Limit is omitted or 0.
PAGE = 60
_SETTINGS = ("Description", "RoleArn", "Precedence")


def _settings(request: Request) -> dict[str, Any]:
    return {name: request.params[name] for name in _SETTINGS if name in request.params}


def _group(pool: Pool, request: Request) -> Group:
    group = pool.groups.get(request.params["GroupName"])
    if group is None:
        raise refusals.group_not_found()
    return group


def create_group(service: Service, request: Request) -> dict[str, Any]:
    """Create a group."""
    pool, name = service.pool(request), request.params["GroupName"]
    with pool.lock:
        if name in pool.groups:
            raise refusals.group_exists()
        if len(pool.groups) >= MOST_GROUPS:
            raise refusals.limit_exceeded()
        now = service.clock.time()
        group = pool.groups[name] = Group(name, pool.pool_id, _settings(request), now, now)
        return {"Group": group.described()}


def get_group(service: Service, request: Request) -> dict[str, Any]:
    """Show a group."""
    pool = service.pool(request)
    with pool.lock:
        return {"Group": _group(pool, request).described()}


def update_group(service: Service, request: Request) -> dict[str, Any]:
    """Change the settings of a group that the request has."""
    pool = service.pool(request)
    with pool.lock:
        group = _group(pool, request)
        group.settings.update(_settings(request))
        group.modified = service.clock.time()
        return {"Group": group.described()}


def delete_group(service: Service, request: Request) -> dict[str, Any]:
    """Delete a group; its members stay in the pool."""
    pool = service.pool(request)
    with pool.lock:
        group = _group(pool, request)
        for user in list(group.members.values()):
            group.remove(user)
        del pool.groups[group.name]
    return {}


def list_groups(service: Service, request: Request) -> dict[str, Any]:
    """List a pool's groups."""
    pool = service.pool(request)
    with pool.lock:
        groups = list(pool.groups.values())
        return _page(service, request, "Groups", ("ListGroups", pool.pool_id), groups)


def admin_list_groups_for_user(service: Service, request: Request) -> dict[str, Any]:
    """List the groups of a user."""
    with service.locked_user(request) as (pool, user):
        groups = [pool.groups[name] for name in user.groups]
        listing = ("AdminListGroupsForUser", pool.pool_id, user.sub)
        return _page(service, request, "Groups", listing, groups)


def list_users_in_group(service: Service, request: Request) -> dict[str, Any]:
    """List the members of a group."""
    pool = service.pool(request)
    with pool.lock:
        group = _group(pool, request)
        listing = ("ListUsersInGroup", pool.pool_id, group.name)
        return _page(service, request, "Users", listing, list(group.members.values()))


def _page(
    service: Service, request: Request, member: str, listing: tuple[str, ...], items: list[Any]
) -> dict[str, Any]:
    limit = request.params.get("Limit") or PAGE
    page, following = page_of(service, listing, items, request.params.get("NextToken"), limit)
    describe = described_user if member == "Users" else Group.described
    result: dict[str, Any] = {member: [describe(item) for item in page]}
    if following is not None:
        result["NextToken"] = following
    return result


def admin_add_user_to_group(service: Service, request: Request) -> dict[str, Any]:
    """Add a user to a group."""
    with service.locked_user(request) as (pool, user):
        group = _group(pool, request)
        if group.name not in user.groups and len(user.groups) >= MOST_GROUPS_OF_A_USER:
            raise refusals.limit_exceeded()
        group.add(user)
    return {}


def admin_remove_user_from_group(service: Service, request: Request) -> dict[str, Any]:
    """Remove a user from a group."""
    with service.locked_user(request) as (pool, user):
        _group(pool, request).remove(user)
    return {}


OPERATIONS: dict[str, Handler] = {
    "CreateGroup": create_group,
    "GetGroup": get_group,
    "UpdateGroup": update_group,
    "DeleteGroup": delete_group,
    "ListGroups": list_groups,
    "AdminListGroupsForUser": admin_list_groups_for_user,
    "ListUsersInGroup": list_users_in_group,
    "AdminAddUserToGroup": admin_add_user_to_group,
    "AdminRemoveUserFromGroup": admin_remove_user_from_group,
}
