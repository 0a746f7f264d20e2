"""The state machine: everything that users, clients, devices, administrators and thieves may do."""
