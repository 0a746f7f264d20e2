"""App clients of a Terraform plan or state belong to the pool that their user_pool_id leads to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.sources import find, load
from tests.pools.sources.files import written

POOL, POOL_CLIENT = "aws_cognito_user_pool", "aws_cognito_user_pool_client"


def shown(kind: str, name: str, key: Any = None, module: str = "", **values: Any) -> dict[str, Any]:
    """Return a planned resource."""
    address = ".".join(filter(None, (module, kind, name)))
    resource = {"mode": "managed", "type": kind, "name": name, "values": {"name": name, **values}}
    if key is None:
        return {"address": address, **resource}
    shown_key = f'"{key}"' if isinstance(key, str) else key
    return {"address": f"{address}[{shown_key}]", "index": key, **resource}


def pool(name: str, key: Any = None, module: str = "", **values: Any) -> dict[str, Any]:
    """Return a planned pool."""
    return shown(POOL, name, key, module, **values)


def client(name: str = "web", key: Any = None, module: str = "", **values: Any) -> dict[str, Any]:
    """Return a planned app client."""
    return shown(POOL_CLIENT, name, key, module, **values)


def refers(*references: str) -> dict[str, Any]:
    """Return an expression; Terraform lists the beginning of each reference behind it."""
    beginnings = [one.rpartition(".")[0] for one in references if one.count(".") > 1]
    return {"references": [*references, *beginnings]}


def configured(kind: str, name: str, for_each: Any = None, **expressions: Any) -> dict[str, Any]:
    """Return the configuration of a resource."""
    found = {"address": f"{kind}.{name}", "expressions": expressions}
    return found if for_each is None else {**found, "for_each_expression": for_each}


def plan(
    folder: Path,
    resources: list[dict[str, Any]],
    configuration: Mapping[str, Any],
    children: list[dict[str, Any]] | None = None,
) -> Path:
    """Write a plan in which the ids are known after apply."""
    every = resources + [one for child in children or () for one in child["resources"]]
    changes = [
        {
            "address": one["address"],
            "change": {
                "after_unknown": {
                    name: True for name in ("id", "user_pool_id") if name not in one["values"]
                }
            },
        }
        for one in every
    ]
    root = {"resources": resources, "child_modules": children or []}
    value = {
        "format_version": "1.2",
        "planned_values": {"root_module": root},
        "resource_changes": changes,
        "configuration": {"root_module": configuration},
    }
    return written(folder, value, "plan.json")


def by_root_client(folder: Path, resources: list[dict[str, Any]], user_pool_id: Any) -> Path:
    """Write a plan with an app client in the root module."""
    return plan(
        folder,
        resources,
        {"resources": [configured(POOL_CLIENT, "web", user_pool_id=user_pool_id)]},
    )


def clients(path: Path) -> dict[str, list[str]]:
    """Return the app clients of each pool."""
    return {one.name: list(one.clients) for one in find(path).pools}


class TestPlan:
    """A plan has references, as far as Terraform shows them."""

    @pytest.mark.parametrize(
        "expression",
        [
            refers(f"{POOL}.b.id"),
            refers(f"{POOL}.b.arn"),
            # b may be conditional: what the variable decides is known to the plan.
            refers("var.create", f"{POOL}.b.id", "var.existing_id"),
        ],
    )
    def test_a_reference_leads_to_the_pool(self, tmp_path: Path, expression: Any) -> None:
        """The only pool in an expression is the one that the plan does not know yet."""
        path = by_root_client(tmp_path, [pool("a"), pool("b"), client()], expression)
        assert clients(path) == {f"{POOL}.a": [], f"{POOL}.b": [f"{POOL_CLIENT}.web"]}
        assert not load(path, f"{POOL}.a").unassigned

    @pytest.mark.parametrize(
        ("expression", "reason"),
        [
            (refers(f"{POOL}.a.id", f"{POOL}.b.id"), f"({POOL}.a.id, {POOL}.b.id)"),
            (refers("local.pool_id"), "(local.pool_id)"),
            (refers("data.aws_ssm_parameter.id.value"), "(data.aws_ssm_parameter.id.value)"),
            (refers("random_id.x.hex", f"{POOL}.b.id"), f"(random_id.x.hex, {POOL}.b.id)"),
            (refers(f"{POOL}.gone.id"), f"({POOL}.gone.id)"),
            ({}, "(user_pool_id, which is not set)"),
        ],
    )
    def test_an_unknown_pool_is_never_guessed(
        self, tmp_path: Path, expression: Any, reason: str
    ) -> None:
        """What can be one of several pools, or something else, is listed and belongs to none."""
        path = by_root_client(tmp_path, [pool("a"), pool("b"), client()], expression)
        assert clients(path) == {f"{POOL}.a": [], f"{POOL}.b": []}
        (found,) = load(path, f"{POOL}.a").unassigned
        assert f"is unknown {reason}; if it is this pool" in str(found)
        assert f"write user_pool_id = {POOL}.a.id" in str(found)

    def test_the_only_pool_is_not_guessed_either(self, tmp_path: Path) -> None:
        """An app client of an unknown pool is not taken for one of the only pool in the plan."""
        path = by_root_client(tmp_path, [pool("a"), client()], refers("local.pool_id"))
        found = load(path)
        with pytest.raises(ConfigurationError, match="the pool has no app client; the user pool"):
            found.client()
        assert found.client("web").name == f"{POOL_CLIENT}.web"

    def test_an_id_that_the_plan_knows(self, tmp_path: Path) -> None:
        """A pool that exists already has its id, and so has its app client."""
        resources = [
            pool("a", id="eu-west-1_Aaa111"),
            client(user_pool_id="eu-west-1_Aaa111"),
            client("other", user_pool_id="eu-west-1_Bbb222"),
        ]
        path = by_root_client(tmp_path, resources, {})
        assert clients(path) == {f"{POOL}.a": [f"{POOL_CLIENT}.web"]}
        assert not load(path).unassigned

    @pytest.mark.parametrize(
        ("expression", "key"),
        [
            (refers(f"{POOL}.p[0].id", f"{POOL}.p[0]", f"{POOL}.p"), 0),
            (refers(f"{POOL}.p[1].id", f"{POOL}.p[1]", f"{POOL}.p"), 1),
        ],
    )
    def test_an_instance_by_its_key(self, tmp_path: Path, expression: Any, key: int) -> None:
        """A reference with a constant key leads to that instance."""
        path = by_root_client(tmp_path, [pool("p", 0), pool("p", 1), client()], expression)
        assert clients(path)[f"{POOL}.p[{key}]"] == [f"{POOL_CLIENT}.web"]

    def test_a_key_can_have_dots_and_brackets(self, tmp_path: Path) -> None:
        """A key of for_each is any text."""
        reference = f'{POOL}.p["a.b[0]"].id'
        path = by_root_client(
            tmp_path, [pool("p", "a.b[0]"), pool("p", "c"), client()], refers(reference)
        )
        assert clients(path)[f'{POOL}.p["a.b[0]"]'] == [f"{POOL_CLIENT}.web"]

    @pytest.mark.parametrize("reference", [f"{POOL}.p", f"{POOL}.p.id"])
    def test_the_only_instance(self, tmp_path: Path, reference: str) -> None:
        """A splat or a function mentions all instances; with one instance, it is that one."""
        one = by_root_client(tmp_path, [pool("p", 0), client()], refers(reference))
        assert clients(one) == {f"{POOL}.p[0]": [f"{POOL_CLIENT}.web"]}
        two = by_root_client(tmp_path, [pool("p", 0), pool("p", 1), client()], refers(reference))
        assert len(load(two, f"{POOL}.p[0]").unassigned) == 1

    def test_the_same_key(self, tmp_path: Path) -> None:
        """``pools[each.key]`` is the pool with the key of the app client."""
        resources = [*(pool("p", key) for key in "xy"), *(client("web", key) for key in "xyz")]
        path = by_root_client(tmp_path, resources, refers(f"{POOL}.p", "each.key"))
        assert clients(path) == {
            f'{POOL}.p["{key}"]': [f'{POOL_CLIENT}.web["{key}"]'] for key in "xy"
        }
        (unknown,) = load(path, f'{POOL}.p["x"]').unassigned
        assert unknown.name == f'{POOL_CLIENT}.web["z"]'

    def test_for_each_over_pools(self, tmp_path: Path) -> None:
        """``each.value`` leads to what for_each goes over."""
        resource = configured(
            POOL_CLIENT,
            "web",
            for_each=refers(f"{POOL}.p"),
            user_pool_id=refers("each.value.id", "each.value"),
        )
        path = plan(tmp_path, [pool("p"), client("web", "x")], {"resources": [resource]})
        assert clients(path) == {f"{POOL}.p": [f'{POOL_CLIENT}.web["x"]']}

    def test_another_resource_repeats_the_id(self, tmp_path: Path) -> None:
        """The ``user_pool_id`` of another resource is the one that it was given."""
        domain = "aws_cognito_user_pool_domain"
        resources = [
            configured(POOL_CLIENT, "web", user_pool_id=refers(f"{domain}.d.user_pool_id")),
            configured(domain, "d", user_pool_id=refers(f"{POOL}.b.id")),
        ]
        path = plan(tmp_path, [pool("a"), pool("b"), client()], {"resources": resources})
        assert clients(path)[f"{POOL}.b"] == [f"{POOL_CLIENT}.web"]

    def test_a_broken_pool_is_reported_when_it_is_chosen(self, tmp_path: Path) -> None:
        """A mistake in one pool of a plan does not block another one."""
        resources = [pool("a"), pool("b", mfa_configuration="MUST")]
        path = plan(tmp_path, resources, {})
        assert load(path, "a").name == f"{POOL}.a"
        with pytest.raises(ConfigurationError, match="mfa_configuration"):
            load(path, "b")


class TestModules:
    """References go through outputs of modules and through their variables."""

    def module(self, name: str, *resources: dict[str, Any]) -> dict[str, Any]:
        """Return a planned module."""
        return {"address": name, "resources": list(resources)}

    def configuration(self, user_pool_id: Any, argument: Any = None) -> dict[str, Any]:
        """Return a root module with a module that has pool and app client."""
        output = {"expression": refers(f"{POOL}.p.id")}
        other = {"expression": refers(f"{POOL}.p.name", "var.x")}
        inner = {
            "resources": [
                configured(POOL, "p"),
                configured(POOL_CLIENT, "inner", user_pool_id=refers("var.pool_id")),
            ],
            "outputs": {"pool_id": output, "other": other},
        }
        calls = {
            name: {"module": inner, "expressions": {"pool_id": argument or {}}} for name in "mn"
        }
        return {
            "resources": [configured(POOL_CLIENT, "web", user_pool_id=user_pool_id)],
            "module_calls": calls,
        }

    def test_an_output(self, tmp_path: Path) -> None:
        """The output of a module leads to the pool in that module."""
        children = [self.module(f"module.{one}", pool("p", module=f"module.{one}")) for one in "mn"]
        configuration = self.configuration(refers("module.n.pool_id"))
        path = plan(tmp_path, [client()], configuration, children)
        assert clients(path) == {
            f"module.m.{POOL}.p": [],
            f"module.n.{POOL}.p": [f"{POOL_CLIENT}.web"],
        }

    def test_an_output_of_an_instance(self, tmp_path: Path) -> None:
        """An instance of a module is named by its key."""
        keys = ("eu.west", "us")
        children = [
            self.module(f'module.m["{key}"]', pool("p", module=f'module.m["{key}"]'))
            for key in keys
        ]
        configuration = self.configuration(refers('module.m["us"].pool_id'))
        path = plan(tmp_path, [client()], configuration, children)
        assert clients(path)[f'module.m["us"].{POOL}.p'] == [f"{POOL_CLIENT}.web"]
        dynamic = self.configuration(refers("module.m", "each.key"))
        path = plan(tmp_path, [client()], dynamic, children)
        assert len(load(path, f'module.m["us"].{POOL}.p').unassigned) == 1

    def test_a_variable(self, tmp_path: Path) -> None:
        """A module is given the id of a pool of its caller."""
        inner = client("inner", module="module.m")
        configuration = self.configuration({}, refers(f"{POOL}.outer.id"))
        path = plan(tmp_path, [pool("outer")], configuration, [self.module("module.m", inner)])
        assert clients(path) == {f"{POOL}.outer": [f"module.m.{POOL_CLIENT}.inner"]}

    def test_a_member_of_a_variable(self, tmp_path: Path) -> None:
        """Of a variable with several pools, nobody knows which one a member is."""
        inner = client("inner", module="module.m")
        argument = refers(f"{POOL}.a.id", f"{POOL}.b.id")
        configuration = self.configuration({}, argument)
        resource = configuration["module_calls"]["m"]["module"]["resources"][1]
        for reference in ('var.pool_id["a"]', "var.pool_id.a"):
            resource["expressions"]["user_pool_id"] = refers(reference, f"{POOL}.p.id")
            children = [self.module("module.m", inner, pool("p", module="module.m"))]
            path = plan(tmp_path, [pool("a"), pool("b")], configuration, children)
            assert len(load(path, f"{POOL}.a").unassigned) == 1

    @pytest.mark.parametrize("key", ["x", None])
    def test_a_key_is_that_of_the_module_in_its_call(self, tmp_path: Path, key: Any) -> None:
        """``each.key`` in the call of a module is the key of the module, not of the app client."""
        children = [
            self.module(f'module.m["{one}"]', client("inner", key, f'module.m["{one}"]'))
            for one in "xy"
        ]
        configuration = self.configuration({}, refers(f"{POOL}.p", "each.key"))
        path = plan(tmp_path, [pool("p", one) for one in "xy"], configuration, children)
        suffix = "" if key is None else f'["{key}"]'
        assert clients(path) == {
            f'{POOL}.p["{one}"]': [f'module.m["{one}"].{POOL_CLIENT}.inner{suffix}'] for one in "xy"
        }

    def test_a_value_is_that_of_the_module_in_its_call(self, tmp_path: Path) -> None:
        """``each.value`` in the call of a module leads to what the call goes over."""
        inner = client("inner", module='module.m["x"]')
        configuration = self.configuration({}, refers("each.value.id", "each.value"))
        configuration["module_calls"]["m"]["for_each_expression"] = refers(f"{POOL}.a")
        children = [self.module('module.m["x"]', inner)]
        path = plan(tmp_path, [pool("a"), pool("b")], configuration, children)
        assert clients(path)[f"{POOL}.a"] == [f'module.m["x"].{POOL_CLIENT}.inner']

    def test_a_variable_from_the_output_of_a_sibling(self, tmp_path: Path) -> None:
        """A module is given the output of another module, also in an instance with a key."""
        children = [
            self.module("module.n", pool("p", module="module.n")),
            self.module('module.m["a.module.b"]', client("inner", module='module.m["a.module.b"]')),
        ]
        configuration = self.configuration({}, refers("module.n.pool_id"))
        path = plan(tmp_path, [], configuration, children)
        assert clients(path) == {
            f"module.n.{POOL}.p": [f'module.m["a.module.b"].{POOL_CLIENT}.inner']
        }


def test_a_state_has_the_ids(tmp_path: Path) -> None:
    """In a state, the id of the pool decides, and an app client of another pool is none of ours."""
    resources = [
        pool("a", id="eu-west-1_Aaa111"),
        pool("b", id="eu-west-1_Bbb222"),
        client(user_pool_id="eu-west-1_Bbb222"),
        client("other", user_pool_id="eu-west-1_Ccc333"),
        client("lost"),
    ]
    value = {"format_version": "1.0", "values": {"root_module": {"resources": resources}}}
    path = written(tmp_path, value, "state.json")
    assert clients(path) == {f"{POOL}.a": [], f"{POOL}.b": [f"{POOL_CLIENT}.web"]}
    assert [one.name for one in load(path, "a").unassigned] == [f"{POOL_CLIENT}.lost"]
