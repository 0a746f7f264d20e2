"""State between calls: sessions, challenges, messages, pages, quotas, faults, the call log."""
