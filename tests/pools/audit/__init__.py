"""Tests of audits: rules, presets and profiles."""
