"""The pictures of the explanations: ``python -m tests.docs.drawings`` draws them again."""
