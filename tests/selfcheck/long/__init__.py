"""The whole self-proof, for `tox -e selfcheck`."""
