"""What builds the documentation as a site, beside MkDocs."""
