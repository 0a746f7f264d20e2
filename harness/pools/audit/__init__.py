"""Audits of a pool's configuration: rules, presets, profiles and findings."""
