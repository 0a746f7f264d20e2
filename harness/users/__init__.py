"""A person and what they have: an authenticator, a mailbox, a device."""
