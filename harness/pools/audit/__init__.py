"""Checks of a pool's configuration: rules, presets, a user's own profile, and what they find."""
