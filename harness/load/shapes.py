"""Locust's load shapes, made of the stages of a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust import LoadTestShape

if TYPE_CHECKING:
    from harness.load.profile import ShapeStage

__all__ = ["StagesShape", "shape_of"]


class StagesShape(LoadTestShape):
    """Goes through the stages of a profile, and ends the run after the last."""

    abstract = True
    stages: tuple[ShapeStage, ...] = ()

    def tick(self) -> tuple[int, float] | None:
        """Return the number of users now and the spawn rate; ``None`` at the end."""
        left: float = self.get_run_time()  # type: ignore[no-untyped-call]
        for stage in self.stages:
            if left < stage.seconds:
                return stage.users, stage.spawn_rate
            left -= stage.seconds
        return None


def shape_of(stages: tuple[ShapeStage, ...]) -> type[LoadTestShape] | None:
    """Return a load shape of the stages, or ``None`` if there are none."""
    if not stages:
        return None
    return type("ProfileShape", (StagesShape,), {"stages": stages, "__module__": __name__})
