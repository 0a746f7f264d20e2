"""The services that a run can test; the only place that makes boto3 clients."""
