"""Folders of ``cdk synth``: nested stacks, stages, other stacks, and pools of one name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.pools.sources import load, read
from tests.pools.sources.assemblies import (
    assembly,
    client,
    clients,
    nested,
    parameter,
    pool,
    stack,
    template,
)


class TestNested:
    """Nested stacks are followed, with what the parent gives to them."""

    def test_a_condition_that_a_later_stack_decides(self, tmp_path: Path) -> None:
        """What was unknown before all stacks were there is evaluated again."""
        conditions = {"Live": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}}
        live = {"Condition": "Live"}
        first = template(
            {"Pool": {**pool(), **live}, "Deeper": {**nested("deeper.json"), **live}},
            Parameters={"Stage": parameter()},
            Conditions=conditions,
        )
        stage = {"Fn::GetAtt": ["Second", "Outputs.Stage"]}
        files = {
            "A.template.json": template(
                {"First": nested("first.json", Stage=stage), "Second": nested("second.json")}
            ),
            "first.json": first,
            "second.json": template({}, Outputs={"Stage": {"Value": "prod"}}),
            "deeper.json": template({}),
        }
        found = load(assembly(tmp_path, files, A=stack("A.template.json")), "A/First/Pool")
        assert found.pool.condition is None

    def test_an_app_client_of_the_parents_pool(self, tmp_path: Path) -> None:
        """A nested stack gets the id of the parent's pool as a parameter."""
        files = {
            "A.template.json": template(
                {"Pool": pool(), "Inner": nested("Inner.nested.template.json", Id={"Ref": "Pool"})}
            ),
            "Inner.nested.template.json": template(
                {"Web": client({"Ref": "Id"}), "Cli": client({"Fn::Sub": "${Id}"})},
                Parameters={"Id": parameter()},
            ),
        }
        folder = assembly(tmp_path, files, A=stack("A.template.json"))
        assert clients(folder) == {"A/Pool": ["Web", "Cli"]}
        place = load(folder).client("Web").place("")
        assert place is not None
        assert place.file == str(folder / "Inner.nested.template.json")
        assert place.line is not None

    def test_an_app_client_of_a_nested_pool(self, tmp_path: Path) -> None:
        """The parent and a sibling get the id of a nested pool from its outputs."""
        output = {"Fn::GetAtt": ["Inner", "Outputs.PoolRef"]}
        files = {
            "A.template.json": template(
                {
                    "OfParent": client(output),
                    "Inner": nested("inner.json"),
                    "Sibling": nested("sibling.json", Given=output),
                }
            ),
            "inner.json": template(
                {"Pool": pool()}, Outputs={"PoolRef": {"Value": {"Ref": "Pool"}}}
            ),
            "sibling.json": template(
                {"OfSibling": client({"Ref": "Given"})}, Parameters={"Given": parameter()}
            ),
        }
        folder = assembly(tmp_path, files, A=stack("A.template.json"))
        assert clients(folder) == {"A/Inner/Pool": ["OfParent", "OfSibling"]}

    def test_a_nested_stack_in_a_nested_stack(self, tmp_path: Path) -> None:
        """A parameter is passed on from stack to stack."""
        files = {
            "A.template.json": template({"Pool": pool(), "B": nested("b.json", P={"Ref": "Pool"})}),
            "b.json": template(
                {"C": nested("c.json", Q={"Ref": "P"})}, Parameters={"P": parameter()}
            ),
            "c.json": template({"Deep": client({"Ref": "Q"})}, Parameters={"Q": parameter()}),
        }
        assert clients(assembly(tmp_path, files, A=stack("A.template.json"))) == {
            "A/Pool": ["Deep"]
        }

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"Length": "12"}, "12"),
            ({"Length": 12}, "12"),
            ({}, "9"),
            ({"Length": {"Ref": "Asked"}}, "unknown (Ref Length)"),
            ({"Length": {"Ref": "Pool"}}, "unknown (Ref Length)"),
        ],
    )
    def test_settings_follow_what_the_parent_gives(
        self, tmp_path: Path, given: dict[str, Any], expected: str
    ) -> None:
        """A given value counts, the Default only without one, and what is unknown stays unknown."""
        policy = {"PasswordPolicy": {"MinimumLength": {"Ref": "Length"}}}
        files = {
            "A.template.json": template(
                {"Pool": pool(), "B": nested("b.json", **given)}, Parameters={"Asked": parameter()}
            ),
            "b.json": template(
                {"Inner": pool(Policies=policy)}, Parameters={"Length": parameter(Default="9")}
            ),
        }
        found = load(assembly(tmp_path, files, A=stack("A.template.json")), "Inner")
        assert str(found.pool.value("Policies.PasswordPolicy.MinimumLength")) == expected

    def test_lists_are_passed_as_text(self, tmp_path: Path) -> None:
        """A list parameter of a nested stack gets one text with commas."""
        names = {"AutoVerifiedAttributes": {"Ref": "Names"}}
        files = {
            "A.template.json": template({"B": nested("b.json", Names="email,phone_number")}),
            "b.json": template(
                {"Pool": pool(**names)}, Parameters={"Names": {"Type": "CommaDelimitedList"}}
            ),
        }
        found = load(assembly(tmp_path, files, A=stack("A.template.json")))
        assert found.pool.value("AutoVerifiedAttributes") == ["email", "phone_number"]

    def test_stacks_that_refer_in_a_circle_end(self, tmp_path: Path) -> None:
        """Outputs and parameters that lead back to themselves are unknown."""

        def one(name: str) -> dict[str, Any]:
            return template(
                {f"Of{name}": client({"Ref": "Id"})},
                Parameters={"Id": parameter()},
                Outputs={"Id": {"Value": {"Ref": "Id"}}},
            )

        files = {
            "A.template.json": template(
                {
                    "Pool": pool(),
                    "B": nested("b.json", Id={"Fn::GetAtt": ["C", "Outputs.Id"]}),
                    "C": nested("c.json", Id={"Fn::GetAtt": ["B", "Outputs.Id"]}),
                }
            ),
            "b.json": one("B"),
            "c.json": one("C"),
        }
        found = load(assembly(tmp_path, files, A=stack("A.template.json")))
        assert [one.name for one in found.unassigned] == ["OfB", "OfC"]

    def test_a_template_that_contains_itself_is_refused(self, tmp_path: Path) -> None:
        """A nested stack of its own template, and a stage of its own folder, end with a message."""
        files = {"A.template.json": template({"Pool": pool(), "B": nested("A.template.json")})}
        folder = assembly(tmp_path, files, A=stack("A.template.json"))
        with pytest.raises(ConfigurationError, match="it contains itself"):
            load(folder)
        stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}
        with pytest.raises(ConfigurationError, match="it contains itself"):
            load(assembly(tmp_path, files, Stage=stage))


