"""The whole documentation: the site, every command, the tutorial with a real installation."""
