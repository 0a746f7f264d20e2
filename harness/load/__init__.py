"""Load on a user pool: people prepared in bulk, the flows as Locust users, the report of a run.

Only the modules that Locust loads (`locustfile` and what it imports) import Locust, which patches
the standard library. The command line starts Locust in a process of its own.
"""
