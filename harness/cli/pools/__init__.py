"""The commands that work with pools."""
