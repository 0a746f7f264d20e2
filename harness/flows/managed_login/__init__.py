"""Managed login as a person's browser and an app see it: pages, redirects, codes and tokens.

Everything goes over HTTP to the domain of a pool, so it means the same on AWS. Pages are read by
the labels of their fields and by the names of Cognito's own form, never by the emulator's markup.
"""
