"""What is open or counted: sessions, challenges, messages, quotas, faults, calls."""
