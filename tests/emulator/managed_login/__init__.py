"""Tests of managed login: the pages and the OAuth 2.0 endpoints of a domain."""
