"""The server: how requests are read, who answers them, and how it ends."""
