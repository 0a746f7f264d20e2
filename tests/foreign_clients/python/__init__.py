"""The drivers of the Python clients; each is a program that talks to the tests."""