FILES: dict[str, Any] = {
    "A.template.json": template(
        {"Pool": pool(), "Inner": nested("inner.json", key="abc123", Id={"Ref": "Pool"})}
    ),
    "inner.json": template({"Web": client({"Ref": "Id"})}, Parameters={"Id": parameter()}),
}


class TestAssets:
    """The template of a nested stack is found with and without metadata, inside the folder."""

    def without_metadata(self) -> dict[str, Any]:
        """Return the files as ``cdk synth --no-asset-metadata`` writes them."""
        files: dict[str, Any] = json.loads(json.dumps(FILES))
        del files["A.template.json"]["Resources"]["Inner"]["Metadata"]
        return files

    def test_an_asset_manifest_names_the_file(self, tmp_path: Path) -> None:
        """Without metadata, the key in the URL of the template leads to the file."""
        asset = {
            "source": {"path": "inner.json", "packaging": "file"},
            "destinations": {"here": {"bucketName": "b", "objectKey": "abc123.json"}},
        }
        files = {**self.without_metadata(), "A.assets.json": {"files": {"abc123": asset}}}
        manifest = {"type": "cdk:asset-manifest", "properties": {"file": "A.assets.json"}}
        artifacts = {"A.assets": manifest, "A": stack("A.template.json")}
        assert clients(assembly(tmp_path, files, **artifacts)) == {"A/Pool": ["Web"]}

    @pytest.mark.parametrize("in_a_file", [False, True])
    def test_an_older_manifest_names_the_file(self, tmp_path: Path, in_a_file: bool) -> None:
        """Before asset manifests, the metadata of the stack listed its assets."""
        data = {"path": "inner.json", "id": "abc123", "packaging": "file"}
        metadata = {"/A": [{"type": "aws:cdk:asset", "data": data}]}
        files = self.without_metadata()
        artifact = stack("A.template.json", metadata=metadata)
        if in_a_file:
            files["A.metadata.json"] = metadata
            artifact = stack("A.template.json", additionalMetadataFile="A.metadata.json")
        assert clients(assembly(tmp_path, files, A=artifact)) == {"A/Pool": ["Web"]}

    def test_a_template_that_is_missing_must_not_hide_a_pool(self, tmp_path: Path) -> None:
        """A nested template that is not there can have a pool, so a pool must be named."""
        files = {"A.template.json": FILES["A.template.json"]}
        folder = assembly(tmp_path, files, A=stack("A.template.json"))
        with pytest.raises(ConfigurationError) as refused:
            load(folder)
        said = str(refused.value)
        assert "A/Pool (no app client); name one; more pools may exist: file" in said
        assert "inner.json" in said
        assert load(folder, "Pool").name == "Pool"
        with pytest.raises(ConfigurationError, match="more pools may exist"):
            load(folder, "Other")

    def test_a_stack_of_another_template_is_not_looked_for(self, tmp_path: Path) -> None:
        """A nested stack whose template is no asset of the folder is left alone."""
        files = self.without_metadata()
        assert clients(assembly(tmp_path, files, A=stack("A.template.json"))) == {"A/Pool": []}

    @pytest.mark.parametrize(
        "path",
        [
            "../outside.json",
            "/etc/hostname",
            "a/../../outside.json",
            "link.json",
            "a\0.json",
            "\ud800.json",
            "a" * 400,
        ],
    )
    def test_only_files_in_the_folder_are_read(self, tmp_path: Path, path: str) -> None:
        """A path that leads out of the folder is refused, even if a file is there."""
        (tmp_path / "outside.json").write_text(json.dumps(FILES["inner.json"]))
        files = {"A.template.json": template({"Pool": pool(), "Inner": nested(path)})}
        folder = assembly(tmp_path / "cdk.out", files, A=stack("A.template.json"))
        (folder / "link.json").symlink_to(tmp_path / "outside.json")
        with pytest.raises(ConfigurationError, match="must be the name of a file in the folder"):
            load(folder)
        assert load(folder, "A/Pool").name == "Pool"

    def test_a_stack_without_resources(self, tmp_path: Path) -> None:
        """A stack without resources has a template without Resources, and no pool."""
        files = {"A.template.json": template({"Pool": pool()}), "B.template.json": {"Rules": {}}}
        stacks = {"A": stack("A.template.json"), "B": stack("B.template.json")}
        assert clients(assembly(tmp_path, files, **stacks)) == {"A/Pool": []}


