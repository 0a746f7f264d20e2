"""What the scenarios share: variants, users, expectations, refusals."""
