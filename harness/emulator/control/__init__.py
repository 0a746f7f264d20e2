"""What only a test may do: the control surface and the page of a served emulator."""
