"""What people and apps do with a user pool, step by step, over a boto3 client they are handed."""
