"""Where the codes that Cognito sends to a person arrive."""
