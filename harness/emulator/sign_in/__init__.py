"""A sign-in, from the first factor to the tokens."""
