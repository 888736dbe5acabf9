"use strict";
// On to the front page in the visitor's language, if there is one; somebody who came from a page of this site, or for a
// place on this one, stays.

(() => {
  const script = ["zh-tw", "zh-hk", "zh-mo"];
  const full = (tag) => {
    const low = tag.toLowerCase();
    if (script.some((one) => low.startsWith(one)) || low === "zh-hant") return "zh-hant";
    return low === "zh" || low.startsWith("zh-cn") || low.startsWith("zh-sg") ? "zh-hans" : low;
  };
  const parts = [...document.querySelectorAll(".choose section")];
  const find = (tag) =>
    parts.find((part) => tag === part.lang.toLowerCase() || tag.startsWith(`${part.lang.toLowerCase()}-`)) ||
    parts.find((part) => tag.split("-")[0] === part.lang.toLowerCase().split("-")[0]);
  const stays = location.hash || document.referrer.startsWith(`${location.origin}/`);
  const part = navigator.languages.map((tag) => find(full(tag))).find(Boolean);
  if (part && !stays) location.replace(part.querySelector("a").href);
})();
