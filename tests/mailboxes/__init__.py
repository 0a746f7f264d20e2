"""Tests of the mailboxes: settings, commands, people, mail servers and captured codes."""
