"""What a page looks like to somebody who cannot see it, who has a narrow screen, or who uses the keyboard only."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LIGHT, DARK = "light", "dark"
_AXE = Axe()
_EVERY_RULE: dict[str, Any] = {"resultTypes": ["violations"]}
_COLOURS = _EVERY_RULE | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""Nothing else is different in the dark."""
_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const clipped = (element) => {
    for (let one = element.parentElement; one; one = one.parentElement)
      if (getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > 0) return one !== document.body;
    return false;
  };
  const found = document.documentElement.scrollWidth > width ? ["the page"] : [];
  for (const one of document.body.querySelectorAll("*:not(.skip, .unseen)")) {
    const place = one.getBoundingClientRect();
    if (place.width > 1 && place.height > 1 && (place.right > width + 1 || place.left < -1) && !clipped(one))
      found.push(`<${one.localName} class="${one.getAttribute("class") || ""}"> ${Math.round(place.right)}`);
  }
  return found.slice(0, 8);
}"""
_FOCUS = """() => {
  let one = document.activeElement;
  while (one && one.shadowRoot && one.shadowRoot.activeElement) one = one.shadowRoot.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), place = one.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return {
    text: `<${one.localName}> ${(one.getAttribute("aria-label") || one.textContent || one.id).trim().slice(0, 60)}`,
    visible: (ring || style.boxShadow !== "none") && place.width > 1 && place.height > 1
      && place.right > 0 && place.left < innerWidth && place.bottom > 0 && place.top < innerHeight,
  };
}"""
_REACHABLE = """() => {
  const shown = (one) => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const all = "a[href], button:not([disabled]), select, textarea, summary, input:not([type=hidden])";
  return [...document.querySelectorAll(all)].filter(shown).length;
}"""


def axe(page: Page, scheme: str = LIGHT) -> list[str]:
    """What axe-core finds on a page: each violation with its places; in the dark, of its colours."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two
    found: dict[str, Any] = _AXE.run(page, options=_COLOURS if scheme == DARK else _EVERY_RULE).response
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


def overflow(page: Page, width: int) -> list[str]:
    """What is wider than the screen, or outside of it, where the screen is so many pixels wide."""
    page.set_viewport_size({"width": width, "height": 900})
    found: list[str] = page.evaluate(_WIDE)
    return found


def reachable(page: Page) -> int:
    """How many links and controls can be seen on a page."""
    found: int = page.evaluate(_REACHABLE)
    return found


def focused(page: Page) -> dict[str, Any] | None:
    """What has the focus: its `text`, and whether that can be seen (`visible`); None where nothing has it."""
    found: dict[str, Any] | None = page.evaluate(_FOCUS)
    return found


def tabs(page: Page, most: int) -> list[dict[str, Any]]:
    """What gets the focus by the Tab key, one after the other, until the page's end."""
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        now = focused(page)
        if now is None:
            break
        found.append(now)
    return found
