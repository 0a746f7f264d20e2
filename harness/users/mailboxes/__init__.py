"""The mailboxes that receive the codes from Cognito."""
