"""Making pools and users, and deleting them."""
