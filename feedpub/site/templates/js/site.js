"use strict";
// Copy buttons beside the addresses of feeds. Without a script there are none: the addresses can be copied by hand.

(() => {
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // No clipboard without https: by a selection, as it was done before there was one.
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "unseen";
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };

  const told = document.createElement("p");
  told.className = "unseen";
  told.setAttribute("role", "status");

  const add = (link, name, texts) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = texts.copy;
    button.setAttribute("aria-label", name ? `${texts.copy}: ${name}` : texts.copy);
    button.addEventListener("click", async () => {
      await copy(link.href);
      button.textContent = told.textContent = texts.copied;
      setTimeout(() => {
        button.textContent = texts.copy;
        told.textContent = "";
      }, 2000);
    });
    const place = link.closest(".formats");
    if (place) place.after(button);
    else link.after(button);
  };

  for (const list of document.querySelectorAll("[data-copy]")) {
    for (const row of list.querySelectorAll(":scope > li, :scope > div")) {
      const link = row.querySelector("a[type]");
      const name = row.matches("div") ? row.querySelector("dt") : row.querySelector("a");
      if (link) add(link, name.textContent.trim(), list.dataset);
    }
  }
  document.body.append(told);
})();
