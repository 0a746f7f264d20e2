"""A person and what they have: an authenticator, a passkey, a mailbox, a device."""
