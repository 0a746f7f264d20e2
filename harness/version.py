"""The version of the package, in a module that all others can import without a circle."""

__version__ = "0.1.0"
