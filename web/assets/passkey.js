// Asks the browser for a passkey, or for a new one (Web Authentication,
// level 3). A page's block says where to ask and to answer; without script it
// stays hidden, and the page has other ways in.
"use strict";

(() => {
  const json = async (address, body) => {
    const answer = await fetch(address, {
      method: "POST", credentials: "same-origin", body: JSON.stringify(body ?? {}),
      headers: { "Content-Type": "application/json", Accept: "application/json" },
    });
    const got = await answer.json();
    if (!answer.ok) throw new Error(got.detail || answer.statusText);
    return got;
  };

  // The browser's own reading and writing of JSON; older ones lack it.
  const able = () => window.PublicKeyCredential?.parseRequestOptionsFromJSON;

  async function ceremony(block) {
    const asked = await json(block.dataset.passkeyAsk);
    const { publicKey } = asked.options;
    const fresh = "user" in publicKey;
    const credential = fresh
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    const done = await json(block.dataset.passkeyAnswer, {
      ceremony: asked.ceremony, name: block.querySelector("input")?.value ?? "", credential: credential.toJSON(),
    });
    // A form that waited for the passkey is sent as it was.
    const waits = document.getElementById(block.dataset.passkeyThen ?? "");
    if (waits) waits.submit();
    else location.assign(done.to);
  }

  for (const block of document.querySelectorAll("[data-passkey-ask]")) {
    if (!able()) continue;
    const button = block.querySelector("button"), status = block.querySelector("[role=status]");
    block.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      status.textContent = block.dataset.busy;
      try {
        await ceremony(block);
      } catch (e) {
        // What the browser says is in its own words, and not always the page's language.
        status.textContent = e instanceof DOMException ? block.dataset.refused : e.message;
        button.disabled = false;
        button.focus();
      }
    });
  }
})();
