"""What all of the project's own tests share: how thorough Hypothesis is."""

import os

from hypothesis import settings

# Repeatable, so that a red run is red for everybody; HYPOTHESIS_PROFILE=thorough searches on.
settings.register_profile("quick", max_examples=25, derandomize=True, deadline=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
