"use strict";
// The builder of embeds: what is chosen is shown as it will be, and stands in the line to copy.

(() => {
  const form = document.querySelector(".choices");
  if (!form) return;
  const fields = form.elements;
  const stage = document.querySelector(".stage");
  const told = document.querySelector(".lines [role=status]");
  const embed = new URL("../embed/", document.currentScript.src);
  const latest = JSON.parse(form.dataset.latest);
  const [around, row] = form.dataset.heights.split(" ").map(Number);
  const plain = fields.accent.value;
  const titles = new Map();

  const escaped = (text) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

  const choices = () => ({
    feed: fields.feed.value,
    lang: fields.lang.value,
    count: Math.min(Math.max(Math.trunc(fields.count.valueAsNumber) || 1, 1), Number(fields.count.max)),
    kind: fields.kind.value,
    theme: fields.theme.value,
    accent: fields.accent.value,
  });

  // The attributes of the element beside those that every one has.
  const look = ({ theme, accent }) => ({
    ...(theme === "auto" ? {} : { theme }),
    ...(accent === plain ? {} : { accent }),
  });

  // A feed's title in a language: this page knows those of its own.
  const titleOf = async ({ feed, lang }) => {
    if (lang === form.dataset.language || lang === "auto") return fields.feed.selectedOptions[0].text;
    const place = `${feed}/${lang}.json`;
    if (!titles.has(place)) titles.set(place, fetch(new URL(place, embed)).then((answer) => answer.json()));
    try {
      return (await titles.get(place)).title;
    } catch {
      titles.delete(place);
      return fields.feed.selectedOptions[0].text;
    }
  };

  const element = (chosen) => {
    const shown = stage.querySelector("feedpub-latest") || document.createElement("feedpub-latest");
    const { feed, lang, count } = chosen;
    const wanted = { feed, lang, count: String(count), ...look(chosen) };
    for (const name of ["theme", "accent"]) if (!wanted[name]) shown.removeAttribute(name);
    for (const [name, value] of Object.entries(wanted)) {
      if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
    }
    return shown;
  };

  const framed = ({ feed, lang, count, kind }, title, height) => {
    const frame = document.createElement("iframe");
    frame.src = new URL(kind === "frame" ? `${feed}/${lang}.html#n${count}` : `${feed}/${lang}.inc`, embed);
    frame.title = title;
    frame.height = height;
    // A fragment is as high as its text is.
    const fit = () => {
      frame.height = frame.contentDocument.documentElement.offsetHeight;
    };
    if (kind === "include") frame.addEventListener("load", fit);
    return frame;
  };

  let turn = 0;
  const show = async () => {
    const now = ++turn;
    const script = fields.kind.value === "script";
    const [auto] = fields.lang.options;
    auto.disabled = !script;
    if (!script && auto.selected) fields.lang.value = form.dataset.language;
    const chosen = choices();
    fields.count.disabled = chosen.kind === "include";
    fields.accent.disabled = form.querySelector("[data-of=theme]").disabled = !script;
    const name = await titleOf(chosen);
    if (now !== turn) return;
    const title = (latest[chosen.lang] || latest[form.dataset.language]).replace("{feed}", () => name);
    const height = around + row * chosen.count;
    const attributes = Object.entries(look(chosen)).map(([one, value]) => ` ${one}="${escaped(value)}"`).join("");
    const values = { ...chosen, height, title: escaped(title), look: attributes };
    for (const line of document.querySelectorAll(".line")) {
      const code = line.querySelector("code");
      code.textContent = code.dataset.pattern.replace(/\{(\w+)\}/g, (_, place) => values[place]);
      line.hidden = line.dataset.kind !== chosen.kind && !(script && line.dataset.kind === "reserve");
    }
    const shown = script ? element(chosen) : framed(chosen, title, height);
    if (shown.parentElement !== stage) stage.replaceChildren(shown);
    keep(chosen.feed);
  };

  // The feed stays chosen when the page is loaded again, and in its other languages.
  const keep = (feed) => {
    const query = `?feed=${feed}`;
    if (feed !== fields.feed.options[0].value || location.search) history.replaceState(null, "", query);
    for (const link of document.querySelectorAll(".switch a")) link.search = location.search;
  };

  const copy = async (code) => {
    const selection = getSelection();
    try {
      await navigator.clipboard.writeText(code.textContent);
      return true;
    } catch {
      // No clipboard without https: by a selection, which stays for whoever has to copy by hand.
      selection.selectAllChildren(code);
      return document.execCommand("copy");
    }
  };

  for (const line of document.querySelectorAll(".line")) {
    const button = line.querySelector("button");
    const { textContent: text } = button;
    button.hidden = false;
    button.setAttribute("aria-label", `${text}: ${line.querySelector("h3").textContent}`);
    button.addEventListener("click", async () => {
      if (!(await copy(line.querySelector("code")))) return;
      button.textContent = told.textContent = form.dataset.copied;
      setTimeout(() => {
        button.textContent = text;
        told.textContent = "";
      }, 2000);
    });
  }

  const asked = new URLSearchParams(location.search).get("feed");
  if ([...fields.feed.options].some((option) => option.value === asked)) fields.feed.value = asked;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = document.querySelector(".shown").hidden = false;
  document.querySelector(".lines .note").hidden = true;
  show();
})();
