"""The page of a served emulator in Chromium: ``tox -e page``."""
