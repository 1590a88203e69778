// Passkeys: asks the browser for one and sends its answer with the form. Without this, and in a browser that cannot,
// the form stays hidden and every page works on.
"use strict";
for (const form of document.querySelectorAll("form[data-options]")) {
  const { PublicKeyCredential: Passkeys } = window;
  const adds = form.dataset.add !== undefined;
  const parse = adds ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
  if (!Passkeys || !Passkeys[parse]) continue;
  const problem = form.querySelector("[role=alert]");
  let waiting = new AbortController();

  const ask = async (more) => {
    const body = new URLSearchParams({ token: form.elements.token.value });
    const answer = await fetch(form.dataset.options, { method: "POST", body });
    // Something else comes first.
    if (answer.redirected) return location.assign(answer.url);
    if (!answer.ok) throw new Error(answer.statusText);
    const { ceremony, options } = await answer.json();
    const wish = { publicKey: Passkeys[parse](options), signal: waiting.signal, ...more };
    const given = await navigator.credentials[adds ? "create" : "get"](wish);
    form.elements.ceremony.value = ceremony;
    form.elements.credential.value = JSON.stringify(given.toJSON());
    form.submit();
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // One question at a time.
    waiting.abort();
    waiting = new AbortController();
    problem.hidden = true;
    try {
      await ask({});
    } catch {
      problem.hidden = false;
    }
  });

  // Among what the browser offers where the name is typed.
  const offer = async () => {
    if (!(await Passkeys.isConditionalMediationAvailable?.())) return;
    await ask({ mediation: "conditional" }).catch(() => {});
  };
  if (form.dataset.offer) offer();
  form.hidden = false;
}
