"""What the plugin is made of: options, fixtures and the report; needs pytest."""
