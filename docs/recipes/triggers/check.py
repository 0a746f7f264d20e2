"""PreSignUp as it is deployed: colleagues are confirmed at once, strangers may not sign up."""


def handler(event, context):
    """Handle PreSignUp."""
    address = event["request"]["userAttributes"]["email"]
    if not address.endswith("@example.com"):
        raise ValueError(f"{address} may not sign up")
    event["response"]["autoConfirmUser"] = True
    return event
