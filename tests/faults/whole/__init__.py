"""The whole suite of scenarios under faults, which takes minutes."""
