"""What a server, a page or a feed calls its charset -> Python's codec, as browsers understand the name.

Names and their meanings: WHATWG Encoding Standard, 4.2. `gb2312` is GB18030 and `iso-8859-1` is Windows-1252, because
pages that say so are. Only these names: Python knows codecs that are no charsets, and a page may ask for anything.
"""

from __future__ import annotations

import re

_LABELS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
    "utf-16-le": "utf-16 utf-16le csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff",
    "utf-16-be": "utf-16be unicodefffe",
    # Not WHATWG's: big5_hkscs and the like, which Hong Kong's pages say.
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5 big5_hkscs big5hkscs hkscs big-5 big5-eten cp950 ms950",
    "gb18030": (
        "gb18030 gb2312 gbk x-gbk chinese csgb2312 csiso58gb231280 gb_2312 gb_2312-80 iso-ir-58 cp936 ms936 euc-cn"
    ),
    "cp1252": (
        "windows-1252 iso-8859-1 latin1 us-ascii ascii ansi_x3.4-1968 cp1252 cp819 csisolatin1 ibm819 iso-ir-100 "
        "iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 x-cp1252"
    ),
    "cp1254": "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 latin5 l5",
    "iso8859_15": "iso-8859-15 iso8859-15 iso885915 iso_8859-15 csisolatin9 l9",
    "cp874": "windows-874 dos-874 tis-620 iso-8859-11",
    "koi8_r": "koi8-r koi8 koi koi8_r cskoi8r",
    "koi8_u": "koi8-u koi8-ru",
    "mac_roman": "macintosh mac x-mac-roman csmacintosh",
    "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "cp866": "ibm866 cp866 866 csibm866",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji ms932 windows-31j csshiftjis",
    "euc_jp": "euc-jp x-euc-jp cseucpkdfmtjapanese",
    "cp949": "euc-kr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949 cseuckr iso-ir-149",
    **{f"iso8859_{part}": f"iso-8859-{part} iso8859-{part} iso_8859-{part}" for part in (*range(2, 9), 10, 13, 14, 16)},
    **{f"cp125{page}": f"windows-125{page} cp125{page} x-cp125{page}" for page in (0, 1, 3, 5, 6, 7, 8)},
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
_HEAD_BYTES = 16_384
"""Browsers look through 1,024 bytes, and begin again when a later <meta> says otherwise."""
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w:.-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w:.-]{1,40})", re.IGNORECASE)


def codec(label: str) -> str | None:
    """Python's codec of a charset's name; None for a name that browsers do not know."""
    return _CODECS.get(label.strip().lower())


def declared(raw: bytes, header: str) -> list[str]:
    """The names that bytes in an ASCII-like charset are declared by: what the server says, <meta>, <?xml?>."""
    head = _COMMENT.sub(b"", raw[:_HEAD_BYTES])
    written = _META.findall(head) + _XML.findall(head[:300])
    # Whoever reads a declaration byte by byte knows that it is not in UTF-16, whatever it says (WHATWG HTML, 13.2.3.2).
    names = [name.decode("ascii", "replace") for name in written]
    within = ["utf-8" if (codec(name) or "").startswith("utf-16") else name for name in names]
    return list(dict.fromkeys(name for name in (header.strip()[:40], *within) if name))
