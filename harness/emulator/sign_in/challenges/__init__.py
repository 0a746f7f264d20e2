"""The challenges, one per file: how each is put, and how a response to it is judged."""
