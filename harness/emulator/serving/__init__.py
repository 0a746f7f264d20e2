"""HTTP for the emulator: connections, requests, and who answers them."""
