"""A web application on Authlib: signs people in under each of its registrations, renews, asks who they are, leaves.

Takes its port, the issuer and the registrations as one JSON argument.
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # localhost

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

GIVEN = json.loads(sys.argv[1])
HOME = f"http://localhost:{GIVEN['port']}"
METADATA = requests.get(f"{GIVEN['issuer']}/.well-known/openid-configuration", timeout=30).json()
waiting = {}  # one person before one browser


def session(way):
    client = GIVEN["clients"][way]
    method = {"basic": "client_secret_basic", "post": "client_secret_post", "public": "none", "signed": "private_key_jwt"}[way]
    secret = ECKey.import_key(client["private_jwk"]) if way == "signed" else client.get("client_secret")
    made = OAuth2Session(
        client["client_id"],
        secret,
        scope=GIVEN["scope"],
        redirect_uri=f"{HOME}/callback",
        code_challenge_method="S256",
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
    )
    if way == "signed":
        made.register_client_auth_method(PrivateKeyJWT(METADATA["token_endpoint"], alg="ES256"))
    return made


def begin(way):
    waiting.update(way=way, session=session(way), verifier=generate_token(48), nonce=generate_token(20))
    url, state = waiting["session"].create_authorization_url(
        METADATA["authorization_endpoint"], code_verifier=waiting["verifier"], nonce=waiting["nonce"], prompt="consent"
    )
    waiting["state"] = state
    return url


def believed(token):
    """OIDC Core §3.1.3.7"""
    keys = KeySet.import_key_set(requests.get(METADATA["jwks_uri"], timeout=30).json())
    claims = jwt.decode(token, keys, algorithms=METADATA["id_token_signing_alg_values_supported"]).claims
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": METADATA["issuer"]},
        aud={"essential": True, "value": waiting["session"].client_id},
        nonce={"essential": True, "value": waiting["nonce"]},
        exp={"essential": True},
    )
    registry.validate(claims)
    return claims


def finish(path):
    here = waiting["session"]
    token = here.fetch_token(
        METADATA["token_endpoint"],
        authorization_response=f"{HOME}{path}",
        code_verifier=waiting["verifier"],
        state=waiting["state"],
    )
    claims = believed(token["id_token"])
    waiting["hint"] = token["id_token"]
    before = token["access_token"]
    fresh = here.refresh_token(METADATA["token_endpoint"], refresh_token=token["refresh_token"])
    info = here.get(METADATA["userinfo_endpoint"]).json()
    assert info["sub"] == claims["sub"]
    told = {"way": waiting["way"], "sub": info["sub"], "email": info["email"], "name": info["name"]}
    told["is_fresh"] = fresh["access_token"] != before
    if waiting["way"] != "public":
        answer = here.introspect_token(METADATA["introspection_endpoint"], token=fresh["access_token"])
        assert answer.status_code == 200, answer.text
        told["active"] = answer.json()["active"]
    last = fresh["refresh_token"]
    answer = here.revoke_token(METADATA["revocation_endpoint"], token=last)
    assert answer.status_code == 200, answer.text
    try:
        here.refresh_token(METADATA["token_endpoint"], refresh_token=last)
        told["after_revocation"] = "a token"
    except OAuthError as error:
        told["after_revocation"] = error.error
    return told


def leave():
    query = {"id_token_hint": waiting["hint"], "post_logout_redirect_uri": f"{HOME}/left", "state": waiting["state"]}
    return f"{METADATA['end_session_endpoint']}?{urlencode(query)}"


def answer(path):
    url = urlsplit(path)
    match url.path:
        case "/callback":
            return None, f'<h1>Signed in</h1><pre id="told">{json.dumps(finish(path))}</pre><a href="/leave">Leave</a>'
        case "/leave":
            return leave(), ""
        case "/left":
            is_same = parse_qs(url.query).get("state") == [waiting["state"]]
            return None, f'<h1>Left</h1><p id="state">{str(is_same).lower()}</p>'
        case "/favicon.ico":
            return None, ""
        case way:
            return begin(way.removeprefix("/")), ""


class Application(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            to, page = answer(self.path)
        except Exception as error:  # whoever drives this reads it from the page
            to, page = None, f'<h1>Failed</h1><pre id="told">{error!r}</pre>'
        self.send_response(303 if to else 200)
        self.send_header(*(("Location", to) if to else ("Content-Type", "text/html")))
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", GIVEN["port"]), Application)
print("listening", flush=True)
server.serve_forever()
