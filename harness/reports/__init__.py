"""Reports in several formats; each is made from plain records, which can be saved and read back."""
