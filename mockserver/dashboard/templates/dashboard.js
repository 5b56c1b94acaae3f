"use strict";
// Without this script the pages say the same, and are loaded again by hand.
(() => {
  const live = document.getElementById("live");
  const said = document.getElementById("live-status");
  const stream = document.querySelector('link[type="text/event-stream"]');
  if (!live || !said || !stream || !window.EventSource) return;

  const tell = (text, on) => {
    if (said.textContent !== text) said.textContent = text;
    said.className = `status ${on ? "on" : "off"}`;
  };

  // Somebody types, chooses or selects: what is under their hands stays.
  const busy = () => {
    const active = document.activeElement;
    const typing = live.contains(active) && active.matches("input, select, textarea");
    return typing || !document.getSelection().isCollapsed;
  };

  const mark = (element) => {
    if (!element || !live.contains(element)) return null;
    const all = [...live.querySelectorAll("a, button, summary, [tabindex]")];
    const same = (other) => other.outerHTML === element.outerHTML;
    const before = all.filter(same);
    return { html: element.outerHTML, number: before.indexOf(element) };
  };

  const put = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("live");
    if (!fresh) return;
    const open = [...live.querySelectorAll("details[open][id]")].map((each) => each.id);
    const focused = mark(document.activeElement);
    live.replaceChildren(...fresh.childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    dress();
    if (!focused) return;
    const all = [...live.querySelectorAll("a, button, summary, [tabindex]")];
    all.filter((each) => each.outerHTML === focused.html)[focused.number]?.focus({ preventScroll: true });
  };

  let loading = false;
  let again = false;
  const load = async () => {
    if (loading) {
      again = true;
      return;
    }
    loading = true;
    const begun = performance.now();
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (busy()) again = true;
      else if (answer.ok) put(await answer.text());
    } catch {
      // The stream says that the server is gone.
    }
    // Where much happens, a page takes a small part of the server's time.
    const rest = Math.max(500, 50 * (performance.now() - begun));
    setTimeout(() => {
      loading = false;
      if (again) {
        again = false;
        load();
      }
    }, rest);
  };

  const listen = () => {
    const source = new EventSource(stream.href);
    source.onopen = () => tell("Live", true);
    source.onerror = () => tell("Not connected: the server is stopped, or restarts.", false);
    source.onmessage = (event) => {
      const piece = JSON.parse(event.data);
      if (piece.kind === "gap" && piece.missed) tell(`Live; ${piece.missed} things happened too fast to be told.`, true);
      if (piece.kind !== "end") load();
    };
    addEventListener("pagehide", () => source.close());
  };

  const dress = () => {
    for (const text of live.querySelectorAll("[data-copy]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet copy";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(text.textContent);
        button.textContent = "Copied";
      });
      if (navigator.clipboard) text.before(button);
    }
  };

  dress();
  listen();
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      listen();
      load();
    }
  });
})();
