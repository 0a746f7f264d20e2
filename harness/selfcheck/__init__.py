"""The self-proof: the scenarios run against wrong Cognitos, one fault at a time, and must fail."""
