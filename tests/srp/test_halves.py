"""The two halves agree wherever they should, and nowhere else."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.srp import client, group, server

PREFIX, IDENT = "AbCdEf123", "alice"
BLOCK = "c2VjcmV0LWJsb2NrLWJ5dGVz"

#: Around powers of 2^8 the encoding changes its length or gains a zero byte (D002).
edges = st.builds(
    lambda bits, delta: max(1, (1 << bits) + delta),
    st.integers(min_value=0, max_value=256),
    st.integers(min_value=-2, max_value=2),
)
#: With exponents like these A and B are 1, N - 1, g, or other values far from random.
group_edges = st.sampled_from(
    [1, 2, 3, group.N - 2, group.N - 1, group.N, group.N + 1, (group.N - 1) // 2]
)
exponents = edges | group_edges | st.integers(min_value=1, max_value=2**256)
salts = (
    st.integers(min_value=0, max_value=2**128 - 1)
    | st.integers(min_value=0, max_value=127).map(lambda bits: 1 << bits)
    | st.integers(min_value=1, max_value=16).map(lambda width: (1 << (8 * width)) - 1)
)
passwords = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def keys(a: int, b: int, salt: int, password: str, typed: str) -> tuple[bytes, bytes]:
    """Return the key of a client that types ``typed`` and of a server that knows ``password``."""
    exchange = client.ClientExchange(a)
    verifier = server.make_verifier(PREFIX, IDENT, password, salt)
    challenge = server.ServerExchange(verifier, b)
    client_key = exchange.key(PREFIX, IDENT, typed, group.to_hex(salt), challenge.public_hex)
    return client_key, challenge.key(server.parse_public_value(exchange.public_hex))


class TestAgreement:
    """SRP-6a: both sides derive the same key if, and only if, the password is the same."""

    @given(a=exponents, b=exponents, salt=salts, password=passwords)
    @example(a=1, b=1, salt=0, password="")
    @example(a=group.N - 1, b=group.N - 1, salt=2**127, password="ÿ")
    def test_same_password(self, a: int, b: int, salt: int, password: str) -> None:
        """The same password gives both sides the same 16 bytes."""
        client_key, server_key = keys(a, b, salt, password, password)
        assert client_key == server_key
        assert len(client_key) == group.KEY_LENGTH

    @given(a=exponents, b=exponents, salt=salts, password=passwords, typed=passwords)
    def test_other_password(self, a: int, b: int, salt: int, password: str, typed: str) -> None:
        """Another password gives them different keys."""
        client_key, server_key = keys(a, b, salt, password, typed)
        assert (client_key == server_key) == (password == typed)

    @given(salt=salts.filter(bool), password=passwords, a=exponents, b=exponents)
    def test_device(self, salt: int, password: str, a: int, b: int) -> None:
        """A device proves itself against what ConfirmDevice was given, and only that."""
        group_key, device_key = "-Xk3PqZ7d", "us-east-1_0f1e2d3c-4b5a-4697-8877-665544332211"
        config = client.make_device_verifier(group_key, device_key, password, salt)
        stored_salt = server.decode_integer(config.salt)
        challenge = server.ServerExchange(server.decode_integer(config.password_verifier), b)
        exchange = client.ClientExchange(a)
        salt_hex = group.to_hex(stored_salt)
        key = exchange.key(group_key, device_key, password, salt_hex, challenge.public_hex)
        assert key == challenge.key(exchange.public_value)

    def test_random_values_differ(self) -> None:
        """Exponents, salts, device passwords and verifiers are new each time."""
        assert client.ClientExchange().public_hex != client.ClientExchange().public_hex
        assert client.random_device_password() != client.random_device_password()
        first = client.make_device_verifier("-g", "k", "p")
        assert first != client.make_device_verifier("-g", "k", "p")

    def test_secret_bits_bound_the_exponent(self) -> None:
        """With ``secret_bits=1`` only a = 1 is left, so A = g."""
        assert client.ClientExchange(secret_bits=1).public_value == group.G

    def test_device_password_has_the_clients_form(self) -> None:
        """A device password is base64 of 40 bytes: 56 characters (D028)."""
        password = client.random_device_password()
        assert len(password) == 56
        assert len(group.decode_base64(password, "password")) == 40


class TestRefusals:
    """Values with which the proof would prove nothing."""

    @pytest.mark.fact("A157", "D020")
    @pytest.mark.parametrize("multiple", [0, 1, 2, 3])
    def test_client_public_value_zero(self, multiple: int) -> None:
        """A mod N = 0 is refused when parsed, and again when a key would be derived (D020)."""
        zero = multiple * group.N
        with pytest.raises(group.SrpError, match="SRP_A is 0 modulo N"):
            server.parse_public_value(f"{zero:x}")
        with pytest.raises(group.SrpError, match="SRP_A is 0 modulo N"):
            server.ServerExchange(verifier=4, secret=5).key(zero)

    @pytest.mark.parametrize("multiple", [0, 1, 2, 3])
    def test_server_public_value_zero(self, multiple: int) -> None:
        """B mod N = 0 is refused by the client."""
        with pytest.raises(group.SrpError, match="SRP_B is 0 modulo N"):
            client.ClientExchange(7).key("p", "i", "password", "1f", f"{multiple * group.N:x}")

    def test_server_never_sends_zero(self) -> None:
        """A verifier with which B would be 0 modulo N makes no challenge."""
        inverse = pow(group.K, -1, group.N)
        verifier = (-group.power(group.G, 5) * inverse) % group.N
        with pytest.raises(group.SrpError, match="B is 0 modulo N"):
            server.ServerExchange(verifier, secret=5)

    def test_scrambling_parameter_zero(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A scrambling parameter of 0 is refused by both sides (D012)."""
        exchange, challenge = client.ClientExchange(7), server.ServerExchange(4, 5)
        monkeypatch.setattr(group, "hash_int", lambda *parts: 0)
        with pytest.raises(group.SrpError, match="u is 0"):
            exchange.key("p", "i", "password", "1f", challenge.public_hex)
        with pytest.raises(group.SrpError, match="u is 0"):
            challenge.key(exchange.public_value)

    @pytest.mark.parametrize("secret", [0, -1])
    def test_private_exponents_are_positive(self, secret: int) -> None:
        """Neither side takes an exponent of 0 or less."""
        with pytest.raises(group.SrpError, match="must be positive"):
            client.ClientExchange(secret)
        with pytest.raises(group.SrpError, match="must be positive"):
            server.ServerExchange(4, secret)

    def test_half_a_surrogate_pair(self) -> None:
        """A password that JSON can carry and UTF-8 cannot is refused in the protocol's terms."""
        with pytest.raises(group.SrpError, match="surrogate"):
            server.make_verifier(PREFIX, IDENT, "\ud800", 1)


