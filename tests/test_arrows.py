"""The import rules hold, and each of them would be missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import arrows
from tests.support.arrows import ROOT, RULES, Arrow, broken_rules, read_arrows, read_package

FOLDERS = ("harness", "scenarios", "tests")

#: For each rule, imports that break it, as (importer, source).
VIOLATIONS: dict[str, list[tuple[str, str]]] = {
    "the floor needs nothing but the standard library": [
        ("harness.clock", "import boto3"),
        ("harness.errors", "from harness.clock import Clock"),
        ("harness.redaction", "def f():\n    import moto"),
        ("harness.srp.group", "from harness.srp import client"),
    ],
    "gmpy2 is for the group alone": [
        ("harness.emulator.rules.tokens", "import gmpy2"),
        ("harness.srp.client", "from gmpy2 import powmod"),
    ],
    "srp stands on the floor alone": [
        ("harness.srp.client", "from harness.clock import Clock"),
        ("harness.srp.engines", "import requests"),
        ("harness.srp.foreign", "def f():\n    from harness.users import device"),
    ],
    "foreign clients are for the foreign engines alone": [
        ("harness.flows.sign_in", "from pycognito import Cognito"),
        ("harness.srp.engines", "import warrant.aws_srp"),
    ],
    "fido2 is for the software authenticator alone": [
        ("harness.emulator.rules.passkeys", "from fido2.webauthn import AttestationObject"),
        ("harness.flows.passkeys", "import fido2.cose"),
    ],
    "the server's half of srp does not know the client's": [
        ("harness.srp.server", "from harness.srp.client import ClientExchange"),
        ("harness.srp.server", "from . import engines"),
        ("harness.srp.server", "import harness.srp.foreign"),
        ("harness.srp.__init__", "from harness.srp.challenge import SrpChallengeParameters"),
    ],
    "the client's half of srp does not know the server's": [
        ("harness.srp.client", "from .server import make_verifier"),
        ("harness.srp.engines", "from harness.srp import server"),
        ("harness.srp.__init__", "from harness.srp.server import make_verifier"),
    ],
    "the emulator does not know its clients": [
        ("harness.emulator.engine", "from harness.flows import sign_in"),
        ("harness.emulator.engine", "from ..flows.sign_in import SignIn"),
        ("harness.emulator.engine", "from harness.srp.client import ClientExchange"),
        ("harness.emulator.engine", "from harness.users.person import Person"),
        (
            "harness.emulator.moto_backend.models",
            "from harness.pools.spec.pool_spec import PoolSpec",
        ),
        ("harness.emulator.domain.totp", "import pyotp"),
        ("harness.emulator.domain.totp", "import importlib\nimportlib.import_module('pyotp.totp')"),
        ("harness.emulator.operations.sign_up", "from harness.targets import base"),
        ("harness.emulator.operations.__init__", "from harness import settings"),
    ],
    "moto is for the emulator's seam alone": [
        ("harness.emulator.engine", "import moto"),
        ("harness.emulator.__init__", "from moto import mock_aws"),
        ("harness.targets.emulated", "def f():\n    from moto.server import ThreadedMotoServer"),
        ("scenarios.test_sign_in", "import moto.core"),
    ],
    "flows and users do not know who answers them": [
        ("harness.flows.sign_in", "from harness.emulator import Emulator"),
        ("harness.flows.trace", "from harness.targets.base import Target"),
        ("harness.users.device", "from harness.srp.server import decode_integer"),
        ("harness.users.mailboxes.http", "from harness.plugin import Options"),
    ],
    "users do not know the flows": [
        ("harness.users.person", "from harness.flows.actions import Actions"),
        ("harness.users.person", "from harness.pools.spec.pool_spec import PoolSpec"),
    ],
    "pools do not know who keeps them": [
        ("harness.pools.making.provision_spec", "from harness.targets.base import Target"),
        ("harness.pools.spec.pool_spec", "from harness.emulator.domain.pools import Pool"),
    ],
    "an audit reads the pool and not its plan": [
        ("harness.pools.audit", "from harness.pools.spec.pool_spec import PoolSpec"),
        ("harness.pools.audit.rules", "from harness.pools.making.provision_spec import provision"),
    ],
    "a target is there without the emulator until it is started": [
        ("harness.targets.emulated", "from harness.emulator import Emulator"),
        ("harness.targets.base", "try:\n    import harness.emulator\nexcept ImportError:\n    ..."),
    ],
    "only targets make clients": [
        ("harness.flows.actions", "import boto3"),
        ("harness.cli.demo.stage", "def f():\n    import boto3.session"),
        ("scenarios.test_sign_in", "from boto3 import client"),
    ],
    "targets do not know who chose them": [
        ("harness.targets.base", "from harness.plugin import Options"),
        ("harness.targets.endpoint", "from harness.cli import app"),
        ("harness.targets.endpoint", "from harness.reports import junit"),
    ],
    "only the plugin and tests know pytest": [
        ("harness.flows.sign_in", "import pytest"),
        ("harness.settings.run_settings", "from pytest import Config"),
        (
            "harness.settings.run_settings",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pytest",
        ),
    ],
    "nobody reaches into pytest": [
        ("harness.plugin", "from _pytest.config import Config"),
        ("tests.plugin.test_options", "import _pytest"),
    ],
    "only load imports locust, which patches the standard library": [
        ("harness.plugin", "import locust"),
        ("harness.flows.pacing", "import gevent"),
        ("harness.cli.load", "def f():\n    import geventhttpclient"),
        ("tests.aws.test_pacing", "import pytest\npytest.importorskip('locust')"),
    ],
    "what prepares a load run works without locust": [
        ("harness.load.plan", "import gevent"),
        ("harness.load.profile", "from harness.load.users import WeightedMix"),
    ],
    "load uses the client's half of srp": [
        ("harness.load.session", "from harness.srp.server import make_verifier"),
        ("harness.load.flows", "from harness.emulator import Emulator"),
    ],
    "reports take records": [
        ("harness.reports.markdown", "from harness.flows.trace import Call"),
        ("harness.reports.records", "from harness.targets.base import Target"),
    ],
    "nobody imports the command line": [
        ("harness.plugin", "from harness.cli.options import EndpointUrl"),
        ("scenarios.test_main_job", "from harness.cli import main"),
    ],
    "faults are for the self-proof alone": [
        ("harness.plugin", "from harness.selfcheck.run import selfcheck"),
        ("harness.emulator.engine", "def f():\n    import harness.selfcheck.planting"),
        ("scenarios.test_main_job", "from harness.selfcheck.fault import Fault"),
    ],
    "nobody imports a conftest": [
        ("tests.plugin.test_options", "from conftest import pytest_plugins"),
        ("harness.plugin", "import conftest"),
    ],
    "the package's front door is for those outside": [
        ("harness.flows.sign_in", "from harness import Secret"),
        ("harness.emulator.control.surface", "import harness"),
        ("harness.emulator.engine", "from .. import Secret"),
    ],
    "importing the package stays light": [
        ("harness.__init__", "from harness.flows.sign_in import SignIn"),
        ("harness.__init__", "import boto3"),
    ],
    "the plugin stays light": [
        ("harness.plugin", "from harness.emulator import Emulator"),
        ("harness.plugin.fixtures.pools", "import faker"),
    ],
    "a scenario means the same everywhere": [
        ("scenarios.test_sign_in", "from harness.emulator import Emulator"),
        ("scenarios.test_sign_in", "from harness.flows.sign_in import SignIn"),
        ("scenarios.test_sign_in", "from tests import support"),
        ("scenarios.test_sign_in", "def f():\n    import pyotp"),
    ],
}

#: Imports that no rule is against.
PERMITTED = [
    ("harness.__init__", "from harness.clock import Clock"),
    ("harness.__init__", "def __getattr__(name):\n    from harness.flows.sign_in import SignIn"),
    ("harness.srp.group", "from gmpy2 import powmod"),
    ("harness.srp.server", "from harness.srp.group import N"),
    ("harness.emulator.engine", "from harness.srp import server"),
    ("harness.emulator.engine", "from .operations import OPERATIONS"),
    ("harness.emulator.control.surface", "from harness.version import __version__"),
    (
        "harness.emulator.moto_backend.models",
        "from moto.cognitoidp.models import CognitoIdpBackend",
    ),
    ("harness.flows.sign_in", "from harness.srp.engines import SrpEngine"),
    ("harness.flows.actions", "from botocore.exceptions import ClientError"),
    ("harness.targets.emulated", "def f():\n    from harness.emulator import Emulator"),
    ("harness.targets.emulated", "import boto3"),
    ("harness.plugin", "import pytest"),
    ("harness.cli.serve", "def f():\n    from harness.emulator import Emulator"),
    ("scenarios.test_sign_in", "from harness import UnexpectedResult"),
    ("tests.srp.test_halves", "from harness.srp import client, server"),
]


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_forbidden_arrow(folder: str) -> None:
    """No module imports what a rule keeps from it."""
    found = [
        f"{arrow.importer}, line {arrow.line}, imports {arrow.imported}: {rule}"
        for arrow in read_package(ROOT / folder)
        for rule in broken_rules(arrow)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_sources_are_read(folder: str) -> None:
    """Each folder has imports to judge, so that the test above cannot pass by seeing nothing."""
    assert sum(1 for _ in read_package(ROOT / folder)) > 10


def test_every_rule_has_a_violation_to_find() -> None:
    """A rule that nothing proves is not a rule."""
    assert {rule.name for rule in RULES} == set(VIOLATIONS)


@pytest.mark.parametrize(
    ("rule", "importer", "source"),
    [(rule, *violation) for rule, violations in VIOLATIONS.items() for violation in violations],
)
def test_violation_is_reported(rule: str, importer: str, source: str) -> None:
    """A file that breaks the rule is reported under the rule's name."""
    reported = [name for arrow in read_arrows(source, importer) for name in broken_rules(arrow)]
    assert rule in reported


