"""The state machine: what users, clients, devices, administrators, thieves and time may do."""
