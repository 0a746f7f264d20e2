"""Tests of user pools: specifications, configurations, sources, audits and provisioning."""
