"""What Cognito keeps, as plain data that knows neither a clock nor the service."""
