"""End-to-end tests for Amazon Cognito user pools with MFA and tracked devices.

This module has the public names. Names that need more than the standard library are imported on
first use, so that importing the package, and with it the pytest plugin, stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from harness.clock import Clock, SystemClock, VirtualClock
from harness.errors import (
    ConfigurationError,
    DeadlineExceeded,
    HarnessError,
    MissingCapability,
    ScenarioFailure,
    UnexpectedChallenge,
    UnexpectedResult,
)
from harness.redaction import Redactor, Secret, redact
from harness.version import __version__

if TYPE_CHECKING:
    from harness.emulator.triggers.functions import LambdaFunctions
    from harness.emulator.triggers.handlers import Triggers
    from harness.flows.actions import Actions
    from harness.flows.api.caller import AppClient
    from harness.flows.call import Call
    from harness.flows.devices import (
        confirm_device,
        do_not_remember_device,
        every_device,
        forget_device,
        remember_device,
        track_device,
    )
    from harness.flows.managed_login.account_pages import AccountPages
    from harness.flows.managed_login.app_callback import AppCallback
    from harness.flows.managed_login.asked_fields import AskedField
    from harness.flows.managed_login.authorization import Authorization
    from harness.flows.managed_login.browser import Departure, WebBrowser
    from harness.flows.managed_login.oauth_endpoints import OAuthEndpoints, OAuthTokens
    from harness.flows.managed_login.page_kinds import PageKind
    from harness.flows.managed_login.walk import ManagedLoginWalker, PagesResult
    from harness.flows.managed_login.web_errors import OAuthRefusal, UnexpectedPage
    from harness.flows.managed_login.web_page import WebPage
    from harness.flows.mfa import (
        Enrolment,
        enrol,
        enrol_by_access_token,
        enrol_by_session,
        prefer_software_token,
        stop_using_software_token,
    )
    from harness.flows.passkeys import delete_passkey, every_passkey, register_passkey
    from harness.flows.progress import AuthFlow, Progress, SignInContext, SignInResult, Step
    from harness.flows.recovery import recover_password, request_recovery_code
    from harness.flows.sign_in import SignIn
    from harness.flows.sign_up import (
        SignedUp,
        confirm_by_admin,
        confirm_by_code,
        confirm_for_session,
        create_by_admin,
        resend_code,
        sign_up,
        sign_up_and_confirm,
    )
    from harness.flows.tokens import Tokens, exchange_refresh_token, refresh, unverified_claims
    from harness.flows.trace import Trace
    from harness.plugin.fixtures.ladder_results import Enrolled, TrackedSignIn
    from harness.plugin.run.app_environment import AppEnvironment
    from harness.plugin.run.audit_selection import audit_rules, compares_with_file
    from harness.plugin.run.file_pool import GivenPool, given_pool_or_none
    from harness.plugin.run.options import srp_engine_names
    from harness.plugin.run.unfit import UnfitSetting
    from harness.pools.audit.auditing import Audit
    from harness.pools.configuration.drift import Drift
    from harness.pools.making.provision_spec import ProvisionedPool, deprovision, provision
    from harness.pools.seeds.people import SeededPerson
    from harness.pools.seeds.reading import Seed, read_seed
    from harness.pools.spec.managed_login import ManagedLogin, ResourceServer
    from harness.pools.spec.people import PoolPeople
    from harness.pools.spec.pool_spec import DeviceTracking, PoolSpec, RefreshTokenRotation
    from harness.srp.engines import SrpEngine, available_engines, load_engine
    from harness.targets.base import Capability, Target
    from harness.targets.faults import Faults
    from harness.targets.script import Like, Script
    from harness.users.authenticator import Authenticator
    from harness.users.device import Device
    from harness.users.mailboxes.base import Code, Mailbox
    from harness.users.passkey import Passkey
    from harness.users.person import PasswordRules, Person, PersonFactory
    from harness.verdicts.checklist import check, note_check, words_decide
    from harness.verdicts.judging import is_no_answer, is_not_offered
    from harness.verdicts.verdict import Check, RefusalCheck, Verdict


#: The modules of the names that are imported on first use.
_HOMES: dict[str, tuple[str, ...]] = {
    "harness.emulator.triggers.functions": ("LambdaFunctions",),
    "harness.emulator.triggers.handlers": ("Triggers",),
    "harness.flows.actions": ("Actions",),
    "harness.flows.api.caller": ("AppClient",),
    "harness.flows.call": ("Call",),
    "harness.flows.devices": (
        "confirm_device",
        "do_not_remember_device",
        "every_device",
        "forget_device",
        "remember_device",
        "track_device",
    ),
    "harness.flows.managed_login.account_pages": ("AccountPages",),
    "harness.flows.managed_login.app_callback": ("AppCallback",),
    "harness.flows.managed_login.asked_fields": ("AskedField",),
    "harness.flows.managed_login.authorization": ("Authorization",),
    "harness.flows.managed_login.browser": ("Departure", "WebBrowser"),
    "harness.flows.managed_login.oauth_endpoints": ("OAuthEndpoints", "OAuthTokens"),
    "harness.flows.managed_login.page_kinds": ("PageKind",),
    "harness.flows.managed_login.walk": ("ManagedLoginWalker", "PagesResult"),
    "harness.flows.managed_login.web_errors": ("OAuthRefusal", "UnexpectedPage"),
    "harness.flows.managed_login.web_page": ("WebPage",),
    "harness.flows.mfa": (
        "Enrolment",
        "enrol",
        "enrol_by_access_token",
        "enrol_by_session",
        "prefer_software_token",
        "stop_using_software_token",
    ),
    "harness.flows.passkeys": ("delete_passkey", "every_passkey", "register_passkey"),
    "harness.flows.progress": ("AuthFlow", "Progress", "SignInContext", "SignInResult", "Step"),
    "harness.flows.recovery": ("recover_password", "request_recovery_code"),
    "harness.flows.sign_in": ("SignIn",),
    "harness.flows.sign_up": (
        "SignedUp",
        "confirm_by_admin",
        "confirm_by_code",
        "confirm_for_session",
        "create_by_admin",
        "resend_code",
        "sign_up",
        "sign_up_and_confirm",
    ),
    "harness.flows.tokens": ("Tokens", "exchange_refresh_token", "refresh", "unverified_claims"),
    "harness.flows.trace": ("Trace",),
    "harness.pools.audit.auditing": ("Audit",),
    "harness.pools.configuration.drift": ("Drift",),
    "harness.pools.making.provision_spec": ("ProvisionedPool", "deprovision", "provision"),
    "harness.pools.seeds.people": ("SeededPerson",),
    "harness.pools.seeds.reading": ("Seed", "read_seed"),
    "harness.pools.spec.managed_login": ("ManagedLogin", "ResourceServer"),
    "harness.pools.spec.people": ("PoolPeople",),
    "harness.pools.spec.pool_spec": ("DeviceTracking", "PoolSpec", "RefreshTokenRotation"),
    "harness.plugin.run.app_environment": ("AppEnvironment",),
    "harness.plugin.run.options": ("srp_engine_names",),
    "harness.plugin.run.file_pool": ("GivenPool", "given_pool_or_none"),
    "harness.plugin.run.unfit": ("UnfitSetting",),
    "harness.plugin.run.audit_selection": ("audit_rules", "compares_with_file"),
    "harness.plugin.fixtures.ladder_results": ("Enrolled", "TrackedSignIn"),
    "harness.srp.engines": ("SrpEngine", "available_engines", "load_engine"),
    "harness.targets.base": ("Capability", "Target"),
    "harness.targets.faults": ("Faults",),
    "harness.targets.script": ("Like", "Script"),
    "harness.users.authenticator": ("Authenticator",),
    "harness.users.device": ("Device",),
    "harness.users.mailboxes.base": ("Code", "Mailbox"),
    "harness.users.passkey": ("Passkey",),
    "harness.users.person": ("PasswordRules", "Person", "PersonFactory"),
    "harness.verdicts.checklist": ("check", "note_check", "words_decide"),
    "harness.verdicts.judging": ("is_no_answer", "is_not_offered"),
    "harness.verdicts.verdict": ("Check", "RefusalCheck", "Verdict"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AccountPages",
    "Actions",
    "AppCallback",
    "AppClient",
    "AppEnvironment",
    "AskedField",
    "Audit",
    "AuthFlow",
    "Authenticator",
    "Authorization",
    "Call",
    "Capability",
    "Check",
    "Clock",
    "Code",
    "ConfigurationError",
    "DeadlineExceeded",
    "Departure",
    "Device",
    "DeviceTracking",
    "Drift",
    "Enrolled",
    "Enrolment",
    "Faults",
    "GivenPool",
    "HarnessError",
    "LambdaFunctions",
    "Like",
    "Mailbox",
    "ManagedLogin",
    "ManagedLoginWalker",
    "MissingCapability",
    "OAuthEndpoints",
    "OAuthRefusal",
    "OAuthTokens",
    "PageKind",
    "PagesResult",
    "Passkey",
    "PasswordRules",
    "Person",
    "PersonFactory",
    "PoolPeople",
    "PoolSpec",
    "Progress",
    "ProvisionedPool",
    "Redactor",
    "RefreshTokenRotation",
    "RefusalCheck",
    "ResourceServer",
    "ScenarioFailure",
    "Script",
    "Secret",
    "Seed",
    "SeededPerson",
    "SignIn",
    "SignInContext",
    "SignInResult",
    "SignedUp",
    "SrpEngine",
    "Step",
    "SystemClock",
    "Target",
    "Tokens",
    "Trace",
    "TrackedSignIn",
    "Triggers",
    "UnexpectedChallenge",
    "UnexpectedPage",
    "UnexpectedResult",
    "UnfitSetting",
    "Verdict",
    "VirtualClock",
    "WebBrowser",
    "WebPage",
    "__version__",
    "audit_rules",
    "available_engines",
    "check",
    "compares_with_file",
    "confirm_by_admin",
    "confirm_by_code",
    "confirm_device",
    "confirm_for_session",
    "create_by_admin",
    "delete_passkey",
    "deprovision",
    "do_not_remember_device",
    "enrol",
    "enrol_by_access_token",
    "enrol_by_session",
    "every_device",
    "every_passkey",
    "exchange_refresh_token",
    "forget_device",
    "given_pool_or_none",
    "is_no_answer",
    "is_not_offered",
    "load_engine",
    "note_check",
    "prefer_software_token",
    "provision",
    "read_seed",
    "recover_password",
    "redact",
    "refresh",
    "register_passkey",
    "remember_device",
    "request_recovery_code",
    "resend_code",
    "sign_up",
    "sign_up_and_confirm",
    "srp_engine_names",
    "stop_using_software_token",
    "track_device",
    "unverified_claims",
    "words_decide",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
