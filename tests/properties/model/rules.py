"""The rules that the state machine checks, and the exception that a breach raises."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Rule(Enum):
    """What must hold, with the facts that it comes from."""

    # Who is asking
    USER = "a user has to exist"  # A041, A064, A126
    CLIENT_SECRET = "a client proves its secret, over the username of the request"  # A119 to A124
    CLIENT_POOL = "an administrator's client belongs to the pool"  # A067
    FLOW = "a client signs in by the flows that it allows"  # A108 to A112
    ENABLED = "a disabled user gets nowhere"  # A068, A074, A128
    CONFIRMED = "an unconfirmed user does not sign in"  # A127
    RESET = "a user whose password was reset has to recover it first"  # A063, A129
    STATE = "an operation wants the user in a certain state"  # A039, A050, A053, A063, A085
    NAME = "a name belongs to one user"  # A012, A018, A043, A055

    # Passwords and codes
    PASSWORD = "the present password is needed"  # A095, A125
    POLICY = "a new password keeps the policy"  # A030, A169
    TEMPORARY = "a temporary password ends"  # A061
    CODE = "a code is the one that was sent to this user for this purpose"  # A037, A092
    CODE_ENDS = (
        "a code is good once, for its time, and until the next one"  # A038, A044, A049, A089
    )

    # Sessions
    SESSION = "a session is one that was given, and it is needed"  # A143, A146
    SESSION_ONCE = "a session is good once"  # A142, A145
    SESSION_ENDS = "a session ends after AuthSessionValidity"  # A140, A141
    SESSION_OWNER = "a session is good for its user and its client"  # A143
    SESSION_STEP = "a session is good for its challenge"  # A179
    INTERRUPTED = "a sign-in does not outlive its password, nor a sign-out of its user"

    # SRP
    PROOF = "an SRP proof is made with the secret, over the challenge and its time"  # A152, D048
    CHALLENGE = "an SRP challenge is one that was put to this user and client"  # D048
    CHALLENGE_ONCE = "an SRP challenge is answered once"  # section D, 5
    CHALLENGE_ENDS = "an SRP challenge ends, and with it a password that was replaced"  # D027

    # First factors
    FIRST_FACTOR = "a first factor is one that the pool allows and MFA leaves"  # N015, N021, N032
    SIGN_IN_CODE = "a sign-in code is the one of this sign-in"  # N030
    NO_PASSWORD = "a user without a password needs an address that a code can go to"  # N054
    PASSKEY = "a passkey is one of this user, for the relying party of the pool"  # N010, N052
    PASSKEY_PROOF = "a passkey signs the challenge of this sign-in"  # N052
    ORIGIN = "a passkey is used at the origin of its relying party"  # N044, N052
    USER_VERIFIED = "a passkey verifies the user where the pool or MFA needs it"  # N033, N052
    COUNTER = "the counter of a passkey goes up"  # N052
    REGISTRATION = "a passkey is registered with the challenge that its user and client got"  # N044

    # Second factors
    TOTP = "a TOTP code is of this user's secret and of about now"  # A215, A216, A224
    TOTP_ONCE = "a TOTP step is good once"  # A226
    ONE_TIME_CODE = "a code by SMS is the one of this sign-in"  # A225
    FACTOR = "a factor is one that the user set up"  # A220, A221, A236
    SET_UP = "a set-up follows its order, and replaces no factor"  # A206, A207, A221

    # Devices
    DEVICE = "a device is a confirmed one of this user"  # D106, section B7
    DEVICE_REMEMBERED = "a device proves itself, and is shown, while it is remembered"  # D078, D111
    DEVICE_WAITED_FOR = "a device proves itself in a sign-in that waits for it"  # section D, 2
    DEVICE_NEW = "a new device is confirmed once, by its user"  # D066, D081

    # Tokens
    TOKEN = "a token is one that was given, of the right kind and client"  # A261, A274
    TOKEN_ENDS = "a token ends"  # A262, A274
    TOKEN_REVOKED = "a revoked token is good for nothing"  # A262, A270 to A272
    TOKEN_DEVICE = "a refresh token needs the confirmed device of its sign-in"  # D114 to D118
    TOKEN_ROTATED = "a refresh token that was replaced is good for the grace period"  # A267

    # What is not a refusal
    EVERY_PROOF = "no tokens without every proof that the pool demands"  # A166, section C
    ORDER = "the next challenge is the one that is due"  # A166, section C2
    ISSUED = "tokens speak for the user, client and device of the sign-in"  # A245 to A255, D055
    HELPFUL = "what no rule refuses is accepted"
    UNCHANGED = "a refusal changes nothing"
    OTHERS = "a request changes the record of one user at most"
    RECORD = "the service shows what happened, and nothing else"
    ANSWER = "a refusal has the code of a rule that was broken"
    MAIL = "a code goes to the user who asked, and to no other"  # A036, A081


#: Rules that refuse no request: they are about what follows from it.
OUTCOMES = frozenset(
    {
        *(Rule.EVERY_PROOF, Rule.ORDER, Rule.ISSUED, Rule.HELPFUL, Rule.UNCHANGED),
        *(Rule.OTHERS, Rule.RECORD, Rule.ANSWER, Rule.MAIL),
    }
)


class Finding(AssertionError):
    """The emulator did something that the model rules out; ``broken`` are the rules in question."""

    def __init__(self, what: str, broken: Iterable[Rule]) -> None:
        self.broken = frozenset(broken)
        rules = "; ".join(sorted(rule.value for rule in self.broken))
        super().__init__(f"{what}: {rules}")
