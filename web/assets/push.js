// Lets this browser be told when no page is open (Push API). Without it the
// block stays hidden; mail and webhooks need no script.
"use strict";

(() => {
  const bytes = (coded) => Uint8Array.from(atob(coded.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

  async function subscribe(block) {
    const worker = await navigator.serviceWorker.register("/worker.js");
    await navigator.serviceWorker.ready;
    const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(block.dataset.pushKey) });
    const answer = await fetch(block.dataset.push, {
      method: "POST", credentials: "same-origin", body: JSON.stringify({ endpoint: subscription.endpoint, keys: subscription.toJSON().keys }),
      headers: { "Content-Type": "application/json", Accept: "application/json" },
    });
    if (!answer.ok) throw new Error((await answer.json()).detail || answer.statusText);
    location.assign(block.dataset.done);
  }

  for (const block of document.querySelectorAll("[data-push]")) {
    if (!("serviceWorker" in navigator && "PushManager" in window)) continue;
    const button = block.querySelector("button"), status = block.querySelector("[role=status]");
    block.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await subscribe(block);
      } catch (e) {
        status.textContent = e instanceof DOMException ? block.dataset.refused : e.message;
        button.disabled = false;
        button.focus();
      }
    });
  }
})();
