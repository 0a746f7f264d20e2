"""What the plugin decides and keeps for one pytest run."""
