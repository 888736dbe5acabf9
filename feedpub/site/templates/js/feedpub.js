"use strict";
// <feedpub-latest feed="health" lang="auto" count="5"></feedpub-latest>: the latest entries of a feed in a page of
// another site. What it shows is made of text nodes and checked addresses only, never parsed as HTML. Its style is a
// constructed sheet, so that a page's Content-Security-Policy need not allow any inline style.

(() => {
  // What the site fills in: its address, its feeds that are not of topics or bodies, the style sheet, and by language
  // its name and its texts.
  const site = "%site%";
  const NAME = "feedpub-latest";
  if (customElements.get(NAME)) return;

  // Where this script is from, there the data is too; as a module it has no current script.
  const base = new URL(".", document.currentScript?.src || `${site.url}embed/feedpub.js`);
  const tags = Object.keys(site.languages);
  const PATIENCE = 20000; // milliseconds for an answer
  const MOST = 20;
  const MINUTE = 60000;

  const shared = new CSSStyleSheet();
  shared.replaceSync(site.style);

  const make = (name, part, parent) => {
    const made = document.createElement(name);
    if (part) made.setAttribute("part", part);
    made.className = part || "";
    parent?.append(made);
    return made;
  };

  // The site's language that serves a BCP 47 tag best: of those of the same language the one in its script ("zh-HK" is
  // written in Hant), else the first of them; the site's first language where there is none.
  const match = (tag) => {
    try {
      const wanted = new Intl.Locale(tag.replaceAll("_", "-"));
      const spoken = wanted.language.replace("yue", "zh");
      const near = tags.filter((one) => new Intl.Locale(one).language === spoken);
      const script = (one) => new Intl.Locale(one).maximize().script;
      const bare = wanted.baseName === wanted.language;
      return (!bare && near.find((one) => script(one) === script(wanted))) || near[0] || tags[0];
    } catch {
      return tags[0];
    }
  };

  // The language that a place is in: its own, or the nearest one around it, out of shadow trees as well.
  const languageOf = (place) => {
    for (let node = place; node; node = node.parentElement || node.getRootNode().host) {
      const tag = node.getAttribute("lang");
      if (tag && tag !== "auto") return tag;
    }
    return "";
  };

  const web = (address) => {
    try {
      const url = new URL(address);
      return /^https?:$/.test(url.protocol) ? url.href : "";
    } catch {
      return "";
    }
  };

  const lead = (link, address) => {
    const url = web(address);
    if (url) link.href = url;
    else link.removeAttribute("href");
  };

  // "3 hours ago"; null for what is a week old. What lies ahead, by a clock that is wrong, is of this minute.
  const ago = (time, language) => {
    let left = Math.min((time - Date.now()) / MINUTE, 0);
    for (const [unit, size] of [["minute", 60], ["hour", 24], ["day", 7]]) {
      const whole = Math.trunc(left);
      if (whole > -size) {
        return new Intl.RelativeTimeFormat(language, { numeric: whole ? "always" : "auto" }).format(whole, unit);
      }
      left /= size;
    }
    return null;
  };

  const read = async (feed, language, signal) => {
    const ask = (name) => fetch(new URL(`${name}/${language}.json`, base), { signal, credentials: "omit" });
    const names = feed.includes("/") ? [feed] : [feed, `topics/${feed}`];
    if (!site.feeds.includes(feed)) names.reverse();
    let answer;
    for (const name of names) {
      answer = await ask(name);
      if (answer.status !== 404) break;
    }
    if (!answer.ok) throw answer;
    const data = await answer.json();
    if (!Array.isArray(data.items)) throw new TypeError("no items");
    return data;
  };

  class Latest extends HTMLElement {
    static observedAttributes = ["feed", "lang", "count", "accent", "heading", "level", "toggle"];

    #own = new CSSStyleSheet();
    #root = this.attachShadow({ mode: "open" });
    #watch = new MutationObserver(() => this.#chosen || this.#load());
    #parts = {};
    #buttons = [];
    #times = [];
    #chosen = "";
    #control = null;
    #clock = 0;
    #live = false;
    #late = false;

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [shared, this.#own];
      const box = make("div", "box", this.#root);
      const header = make("div", "header", box);
      const rows = make("div", "rows", box);
      const list = make("ol", "list", rows);
      list.setAttribute("role", "list");
      list.tabIndex = -1;
      const skeleton = make("div", "skeleton", rows);
      skeleton.setAttribute("aria-hidden", "true");
      const state = make("div", "state", rows);
      const message = make("p", "message", state);
      message.setAttribute("role", "status");
      const retry = make("button", "retry", state);
      retry.type = "button";
      retry.addEventListener("click", () => {
        list.hidden = false;
        list.focus();
        this.#load();
      });
      const footer = make("div", "footer", box);
      const more = make("a", "more", footer);
      const credit = make("span", "credit", footer);
      this.#parts = { header, rows, list, skeleton, message, retry, more, credit };
    }

    connectedCallback() {
      this.#live = true;
      this.#frame();
      this.#load();
      this.#watch.observe(document.documentElement, { attributeFilter: ["lang"] });
      this.#clock = setInterval(() => this.#tell(), MINUTE);
    }

    disconnectedCallback() {
      this.#live = false;
      this.#control?.abort();
      this.#control = null;
      this.#watch.disconnect();
      clearInterval(this.#clock);
    }

    // Several attributes that are set at once are one change; those that the element begins with are none.
    attributeChangedCallback(name, before, after) {
      if (name === "lang") this.#chosen = "";
      if (!this.#live || before === after || this.#late) return;
      this.#late = true;
      queueMicrotask(() => {
        this.#late = false;
        if (!this.#live) return;
        this.#frame();
        this.#load();
      });
    }

    get #count() {
      const count = Math.trunc(Number(this.getAttribute("count") ?? 5));
      return count >= 1 ? Math.min(count, MOST) : 5;
    }

    // What depends on the attributes alone: the reserved height, the heading's level, the buttons of the languages.
    #frame() {
      const { header, skeleton } = this.#parts;
      const accent = this.getAttribute("accent") || "";
      const colour = /^#?\w+$/.test(accent) && CSS.supports("color", accent);
      const mixed = colour ? `--own:${accent};--own-dark:color-mix(in srgb,${accent} 50%,#fff)` : "";
      this.#own.replaceSync(`:host{--count:${this.#count};${mixed}}`);
      skeleton.replaceChildren(...Array.from({ length: this.#count }, () => make("div", "blank")));
      header.replaceChildren();
      const level = /^[1-6]$/.test(this.getAttribute("level")) ? this.getAttribute("level") : 2;
      if (this.getAttribute("heading") !== "none") this.#parts.heading = make(`h${level}`, "heading", header);
      else delete this.#parts.heading;
      const wanted = tags.length > 1 && this.getAttribute("toggle") !== "none";
      const group = wanted ? make("div", "languages", header) : null;
      group?.setAttribute("role", "group");
      this.#parts.languages = group;
      this.#buttons = wanted ? tags.map((tag) => this.#button(tag, group)) : [];
      header.hidden = !header.firstChild;
    }

    #button(tag, group) {
      const button = make("button", "language", group);
      button.type = "button";
      button.lang = tag;
      button.textContent = site.languages[tag].name;
      button.addEventListener("click", () => {
        this.#chosen = tag;
        this.#load();
      });
      return button;
    }

    async #load() {
      this.#control?.abort();
      const control = (this.#control = new AbortController());
      const language = this.#chosen || match(languageOf(this));
      const texts = site.languages[language];
      this.#dress(language, texts);
      const timer = setTimeout(() => control.abort(), PATIENCE);
      try {
        const data = await read(this.getAttribute("feed") || "", language, control.signal);
        if (control === this.#control) this.#show(data, language, texts);
      } catch (problem) {
        if (control === this.#control) this.#fail(problem.status === 404 ? texts.missing : texts.offline);
      } finally {
        clearTimeout(timer);
      }
    }

    // Before the data is there. Entries that are shown stay until then, in their language: another has another font.
    #dress(language, texts) {
      const { rows, list, skeleton, message, retry, more, languages } = this.#parts;
      for (const part of [message, retry, more, languages]) if (part) part.lang = language;
      languages?.setAttribute("aria-label", texts.language);
      for (const button of this.#buttons) button.setAttribute("aria-pressed", button.lang === language);
      rows.setAttribute("aria-busy", "true");
      skeleton.hidden = list.childElementCount > 0;
      this.#say(texts.loading, true);
      retry.textContent = texts.retry;
      retry.hidden = true;
      more.textContent = texts.all;
      const given = this.getAttribute("heading");
      if (given) this.#head(given, languageOf(this));
    }

    #show(data, language, texts) {
      const { list, more, credit } = this.#parts;
      list.lang = credit.lang = language;
      this.#times = [];
      const items = data.items.slice(0, this.#count);
      list.hidden = !items.length;
      list.replaceChildren(...items.map((item) => this.#entry(item, language)));
      list.setAttribute("aria-label", data.title);
      lead(more, data.page);
      credit.textContent = credit.title = data.credit || "";
      if (!this.getAttribute("heading")) this.#head(data.title, language);
      this.#done(items.length ? "" : texts.empty);
      this.#tell();
    }

    #entry(item, language) {
      const row = make("li", item.withdrawn ? "entry withdrawn" : "entry");
      const link = make("a", "link", row);
      link.textContent = link.title = item.title;
      link.hreflang = language;
      lead(link, item.url || item.page);
      const facts = make("p", "facts", row);
      const time = make("time", "time", facts);
      time.dateTime = item.time;
      time.title = item.when;
      this.#times.push([time, language]);
      if (item.topics?.length) {
        const topics = make("span", "topics", facts);
        topics.textContent = topics.title = item.topics.join(" · ");
      }
      return row;
    }

    #fail(text) {
      const { list, retry, more } = this.#parts;
      const here = this.#root.activeElement === list;
      list.replaceChildren();
      list.hidden = true;
      more.removeAttribute("href");
      retry.hidden = false;
      if (here) retry.focus();
      this.#done(text);
    }

    #done(text) {
      this.#parts.skeleton.hidden = true;
      this.#parts.rows.removeAttribute("aria-busy");
      this.#say(text, false);
    }

    #say(text, unseen) {
      const { message } = this.#parts;
      message.textContent = text;
      message.classList.toggle("unseen", unseen);
    }

    #head(text, language) {
      const { heading } = this.#parts;
      if (!heading) return;
      heading.textContent = heading.title = text;
      heading.lang = language;
    }

    #tell() {
      for (const [time, language] of this.#times) {
        time.textContent = ago(new Date(time.dateTime), language) || time.title;
      }
    }
  }

  customElements.define(NAME, Latest);
})();
