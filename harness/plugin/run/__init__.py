"""What the plugin decides and keeps for one pytest run.

Imports inside functions keep pytest's start fast: most runs use only a part of the plugin.
"""
