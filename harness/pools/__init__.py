"""User pools: their specifications and configurations, and how they are created and deleted."""
