"""What the scenarios found out about a service: verdicts, and the file that keeps them."""
