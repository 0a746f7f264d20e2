"""The fields of the sign-up page: what a pool asks of a new user, and how browsers help with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.emulator.domain.pools import Pool
from harness.emulator.refusals import Refusal

__all__ = [
    "PASSWORDS_DIFFER",
    "FormField",
    "attribute_field",
    "attribute_fields",
    "attributes_of",
    "name_field",
    "policy_in_words",
    "wrong_field",
]


#: What the forms with a new password say, which ask for it twice. Cognito's text is unknown.
PASSWORDS_DIFFER = "The two passwords are not the same."


@dataclass(frozen=True)
class FormField:
    """One field of a form.

    Attributes:
        name: its name in the form.
        type: the type of its ``input``.
        label: what the page calls it.
        autocomplete: what a browser may fill in, one of the names of the HTML standard.
        hint: what must be typed, where that is not plain.
        required: whether it may not be left blank.
    """

    name: str
    label: str
    type: str = "text"
    autocomplete: str = "off"
    hint: str = ""
    required: bool = True


#: How each standard attribute is typed: type, autocomplete and hint. All others are plain texts.
#: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill
_INPUTS: Mapping[str, tuple[str, str, str]] = {
    # The name for a whole address, street-address, is for fields of several lines alone.
    "address": ("text", "off", ""),
    "birthdate": ("date", "bday", ""),
    "email": ("email", "email", ""),
    "family_name": ("text", "family-name", ""),
    "gender": ("text", "sex", ""),
    "given_name": ("text", "given-name", ""),
    "locale": ("text", "language", ""),
    "middle_name": ("text", "additional-name", ""),
    "name": ("text", "name", ""),
    "nickname": ("text", "nickname", ""),
    "phone_number": ("tel", "tel", "With + and the country code, such as +15555550100."),
    "picture": ("url", "photo", ""),
    "profile": ("url", "off", ""),
    "updated_at": ("number", "off", "Seconds since 1970."),
    "website": ("url", "url", ""),
    "zoneinfo": ("text", "off", "Such as Europe/Berlin."),
}
#: The contacts, in the order in which the page asks for them.
_CONTACTS = ("email", "phone_number")
#: The field that an error without a name of one is about.
_BY_CODE = {
    "CodeMismatchException": "code",
    "ExpiredCodeException": "code",
    "InvalidPasswordException": "password",
    "PasswordHistoryPolicyViolationException": "password",
    "UserNotFoundException": "username",
    "UsernameExistsException": "username",
}
_CLASSES = {
    "RequireLowercase": "a lowercase letter",
    "RequireUppercase": "an uppercase letter",
    "RequireNumbers": "a number",
    "RequireSymbols": "a symbol",
}


def name_field(pool: Pool) -> FormField:
    """Return the field for what a new user of the pool is called (A018, A020)."""
    kinds = pool.username_attributes
    if len(kinds) > 1:
        return FormField("username", "Email or phone number", autocomplete="username")
    if not kinds:
        return FormField("username", "Username", autocomplete="username")
    type_, _, hint = _INPUTS[kinds[0]]
    return FormField("username", _label(kinds[0]), type_, "username", hint)


def attribute_fields(pool: Pool) -> dict[str, FormField]:
    """Return the fields for the new user's attributes, by the names of the attributes (H060).

    These are the attributes that the schema requires. A contact that the pool verifies is there
    too, though nobody must fill it in: without it no code could be sent. Whether Cognito's page
    shows it is unknown. The names of the fields are those of the page of 2020, and of the
    CloudTrail event ``Signup_POST``:
    https://docs.aws.amazon.com/cognito/latest/developerguide/logging-using-cloudtrail.html
    """
    required = pool.schema.required
    wanted = [*required, *(name for name in _CONTACTS if name in pool.auto_verified)]
    # The field of the username has this attribute already.
    typed = set(pool.username_attributes) if len(pool.username_attributes) == 1 else set()
    shown = [name for name in dict.fromkeys(wanted) if name not in typed]
    # A name fills in the attribute of its kind, so neither kind can be asked of everybody.
    either = set(pool.username_attributes)
    return {
        name: attribute_field(name, required=name in required and name not in either)
        for name in shown
    }


def attributes_of(pool: Pool, form: Mapping[str, str]) -> list[dict[str, str]]:
    """Return UserAttributes of a form; what is left blank is no attribute."""
    values = {name: form.get(field.name, "") for name, field in attribute_fields(pool).items()}
    return [{"Name": name, "Value": value} for name, value in values.items() if value]


def policy_in_words(pool: Pool) -> str:
    """Return what the pool's policy asks of a password, as one sentence (A031, A033)."""
    policy = pool.password_policy
    length = int(policy.get("MinimumLength") or 0)
    classes = [words for name, words in _CLASSES.items() if policy.get(name)]
    parts = [f"{length} characters"] if length > 1 else []
    if not classes:
        return f"At least {parts[0]}." if parts else ""
    listed = " and ".join(filter(None, [", ".join(classes[:-1]), classes[-1]]))
    return f"At least {parts[0]}, with {listed}." if parts else f"At least {listed}."


def attribute_field(name: str, *, required: bool = True) -> FormField:
    """Return the field for an attribute."""
    type_, autocomplete, hint = _INPUTS.get(name, ("text", "off", ""))
    field = f"requiredAttributes[{name}]"
    return FormField(field, _label(name), type_, autocomplete, hint, required)


def _label(attribute: str) -> str:
    """Return ``Given name`` for ``given_name``."""
    return attribute.replace("_", " ").capitalize()


def wrong_field(refusal: Refusal, fields: Iterable[FormField] = ()) -> str:
    """Return the name of the field that a refusal is about; empty if that cannot be told.

    Args:
        refusal: what an operation returned.
        fields: the fields of the form that an error text can name, by their labels.
    """
    if refusal.code in _BY_CODE:
        return _BY_CODE[refusal.code]
    text = _letters(refusal.message)
    return next((field.name for field in fields if _letters(field.label) in text), "")


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text.lower()))
