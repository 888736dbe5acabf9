from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from feedpub import config
from feedpub.collect.kinds import KINDS
from feedpub.collect.options import FilesOptions, GiaOptions
from feedpub.config import Settings
from feedpub.cron import Cron
from feedpub.errors import ConfigError
from feedpub.model import Selection

ROOT = Path(__file__).resolve().parent.parent

GOOD = """\
[site]
base_url = "https://news.example.hk/"
title = { en = "News", zh-Hant = "新聞" }
languages = ["en", "zh-Hant"]
timezone = "Asia/Hong_Kong"
# more of site
[output]
directory = "../public"
[store]
url = "sqlite:///../var/feedpub.db"
# more tables
[[source]]
id = "hksar"
kind = "gia"
schedule = "*/10 * * * *"
# more of hksar
[[source]]
id = "inbox"
kind = "files"
directory = "inbox"
language = "en"
# more of inbox
[[feed]]
id = "all"
# more of all
"""


def folder(tmp_path: Path) -> Path:
    """A folder for a config, with the inbox that GOOD names."""
    here = tmp_path / "config"
    (here / "inbox").mkdir(parents=True, exist_ok=True)
    return here


def load(tmp_path: Path, text: str | bytes = GOOD) -> Settings:
    path = folder(tmp_path) / "feedpub.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return config.load(path, KINDS)


def complaint(tmp_path: Path, text: str | bytes) -> str:
    """The error of a config, without the path of the file, which it has to begin with."""
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    start = f"{tmp_path / 'config' / 'feedpub.toml'}: "
    assert str(caught.value).startswith(start)
    return str(caught.value).removeprefix(start)


