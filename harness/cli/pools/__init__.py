"""The commands that work with user pools."""
