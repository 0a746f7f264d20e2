"""The Cognitos a run can talk to; the only place where boto3 clients are made."""
