"""Load runs that take minutes, for `tox -e load`."""
