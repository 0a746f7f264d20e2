"""A sign-in, from the first proof to the tokens."""
