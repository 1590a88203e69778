// Serves an application that runs in the browser: the page below, and oidc-client-ts as its package ships it.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';

const { port, issuer, client_id, scope } = JSON.parse(process.argv[2]);
const read = (name) => readFileSync(new URL(name, import.meta.url));
const library = read('node_modules/oidc-client-ts/dist/browser/oidc-client-ts.js');
const settings = JSON.stringify({ authority: issuer, client_id, scope });

const page = `<!doctype html><title>Browser application</title><main></main>
<script src="/oidc-client-ts.js"></script><script>const settings = ${settings};</script><script src="/app.js"></script>`;
const files = {
  '/oidc-client-ts.js': ['text/javascript', library],
  '/app.js': ['text/javascript', read('browser.js')],
};

createServer((request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname;
  const [kind, body] = files[path] ?? ['text/html', page];
  response.writeHead(200, { 'content-type': `${kind}; charset=utf-8` });
  response.end(body);
}).listen(port, 'localhost', () => console.log('listening'));
