"""The data that Cognito keeps: plain objects that use neither a clock nor the service."""
