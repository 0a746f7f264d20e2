"""The pages of docs/reference: ``python -m tests.docs.reference`` writes them from the code."""