def edited(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, f"{old!r} stands {GOOD.count(old)} times in GOOD"
    return GOOD.replace(old, new)


def more(place: str, line: str) -> str:
    return edited(f"# more {place}\n", f"{line}\n")


# Each: the config, and what the message says: the key in full, what is wrong, what was expected.
WRONG = {
    # missing
    "no site": (re.sub(r"\[site\].*?# more of site\n", "", GOOD, flags=re.DOTALL), ["site: is missing"]),
    "no base_url": (edited('base_url = "https://news.example.hk/"\n', ""), ["site: base_url: is missing"]),
    "no title": (edited('title = { en = "News", zh-Hant = "新聞" }\n', ""), ["site: title: is missing"]),
    "no languages": (edited('languages = ["en", "zh-Hant"]\n', ""), ["site: languages: is missing"]),
    "no output directory": (edited('directory = "../public"\n', ""), ["output: directory: is missing"]),
    "no store url": (edited('url = "sqlite:///../var/feedpub.db"\n', ""), ["store: url: is missing"]),
    "no source": (GOOD.partition("[[source]]")[0], ["source: is missing"]),
    "empty source list": ("source = []\n" + GOOD.partition("[[source]]")[0], ["source: no [[source]] table"]),
    "no source id": (edited('id = "hksar"\n', ""), ["source number 1: id: is missing"]),
    "no kind": (edited('kind = "gia"\n', ""), ['source "hksar": kind: is missing', '"gia"', '"files"']),
    "no directory of files": (edited('directory = "inbox"\n', ""), ['source "inbox": directory: is missing']),
    "no language of files": (edited('language = "en"\n', ""), ['source "inbox": language: is missing']),
    "no feed id": (edited('id = "all"\n', "limit = 3\n"), ["feed number 1: id: is missing"]),
    "no textfile of metrics": (more("tables", "[metrics]"), ["metrics: textfile: is missing"]),
    "metrics that no collector reads": (
        more("tables", '[metrics]\ntextfile = "metrics/feedpub.txt"'),
        ['metrics: textfile: "metrics/feedpub.txt" does not end in .prom'],
    ),
    "metrics in a file that is only an ending": (
        more("tables", '[metrics]\ntextfile = "metrics/.prom"'),
        ["metrics: textfile: ", "does not end in .prom"],
    ),
    "metrics with a NUL": (
        more("tables", '[metrics]\ntextfile = "a\\u0000b.prom"'),
        ["metrics: textfile: ", "does not end in .prom"],
    ),
    "metrics for everybody": (
        more("tables", '[metrics]\ntextfile = "../public/en/feedpub.prom"'),
        ["metrics: textfile: ", "is in the output directory, which is public"],
    ),
    # of the wrong type
    "base_url is a number": (
        edited('"https://news.example.hk/"', "7"),
        ["site: base_url: expected text, got a whole number"],
    ),
    "title is a number": (
        edited('{ en = "News", zh-Hant = "新聞" }', "7"),
        ["site: title: expected a text, or a table with one text a language, got a whole number"],
    ),
    "languages is text": (edited('["en", "zh-Hant"]', '"en"'), ["site: languages: expected a list, got text"]),
    "a language is a number": (edited('["en", "zh-Hant"]', '["en", 7]'), ["site: languages", "expected text"]),
    "site is text": (
        'site = "here"\n' + re.sub(r"\[site\].*?# more of site\n", "", GOOD, flags=re.DOTALL),
        ["site: expected a table, got text"],
    ),
    "source is a table": (
        re.sub(r"\[\[source\]\].*?# more of hksar\n", "[source]\n", GOOD, flags=re.DOTALL).partition("[[")[0],
        ["source: expected a list, got a table"],
    ),
    "kind is a number": (edited('kind = "gia"', "kind = 7"), ['source "hksar": kind: ', "text", '"gia"']),
    "schedule is a number": (
        edited('schedule = "*/10 * * * *"', "schedule = 10"),
        ['source "hksar": schedule: expected text, got a whole number'],
    ),
    "requests_per_second is text": (
        more("of hksar", 'requests_per_second = "2"'),
        ['source "hksar": requests_per_second: expected a number, got text'],
    ),
    "allow_private_network is text": (
        more("of hksar", 'allow_private_network = "yes"'),
        ['source "hksar": allow_private_network: expected true or false, got text'],
    ),
    "credit is a list": (
        more("of hksar", 'credit = ["me"]'),
        ['source "hksar": credit: expected a text, or a table with one text a language, got a list'],
    ),
    "limit is text": (more("of all", 'limit = "100"'), ['feed "all": limit: expected a whole number, got text']),
    "limit is no whole number": (
        more("of all", "limit = 1.5"),
        ['feed "all": limit: expected a whole number, got a number'],
    ),
    "timeout is text": (more("tables", '[http]\ntimeout = "20"'), ["http: timeout: expected a number, got text"]),
    # unknown keys, with the nearest one
    "unknown table": (more("tables", "[stor]\nx = 1"), ['unknown key "stor"', 'did you mean "store"?']),
    "unknown key of site": (more("of site", "time_zone = 'UTC'"), ['site: unknown key "time_zone"', '"timezone"?']),
    "unknown key of output": (
        edited("[output]\n", "[output]\ndirectroy = 'x'\n"),
        ['output: unknown key "directroy"', '"directory"?'],
    ),
    "unknown key of store": (edited("[store]\n", "[store]\nuri = 'x'\n"), ['store: unknown key "uri"', '"url"?']),
    "unknown key of http": (
        more("tables", "[http]\nmax_redirect = 5"),
        ['http: unknown key "max_redirect"', 'did you mean "max_redirects"?'],
    ),
    "unknown key of topics": (
        more("tables", "[topics]\ntaxonomi = 'x'"),
        ['topics: unknown key "taxonomi"', 'did you mean "taxonomy"?'],
    ),
    "unknown key of a source": (
        more("of hksar", "shedule = '10m'"),
        ['source "hksar": unknown key "shedule"', 'did you mean "schedule"?', 'kind "gia"'],
    ),
    "key of another kind": (
        more("of inbox", "requests_per_second = 2"),
        ['source "inbox": unknown key "requests_per_second"', 'kind "files"'],
    ),
    "key of the first kind only": (
        more("of hksar", 'directory = "inbox"'),
        ['source "hksar": unknown key "directory"', 'kind "gia"'],
    ),
    "unknown key of a feed": (
        more("of all", "max_byte = 5"),
        ['feed "all": unknown key "max_byte"', 'did you mean "max_bytes"?'],
    ),
    "unknown key beside a missing one": (
        edited("base_url = ", "baseurl = "),
        ['site: unknown key "baseurl"', 'did you mean "base_url"?'],
    ),
    "unknown key like none": (more("of site", "zzz = 1"), ['site: unknown key "zzz"', "expected one of", '"title"']),
    # values
    "unknown kind": (edited('"gia"', '"gai"'), ['source "hksar": kind: unknown kind "gai"', 'did you mean "gia"?']),
    "unknown kind like none": (edited('"gia"', '"xyz"'), ['unknown kind "xyz"', 'expected one of "gia", "files"']),
    "cron line of four": (
        edited("*/10 * * * *", "*/10 * * *"),
        ['source "hksar": schedule: "*/10 * * *" has 4 fields, a cron line has 5'],
    ),
    "cron minute 60": (edited("*/10 * * * *", "60 * * * *"), ['source "hksar": schedule: "60" is not a minute', "59"]),
    "unknown language": (
        edited('["en", "zh-Hant"]', '["en", "zh-Hand"]'),
        ['site: languages: unknown language "zh-Hand"', 'did you mean "zh-Hant"?'],
    ),
    "no language at all": (edited('["en", "zh-Hant"]', "[]"), ["site: languages: is empty", "BCP 47"]),
    "language twice": (edited('["en", "zh-Hant"]', '["en", "en"]'), ['site: languages: "en" stands there twice']),
    "language of files": (
        edited('language = "en"', 'language = "eng"'),
        ['source "inbox": language: unknown language "eng"', '"en"', '"zh-Hant"'],
    ),
    "title in one language only": (
        edited('{ en = "News", zh-Hant = "新聞" }', '{ en = "News" }'),
        ['site: title: has no text in "zh-Hant"'],
    ),
    "title in a foreign language": (
        edited('{ en = "News", zh-Hant = "新聞" }', '{ en = "News", zh-Hant = "新聞", fr = "Nouvelles" }'),
        ['site: title: "fr" is not a language of the site', '"en"'],
    ),
    "empty title": (edited('{ en = "News", zh-Hant = "新聞" }', '""'), ["site: title: is empty"]),
    "empty title in one language": (edited('"新聞"', '""'), ["site: title: is empty"]),
    "credit in one language only": (
        more("of hksar", 'credit = { en = "Government" }'),
        ['source "hksar": credit: has no text in "zh-Hant"'],
    ),
    "rights in one language only": (
        more("of hksar", 'rights = { zh-Hant = "政府" }'),
        ['source "hksar": rights: has no text in "en"'],
    ),
    "feed title in one language only": (
        more("of all", 'title = { en = "All" }'),
        ['feed "all": title: has no text in "zh-Hant"'],
    ),
    "source id twice": (edited('id = "inbox"', 'id = "hksar"'), ['source: "hksar" stands there twice']),
    "feed id twice": (more("of all", '[[feed]]\nid = "all"'), ['feed: "all" stands there twice']),
    "feed id topics": (edited('id = "all"', 'id = "topics"'), ['feed "topics": id: "topics" is kept']),
    "feed id bodies": (edited('id = "all"', 'id = "bodies"'), ['feed "bodies": id: "bodies" is kept']),
    "feed id is a path": (edited('id = "all"', 'id = "a/../b"'), ['feed "a/../b": id: ', "small letters"]),
    "feed id in capitals": (edited('id = "all"', 'id = "All"'), ['feed "All": id: ', "small letters"]),
    "source id is empty": (edited('id = "inbox"', 'id = ""'), ['source "": id: ', "small letters"]),
    "feed of an unknown source": (
        more("of all", 'sources = ["inbix"]'),
        ['feed "all": sources: no source "inbix"', 'did you mean "inbox"?'],
    ),
    "feed with limit 0": (more("of all", "limit = 0"), ['feed "all": limit: must be at least 1']),
    "feed with max_bytes -1": (more("of all", "max_bytes = -1"), ['feed "all": max_bytes: must not be less than 0']),
    "base_url without scheme": (
        edited("https://news.example.hk/", "news.example.hk"),
        ['site: base_url: "news.example.hk" is not an absolute http(s) address', "https://"],
    ),
    "base_url of ftp": (edited("https://news.example.hk/", "ftp://x/"), ['base_url: "ftp://x/" is not an absolute']),
    "base_url without host": (edited("https://news.example.hk/", "https:///x"), ["site: base_url: ", "absolute"]),
    "base_url with a query": (edited("https://news.example.hk/", "https://x/?a=1"), ["site: base_url: ", "absolute"]),
    "base_url with a fragment": (edited("https://news.example.hk/", "https://x/#a"), ["site: base_url: ", "absolute"]),
    "base_url with a broken host": (edited("https://news.example.hk/", "https://[::1/"), ["site: base_url: "]),
    "base_url with a broken port": (edited("https://news.example.hk/", "https://x:99999/"), ["site: base_url: "]),
    "base_url of a source": (
        more("of hksar", 'base_url = "www.info.gov.hk"'),
        ['source "hksar": base_url: "www.info.gov.hk" is not an absolute http(s) address'],
    ),
    "base_url of a source with a broken host": (
        more("of hksar", 'base_url = "https://[x/"'),
        ['source "hksar": base_url: '],
    ),
    "time zone of the site": (
        edited("Asia/Hong_Kong", "Asia/Hongkong"),
        ['site: timezone: unknown time zone "Asia/Hongkong"', "Asia/Hong_Kong"],
    ),
    "time zone is a path": (edited("Asia/Hong_Kong", "../etc/passwd"), ["site: timezone: unknown time zone"]),
    "time zone is a folder of them": (edited("Asia/Hong_Kong", "Asia"), ['site: timezone: unknown time zone "Asia"']),
    "time zone of a source": (
        more("of hksar", 'timezone = "HKT"'),
        ['source "hksar": timezone: unknown time zone "HKT"'],
    ),
    "requests_per_second below 0": (
        more("of hksar", "requests_per_second = -1"),
        ['source "hksar": requests_per_second: must not be less than 0'],
    ),
    "authority is no domain": (
        more("of hksar", 'authority = "not a domain"'),
        ['source "hksar": authority: "not a domain" is not a domain name'],
    ),
    "store of another database": (
        edited("sqlite:///../var/feedpub.db", "mysql://x"),
        ['store: url: "mysql://x": expected "sqlite:///PATH" or "postgresql'],
    ),
    # derived languages
    "derive is text": (more("of site", 'derive = "zh-Hans"'), ["site: derive: expected a table, got text"]),
    "derive from a list": (
        more("of site", 'derive = { zh-Hant = ["en"] }'),
        ["site: derive", "expected text, got a list"],
    ),
    "derive a language that is not the site's": (
        more("of site", 'derive = { zh-Hans = "zh-Hant" }'),
        ['site: derive: "zh-Hans" is not a language of the site', '"zh-Hant"'],
    ),
    "derive a language from one that it cannot be": (
        more("of site", 'derive = { zh-Hant = "en" }'),
        ['site: derive: "zh-Hant" cannot be derived from "en"; only "zh-Hans" from "zh-Hant"'],
    ),
    "derive the wrong way round": (
        edited('["en", "zh-Hant"]', '["zh-Hans", "zh-Hant"]\nderive = { zh-Hant = "zh-Hans" }'),
        ['site: derive: "zh-Hant" cannot be derived from "zh-Hans"; only "zh-Hans" from "zh-Hant"'],
    ),
    "derive a language from itself": (
        more("of site", 'derive = { en = "en" }'),
        ['site: derive: "en" cannot be derived from "en"; only "zh-Hans" from "zh-Hant"'],
    ),
    "derive from a language that is not the site's": (
        edited('["en", "zh-Hant"]', '["en", "zh-Hans"]\nderive = { zh-Hans = "zh-Hant" }'),
        ['site: derive: "zh-Hans" is derived from "zh-Hant", which is not a language of the site'],
    ),
    "a derived language has no text where its origin has none": (
        edited('["en", "zh-Hant"]', '["en", "zh-Hant", "zh-Hans"]\nderive = { zh-Hans = "zh-Hant" }').replace(
            '{ en = "News", zh-Hant = "新聞" }', '{ en = "News" }'
        ),
        ['site: title: has no text in "zh-Hant"'],
    ),
    # the line that leads to the other languages
    "counterpart_line is text": (
        more("of site", 'counterpart_line = "no"'),
        ["site: counterpart_line: expected true or false, got text"],
    ),
    # pairing
    "unknown key of pairing": (
        more("tables", "[pairing]\nterm = []"),
        ['pairing: unknown key "term"', 'did you mean "terms"?'],
    ),
    "pairing is text": (
        'pairing = "evidence"\n' + GOOD,
        ["pairing: expected a table, got text"],
    ),
    "terms is text": (
        more("tables", '[pairing]\nterms = "terms.tsv"'),
        ["pairing: terms: expected a list, got text"],
    ),
    "a table of terms is a number": (
        more("tables", "[pairing]\nterms = [7]"),
        ["pairing: terms", "expected text, got a whole number"],
    ),
    "single_after is a number": (
        more("tables", "[pairing]\nsingle_after = 2"),
        ["pairing: single_after: expected text, got a whole number"],
    ),
    "single_after is no time": (
        more("tables", '[pairing]\nsingle_after = "soon"'),
        ['pairing: single_after: "soon"'],
    ),
    "single_after is a cron line": (
        more("tables", '[pairing]\nsingle_after = "@daily"'),
        ['pairing: single_after: "@daily": expected a time like "12h" or "2d"'],
    ),
    "single_after is nothing": (
        more("tables", '[pairing]\nsingle_after = "0h"'),
        ['pairing: single_after: "0h": an interval is at least one second'],
    ),
    # withdrawals and corrections
    "withdrawn_for is a number": (
        more("of site", "withdrawn_for = 14"),
        ["site: withdrawn_for: expected text, got a whole number"],
    ),
    "withdrawn_for is no time": (
        more("of site", 'withdrawn_for = "two weeks"'),
        ['site: withdrawn_for: "two weeks": expected a time like "12h" or "2d"'],
    ),
    "withdrawn_for is a cron line": (
        more("of site", 'withdrawn_for = "0 9 * * *"'),
        ['site: withdrawn_for: "0 9 * * *": expected a time like "12h" or "2d"'],
    ),
    "withdrawn_for is nothing": (
        more("of site", 'withdrawn_for = "0d"'),
        ['site: withdrawn_for: "0d": an interval is at least one second and at most a year'],
    ),
    "withdrawn_for is misspelt": (
        more("of site", 'withdrawn_fro = "2d"'),
        ['site: unknown key "withdrawn_fro"; did you mean "withdrawn_for"?'],
    ),
    "correction_note is text": (
        more("of site", 'correction_note = "no"'),
        ["site: correction_note: expected true or false, got text"],
    ),
    "correction_note of a feed is a number": (
        more("of all", "correction_note = 0"),
        ['feed "all": correction_note: expected true or false, got a whole number'],
    ),
    "recheck is a number": (
        more("of hksar", "recheck = 30"),
        ['source "hksar": recheck: expected text, got a whole number'],
    ),
    "recheck is no time": (
        more("of hksar", 'recheck = "often"'),
        ['source "hksar": recheck: "often": expected a time like "12h" or "2d", or "0"'],
    ),
    "recheck is a cron line": (
        more("of hksar", 'recheck = "@daily"'),
        ['source "hksar": recheck: "@daily": expected a time like "12h" or "2d", or "0"'],
    ),
    # archives, enclosures
    "archive is text": (
        more("of all", 'archive = "yes"'),
        ['feed "all": archive: expected true or false, got text'],
    ),
    "archive is misspelt": (
        more("of all", "archives = true"),
        ['feed "all": unknown key "archives"; did you mean "archive"?'],
    ),
    "measure_enclosures is text": (
        more("of hksar", 'measure_enclosures = "yes"'),
        ['source "hksar": measure_enclosures: expected true or false, got text'],
    ),
    # compressed documents
    "compress is text": (
        edited("[output]\n", '[output]\ncompress = "gzip"\n'),
        ["output: compress: expected a list, got text"],
    ),
    "compress with a number": (
        edited("[output]\n", "[output]\ncompress = [1]\n"),
        ["output: compress: expected text, got a whole number"],
    ),
    "compress with an unknown encoding": (
        edited("[output]\n", '[output]\ncompress = ["zstd"]\n'),
        ['output: compress: unknown encoding "zstd"; expected one of "gzip", "br"'],
    ),
    "compress with an encoding by another name": (
        edited("[output]\n", '[output]\ncompress = ["brotli"]\n'),
        ['output: compress: unknown encoding "brotli"; did you mean "br"?'],
    ),
    "compress twice": (
        edited("[output]\n", '[output]\ncompress = ["gzip", "gzip"]\n'),
        ['output: compress: "gzip" stands there twice'],
    ),
    # hubs
    "websub without hubs": (more("tables", "[websub]\ntimeout = 5"), ["websub: hubs: is missing"]),
    "unknown key of websub": (
        more("tables", '[websub]\nhub = ["https://hub.example/"]'),
        ['websub: unknown key "hub"; did you mean "hubs"?'],
    ),
    "hubs is text": (
        more("tables", '[websub]\nhubs = "https://hub.example/"'),
        ["websub: hubs: expected a list, got text"],
    ),
    "a hub without scheme": (
        more("tables", '[websub]\nhubs = ["hub.example"]'),
        ['websub: hubs: "hub.example" is not an absolute http(s) address'],
    ),
    "a hub with a broken host": (
        more("tables", '[websub]\nhubs = ["https://[::1/"]'),
        ['websub: hubs: "https://[::1/" is not an absolute http(s) address'],
    ),
    "a hub twice": (
        more("tables", '[websub]\nhubs = ["https://hub.example/", "https://hub.example/"]'),
        ['websub: hubs: "https://hub.example/" stands there twice'],
    ),
    "timeout of hubs is 0": (
        more("tables", "[websub]\nhubs = []\ntimeout = 0"),
        ["websub: timeout: must be more than 0"],
    ),
    "timeout of hubs is text": (
        more("tables", '[websub]\nhubs = []\ntimeout = "5"'),
        ["websub: timeout: expected a number, got text"],
    ),
    "timeout 0": (more("tables", "[http]\ntimeout = 0"), ["http: timeout: must be more than 0"]),
    "max_page_bytes 0": (more("tables", "[http]\nmax_page_bytes = 0"), ["http: max_page_bytes: must be more than 0"]),
    "max_picture_bytes 0": (more("tables", "[http]\nmax_picture_bytes = 0"), ["http: max_picture_bytes: must be more"]),
    "images of an unknown kind": (
        more("of site", 'images = "lokal"'),
        ['site: images: "lokal": expected one of "links", "local", "remote"'],
    ),
    "images is no text": (more("of site", "images = true"), ["site: images: expected text, got true or false"]),
    "max_redirects -1": (more("tables", "[http]\nmax_redirects = -1"), ["http: max_redirects: must not be less"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_error_names_the_file_the_key_and_what_was_expected(case: str, tmp_path: Path) -> None:
    text, said = WRONG[case]
    message = complaint(tmp_path, text)
    for part in said:
        assert part in message
    assert "\n" not in message
    assert "`" not in message, "msgspec's own wording shows through"


def test_photos_are_links_unless_the_config_says_how_else(tmp_path: Path) -> None:
    assert load(tmp_path).images == "links"
    for images in ("links", "local", "remote"):
        assert load(tmp_path, more("of site", f'images = "{images}"')).images == images


def test_small_photos_of_ones_own_need_a_library_that_the_message_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "find_spec", {}.get)
    given = edited('directory = "../public"\n', 'directory = "../public"\ncompress = []\n')
    said = complaint(tmp_path, given.replace("# more of site", 'images = "local"'))
    assert said == 'site: images: "local" needs the Pillow package: pip install "feedpub[images]"'
    assert load(tmp_path, given.replace("# more of site", 'images = "remote"')).images == "remote"


def test_a_value_of_the_wrong_type_is_told_even_where_an_earlier_source_has_no_id(tmp_path: Path) -> None:
    message = complaint(tmp_path, edited('id = "all"', "id = 7"))
    assert message == "feed number 1: id: expected text, got a whole number"


def test_a_feeds_counterpart_line_of_the_wrong_type_is_told_in_words(tmp_path: Path) -> None:
    message = complaint(tmp_path, more("of all", "counterpart_line = 0"))
    assert message == 'feed "all": counterpart_line: expected true or false, got a whole number'


def test_the_message_about_a_cron_line_reads_as_the_style_guide_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder(tmp_path) / "feedpub.toml").write_text(edited("*/10 * * * *", "*/10 * * *"), "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as caught:
        config.load(Path("config/feedpub.toml"), KINDS)
    expected = 'config/feedpub.toml: source "hksar": schedule: "*/10 * * *" has 4 fields, a cron line has 5'
    assert str(caught.value).startswith(expected)


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    message = complaint(tmp_path, GOOD + "limit = = 5\n")
    assert message.startswith("is not valid TOML: ")
    assert f"line {GOOD.count(chr(10)) + 1}" in message


def test_a_file_that_is_not_utf8_is_told_with_the_byte(tmp_path: Path) -> None:
    assert complaint(tmp_path, b'# \xad\xbb\n[site]\ntitle = "x"') == "is not UTF-8 text (byte 2)"


def test_a_file_that_is_not_there_is_told_with_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: no such file; `feedpub init` writes a starter config"):
        config.load(tmp_path / "nowhere.toml", KINDS)


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        config.load(tmp_path, KINDS)


def test_an_empty_file_lacks_the_first_table(tmp_path: Path) -> None:
    assert complaint(tmp_path, "") == "site: is missing"


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    assert load(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()).title["en"] == "News"


def test_paths_are_relative_to_the_config_file_and_not_to_where_feedpub_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    settings = load(tmp_path)
    assert settings.output == tmp_path / "public"
    assert settings.store_url == f"sqlite:///{tmp_path}/var/feedpub.db"
    assert settings.sources[1].options == FilesOptions(directory=str(tmp_path / "config" / "inbox"), language="en")


def test_absolute_paths_stay(tmp_path: Path) -> None:
    text = edited('"../public"', '"/srv/www"').replace("sqlite:///../var/feedpub.db", "sqlite:////var/lib/feedpub.db")
    settings = load(tmp_path, text)
    assert (settings.output, settings.store_url) == (Path("/srv/www"), "sqlite:////var/lib/feedpub.db")


def test_a_postgresql_store_is_taken_as_it_is_written(tmp_path: Path) -> None:
    url = "postgresql+psycopg://feedpub@db/feedpub"
    assert load(tmp_path, edited("sqlite:///../var/feedpub.db", url)).store_url == url


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://news.example.hk", "https://news.example.hk/"),
        ("https://news.example.hk/", "https://news.example.hk/"),
        ("https://example.hk/news", "https://example.hk/news/"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
    ],
)
def test_base_url_ends_with_a_slash_however_it_is_written(written: str, meant: str, tmp_path: Path) -> None:
    assert load(tmp_path, edited("https://news.example.hk/", written)).base_url == meant


def test_one_text_serves_all_languages(tmp_path: Path) -> None:
    settings = load(tmp_path, edited('{ en = "News", zh-Hant = "新聞" }', '"News 新聞"'))
    assert settings.title == {"en": "News 新聞", "zh-Hant": "News 新聞"}


def test_languages_keep_the_order_of_preference(tmp_path: Path) -> None:
    assert load(tmp_path, edited('["en", "zh-Hant"]', '["zh-Hant", "en"]')).languages == ("zh-Hant", "en")


def test_one_language_is_enough(tmp_path: Path) -> None:
    text = edited('["en", "zh-Hant"]', '["en"]').replace('{ en = "News", zh-Hant = "新聞" }', '{ en = "News" }')
    assert load(tmp_path, text).languages == ("en",)


def test_what_the_config_does_not_say_has_its_default(tmp_path: Path) -> None:
    settings = load(tmp_path)
    gia, inbox = settings.sources
    assert gia.options == GiaOptions(
        base_url="https://www.info.gov.hk/gia/", requests_per_second=2, allow_private_network=False
    )
    assert isinstance(gia.schedule, Cron)
    assert inbox.schedule == timedelta(minutes=30)
    assert (gia.authority, inbox.authority) == ("www.info.gov.hk", "feedpub.internal")
    assert [(feed.id, feed.limit, feed.max_bytes) for feed in settings.feeds] == [("all", 100, 500_000)]


def test_a_site_without_a_time_zone_is_in_utc(tmp_path: Path) -> None:
    assert load(tmp_path, edited('timezone = "Asia/Hong_Kong"\n', "")).timezone.key == "UTC"


def test_a_source_is_in_its_own_time_zone_else_its_kinds_else_the_sites(tmp_path: Path) -> None:
    text = more("of inbox", 'timezone = "Europe/Lisbon"').replace('timezone = "Asia/Hong_Kong"', 'timezone = "UTC"')
    assert [source.timezone.key for source in load(tmp_path, text).sources] == ["Asia/Hong_Kong", "Europe/Lisbon"]
    plain = edited('timezone = "Asia/Hong_Kong"', 'timezone = "Asia/Tokyo"')
    assert [source.timezone.key for source in load(tmp_path, plain).sources] == ["Asia/Hong_Kong", "Asia/Tokyo"]


def test_without_a_feed_table_there_is_the_feed_of_all(tmp_path: Path) -> None:
    feeds = load(tmp_path, GOOD.partition("[[feed]]")[0]).feeds
    assert [(feed.id, feed.select) for feed in feeds] == [("all", Selection())]


def test_a_narrow_feed_without_a_title_is_told_apart_from_the_site(tmp_path: Path) -> None:
    narrow = load(tmp_path, more("of all", '[[feed]]\nid = "in"\nsources = ["inbox"]')).feeds[1]
    assert narrow.title == {"en": "News - in", "zh-Hant": "新聞 - in"}
    assert narrow.select == Selection(sources=("inbox",))


def test_an_authority_is_kept_in_small_letters(tmp_path: Path) -> None:
    assert load(tmp_path, more("of hksar", 'authority = "WWW.Example.HK"')).sources[0].authority == "www.example.hk"


def test_credit_and_rights_are_kept_by_language(tmp_path: Path) -> None:
    text = more("of hksar", 'credit = { en = "Government", zh-Hant = "政府" }\nrights = "©"')
    given = load(tmp_path, text).sources[0].credits
    assert [(tag, credit.name, credit.rights) for tag, credit in given.items()] == [
        ("en", "Government", "©"),
        ("zh-Hant", "政府", "©"),
    ]


DERIVING = edited('["en", "zh-Hant"]', '["en", "zh-Hant", "zh-Hans"]\nderive = { zh-Hans = "zh-Hant" }')


def test_a_derived_language_is_the_sites_and_not_collected(tmp_path: Path) -> None:
    settings = load(tmp_path, DERIVING)
    assert settings.languages == ("en", "zh-Hant", "zh-Hans")
    assert settings.derive == {"zh-Hans": "zh-Hant"}
    assert settings.collected == ("en", "zh-Hant")


def test_without_derive_all_languages_are_collected(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert (settings.derive, settings.collected) == ({}, settings.languages)


def test_a_derived_language_gets_its_texts_converted_where_the_config_has_none(tmp_path: Path) -> None:
    text = DERIVING.replace("# more of hksar\n", 'credit = { en = "Government", zh-Hant = "香港特別行政區政府" }\n')
    settings = load(tmp_path, text)
    assert settings.title == {"en": "News", "zh-Hant": "新聞", "zh-Hans": "新闻"}
    assert settings.feeds[0].title["zh-Hans"] == "新闻"
    assert settings.sources[0].credits["zh-Hans"].name == "香港特别行政区政府"


def test_a_derived_language_keeps_the_text_that_the_config_has(tmp_path: Path) -> None:
    text = DERIVING.replace('zh-Hant = "新聞" }', 'zh-Hant = "新聞", zh-Hans = "新闻公报" }')
    assert load(tmp_path, text).title["zh-Hans"] == "新闻公报"


def test_terms_are_beside_the_config_unless_they_are_absolute(tmp_path: Path) -> None:
    text = more("tables", '[pairing]\nterms = ["terms.tsv", "../own/terms.tsv", "/srv/terms.tsv"]')
    expected = (tmp_path / "config/terms.tsv", tmp_path / "own/terms.tsv", Path("/srv/terms.tsv"))
    assert load(tmp_path, text).terms == expected


@pytest.mark.parametrize(
    ("written", "meant"),
    [("12h", timedelta(hours=12)), ("2d", timedelta(days=2)), ("90 minutes", timedelta(minutes=90))],
)
def test_a_story_is_single_after_the_time_that_is_set(written: str, meant: timedelta, tmp_path: Path) -> None:
    assert load(tmp_path, more("tables", f'[pairing]\nsingle_after = "{written}"')).single_after == meant


def test_what_the_config_does_not_say_of_languages_has_its_default(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert (settings.terms, settings.single_after) == ((), timedelta(days=1))
    assert [feed.counterpart_line for feed in settings.feeds] == [True]


@pytest.mark.parametrize("site", [True, False])
def test_a_feed_has_the_counterpart_line_as_the_site_unless_it_says_otherwise(site: bool, tmp_path: Path) -> None:  # noqa: FBT001
    tables = '[[feed]]\nid = "with"\ncounterpart_line = true\n[[feed]]\nid = "without"\ncounterpart_line = false'
    text = more("of all", tables).replace("# more of site\n", f"counterpart_line = {str(site).lower()}\n")
    lines = {feed.id: feed.counterpart_line for feed in load(tmp_path, text).feeds}
    assert lines == {"all": site, "with": True, "without": False}


def test_the_feed_that_there_is_without_a_table_has_the_line_as_the_site(tmp_path: Path) -> None:
    text = GOOD.partition("[[feed]]")[0].replace("# more of site\n", "counterpart_line = false\n")
    assert [feed.counterpart_line for feed in load(tmp_path, text).feeds] == [False]


def test_what_the_config_does_not_say_of_withdrawals_and_hubs_has_its_default(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.withdrawn_for == timedelta(days=14)
    assert (settings.hubs, settings.hub_timeout) == ((), 10)
    assert [source.recheck for source in settings.sources] == [timedelta(days=30)] * 2
    assert [source.measure_enclosures for source in settings.sources] == [False, False]
    assert [(feed.archive, feed.correction_note) for feed in settings.feeds] == [(True, True)]
    assert settings.compress == ("gzip", "br"), "what there is: the tests need brotli"


def test_without_brotli_documents_are_compressed_with_gzip_and_asking_for_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "BROTLI_MODULE", "a_module_that_there_is_not")
    assert load(tmp_path).compress == ("gzip",)
    message = complaint(tmp_path, edited("[output]\n", '[output]\ncompress = ["br"]\n'))
    assert message == 'output: compress: "br" needs the brotli package: pip install "feedpub[brotli]"'


@pytest.mark.parametrize("given", [(), ("gzip",), ("br", "gzip")])
def test_documents_are_compressed_as_the_config_says(given: tuple[str, ...], tmp_path: Path) -> None:
    listed = ", ".join(f'"{one}"' for one in given)
    assert load(tmp_path, edited("[output]\n", f"[output]\ncompress = [{listed}]\n")).compress == given


@pytest.mark.parametrize(
    ("written", "meant"), [("0", timedelta()), ("12h", timedelta(hours=12)), ("90d", timedelta(days=90))]
)
def test_releases_are_looked_at_again_as_long_as_the_config_says(
    written: str, meant: timedelta, tmp_path: Path
) -> None:
    sources = load(tmp_path, more("of hksar", f'recheck = "{written}"')).sources
    assert [source.recheck for source in sources] == [meant, timedelta(days=30)]


def test_hubs_keep_their_order_and_may_have_a_query(tmp_path: Path) -> None:
    text = more("tables", '[websub]\nhubs = ["https://b.example/hub?a=1", "http://a.example"]\ntimeout = 2.5')
    settings = load(tmp_path, text)
    assert settings.hubs == ("https://b.example/hub?a=1", "http://a.example")
    assert settings.hub_timeout == 2.5


def test_the_feeds_of_all_and_of_topics_have_an_archive_unless_they_say_otherwise(tmp_path: Path) -> None:
    tables = '[[feed]]\nid = "in"\nsources = ["inbox"]\n[[feed]]\nid = "old"\narchive = true'
    topics = '[topics]\ntaxonomy = "t.toml"\n[[feed]]\nid = "topics/health"\n[[feed]]\nid = "bodies/dh"'
    text = more("of all", f"{tables}\n{topics}")
    archives = {feed.id: feed.archive for feed in load(tmp_path, text).feeds}
    assert archives == {"all": True, "in": False, "old": True, "topics/health": True, "bodies/dh": False}
    assert not load(tmp_path, more("of all", "archive = false")).feeds[0].archive


@pytest.mark.parametrize("site", [True, False])
def test_a_feed_has_the_correction_note_as_the_site_unless_it_says_otherwise(site: bool, tmp_path: Path) -> None:  # noqa: FBT001
    tables = '[[feed]]\nid = "with"\ncorrection_note = true\n[[feed]]\nid = "without"\ncorrection_note = false'
    text = more("of all", tables).replace("# more of site\n", f"correction_note = {str(site).lower()}\n")
    notes = {feed.id: feed.correction_note for feed in load(tmp_path, text).feeds}
    assert notes == {"all": site, "with": True, "without": False}


@pytest.mark.parametrize("name", ["feedpub.toml", "sample.toml"])
def test_the_configs_that_come_with_feedpub_are_valid(name: str) -> None:
    settings = config.load(ROOT / "config" / name, KINDS)
    assert settings.languages == ("en", "zh-Hant")
    assert settings.sources


def test_the_starter_config_is_the_live_one_but_for_its_two_paths() -> None:
    live = (ROOT / "config" / "feedpub.toml").read_text("utf-8").splitlines()
    starter = (ROOT / "feedpub" / "starter.toml").read_text("utf-8").splitlines()
    differing = [pair for pair in zip(live, starter, strict=True) if pair[0] != pair[1]]
    assert differing == [
        ('directory = "../public"', 'directory = "public"'),
        ('url = "sqlite:///../var/feedpub.db"', 'url = "sqlite:///var/feedpub.db"'),
    ]


def test_the_file_of_metrics_is_relative_to_the_config(tmp_path: Path) -> None:
    assert load(tmp_path).metrics is None
    found = load(tmp_path, more("tables", '[metrics]\ntextfile = "../metrics/feedpub.prom"')).metrics
    assert found == tmp_path / "metrics/feedpub.prom"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'en = "News"',
            'en = "Ne\\u000bws"',
            "site: title: has the character U+000B, which no document can hold; take it out",
        ),
        ("# more of hksar", 'credit = "The\\u0000"', 'source "hksar": credit: has the character U+0000'),
        ("# more of all", 'title = "All\\uffff"', 'feed "all": title: has the character U+FFFF'),
    ],
)
def test_a_text_that_no_document_can_hold_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        load(tmp_path, GOOD.replace(old, new, 1))


def test_another_mistake_does_not_make_a_known_key_unknown(tmp_path: Path) -> None:
    text = GOOD.replace("# more of all", 'not = [{ sources = ["inbox"] }]\nlimit = "many"')
    with pytest.raises(ConfigError, match='feed "all": limit: expected a whole number, got text'):
        load(tmp_path, text)
