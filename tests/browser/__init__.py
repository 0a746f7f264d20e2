"""Tests of the served emulator's page in Chromium: ``tox -e page``."""
