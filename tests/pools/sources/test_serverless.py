"""Services of the Serverless Framework.

The right answers are what ``serverless package`` of version 3.38 writes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ConfigurationError
from harness.pools.configuration.pool_configuration import Unknown
from harness.pools.sources import load, read
from harness.pools.sources.parameters import GivenParameter, GivenParameters
from tests.pools.sources.files import EVERY_FORMAT

#: Variables each of which is the next one nine times.
PAIRS = tuple(zip("abcdef", "bcdefg", strict=True))
GROWING = ", ".join(f"{one}: '{f'${{self:custom.{other}}}' * 9}'" for one, other in PAIRS)
POOL = "Type: AWS::Cognito::UserPool"
CLIENT = "Type: AWS::Cognito::UserPoolClient"


def service(folder: Path, text: str, provider: str = "{name: aws}") -> Path:
    """Write a service, and return the path of its file."""
    path = folder / "serverless.yml"
    path.write_text(f"service: app\nprovider: {provider}\n{text}", encoding="utf-8")
    return path


def pool_of(*properties: str) -> str:
    """Return resources with one pool with these properties, which start at line 7."""
    lines = "".join(f"        {line}\n" for line in properties)
    return f"resources:\n  Resources:\n    Pool:\n      {POOL}\n      Properties:\n{lines}"


def message(path: Path) -> str:
    """Return the error about a file that cannot be used, which is one line."""
    with pytest.raises(ConfigurationError) as refused:
        load(path)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_plain_cloudformation(tmp_path: Path) -> None:
    """Below resources is CloudFormation, with its lines."""
    flow = '{MfaConfiguration: "ON", EnabledMfas: [SOFTWARE_TOKEN_MFA]}'
    path = service(
        tmp_path, f"resources:\n  Resources:\n    Pool:\n      {POOL}\n      Properties: {flow}\n"
    )
    found = load(path)
    assert found.origin.format == "Serverless service"
    assert found.mfa.value("SoftwareTokenMfaConfiguration.Enabled") is True
    place = found.mfa.place("MfaConfiguration")
    assert place is not None
    assert (place.path, place.line) == ("Resources.Pool.Properties.MfaConfiguration", 7)


def test_words_are_texts(tmp_path: Path) -> None:
    """The framework reads YAML 1.2, in which OFF is a text; true stays a boolean."""
    path = service(
        tmp_path,
        pool_of(
            "MfaConfiguration: OFF",
            "DeviceConfiguration: {ChallengeRequiredOnNewDevice: true}",
            "UserPoolAddOns: !If [Never, {AdvancedSecurityMode: ON}, {AdvancedSecurityMode: OFF}]",
        )
        + '  Conditions:\n    Never: !Equals ["a", "b"]\n',
    )
    found = load(path)
    assert found.mfa.value("MfaConfiguration") == "OFF"
    assert found.pool.value("DeviceConfiguration.ChallengeRequiredOnNewDevice") is True
    assert found.pool.value("UserPoolAddOns.AdvancedSecurityMode") == "OFF"


def test_words_in_merged_mappings_are_texts(tmp_path: Path) -> None:
    """What a merge key puts in is read like the rest."""
    text = "custom: {mfa: &mfa {MfaConfiguration: OFF}}\n"
    assert load(service(tmp_path, text + pool_of("<<: *mfa"))).mfa.members == {
        "MfaConfiguration": "OFF"
    }


class TestVariables:
    """What a deployment without options gives each variable."""

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("${self:service}", "app"),
            ("${self:custom.names.0}-x", "a-x"),
            ("${self:custom.${sls:stage}.name}", "in dev"),
            ("${opt:stage, self:provider.stage, 'last'}", "dev"),
            ('${opt:name, env:NAME_OF_POOL_X, "it\'s"}', "it's"),
            ("${env:NAME_OF_POOL_X, ''}-b", "-b"),
            ("${param:name}", "of dev"),
            ("${param:other}", "of all"),
            ("${file(more.yml):a.b}", "in a file"),
            ("${file(more.yml):a.none, 'else'}", "else"),
            ("${file(more.yml):a.nested}", "app"),
            ("${self:custom.none, self:custom.names.1}", "b"),
            ("${self:custom.number}", "12"),
        ],
    )
    def test_a_known_one(self, tmp_path: Path, text: str, value: str) -> None:
        """A variable of the file, a file beside it, or with a fallback is resolved."""
        more = "a: {b: in a file, nested: '${self:service}'}\n"
        (tmp_path / "more.yml").write_text(more, encoding="utf-8")
        custom = (
            "custom: {names: [a, b], number: 12, dev: {name: in dev}}\n"
            "params: {default: {name: of all, other: of all}, dev: {name: of dev}}\n"
        )
        path = service(
            tmp_path, custom + pool_of(f"UserPoolName: {text}"), "{name: aws, stage: dev}"
        )
        assert load(path).pool.value("PoolName") == value

    @pytest.mark.parametrize(
        "text",
        [
            "${opt:name}",
            "${env:NAME_OF_POOL_X}",
            "${ssm:/app/name, 'guess'}",
            "${cf:stack.Name}",
            "${file(name.js):name, 'guess'}",
            "${self:custom.none}",
            "a ${opt:name} b",
        ],
    )
    def test_an_unknown_one(self, tmp_path: Path, text: str) -> None:
        """What a program, a store or another stack returns is never guessed."""
        found = load(service(tmp_path, pool_of(f"UserPoolName: {text}")))
        value = found.pool.value("PoolName")
        assert isinstance(value, Unknown)
        assert value.reason in text

    @pytest.mark.parametrize(
        ("custom", "text"),
        [
            ("{x: '${self:custom.y}', y: '${self:custom.x}'}", "${self:custom.x}"),
            ("{x: '${self:custom}'}", "${self:custom.x.x}"),
            ("{x: '${self:}'}", "${self:custom.x.custom.x}"),
            (f"{{{GROWING}, g: xxxxxxxxxxxxxxxxxx}}", "${self:custom.a}"),
        ],
    )
    def test_one_that_never_ends(self, tmp_path: Path, custom: str, text: str) -> None:
        """A variable that refers to itself, or grows without end, is unknown."""
        path = service(tmp_path, f"custom: {custom}\n" + pool_of(f"UserPoolName: '{text}'"))
        assert load(path).pool.unknown()

    def test_functions_keep_their_own_references(self, tmp_path: Path) -> None:
        """CloudFormation's own references in Fn::Sub are not the framework's."""
        path = service(
            tmp_path,
            pool_of(
                'UserPoolName: !Sub "${sls:stage}-${Name}"',
                'EmailVerificationSubject: !Sub "${opt:name}-${Name}"',
                'EmailVerificationMessage: !Sub "${AWS::Region}"',
            )
            + "  Parameters:\n    Name: {Type: String, Default: x}\n",
        )
        found = load(path).pool
        assert found.value("PoolName") == "dev-x"
        assert found.value("EmailVerificationSubject") == Unknown("${opt:name}")
        assert isinstance(found.value("EmailVerificationMessage"), Unknown)

    def test_a_fallback_is_noted(self, tmp_path: Path) -> None:
        """A value that a deployment can set otherwise has a note, as the Default of a parameter."""
        path = service(
            tmp_path,
            "custom: {mfa: {dev: OPTIONAL}}\n"
            + pool_of(
                "MfaConfiguration: ${self:custom.mfa.${sls:stage}}",
                "EnabledMfas: [SOFTWARE_TOKEN_MFA]",
                "UserPoolName: ${self:service}",
                "DeletionProtection: !If [A, \"${env:NAME_OF_POOL_X, 'ACTIVE'}\", INACTIVE]",
            )
            + '  Conditions: {A: !Equals ["a", "a"]}\n',
        )
        found = load(path)
        assert found.mfa.notes() == {"MfaConfiguration": "fallback for ${opt:stage}"}
        assert found.pool.value("DeletionProtection") == "ACTIVE"
        assert "PoolName" not in found.pool.notes()


class TestGiven:
    """What the user gives in place of options and the environment of a deployment."""

    POOL = (
        "custom: {mfa: {dev: OFF, live: ON}}\n"
        "resources:\n  Resources:\n    Pool:\n      Type: AWS::Cognito::UserPool\n"
        "      Properties:\n        MfaConfiguration: ${self:custom.mfa.${sls:stage}}\n"
        "        EnabledMfas: [SOFTWARE_TOKEN_MFA]\n"
        "        UserPoolName: ${env:NAME_OF_POOL_X}-${param:region, 'eu'}\n"
    )

    @pytest.mark.parametrize("name", ["opt:stage", "stage"])
    def test_an_option(self, tmp_path: Path, name: str) -> None:
        """The stage decides, as it does for the framework, and a note says who gave it."""
        given = GivenParameters({name: GivenParameter("live", "--parameter")})
        found = load(service(tmp_path, self.POOL), None, given)
        assert found.mfa.value("MfaConfiguration") == "ON"
        assert found.mfa.notes()["MfaConfiguration"] == "parameter opt:stage: --parameter"

    def test_the_environment_and_a_parameter(self, tmp_path: Path) -> None:
        """A value that is given takes the place of the fallback."""
        given = GivenParameters(
            {
                "env:NAME_OF_POOL_X": GivenParameter("x", "--parameter"),
                "param:region": GivenParameter("us", "--parameter"),
            }
        )
        assert load(service(tmp_path, self.POOL), None, given).pool.value("PoolName") == "x-us"

    def test_an_unknown_value_says_what_to_give(self, tmp_path: Path) -> None:
        """Messages about unknown values name what can be given."""
        value = load(service(tmp_path, self.POOL)).pool.value("PoolName")
        assert isinstance(value, Unknown)
        assert [one.name for one in value.needs] == ["env:NAME_OF_POOL_X"]

    def test_a_name_that_no_variable_has(self, tmp_path: Path) -> None:
        """It is refused, with the nearest one."""
        given = GivenParameters({"opt:stge": GivenParameter("live", "--parameter")})
        with pytest.raises(ConfigurationError, match="did you mean 'opt:stage'"):
            load(service(tmp_path, self.POOL), None, given)


class TestFiles:
    """Resources in other files."""

    RESOURCES = f"Resources:\n  Pool:\n    {POOL}\n    Properties:\n      MfaConfiguration: OFF\n"

    @pytest.mark.parametrize(
        "name", ["../outside.yml", "link.yml", "{}/outside.yml", "a" * 400 + ".yml", "a\\0.yml"]
    )
    def test_a_file_elsewhere_is_not_read(self, tmp_path: Path, name: str) -> None:
        """A service takes files of its own folder alone: others can be secret."""
        (tmp_path / "outside.yml").write_text("name: hunter2", encoding="utf-8")
        folder = tmp_path / "service"
        folder.mkdir()
        (folder / "link.yml").symlink_to(tmp_path / "outside.yml")
        variable = f"${{file({name.format(tmp_path)}):name}}"
        found = load(service(folder, pool_of(f'UserPoolName: "{variable}"')))
        assert isinstance(found.pool.value("PoolName"), Unknown)

    def test_a_file_is_followed(self, tmp_path: Path) -> None:
        """Its settings are at their lines in that file."""
        (tmp_path / "pool.yml").write_text(self.RESOURCES, encoding="utf-8")
        found = load(service(tmp_path, "resources:\n  - ${file(./pool.yml)}\n"))
        place = found.mfa.place("MfaConfiguration")
        assert place is not None
        assert place.file == str(tmp_path / "pool.yml")
        assert place.line == 5

    def test_parts_of_files_come_together(self, tmp_path: Path) -> None:
        """A pool and its app client can be in different files, as a whole or as resources."""
        (tmp_path / "pool.yml").write_text(self.RESOURCES, encoding="utf-8")
        (tmp_path / "web.yml").write_text(
            f"Web:\n  {CLIENT}\n  Properties: {{UserPoolId: !Ref Pool, ClientName: web}}\n"
        )
        text = (
            "resources:\n  Resources:\n    Pool: ${file(pool.yml):Resources.Pool}\n"
            "    Web: ${file(web.yml):Web}\n"
        )
        found = load(service(tmp_path, text))
        assert found.client().value("ClientName") == "web"
        assert load(EVERY_FORMAT["Serverless service"]).client().name == "Web"

    def test_a_mistake_names_the_file(self, tmp_path: Path) -> None:
        """The message has the line of the included file, not of the service."""
        (tmp_path / "pool.yml").write_text(self.RESOURCES.replace("OFF", "OF"), encoding="utf-8")
        said = message(service(tmp_path, "resources: ${file(pool.yml)}\n"))
        assert f"(from {tmp_path / 'pool.yml'}, line 5)" in said
        assert "did you mean 'OFF'?" in said

    def test_a_program_is_refused(self, tmp_path: Path) -> None:
        """Only the framework knows what a program returns: the packaged template has it."""
        said = message(service(tmp_path, "resources:\n  - ${file(pool.js)}\n"))
        assert "resources[0]: cannot use '${file(pool.js)}'" in said
        assert "line 4" in said
        assert ".serverless/cloudformation-template-update-stack.json" in said

    def test_a_program_beside_the_pool_can_have_app_clients(self, tmp_path: Path) -> None:
        """The app clients are then not known to be all."""
        (tmp_path / "pool.yml").write_text(self.RESOURCES, encoding="utf-8")
        text = "resources:\n  - ${file(pool.yml)}\n  - ${file(more.js)}\n"
        found = load(service(tmp_path, text))
        assert found.other_clients is not None
        assert "resources[1] is ${file(more.js)}" in found.other_clients.reason

    def test_an_included_template_alone(self, tmp_path: Path) -> None:
        """A file that a service includes is read too; what the service gives it is unknown."""
        path = tmp_path / "pool.yml"
        path.write_text(f"{self.RESOURCES}      UserPoolName: ${{self:custom.name}}\n")
        found = load(path)
        assert found.origin.format == "Serverless service"
        assert found.mfa.value("MfaConfiguration") == "OFF"
        assert found.pool.value("PoolName") == Unknown("${self:custom.name}")

    def test_the_packaged_template(self, tmp_path: Path) -> None:
        """The folder that serverless package writes is read as its template."""
        name = "cloudformation-template-update-stack.json"
        (tmp_path / name).write_text(f'{{"Resources": {{"Pool": {{"{POOL[:4]}": "{POOL[6:]}"}}}}}}')
        found = load(tmp_path)
        assert found.origin.format == "CloudFormation template"
        assert found.origin.name == str(tmp_path / name)

    def test_an_extension_is_refused(self, tmp_path: Path) -> None:
        """An extension changes a resource in its own way; that of another resource is not ours."""
        text = (
            f"resources:\n  Resources:\n    Pool: {{{POOL}}}\n"
            "  extensions:\n    PreCheckLambdaFunction: {Properties: {Timeout: 9}}\n"
        )
        assert load(service(tmp_path, text)).name == "Pool"
        text += "    Pool: {Properties: {MfaConfiguration: OPTIONAL}}\n"
        said = message(service(tmp_path, text))
        assert "resources.extensions.Pool" in said
        assert "run serverless package" in said


class TestTriggers:
    """Events of functions that make them triggers."""

    FUNCTIONS = (
        "functions:\n"
        "  pre-check:\n"
        "    handler: a.b\n"
        "    events:\n"
        "      - http: {path: /, method: get}\n"
        "      - cognitoUserPool: {pool: people, trigger: PreSignUp, existing: EXISTING}\n"
    )

    def test_an_existing_pool_is_found_by_its_name(self, tmp_path: Path) -> None:
        """The trigger is a member of LambdaConfig, at the line of the event."""
        functions = self.FUNCTIONS.replace("EXISTING", "true")
        found = load(service(tmp_path, functions + pool_of("UserPoolName: people")))
        assert found.pool.value("LambdaConfig") == {
            "PreSignUp": Unknown("Fn::GetAtt PreDashcheckLambdaFunction.Arn")
        }
        place = found.pool.place("LambdaConfig.PreSignUp")
        assert place is not None
        assert place.line == 8

    def test_a_pool_of_another_stack(self, tmp_path: Path) -> None:
        """An existing pool with another name is not this one."""
        functions = self.FUNCTIONS.replace("EXISTING", "true")
        found = load(service(tmp_path, functions + pool_of("UserPoolName: others")))
        assert found.pool.value("LambdaConfig") is None

    def test_a_pool_that_only_an_event_names(self, tmp_path: Path) -> None:
        """The framework creates it, with the defaults of Cognito."""
        functions = self.FUNCTIONS.replace("EXISTING", "false")
        found = load(service(tmp_path, functions))
        assert found.name == "CognitoUserPoolPeople"
        assert found.pool.value("PoolName") == "people"

    def test_a_resource_of_that_name_is_merged(self, tmp_path: Path) -> None:
        """What the resource says itself wins."""
        functions = self.FUNCTIONS.replace("EXISTING", "false")
        pool = pool_of("UserPoolName: mine", "LambdaConfig: {CustomMessage: 'arn:aws:lambda'}")
        path = service(tmp_path, functions + pool.replace("Pool:\n", "CognitoUserPoolPeople:\n", 1))
        found = read(path)
        assert [one.name for one in found] == ["CognitoUserPoolPeople"]
        assert found[0].pool.value("PoolName") == "mine"
        assert set(found[0].pool.value("LambdaConfig")) == {"CustomMessage", "PreSignUp"}

    def test_a_custom_sender(self, tmp_path: Path) -> None:
        """A sender has a version and the key of the pool."""
        event = (
            "functions:\n  send:\n    events:\n      - cognitoUserPool:\n"
            "          {pool: people, trigger: CustomEmailSender, kmsKeyId: 'arn:aws:kms:x'}\n"
        )
        config = load(service(tmp_path, event)).pool.value("LambdaConfig")
        assert config["KMSKeyID"] == "arn:aws:kms:x"
        assert config["CustomEmailSender"]["LambdaVersion"] == "V1_0"

    def test_functions_that_a_program_makes(self, tmp_path: Path) -> None:
        """They can be triggers of the pool, so its triggers are unknown."""
        functions = "functions: ${file(functions.js)}\n"
        found = load(service(tmp_path, functions + pool_of("UserPoolName: people")))
        assert isinstance(found.pool.value("LambdaConfig"), Unknown)
