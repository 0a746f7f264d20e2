"""The recipes are carried out, line by line."""
