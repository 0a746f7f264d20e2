"""Parts of HTTP requests, most of which a client should never send."""

from __future__ import annotations

ODD_METHODS = ("POST",) * 8 + ("GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "post")

ODD_PATHS = ("/",) * 8 + (
    "//",
    "//[",
    "*",
    "?",
    "/#x",
    "/%00",
    "/%ff%fe",
    "/\xe9",
    "/..%2f..%2f",
    "http://x/",
    "/?X-Amz-Target=SignUp",
    "/?Action=SignUp&Version=2016-04-18",
    "/us-east-1_abc/.well-known/jwks.json",
    "/x/.well-known/openid-configuration",
    "/_harness/",
    "/_harness/../",
    "/_harness/clock",
    "/_harness/clock?x=1",
    "/_harness/faults",
    "/_harness/health",
    "/_harness/outbox?username=a&kind=%ff",
    "/_harness/reset",
    "/" + "a" * 60_000,
)

_SCOPE = "us-east-1/cognito-idp/aws4_request"
ODD_HEADERS = (
    ("X-Amz-Target", "AWSCognitoIdentityProviderService."),
    ("X-Amz-Target", "AWSCognitoIdentityProviderService.Nope"),
    ("X-Amz-Target", "\xff"),
    ("Content-Type", "application/x-www-form-urlencoded"),
    ("Content-Type", "multipart/form-data"),
    ("Content-Type", "multipart/form-data; boundary=x"),
    ("Content-Type", "application/json; charset=nope"),
    ("Content-Encoding", "gzip"),
    ("Content-Encoding", "br"),
    ("Transfer-Encoding", "chunked"),
    ("Transfer-Encoding", "gzip, chunked"),
    ("Expect", "100-continue"),
    ("Authorization", ""),
    ("Authorization", "\xff\xfe"),
    ("Authorization", "Basic eA=="),
    ("Authorization", "Bearer a.b.c"),
    ("Authorization", "AWS4-HMAC-SHA256"),
    ("Authorization", "AWS4-HMAC-SHA256 Credential=a"),
    ("Authorization", f"AWS4-HMAC-SHA256 Credential=AKID/20270115/{_SCOPE}"),
    ("Authorization", "AWS4-HMAC-SHA256 Credential=A/B/mars-1/cognito-idp/aws4_request"),
    ("Host", ""),
    ("Host", "x y"),
    ("Host", "[::1"),
    ("Host", "cognito-idp.eu-west-1.amazonaws.com"),
    ("Origin", "null"),
    ("Access-Control-Request-Method", "POST"),
    ("Access-Control-Request-Headers", "a,\xff"),
    ("User-Agent", "aws-cli/\xe9 region/nowhere"),
    ("x-moto-account-id", "x"),
    ("X-Amz-Date", "x"),
    ("Cookie", "\xff"),
    ("Connection", "close"),
)

ODD_BODIES = (
    b"",
    b"{}",
    b"{",
    b"null",
    b"[]",
    b"[" * 20_000,
    b"\xff\xfe",
    b"\x00" * 100,
    b"\x1f\x8b",
    b"a=b&" * 1_000,
    b"--x\r\n\r\n",
    b"9" * 5_000,
    b"zz\r\n",
    b"2\r\n{}\r\n0\r\n\r\n",
    b'{"PoolName":"x"}',
    b'{"MaxResults":1}',
    b'{"advance_seconds":NaN}',
    b'{"advance_seconds":1e300}',
    b'{"operation":[],"probability":"x"}',
    b'{"operation":"SignUp","status":99,"message":null}',
    b'{"operation":"SignUp","code":"a\\nb","message":"\\ud800"}',
)

#: Values of Content-Length; ``right`` means the correct one, ``None`` means no header.
ODD_LENGTHS = ("right",) * 6 + (None, None, "0", "-1", "+5", "1e3", "x", "", "5,5", "9" * 20)
