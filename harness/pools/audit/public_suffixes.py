"""Whether a domain is a public suffix, under which anyone can have a domain.

A browser makes no passkey for such a domain, and Cognito refuses it as a relying party (N010). The
whole list has ten thousand entries and changes every week, so this has only what people write by
mistake: top-level domains, the second level of many countries, and the domains that hosts of
websites give away. Each is on the list: https://publicsuffix.org/list/public_suffix_list.dat
"""

from __future__ import annotations

import re

__all__ = ["is_public_suffix"]

#: A name of one's own network or machine is no public suffix, as WebAuthn allows it.
_LOCAL = {"localhost"}
_COUNTRIES = {
    "ac.uk", "co.il", "co.in", "co.jp", "co.kr", "co.nz", "co.uk", "co.za", "com.ar", "com.au",
    "com.br", "com.cn", "com.hk", "com.mx", "com.sg", "com.tr", "com.tw", "gov.uk", "ne.jp",
    "or.jp", "org.uk",
}  # fmt: skip
_HOSTS = {
    "amplifyapp.com", "appspot.com", "azurestaticapps.net", "azurewebsites.net", "cloudfront.net",
    "deno.dev", "elasticbeanstalk.com", "firebaseapp.com", "fly.dev", "github.io", "gitlab.io",
    "herokuapp.com", "lovable.app", "myshopify.com", "netlify.app", "ngrok-free.app",
    "ngrok-free.dev", "ngrok.app", "ngrok.io", "now.sh", "onrender.com", "pages.dev", "repl.co",
    "replit.app", "s3.amazonaws.com", "streamlit.app", "trycloudflare.com", "up.railway.app",
    "vercel.app", "vercel.dev", "web.app", "wixsite.com", "workers.dev",
}  # fmt: skip
#: AWS's domains with a region in them; the first are those of user pools with a prefix.
_REGIONAL = re.compile(
    r"auth(-fips)?\.[a-z0-9-]+\.amazoncognito\.com"
    r"|[a-z0-9-]+\.(awsapprunner|elb\.amazonaws)\.com"
    r"|execute-api\.[a-z0-9-]+\.amazonaws\.com"
    r"|lambda-url\.[a-z0-9-]+\.on\.aws"
)


def is_public_suffix(domain: str) -> bool:
    """Return whether a domain is known to be a public suffix; of others nobody knows it here."""
    plain = domain.lower().rstrip(".")
    if "." not in plain:
        return plain not in _LOCAL
    return plain in _COUNTRIES | _HOSTS or _REGIONAL.fullmatch(plain) is not None
