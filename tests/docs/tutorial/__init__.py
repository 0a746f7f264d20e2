"""The tutorial, followed to the letter: what its page says is what is typed."""
