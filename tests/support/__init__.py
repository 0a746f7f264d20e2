"""What all tests share: the sources, the import rules, what a run leaves out."""