@pytest.mark.parametrize(("importer", "source"), PERMITTED)
def test_permitted_import_is_not_reported(importer: str, source: str) -> None:
    """What the design allows breaks no rule."""
    assert not [rule for arrow in read_arrows(source, importer) for rule in broken_rules(arrow)]


class TestReading:
    """Imports are found in every form that Python has for them."""

    def test_kinds_of_imports_are_distinguished(self) -> None:
        """Imports of a module, of a function and for type checkers are told apart."""
        source = (
            "import a\n"
            "from typing import TYPE_CHECKING\n"
            "if TYPE_CHECKING:\n    import b\n"
            "else:\n    import c\n"
            "class C:\n    import d\n"
            "    async def f(self):\n        import e\n"
        )
        found = [arrow for arrow in read_arrows(source, "m") if arrow.imported != "typing"]
        assert found == [
            Arrow("m", "a", "module", 1),
            Arrow("m", "b", "typing", 4),
            Arrow("m", "c", "module", 6),
            Arrow("m", "d", "module", 8),
            Arrow("m", "e", "lazy", 10),
        ]

    @pytest.mark.parametrize(
        ("module", "source", "imported"),
        [
            ("harness.srp.server", "from . import client", "harness.srp.client"),
            ("harness.srp.server", "from .client import x", "harness.srp.client"),
            ("harness.srp.server", "from .. import clock", "harness.clock"),
            ("harness.srp.__init__", "from . import client", "harness.srp.client"),
            ("harness.srp.__init__", "from .client import x", "harness.srp.client"),
            ("harness.srp.__init__", "from ..clock import x", "harness.clock"),
            ("m", "from harness import clock", "harness.clock"),
            ("m", "from harness import Clock", "harness"),
            ("m", "import harness.clock as c", "harness.clock"),
            ("m", "__import__('harness.clock')", "harness.clock"),
        ],
    )
    def test_imports_are_resolved_to_modules(self, module: str, source: str, imported: str) -> None:
        """Relative imports, aliases and imports by name are resolved to the module they mean."""
        assert [arrow.imported for arrow in read_arrows(source, module)] == [imported]

    def test_a_leftover_folder_is_not_a_module(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Only a folder with a Python file is a module; a moved one leaves compiled files."""
        for name, file in (("old", "__pycache__/a.pyc"), ("new", "a.py")):
            path = tmp_path / "harness" / name / file
            path.parent.mkdir(parents=True)
            path.touch()
        monkeypatch.setattr(arrows, "ROOT", tmp_path)
        found = read_arrows("from harness import old, new", "m")
        assert [arrow.imported for arrow in found] == ["harness", "harness.new"]
