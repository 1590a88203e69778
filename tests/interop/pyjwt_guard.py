"""What an API does that guards itself with PyJWT: finds the keys by discovery, and says of each token what it is.

pyjwt_guard.py ISSUER AUDIENCE TOKEN... prints one JSON list: the claims of each, or the name of what is wrong with it.
"""

import json
import sys
from urllib.request import urlopen

import jwt

issuer, audience, *tokens = sys.argv[1:]
with urlopen(f"{issuer}/.well-known/openid-configuration", timeout=30) as answer:
    metadata = json.load(answer)
keys = jwt.PyJWKClient(metadata["jwks_uri"])


def told(token):
    try:
        key = keys.get_signing_key_from_jwt(token)
        checks = {"require": ["exp", "iat", "iss", "aud", "sub", "jti"]}
        return jwt.decode(token, key, algorithms=["RS256", "ES256"], issuer=issuer, audience=audience, options=checks)
    except jwt.PyJWTError as error:
        return type(error).__name__


print(json.dumps([told(token) for token in tokens]))
