"""The settings of a run: options, values, and where each value comes from."""
