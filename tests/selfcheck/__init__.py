"""The self-proof, tested: it must notice faults, and nothing that is none."""
