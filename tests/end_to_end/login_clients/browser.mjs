// A browser without scripts that goes through the login pages, as far as these clients need one.
import assert from "node:assert/strict";

const unescape = (text) =>
  text.replaceAll("&#34;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export class Browser {
  #cookies = new Map();

  async #request(url, init = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", ...init, headers: { ...init.headers, cookie } });
    for (const each of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(each);
      this.#cookies.set(name, value);
    }
    return answer;
  }

  async #send(page, html, action, fields) {
    const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
    const form = Object.fromEntries(hidden.map(([, name, value]) => [name, unescape(value)]));
    const body = new URLSearchParams({ ...form, ...fields, action });
    const answer = await this.#request(new URL("/login", page), { method: "POST", body });
    assert.equal(answer.status, 303, await answer.text());
    return new URL(answer.headers.get("location"), page);
  }

  // From the authorize request to the address that the browser ends up at, back at the client.
  async login(url, phone) {
    const started = await this.#request(url);
    assert.equal(started.status, 302, await started.text());
    let page = new URL(started.headers.get("location"), url);
    for (let steps = 0; steps < 5 && page.pathname === "/login"; steps += 1) {
      const answer = await this.#request(page);
      const html = await answer.text();
      assert.equal(answer.status, 200, html);
      const refresh = /<meta http-equiv="refresh" content="0; url=([^"]+)">/.exec(html);
      const number = /<p class="number"><strong>(\d+)<\/strong>/.exec(html);
      if (refresh) page = new URL(unescape(refresh[1]));
      else if (number) page = await this.#send(page, html, number[1], {});
      else if (html.includes('value="accept"')) page = await this.#send(page, html, "accept", {});
      else page = await this.#send(page, html, "continue", { phone });
    }
    return page;
  }
}
