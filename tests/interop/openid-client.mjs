// A web application on openid-client: signs people in under each of its registrations, and does with the tokens all
// that can be done. Takes its port, the issuer and the registrations as one JSON argument.
import { createServer } from 'node:http';
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto; // Node 18
const oidc = await import('openid-client');

const { port, issuer, scope, initial_access_token: initial, clients } = JSON.parse(process.argv[2]);
const home = `http://localhost:${port}`;
const addresses = {
  redirect_uris: [`${home}/callback`],
  post_logout_redirect_uris: [`${home}/left`],
};
const insecure = { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] };

async function proof({ client_secret: secret, private_jwk: jwk }, way) {
  if (jwk) {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign']);
    return oidc.PrivateKeyJwt({ key, kid: jwk.kid });
  }
  if (!secret) return oidc.None();
  return way === 'post' ? oidc.ClientSecretPost(secret) : oidc.ClientSecretBasic(secret);
}

async function configuration(way) {
  if (way === 'registered') {
    const asked = {
      ...addresses,
      client_name: 'Registered by itself',
      scope,
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_post', // what the library does unless told otherwise
    };
    return oidc.dynamicClientRegistration(new URL(issuer), asked, undefined, { initialAccessToken: initial, ...insecure });
  }
  const client = clients[way];
  return oidc.discovery(new URL(issuer), client.client_id, undefined, await proof(client, way), insecure);
}

let waiting; // one person before one browser

async function begin(way) {
  const config = await configuration(way);
  const verifier = oidc.randomPKCECodeVerifier();
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
  const parameters = {
    redirect_uri: addresses.redirect_uris[0],
    scope,
    prompt: 'consent',
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  waiting = { way, config, verifier, state, nonce };
  const pushed = way === 'signed'; // RFC 9126
  return pushed
    ? oidc.buildAuthorizationUrlWithPAR(config, parameters)
    : oidc.buildAuthorizationUrl(config, parameters);
}

async function finish(url) {
  const { config, verifier, state, nonce } = waiting;
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
  const tokens = await oidc.authorizationCodeGrant(config, url, checks);
  const { sub } = tokens.claims();
  const info = await oidc.fetchUserInfo(config, tokens.access_token, sub);
  const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  const again = await oidc.fetchUserInfo(config, fresh.access_token, sub);
  waiting.hint = fresh.id_token ?? tokens.id_token;
  const told = { way: waiting.way, sub, email: again.email, name: info.name, is_fresh: fresh.access_token !== tokens.access_token };
  if (waiting.way !== 'public') {
    told.active = (await oidc.tokenIntrospection(config, fresh.access_token)).active;
  }
  const last = fresh.refresh_token ?? tokens.refresh_token;
  await oidc.tokenRevocation(config, last);
  told.after_revocation = await oidc.refreshTokenGrant(config, last).then(() => 'a token', (error) => error.error);
  return told;
}

function leave() {
  const parameters = { id_token_hint: waiting.hint, post_logout_redirect_uri: addresses.post_logout_redirect_uris[0], state: waiting.state };
  return oidc.buildEndSessionUrl(waiting.config, parameters);
}

async function answer(url) {
  switch (url.pathname) {
    case '/callback': return { page: `<h1>Signed in</h1><pre id="told">${JSON.stringify(await finish(url))}</pre><a href="/leave">Leave</a>` };
    case '/leave': return { to: leave() };
    case '/left': return { page: `<h1>Left</h1><p id="state">${url.searchParams.get('state') === waiting.state}</p>` };
    case '/favicon.ico': return { page: '' };
    default: return { to: await begin(url.pathname.slice(1)) };
  }
}

createServer(async (request, response) => {
  const url = new URL(request.url, home);
  const { to, page } = await answer(url).catch((error) => ({ page: `<h1>Failed</h1><pre id="told">${error.stack} ${error.cause && JSON.stringify(error.cause)}</pre>` }));
  response.writeHead(to ? 303 : 200, to ? { location: String(to) } : { 'content-type': 'text/html' });
  response.end(page);
}).listen(port, 'localhost', () => console.log('listening'));
