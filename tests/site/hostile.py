"""Hostile stories: what somebody might put into a release, a photo's caption, a label or a config to harm its readers.

`TEXTS` stand wherever a text stands: they are to be shown as they are written. `MARKUP` stands in a release's own HTML.
`ADDRESSES` stand where an address stands: none may become a link. Whatever runs sets `window.__pwned`.
"""

from __future__ import annotations

RUN = "window.__pwned=1"
"""What a text tries to run; after that `CANARY` is no longer undefined."""
CANARY = "window.__pwned"

RTL, LTR, POP = "\u202e", "\u202d", "\u202c"
ISOLATE, RIGHT_ISOLATE, END_ISOLATE, RIGHT_MARK = "\u2066", "\u2067", "\u2069", "\u200f"
LONG_WORD = "unbreakable" * 910
LONG_ADDRESS = "https://example.invalid/" + "a/very-long.path_" * 300
LONG_HAN = "漢" * 10_000
STACKED = "Z" + "\u0300\u0301\u0302\u0303\u0316\u0317\u0323" * 60 + "algo"

TEXTS = {
    "script": f"<script>{RUN}</script>",
    "end of title": f"</title><script>{RUN}</script>",
    "end of script": f"</script><script>{RUN}</script>",
    "half a comment": f"<!--<script>{RUN}",
    "end of a comment": f"--><script>{RUN}</script><!--",
    "end of CDATA": f"]]><script>{RUN}</script>",
    "end of text area": f"</textarea></noscript></style><script>{RUN}</script>",
    "double quote": f'" onmouseover="{RUN}" autofocus onfocus="{RUN}" x="',
    "single quote": f"' onmouseover='{RUN}' autofocus onfocus='{RUN}' x='",
    "no quote": f"x onmouseover={RUN} `onfocus={RUN}`",
    "picture": f"<img src=x onerror={RUN}>",
    "picture, odd": f"<img/src/onerror={RUN}//",
    "drawing": f"<svg onload={RUN}><g/onload={RUN}></svg>",
    "drawing, animated": f'<svg><animate onbegin="{RUN}" attributeName="x" dur="1s"/></svg>',
    "formula": f'<math><mtext><table><mglyph><style><img src onerror="{RUN}">',
    "opening": f"<details open ontoggle={RUN}><summary>x</summary></details>",
    "frame": f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    "object": '<object data="data:text/html,x"></object><embed src="javascript:0">',
    "style": f"<style>@import 'https://example.invalid/x.css';*{{display:none}}</style><body onload={RUN}>",
    "another base": '<base href="https://example.invalid/"><meta http-equiv="refresh" content="0;url=javascript:0">',
    "form": f'<form action="javascript:{RUN}"><button formaction="javascript:{RUN}">x</button></form>',
    "marquee": f"<marquee onstart={RUN}>x</marquee><video><source onerror={RUN}></video>",
    "twice escaped": f"&lt;script&gt;{RUN}&lt;/script&gt; &#60;img src=x onerror={RUN}&#62; &amp;lt;b&amp;gt;",
    "template": "{{ 7 * 7 }} {% raw %} {# note #} ${7*7} #{7*7} <%= 7*7 %> [[7*7]]",
    "template, deep": "{{ ''.__class__.__mro__[1].__subclasses__() }} {{ config }} {{ site.url }}",
    "format": "{names} {0} {0.__class__} {feed} %s %(name)s %n $1 \\1 \\u003c",
    "unclosed": "<b><i><u><table><tr><td><a href=x><ul><li><h1><p><blockquote><button><select><template>",
    "swallowing": "<plaintext><textarea><noscript><title><xmp><iframe>",
    "JSON": '"}],"headline":"x"}</script>\\"\\\\ \u2028\u2029',
    "right to left": f"Notice {RTL}fdp.exe{POP} and {RIGHT_ISOLATE}more",
    "unbalanced": f"{POP}{END_ISOLATE}{LTR}{ISOLATE}{RTL}{RIGHT_MARK}left open",
    "Arabic": "إشعار للجميع: غلق الرصيف, 12 (3) notice",
    "long word": LONG_WORD,
    "long address": LONG_ADDRESS,
    "long Chinese": LONG_HAN,
    "stacked": STACKED * 20,
    "only spaces that are none": "\u200b\u200d\u2060\ufeff.\u00ad",
}
"""By what they try."""

ADDRESSES = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f" \x01javascript:{RUN}",
    f"java\tscript:{RUN}",
    f"javascript&colon;{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'/>",
    f"vbscript:{RUN}",
    "blob:https://example.invalid/1",
    "file:///etc/passwd",
    "//example.invalid/x",
)
"""None of these may become a link or a picture; the last is of another host, and may be a link only."""

MARKUP = {
    **{name: text for name, text in TEXTS.items() if "<" in text},
    **{
        f"link {number}": f'<a href="{address}">read on</a> <img src="{address}" alt="x">'
        for number, address in enumerate(ADDRESSES)
    },
    "wide table": "<table><tr>" + "<td>1234567890</td>" * 60 + "</tr></table>",
    "table in tables": "<table><tr><td>" * 30 + "x" + "</td></tr></table>" * 30,
    "deep lists": "<ul><li>" * 60 + "deep" + "</li></ul>" * 60,
    "long line": f"<pre>{LONG_WORD}</pre><code>{LONG_WORD}</code>",
    "styled": '<p style="position:fixed;inset:0;background:url(https://example.invalid/x)">over all</p>',
    "classes of ours": '<p id="content" class="skip top">ours?</p><main><h1>second</h1></main>',
    "direction": f'<p dir="rtl">right to left</p><bdo dir="rtl">turned</bdo><p>{RTL}never ended</p>',
    "clobbered": '<form id="content" name="body"><input name="attributes"><img name="querySelectorAll"></form>',
    "custom element": '<feedpub-latest feed="all"></feedpub-latest><slot name="x"></slot><template><p>x</template>',
    "wide picture": '<img src="https://example.invalid/x.jpg" width="9000" height="9000" alt="wide">',
}
"""By what they try."""
