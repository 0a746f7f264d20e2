"""What users and apps do with a user pool, step by step, over a given boto3 client."""
