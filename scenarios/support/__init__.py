"""What the scenarios share: variants, people, expectations, refusals."""
