"""An invented harbour town's feeds, as embeds show them: all stories, a topic's and a body's."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from feedpub.model import Document
from feedpub.site import assets, builder, embeds
from feedpub.site.builder import Builder
from feedpub.site.embeds import Embedded
from feedpub.site.frame import Site
from feedpub.site.listing import Label, Listed

NEWEST = datetime(2026, 11, 18, 16, 30, tzinfo=timezone(timedelta(hours=8)))
NEWS = "https://news.harbour.example/"
FEEDS = {
    "all": {"en": "Harbour news", "zh-Hant": "海港新聞", "zh-Hans": "海港新闻"},
    "topics/health": {"en": "Health", "zh-Hant": "衞生", "zh-Hans": "卫生"},
    "bodies/port": {"en": "Port “Office” & Quay", "zh-Hant": "港務處", "zh-Hans": "港务处"},
}
TITLES = {
    "en": (
        "Public beach reopens after water samples pass all tests",
        "Free vaccination",
        (
            "New ferry timetable takes effect next Monday; passengers are asked to note the changed times of the first "
            "and the last sailings from all four piers"
        ),
        "Lighthouse open day",
    ),
    "zh-Hant": (
        "水質樣本全部合格泳灘重新開放",
        "免費接種疫苗",
        "新渡輪時間表下星期一生效，乘客請留意四個碼頭的首班及尾班船時間均有改動，並預留充裕時間前往碼頭候船",
        "燈塔開放日",
    ),
    "zh-Hans": (
        "水质样本全部合格泳滩重新开放",
        "免费接种疫苗",
        "新渡轮时间表下星期一生效，乘客请留意四个码头的首班及尾班船时间均有改动，并预留充裕时间前往码头候船",
        "灯塔开放日",
    ),
}


def site(url: str = "https://feeds.harbour.example/", languages: tuple[str, ...] = ("en", "zh-Hant")) -> Site:
    """What the pages of the town have in common."""
    return Site(
        url=url,
        title={tag: FEEDS["all"][tag] for tag in languages},
        languages=languages,
        credits={"en": ("Harbour Town Council",), "zh-Hant": ("海港鎮議會",)},
        style=assets.path("site.css"),
        script=assets.path("site.js"),
    )


def stories(language: str, count: int) -> tuple[Listed, ...]:
    """So many stories, three hours between them; every third one is about health as well."""
    titles = TITLES[language]
    health = Label(text=FEEDS["topics/health"][language], path=f"{language}/feeds/topics/health/index.html")
    sea = Label(text={"en": "Sea", "zh-Hant": "海事", "zh-Hans": "海事"}[language], path="")
    return tuple(
        Listed(
            language=language,
            title=f"{titles[number % len(titles)]} ({number + 1})",
            path=f"{language}/stories/2026/11/{number + 1}.html",
            url=f"{NEWS}{language}/{number + 1}",
            when=NEWEST - timedelta(hours=3 * number),
            topics=(health, sea) if number % 3 == 0 else (sea,),
        )
        for number in range(count)
    )


def embedded(
    feed: str = "topics/health",
    language: str = "en",
    items: tuple[Listed, ...] | None = None,
    town: Site | None = None,
) -> Embedded:
    """A feed in a language; with thirty stories, where none are given."""
    town = town or site()
    shown = stories(language, 30) if items is None else items
    title = FEEDS[feed][language]
    return Embedded(site=town, feed=feed, title=title, language=language, items=shown, languages=town.languages)


def building(language: str = "en", town: Site | None = None) -> Builder:
    """The builder's page of a language."""
    groups = (("Feeds", ("all",)), ("Topics", ("topics/health",)), ("Bodies", ("bodies/port",)))
    return Builder(
        site=town or site(),
        language=language,
        groups=tuple((heading, tuple((feed, FEEDS[feed][language]) for feed in feeds)) for heading, feeds in groups),
    )


def everything(town: Site) -> tuple[Document, ...]:
    """All that is embedded, and the builder's pages with what they load."""
    documents = [*embeds.shared(town, FEEDS), *assets.documents(search=False)]
    for language in town.languages:
        documents.append(builder.page(building(language, town)))
        for feed in FEEDS:
            documents.extend(embeds.documents(embedded(feed, language, town=town)))
    return tuple(documents)
