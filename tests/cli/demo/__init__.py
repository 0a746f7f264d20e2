"""The demo: by itself, with somebody at the terminal, and in a pool that is there already."""
