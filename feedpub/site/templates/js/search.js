"use strict";
// The search page. There is an index (pagefind) of each part of the stories; the newest is searched first, earlier ones
// while there is too little. What is shown is made of text nodes only. Nothing but the site's own host is asked.

(() => {
  const form = document.querySelector("form.search");
  if (!form) return;
  const { base, language, languages, texts } = JSON.parse(form.dataset.settings);
  const place = new URL(base, location.href);
  const [field, topic] = [form.elements.q, form.elements.topic];
  const [told, list, more] = ["told", "found", "more"].map((id) => document.getElementById(id));
  const PAGE = 10; // results that are shown at once
  const TOGETHER = 4; // indexes that are searched at once, after the first
  const FAR = 24; // indexes that are searched before the visitor is asked whether to go on
  const WAIT = 300; // milliseconds after the last key
  const [AROUND, AROUND_HAN] = [90, 40]; // characters of an excerpt before and after what was found

  const ask = async (name) => {
    const answer = await fetch(new URL(name, place), { cache: "no-cache" });
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer.json();
  };

  // What the words of texts are: the same as in the index (site/searchwords.py).
  const HAN = "\\u3005-\\u3007\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const RUNS = new RegExp(`[${HAN}]+|(?:(?![${HAN}])[\\p{L}\\p{N}])+`, "gu");
  const IS_HAN = new RegExp(`^[${HAN}]`, "u");
  const IS_WORD = /^[\p{L}\p{N}]/u;
  const LONGEST = 64;
  let folds = new Map();

  const fold = (text) =>
    [...text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()].map((one) => folds.get(one) ?? one).join("");

  // The words of a part of what is looked for. Where it begins or ends among Han characters, the text may go on there.
  const words = (part) => {
    const runs = fold(part).match(RUNS) || [];
    return runs.flatMap((run, at) => {
      if (!IS_HAN.test(run)) return [run.slice(0, LONGEST)];
      const all = [...run];
      if (all.length === 1 && runs.length === 1) return all;
      const pairs = all.slice(1).map((one, before) => all[before] + one);
      return [...(at ? all.slice(0, 1) : []), ...pairs, ...(at < runs.length - 1 ? all.slice(-1) : [])];
    });
  };

  // What is looked for: words that may go on (`single`), and words that have to follow one another (`phrases`).
  const parse = (query) => {
    const asked = { single: [], phrases: [], marks: [] };
    for (const [part, quoted] of query.matchAll(/["“”„«»＂]([^"“”„«»＂]+)["“”„«»＂]|[^\s"“”„«»＂]+/gu)) {
      const found = words(quoted ?? part);
      if (!found.length) continue;
      const loose = found.length === 1 && !quoted && !IS_HAN.test(found[0]);
      if (loose) asked.single.push(found[0]);
      else asked.phrases.push(found);
      asked.marks.push({ flat: skeleton(quoted ?? part).flat, loose });
    }
    return asked;
  };

  // A text without what is between its words, and where in it each character is from.
  const skeleton = (text) => {
    const [from, to] = [[], []];
    let [flat, at, gap] = ["", 0, false];
    for (const one of text) {
      for (const each of fold(one)) {
        if (!IS_WORD.test(each)) {
          gap = true;
          continue;
        }
        if (gap && flat && !IS_HAN.test(each) && !IS_HAN.test(flat.at(-1)) && flat.charCodeAt(flat.length - 1) < 0xdc00) {
          flat += " ";
          from.push(at);
          to.push(at);
        }
        gap = false;
        flat += each;
        for (let unit = 0; unit < each.length; unit++) {
          from.push(at);
          to.push(at + one.length);
        }
      }
      if (!IS_WORD.test(fold(one))) gap = true;
      at += one.length;
    }
    return { flat, from, to };
  };

  const shared = (one, other) => {
    let count = 0;
    while (count < one.length && one[count] === other[count]) count++;
    return count;
  };

  // Whether a word of a text is one that is looked for, in another form or longer.
  const akin = (word, wanted) =>
    word.startsWith(wanted) ||
    (shared(word, wanted) >= Math.max(3, wanted.length - 4) && Math.abs(word.length - wanted.length) < 5);

  // Where in a text something is that is looked for: its start and end.
  const spots = (text, marks) => {
    const { flat, from, to } = skeleton(text);
    const found = [];
    const add = (start, length) => length && found.push([from[start], to[start + length - 1]]);
    for (const { flat: wanted, loose } of marks) {
      if (loose) {
        for (const run of flat.matchAll(RUNS)) if (akin(run[0], wanted)) add(run.index, run[0].length);
        continue;
      }
      const part = (index) => IS_WORD.test(flat[index] || "") && !IS_HAN.test(flat[index]);
      for (let at = flat.indexOf(wanted); at >= 0; at = flat.indexOf(wanted, at + 1)) {
        const end = at + wanted.length;
        const inside = (part(at) && part(at - 1)) || (part(end - 1) && part(end));
        if (!inside) add(at, wanted.length);
      }
    }
    found.sort((one, other) => one[0] - other[0]);
    return found.filter(([start], index) => !found.slice(0, index).some(([, end]) => end > start));
  };

  // A text with marks, from a place in it to another.
  const marked = (element, text, found, start = 0, end = text.length) => {
    let at = start;
    for (const [first, last] of found) {
      if (first < start || last > end) continue;
      element.append(text.slice(at, first));
      element.append(Object.assign(document.createElement("mark"), { textContent: text.slice(first, last) }));
      at = last;
    }
    element.append(text.slice(at, end));
  };

  // The place before the word that a place is in; of a word without an end, the place itself.
  const before = (text, place) => {
    const inside = (at) => [at - 1, at].every((one) => IS_WORD.test(text[one] || "") && !IS_HAN.test(text[one]));
    for (let at = place; at > place - LONGEST; at--) if (!inside(at)) return at;
    return place;
  };

  const excerpt = (element, versions, marks) => {
    const each = versions.map(([tag, { text }]) => [tag, text, spots(text, marks)]);
    const [tag, text, found] = each.find(([, , some]) => some.length) || each[0];
    const around = IS_HAN.test(fold(text.trimStart()[0] || "")) ? AROUND_HAN : AROUND;
    const first = found.length ? found[0][0] : 0;
    const start = before(text, Math.max(0, first - around));
    const end = Math.max(before(text, Math.min(text.length, first + 2 * around)), found[0]?.[1] ?? 0);
    if (start) element.append("… ");
    marked(element, text, found, start, end);
    if (end < text.length) element.append(" …");
    if (tag !== language) element.lang = tag;
  };

  const make = (name, parent, className = "") => {
    const made = document.createElement(name);
    if (className) made.className = className;
    parent.append(made);
    return made;
  };

  // The time by the clock of its source.
  const daily = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  const monthly = new Intl.DateTimeFormat(language, { year: "numeric", month: "long", timeZone: "UTC" });
  const day = (date) => new Date(`${date}T00:00:00Z`);

  const show = (story, marks) => {
    const row = make("li", list);
    const order = [language, ...languages].filter((tag, at, all) => all.indexOf(tag) === at && story.versions[tag]);
    const versions = order.map((tag) => [tag, story.versions[tag]]);
    const [[tag, { title }]] = versions;
    const link = make("a", make("h2", row));
    link.href = new URL(`../${language}/${story.path}`, place).href;
    if (tag !== language) link.lang = tag;
    marked(make("bdi", link), title, spots(title, marks));
    excerpt(make("p", row, "summary"), versions, marks);
    const time = make("time", make("p", row, "facts"));
    time.dateTime = story.when;
    time.textContent = daily.format(day(story.when.slice(0, 10)));
    return link;
  };

  // Each index is opened once. What pagefind would do to Chinese was done already: it shall see a language in
  // which words have spaces between them, and takes that of the page.
  let library;
  const open = async () => {
    const contents = await ask("contents.json");
    const [engine, groups] = await Promise.all([import(new URL(contents.library, place)), ask(contents.folds)]);
    folds = new Map(Object.entries(groups.letters));
    for (const group of groups.variants.split(" ")) for (const one of group) folds.set(one, [...group][0]);
    return { engine, stems: contents.stems || "unknown", parts: contents.parts };
  };

  const index = (part) => {
    if (!part.index) {
      const root = document.documentElement;
      const own = root.lang;
      root.lang = library.stems;
      const basePath = new URL(`${part.name}/`, place).href;
      part.index = library.engine.createInstance({ basePath, baseUrl: "/", noWorker: true });
      root.lang = own;
    }
    return part.index;
  };

  const data = async (result) => JSON.parse((await result.data()).url.slice(1));

  // The stories of an index that have all that is looked for, the newest first.
  const look = async (part, asked) => {
    const engine = index(part);
    const has = async (word) => (await engine.search(`"${word}"`, {})).results.length > 0;
    // Each word is in a file of its own. In most indexes one of a phrase's words is missing: the others are not loaded.
    if (part !== library.parts[0]) {
      for (const word of asked.phrases.flat()) if (!(await has(word))) return [];
    }
    const options = { sort: { when: "desc" }, filters: topic?.value ? { topic: topic.value } : {} };
    const queries = asked.phrases.map((phrase) => `"${phrase.join(" ")}"`);
    const loose = asked.single.join(" ");
    const unfinished = [];
    for (const word of asked.single) if (!(await has(word))) unfinished.push(word);
    if (loose) queries.push(loose);
    let found;
    for (const query of queries.length ? queries : [null]) {
      const { results } = await engine.search(query, options);
      if (query === loose && results.length && !(await holds(results[0], unfinished))) return [];
      const known = new Set(results.map((one) => one.id));
      found = found ? found.filter((one) => known.has(one.id)) : results;
      if (!found.length) break;
    }
    return found;
  };

  // Whether a story has longer forms of words. Pagefind takes a shorter word for one that the index has no form of, and
  // leaves out one that it has none for; one story tells, as then it did so for all.
  const holds = async (result, wanted) => {
    if (!wanted.length) return true;
    const { content } = await result.data();
    const there = content.split(/\s+/);
    return wanted.every((one) => there.some((word) => shared(word, one) >= Math.max(1, one.length - 2)));
  };

  let current = 0;
  let state;

  const tell = (text) => {
    told.textContent = text;
  };

  const count = () => {
    const { found, next } = state;
    const whole = next === library.parts.length;
    const [one, several] = whole ? texts.found : texts.since;
    if (!found.length) return texts.none;
    const number = new Intl.NumberFormat(language).format(found.length);
    const text = found.length === 1 ? one : several;
    return text.replace("{count}", number).replace("{month}", monthly.format(day(library.parts[next - 1].month + "-01")));
  };

  // Show the next results, from earlier years too where there are too few.
  const go = async (mine, focus) => {
    const { asked, found } = state;
    const wanted = state.shown + PAGE;
    const far = state.next + FAR;
    while (found.length < wanted && state.next < Math.min(far, library.parts.length)) {
      const some = library.parts.slice(state.next, state.next + (state.next ? TOGETHER : 1));
      const fresh = await Promise.all(some.map((part) => look(part, asked)));
      if (mine !== current) return;
      found.push(...fresh.flat());
      state.next += some.length;
    }
    const stories = await Promise.all(found.slice(state.shown, wanted).map(data));
    if (mine !== current) return;
    if (!state.shown) list.replaceChildren();
    const links = stories.map((story) => show(story, asked.marks));
    state.shown += stories.length;
    list.removeAttribute("aria-busy");
    more.hidden = state.shown >= found.length && state.next >= library.parts.length;
    tell(count());
    if (focus) links[0]?.focus();
  };

  const attempt = async (work) => {
    try {
      await work();
    } catch (problem) {
      console.warn(problem);
      library = undefined;
      list.removeAttribute("aria-busy");
      tell(texts.failed);
    }
  };

  // The address tells what is looked for, and so do those of the page in other languages.
  const others = [...document.querySelectorAll(".switch a")].map((link) => [link, link.href]);
  const keep = () => {
    const told_ = new URLSearchParams();
    if (field.value.trim()) told_.set("q", field.value.trim());
    if (topic?.value) told_.set("topic", topic.value);
    const query = told_.size ? `?${told_}` : "";
    history.replaceState(null, "", `${location.pathname}${query}`);
    for (const [link, href] of others) link.href = href + query;
  };

  const search = () =>
    attempt(async () => {
      const mine = ++current;
      keep();
      if (!field.value.trim() && !topic?.value) {
        list.replaceChildren();
        more.hidden = true;
        tell("");
        return;
      }
      list.setAttribute("aria-busy", "true");
      tell(texts.searching);
      library = library || open();
      const opened = await library;
      if (mine !== current) return;
      library = opened;
      const asked = parse(field.value);
      state = { asked, found: [], shown: 0, next: 0 };
      if (field.value.trim() && !asked.marks.length) {
        list.replaceChildren();
        list.removeAttribute("aria-busy");
        more.hidden = true;
        tell(texts.none);
        return;
      }
      await go(mine, false);
      if (mine === current && !state.found.length) list.replaceChildren();
    });

  let timer;
  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(search, WAIT);
  });
  field.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(search, WAIT);
  });
  topic?.addEventListener("change", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
  more.addEventListener("click", () => attempt(() => go(current, true)));

  const given = new URLSearchParams(location.search);
  field.value = given.get("q") || "";
  if (topic) topic.value = given.get("topic") || "";
  if (topic && topic.selectedIndex < 0) topic.value = "";
  document.querySelector(".unscripted").hidden = true;
  form.hidden = false;
  if (field.value || topic?.value) search();
})();