class TestOtherStacks:
    """Stacks of one folder refer to each other, and can have pools of one name."""

    def test_an_import_of_another_stack(self, tmp_path: Path) -> None:
        """An export of a stack in the folder leads to its pool; another export is elsewhere."""
        export = {"Value": {"Ref": "Pool"}, "Export": {"Name": "A:Pool"}}
        files = {
            "A.template.json": template({"Pool": pool()}, Outputs={"Pool": export}),
            "B.template.json": template(
                {
                    "Ours": client({"Fn::ImportValue": "A:Pool"}),
                    "Theirs": client({"Fn::ImportValue": "Old:Pool"}),
                    "Open": client({"Fn::ImportValue": {"Fn::Sub": "${AWS::StackName}:Pool"}}),
                }
            ),
        }
        stacks = {"A": stack("A.template.json"), "B": stack("B.template.json")}
        found = load(assembly(tmp_path, files, **stacks))
        assert [one.name for one in found.clients] == ["Ours"]
        assert [one.name for one in found.unassigned] == ["Open"]
        assert "write a reference to A/Pool as its UserPoolId" in str(found.unassigned[0])

    def test_an_output_of_another_stack(self, tmp_path: Path) -> None:
        """An output that is read without an export leads to the pool of its stack."""
        files = {
            "A.template.json": template(
                {"Pool": pool()}, Outputs={"PoolRef": {"Value": {"Ref": "Pool"}}}
            ),
            "B.template.json": template(
                {
                    name: client({"Fn::GetStackOutput": {"StackName": of, "OutputName": "PoolRef"}})
                    for name, of in {"Ours": "A-prod", "Open": "Other"}.items()
                }
            ),
        }
        properties = {"templateFile": "A.template.json", "stackName": "A-prod"}
        stacks = {
            "A": stack("A.template.json", properties=properties),
            "B": stack("B.template.json"),
        }
        found = load(assembly(tmp_path, files, **stacks))
        assert [one.name for one in found.clients] == ["Ours"]
        assert [one.name for one in found.unassigned] == ["Open"]

    def test_app_clients_of_one_name(self, tmp_path: Path) -> None:
        """App clients of two stacks with one logical id have their stacks in front."""
        export = {"Value": {"Ref": "Pool"}, "Export": {"Name": "pool"}}
        web = client({"Fn::ImportValue": "pool"})
        files = {
            "A.template.json": template(
                {"Pool": pool(), "Web": client({"Ref": "Pool"})}, Outputs={"Pool": export}
            ),
            "B.template.json": template({"Web": web, "Cli": web}),
        }
        stacks = {"A": stack("A.template.json"), "B": stack("B.template.json")}
        folder = assembly(tmp_path, files, **stacks)
        assert [one.name for one in load(folder).clients] == ["A/Web", "B/Web", "Cli"]

    def test_the_stack_tells_pools_of_one_name_apart(self, tmp_path: Path) -> None:
        """A pool is named by its stack and logical id, also with the other names of the stack."""
        metadata = {"aws:cdk:path": "Dev/Auth/SignIn/Resource"}
        one = template({"Pool": {**pool("users", MfaConfiguration="OFF"), "Metadata": metadata}})
        files = {
            "a.json": one,
            "b.json": template(
                {"Pool": pool("users", MfaConfiguration="OPTIONAL", EnabledMfas=["EMAIL_OTP"])}
            ),
        }
        properties = {"templateFile": "a.json", "stackName": "Dev-Auth"}
        artifact = stack("a.json", displayName="Dev/Auth", properties=properties)
        folder = assembly(tmp_path, files, DevAuth0815=artifact, Other=stack("b.json"))
        for name in ("users", "Pool"):
            with pytest.raises(ConfigurationError) as refused:
                load(folder, name)
            said = "this is a name of Dev/Auth/Pool and Other/Pool; give one of those"
            assert said in str(refused.value)
        names = ("Dev/Auth/Pool", "DevAuth0815/Pool", "Dev-Auth/Pool", "Dev/Auth/SignIn")
        for name in names:
            assert load(folder, name).mfa.value("MfaConfiguration") == "OFF"
        assert load(folder, "Other/Pool").mfa.value("MfaConfiguration") == "OPTIONAL"
        with pytest.raises(ConfigurationError, match="did you mean 'Other/Pool'"):
            load(folder, "Other/Pol")

    def test_stages_are_assemblies_of_their_own(self, tmp_path: Path) -> None:
        """The stacks of a stage are in a folder in the folder, with nested stacks of their own."""
        inner = template({"Web": client({"Ref": "Id"})}, Parameters={"Id": parameter()})
        outer = template({"Pool": pool(), "Inner": nested("inner.json", Id={"Ref": "Pool"})})
        stages = {}
        for stage in ("Dev", "Prod"):
            files = {"auth.json": outer, "inner.json": inner}
            artifact = stack("auth.json", displayName=f"{stage}/Auth")
            assembly(tmp_path / f"assembly-{stage}", files, **{f"{stage}Auth": artifact})
            properties = {"directoryName": f"assembly-{stage}"}
            stages[stage] = {"type": "cdk:cloud-assembly", "properties": properties}
        folder = assembly(tmp_path, {}, **stages)
        assert clients(folder) == {"Dev/Auth/Pool": ["Web"], "Prod/Auth/Pool": ["Web"]}
        assert {Path(one.origin.name).parent.name for one in read(folder)} == {
            "assembly-Dev",
            "assembly-Prod",
        }
