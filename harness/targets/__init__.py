"""The services that a run can test; the only place that makes boto3 clients.

pytest loads the targets in every run. So they import boto3's clients and the emulator only in the
functions that need them.
"""
