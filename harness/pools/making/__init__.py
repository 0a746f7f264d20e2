"""Creates pools and users, records them, and deletes them."""
