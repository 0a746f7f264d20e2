"""A person, and what a person has: an authenticator, a mailbox, a device."""
