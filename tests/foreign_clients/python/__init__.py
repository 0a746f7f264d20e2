"""The drivers of the clients that are Python's: each a program that holds a conversation."""
