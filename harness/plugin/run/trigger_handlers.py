"""The handlers of ``--cognito-trigger``, for the emulator that a run starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.errors import ConfigurationError

if TYPE_CHECKING:
    from harness.emulator.triggers import LambdaFunctions, TriggerHandlers
    from harness.settings.run_settings import Settings

__all__ = ["check_handlers", "handlers_of"]

_OPTION = "--cognito-trigger"


def handlers_of(settings: Settings) -> LambdaFunctions | None:
    """Return the handlers that the settings name; ``None`` where they cannot run, or without any.

    Raises:
        ConfigurationError: a handler cannot be used.
    """
    if not _take_part(settings):
        return None
    from harness.emulator.triggers import LambdaFunctions

    try:
        functions = LambdaFunctions.from_texts(settings.trigger.value, _OPTION)
        functions.prepare()
    except ConfigurationError as error:
        error.source = error.source or settings.trigger.source
        raise
    return functions


def _take_part(settings: Settings) -> bool:
    starts = settings.target.value in ("emulator", "server")
    return bool(settings.trigger.value) and starts and settings.endpoint_url.value is None


def check_handlers(settings: Settings, triggers: TriggerHandlers | None) -> None:
    """Refuse a fixture ``cognito_triggers`` that leaves out what the option gives.

    Raises:
        ConfigurationError: the suite's own fixture takes the place of the option.
    """
    if not _take_part(settings):
        return
    names = {text.partition("=")[0].strip() for text in settings.trigger.value}
    if not names <= set(getattr(triggers, "targets", {})):
        raise ConfigurationError(
            _OPTION,
            given=settings.trigger.value[0],
            source=settings.trigger.source,
            hint="the suite's own fixture cognito_triggers returns other handlers; use one of both",
        )
