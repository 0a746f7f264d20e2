"""The targets: what each of them can do, and how each of them fails."""
