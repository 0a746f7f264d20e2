"""Tests that the package needs no POSIX system; on one, they take away what others lack."""
