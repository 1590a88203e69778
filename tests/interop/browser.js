// An application in the browser, on oidc-client-ts: signs in by redirect, renews by refresh token, signs out.
const manager = new oidc.UserManager({
  ...settings,
  redirect_uri: `${location.origin}/callback`,
  post_logout_redirect_uri: `${location.origin}/left`,
  loadUserInfo: true,
  automaticSilentRenew: false,
});

function show(heading, told) {
  const main = document.querySelector('main');
  main.innerHTML = '<h1></h1><pre id="told"></pre><button>Leave</button>';
  main.querySelector('h1').textContent = heading;
  main.querySelector('pre').textContent = JSON.stringify(told);
  main.querySelector('button').onclick = () => manager.signoutRedirect();
}

async function arrive() {
  const user = await manager.signinCallback();
  const renewed = await manager.signinSilent();
  const { sub, email, name } = renewed.profile;
  show('Signed in', { sub, email, name, is_fresh: renewed.access_token !== user.access_token });
}

async function run() {
  switch (location.pathname) {
    case '/callback': return arrive();
    case '/left': await manager.signoutCallback(); return show('Left', {});
    default: return manager.signinRedirect();
  }
}

run().catch((error) => show('Failed', String(error.stack)));
