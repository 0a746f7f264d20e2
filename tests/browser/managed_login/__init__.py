"""Tests of managed login's pages in Chromium, which runs no script there: ``tox -e page``."""
