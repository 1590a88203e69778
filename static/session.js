// Says to the application around this frame whether the same person is still signed in (Session Management §3.2).
(() => {
    const cookie = `${document.currentScript.dataset.cookie}=`;
    const state = () => {
        const found = document.cookie.split("; ").find((one) => one.startsWith(cookie));
        return found ? found.slice(cookie.length) : "";
    };
    const base64url = (bytes) =>
        btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const verdict = async (text, origin) => {
        const parts = /^(\S+) (\S+)\.([^\s.]+)$/.exec(typeof text === "string" ? text : "");
        if (!parts) return "error";
        const [, client, known, salt] = parts;
        const now = new TextEncoder().encode(`${client} ${origin} ${state()} ${salt}`);
        const hash = await crypto.subtle.digest("SHA-256", now);
        return base64url(new Uint8Array(hash)) === known ? "unchanged" : "changed";
    };
    addEventListener("message", async (event) => {
        if (!event.source || event.source === window) return;
        event.source.postMessage(await verdict(event.data, event.origin), event.origin);
    });
})();
