"""Rules, profiles, audits, and where configurations differ."""