class TestWireForms:
    """Hex, base64 and two's complement as they come over the wire."""

    @pytest.mark.fact("D002")
    @given(number=edges | st.integers(min_value=0, max_value=group.N))
    @example(number=0)
    def test_encode_is_twos_complement(self, number: int) -> None:
        """Each integer has the shortest form that reads back as non-negative (D002)."""
        encoded = group.encode(number)
        assert int.from_bytes(encoded, "big", signed=True) == number
        assert len(encoded) == 1 or encoded[0] or encoded[1] & 0x80

    @pytest.mark.fact("D002")
    @pytest.mark.parametrize(
        ("number", "encoded"),
        [(2, "02"), (0x7F, "7f"), (0xEB, "00eb"), (0xABC, "0abc"), (0, "00")],
    )
    def test_encode_examples(self, number: int, encoded: str) -> None:
        """The examples of fact D002."""
        assert group.encode(number).hex() == encoded

    @pytest.mark.parametrize("convert", [group.encode, group.to_hex])
    def test_negative_numbers_have_no_form(self, convert: object) -> None:
        """Cognito never sends a minus sign (D031)."""
        assert callable(convert)
        with pytest.raises(group.SrpError, match="non-negative"):
            convert(-1)

    @pytest.mark.fact("D021")
    @pytest.mark.parametrize("text", ["0", "00", "f", "F", "0aBc", "000000000000000001"])
    def test_public_values_are_read_leniently(self, text: str) -> None:
        """Upper case, odd length and leading zeros are accepted (D021)."""
        if int(text, 16) == 0:
            with pytest.raises(group.SrpError, match="modulo N"):
                server.parse_public_value(text)
        else:
            assert server.parse_public_value(text) == int(text, 16)

    @pytest.mark.parametrize(
        "text", ["", " ", "0x1f", "-1f", "1_0", "1f\n", "xyz", "\uff11\uff12", "+1"]
    )
    def test_what_is_not_hex(self, text: str) -> None:
        """What only Python would take for a number is refused, and not repeated."""
        for parse in (server.parse_public_value, client.parse_server_public):
            with pytest.raises(group.SrpError, match=r"^SRP_[AB] is not a hexadecimal number$"):
                parse(text)

    def test_salt_that_is_not_hex(self) -> None:
        """A SALT with a minus sign, which Cognito sent until 2021, is refused (D031)."""
        with pytest.raises(group.SrpError, match="SALT is not a hexadecimal number"):
            client.ClientExchange(7).key("p", "i", "password", "-3f", "1f")

    @pytest.mark.fact("D028")
    def test_missing_sign_byte_reads_as_negative(self) -> None:
        """Without the zero byte in front a verifier reads as a negative number (D028)."""
        assert server.decode_integer("/w==") == -1
        assert server.decode_integer("AP8=") == 255

    @pytest.mark.parametrize("text", ["", "====", "A", "AP8", "AP8=\n", "é", "-_8="])
    def test_what_is_not_base64(self, text: str) -> None:
        """An empty or malformed salt or verifier is refused."""
        with pytest.raises(group.SrpError, match="DeviceSecretVerifierConfig"):
            server.decode_integer(text)

    @pytest.mark.parametrize("text", ["", "not base64", "AP8", "é"])
    def test_malformed_signature_does_not_match(self, text: str) -> None:
        """A signature that is no base64 is a wrong one, not an error."""
        assert not server.check_signature(b"\x00" * 32, text)

    def test_secret_block_that_is_not_base64(self) -> None:
        """The client says that the SECRET_BLOCK is at fault."""
        with pytest.raises(group.SrpError, match="SECRET_BLOCK is not base64"):
            client.claim_signature(b"k" * 16, "p", "i", "***", "t")

    @pytest.mark.parametrize("pool_id", ["", "us-east-1", "us-east-1_"])
    def test_pool_id_without_prefix(self, pool_id: str) -> None:
        """A pool id without something behind its underscore is refused."""
        with pytest.raises(group.SrpError, match="is not a user pool id"):
            client.user_prefix(pool_id)

    @pytest.mark.fact("D005")
    def test_pool_id_is_cut_at_the_first_underscore(self) -> None:
        """Everything behind the first underscore belongs to the prefix (D005)."""
        assert client.user_prefix("us-east-1_Ab_Cd") == "Ab_Cd"

    def test_salts_are_never_zero(self) -> None:
        """A random source that gives zeros is asked again."""
        source = iter([bytes(16), bytes(15) + b"\x01"])
        assert server.random_salt(lambda count: next(source)) == 1


