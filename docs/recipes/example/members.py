"""The app's own part in signing people up."""


class Members:
    """Those who have an account, by a boto3 client and the app client's id."""

    def __init__(self, cognito, client_id):
        self._cognito = cognito
        self._client_id = client_id

    def join(self, name, password, address):
        """Ask for an account; Cognito sends a code to the address."""
        self._cognito.sign_up(
            ClientId=self._client_id,
            Username=name,
            Password=password,
            UserAttributes=[{"Name": "email", "Value": address}],
        )

    def confirm(self, name, code):
        """Give the code, and return whether it was the right one."""
        try:
            self._cognito.confirm_sign_up(
                ClientId=self._client_id, Username=name, ConfirmationCode=code
            )
        except self._cognito.exceptions.CodeMismatchException:
            return False
        return True
