"""The service over HTTP: its JSON protocol, and what a pool publishes."""
