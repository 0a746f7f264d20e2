"""The app's own code for signing users up."""


class Accounts:
    """Signs users up through a boto3 client and an app client's id."""

    def __init__(self, cognito, client_id):
        self._cognito = cognito
        self._client_id = client_id

    def sign_up(self, username, password, email):
        """Sign a user up; Cognito sends a verification code to the email address."""
        self._cognito.sign_up(
            ClientId=self._client_id,
            Username=username,
            Password=password,
            UserAttributes=[{"Name": "email", "Value": email}],
        )

    def confirm(self, username, code):
        """Send the verification code; return whether it was the right one."""
        try:
            self._cognito.confirm_sign_up(
                ClientId=self._client_id, Username=username, ConfirmationCode=code
            )
        except self._cognito.exceptions.CodeMismatchException:
            return False
        return True
