"""Both halves, the device verifier and every engine against published values."""

from __future__ import annotations

import pytest

from harness.srp import client, engines, group, server
from tests.srp.vectors import DOCUMENT, VECTORS, Vector

every_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
every_device_vector = pytest.mark.parametrize(
    "vector",
    [vector for vector in VECTORS if vector.kind == "device"],
    ids=lambda vector: vector.name,
)


def arctangent_of_inverse(divisor: int, unit: int) -> int:
    """Return ``unit * arctan(1 / divisor)`` by its Taylor series."""
    term, total, odd, sign = unit // divisor, 0, 1, 1
    while term:
        total += sign * (term // odd)
        term //= divisor * divisor
        odd += 2
        sign = -sign
    return total


class TestRfc3526:
    """RFC 3526, section 4: the 3072-bit MODP group."""

    @pytest.mark.fact("D001")
    def test_the_prime_is_the_one_that_the_rfc_computes_from_pi(self) -> None:
        """N = 2^3072 - 2^3008 - 1 + 2^64 * ([2^2942 pi] + 1690314)."""
        guard_bits = 64
        unit = 1 << (2942 + guard_bits)
        pi = 4 * (4 * arctangent_of_inverse(5, unit) - arctangent_of_inverse(239, unit))
        expected = 2**3072 - 2**3008 - 1 + 2**64 * ((pi >> guard_bits) + 1690314)
        assert expected == group.N

    def test_the_generator_is_two(self) -> None:
        """The RFC's generator is 2."""
        assert group.G == 2


class TestCognitoSrpVectors:
    """``srp_vectors.json``, whose values three independent clients have confirmed."""

    def test_there_are_twenty_five_cases(self) -> None:
        """No case got lost, so the tests below cover what they claim to."""
        assert len(VECTORS) == 25

    @pytest.mark.fact("D001", "D003")
    def test_group(self) -> None:
        """N, g and k are Cognito's (D001, D003)."""
        published = DOCUMENT["group"]
        assert group.to_hex(group.N) == published["N_hex"]
        assert group.to_hex(group.G) == published["g"]
        assert group.to_hex(group.K) == published["k"]

    @pytest.mark.fact("D004", "D007", "D008", "D033", "D034")
    @every_vector
    def test_private_key_hash(self, vector: Vector) -> None:
        """The private key x is the hash of the padded salt and of the inner hash (D008)."""
        x = group.private_key_hash(vector.prefix, vector.ident, vector.password, vector.salt)
        assert x == vector.private_key

    @pytest.mark.fact("D012", "D037")
    @every_vector
    def test_scrambling_parameter(self, vector: Vector) -> None:
        """The scrambling parameter u is the hash of the padded public values (D012)."""
        a, b = int(vector.client_public_hex, 16), int(vector.server_public_hex, 16)
        assert group.scrambling_parameter(a, b) == vector.scrambling

    @pytest.mark.fact("D004", "D015", "D016", "D038", "D039")
    @every_vector
    def test_hkdf(self, vector: Vector) -> None:
        """The key K follows from S and u (D015, D016)."""
        assert group.hkdf(vector.shared_secret, vector.scrambling) == vector.key

    @pytest.mark.fact("D010", "D021", "D032", "D035")
    @every_vector
    def test_client_public_value(self, vector: Vector) -> None:
        """SRP_A is the minimal hex of g^a (D010, D021)."""
        assert client.ClientExchange(vector.client_secret).public_hex == vector.client_public_hex

    @pytest.mark.fact("D013")
    @every_vector
    def test_client_key(self, vector: Vector) -> None:
        """The client derives K from the challenge and the password (D013)."""
        exchange = client.ClientExchange(vector.client_secret)
        key = exchange.key(
            vector.prefix,
            vector.ident,
            vector.password,
            vector.salt_hex,
            vector.server_public_hex,
        )
        assert key == vector.key

    @pytest.mark.fact("A163", "D017", "D040", "D041")
    @every_vector
    def test_client_signature(self, vector: Vector) -> None:
        """The client signs prefix, ident, secret block and timestamp (D017)."""
        signature = client.claim_signature(
            vector.key, vector.prefix, vector.ident, vector.secret_block, vector.timestamp
        )
        assert signature == vector.signature

    @pytest.mark.fact("D009")
    @every_vector
    def test_server_verifier(self, vector: Vector) -> None:
        """The server's verifier is g^x (D009)."""
        made = server.make_verifier(vector.prefix, vector.ident, vector.password, vector.salt)
        assert made == vector.verifier

    @pytest.mark.fact("A162", "D011", "D022", "D036")
    @every_vector
    def test_server_public_value(self, vector: Vector) -> None:
        """SRP_B is the minimal hex of k·v + g^b (D011, D022)."""
        exchange = server.ServerExchange(vector.verifier, vector.server_secret)
        assert exchange.public_hex == vector.server_public_hex

    @pytest.mark.fact("D014", "D019")
    @every_vector
    def test_server_key(self, vector: Vector) -> None:
        """The server derives the same K from A and the verifier (D014)."""
        exchange = server.ServerExchange(vector.verifier, vector.server_secret)
        assert exchange.key(server.parse_public_value(vector.client_public_hex)) == vector.key

    @every_vector
    def test_server_accepts_the_signature(self, vector: Vector) -> None:
        """The server's own HMAC over the canonical timestamp is the client's (D017, D026)."""
        block = group.decode_base64(vector.secret_block, "SECRET_BLOCK")
        _, timestamp = server.canonical_timestamp(vector.timestamp)
        expected = group.signature(vector.key, vector.prefix, vector.ident, block, timestamp)
        assert server.check_signature(expected, vector.signature)

    @pytest.mark.fact("D006", "D028")
    @every_device_vector
    def test_device_verifier(self, vector: Vector) -> None:
        """ConfirmDevice gets base64 of the padded salt and verifier (D028)."""
        made = client.make_device_verifier(
            vector.prefix, vector.ident, vector.password, vector.salt
        )
        assert made == client.DeviceVerifier(vector.salt_base64, vector.verifier_base64)

    @every_device_vector
    def test_device_verifier_is_read_back(self, vector: Vector) -> None:
        """The server reads salt and verifier as the integers they were made from (D028)."""
        assert server.decode_integer(vector.salt_base64) == vector.salt
        assert server.decode_integer(vector.verifier_base64) == vector.verifier

    @pytest.mark.fact("D029")
    @every_vector
    @pytest.mark.parametrize("name", engines.ENGINE_NAMES)
    def test_every_engine(self, name: str, vector: Vector) -> None:
        """Each engine sends the published A and signature (D005, D006, D029)."""
        if name not in engines.available_engines():
            pytest.skip(f"SRP engine {name!r} is not installed")
        attempt = engines.load_engine(name).start(vector.client_secret)
        assert attempt.public_hex == vector.client_public_hex
        claim = attempt.user_claim if vector.user_pool_id else attempt.device_claim
        signature = claim(
            vector.user_pool_id or vector.prefix,
            vector.ident,
            vector.password,
            vector.challenge,
            vector.timestamp,
        )
        assert signature == vector.signature