class TestTimestamps:
    """TIMESTAMP: ``EEE MMM d HH:mm:ss 'UTC' yyyy`` (D026)."""

    @pytest.mark.fact("A155", "D026")
    @pytest.mark.parametrize(
        ("moment", "text"),
        [
            (datetime(2024, 9, 5, 7, 8, 9, tzinfo=timezone.utc), "Thu Sep 5 07:08:09 UTC 2024"),
            (
                datetime(2026, 11, 22, 18, 40, 5, tzinfo=timezone.utc),
                "Sun Nov 22 18:40:05 UTC 2026",
            ),
        ],
    )
    def test_examples(self, moment: datetime, text: str) -> None:
        """The examples of fact D026."""
        assert client.format_timestamp(moment) == text
        assert server.canonical_timestamp(text) == (moment, text)

    @given(
        moment=st.datetimes(
            min_value=datetime(2000, 1, 2),
            max_value=datetime(2100, 1, 1),
            timezones=st.integers(-14 * 60, 14 * 60).map(
                lambda minutes: timezone(timedelta(minutes=minutes))
            ),
        )
    )
    def test_what_the_client_prints_the_server_reads(self, moment: datetime) -> None:
        """Any moment in any zone survives the way, to the second, and keeps its text."""
        text = client.format_timestamp(moment)
        assert server.canonical_timestamp(text) == (moment.replace(microsecond=0), text)

    @pytest.mark.parametrize(
        "text",
        [
            "Thu Sep 05 07:08:09 UTC 2024",
            "Mon Sep 5 07:08:09 UTC 2024",
            "Thu Sep 5 7:8:9 UTC 2024",
            "Thu Sep  5 07:08:09 UTC 2024",
            "Thu Sep 5 07:08:09 GMT 2024",
        ],
    )
    def test_forgiven_texts_are_printed_canonically(self, text: str) -> None:
        """The server signs what it would have printed, so such a client's proof fails."""
        moment, canonical = server.canonical_timestamp(text)
        assert moment == datetime(2024, 9, 5, 7, 8, 9, tzinfo=timezone.utc)
        assert canonical == "Thu Sep 5 07:08:09 UTC 2024"

    @pytest.mark.fact("A154", "D026")
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "now",
            "2024-09-05T07:08:09Z",
            "Thu Sep 5 07:08:09 +05:30 2024",
            "Do Sep 5 07:08:09 UTC 2024",
            "Thu Sep 31 07:08:09 UTC 2024",
            "Thu Sep 5 25:08:09 UTC 2024",
            "Thu Sep 5 07:08:09 UTC 2024\n",
            "Thu Sep 5 07:08:09 UTC 0000",
            "Thu Sep \u0665 07:08:09 UTC 2024",
        ],
    )
    def test_unparsable_texts(self, text: str) -> None:
        """A text that is no moment is refused before any proof is looked at."""
        with pytest.raises(group.SrpError, match="TIMESTAMP"):
            server.canonical_timestamp(text)

    def test_moment_without_zone(self) -> None:
        """A naive datetime could mean any moment and is refused."""
        with pytest.raises(group.SrpError, match="time zone"):
            client.format_timestamp(datetime(2024, 9, 5))
