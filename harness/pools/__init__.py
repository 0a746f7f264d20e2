"""User pools: what one is to be like, and making and deleting it."""
