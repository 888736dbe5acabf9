"""The page of a story: what stands where, what programs read of it, and that no text of a release is more than text."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from html import escape
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from feedpub.model import Credit
from feedpub.site import contents, storypage
from feedpub.site.contents import Picture
from feedpub.site.frame import Announced, Site, texts
from feedpub.site.history import Change, Part
from feedpub.site.listing import Label
from feedpub.site.storypage import Beside, Caption, Moved, Official, Other, Photo, StoryPage, Topic, Version
from tests.site import hostile, htmlcheck

ISSUED = datetime(2026, 11, 18, 9, 30, tzinfo=timezone(timedelta(hours=8)))
SITE = "https://news.saltmarsh.example/"
PATH = "stories/2026/11/ferry-1k3f9a2c.html"
TITLES = {
    "en": "New ferry timetable from Monday",
    "zh-Hant": "渡輪新時間表下星期一生效",
    "zh-Hans": "渡轮新时间表下星期一生效",
    "pt": "Novo horário dos barcos a partir de segunda-feira",
}
BODIES = {
    "en": "<p>The ferries sail every hour.</p>\n<h4>Fares</h4>\n<p>They stay as they are.</p>",
    "zh-Hant": "<p>渡輪每小時一班。</p>\n<h4>收費</h4>\n<p>維持不變。</p>",
    "zh-Hans": "<p>渡轮每小时一班。</p>\n<h4>收费</h4>\n<p>维持不变。</p>",
    "pt": "<p>Os barcos partem de hora a hora.</p>\n<h4>Tarifas</h4>\n<p>Mantêm-se.</p>",
}
CHANGE = Change(
    language="en",
    when=ISSUED + timedelta(hours=2),
    told="Corrected on 18 November 2026, 11:30: 1 paragraph changed.",
    lines=((Part("gap"),), (Part("same", "Fares "), Part("removed", "rise."), Part("added", "stay as they are."))),
)


def text(body: str, language: str = "en") -> contents.Text:
    return contents.text(body, texts(language).story, lambda _: None)


def version(language: str, body: str = "", **changes: Any) -> Version:
    made = Version(
        language=language,
        title=TITLES[language],
        text=contents.text(body or BODIES[language], texts(language).story, lambda _: None),
        published=ISSUED,
        updated=ISSUED,
        summary="The ferries sail every hour.",
        url=f"https://saltmarsh.example/{language}/ferry",
    )
    return msgspec.structs.replace(made, **changes)


def story(*shown: str, language: str = "", site: tuple[str, ...] = (), **changes: Any) -> StoryPage:
    """A story's page that shows some languages; the page is of the first, if nothing else is said."""
    language, site = language or shown[0], site or shown
    made = StoryPage(
        site=Site(url=SITE, title=dict.fromkeys(site, "News of Saltmarsh"), languages=site),
        language=language,
        path=PATH,
        versions=tuple(version(tag) for tag in shown),
        translations=tuple(Other(tag, TITLES[tag]) for tag in site if tag in shown),
        official=tuple(Official(tag, f"https://saltmarsh.example/{tag}/ferry") for tag in shown),
        credits=(Credit(name="Town of Saltmarsh", rights="© Town of Saltmarsh"),),
        announced=Announced(title="News of Saltmarsh", language=language, path=f"feeds/all/{language}"),
        more=Label(text="More: News of Saltmarsh", path=f"{language}/feeds/all/index.html"),
    )
    return msgspec.structs.replace(made, **changes)


def shown(page: StoryPage) -> Any:
    """The page as a browser has it; nothing may be wrong with it."""
    body = storypage.page(page).body
    assert htmlcheck.faults(body) == []
    return html.fromstring(body.decode())


def meaning(tree: Any) -> Any:
    (found,) = tree.xpath("//script[@type='application/ld+json']/text()")
    return json.loads(found)


def columns(tree: Any) -> set[str]:
    (found,) = tree.xpath("//div[contains(concat(' ', @class, ' '), ' versions ')]/@class")
    return set(found.split()) - {"versions"}


# What stands where


def test_the_official_releases_come_first_that_of_the_pages_language_before_the_others() -> None:
    tree = shown(story("zh-Hant", "en"))
    links = tree.xpath("//main//a")[:2]
    assert [(one.text_content(), one.get("hreflang")) for one in links] == [
        ("官方新聞公報（繁體中文）", "zh-Hant"),
        ("官方新聞公報（English）", "en"),
    ]
    assert [one.get("href") for one in links] == [f"https://saltmarsh.example/{tag}/ferry" for tag in ("zh-Hant", "en")]


def test_times_are_in_the_words_of_the_pages_language() -> None:
    for tag, said in (("en", "Issued 18 November 2026, 09:30"), ("zh-Hant", "2026年11月18日9時30分發布")):
        (facts,) = shown(story(tag)).xpath("//p[@class='facts']/span[1]")
        assert facts.text_content() == said
        assert facts.xpath("time/@datetime") == ["2026-11-18T09:30:00+08:00"]


def test_the_issuing_body_and_the_topics_lead_to_their_pages() -> None:
    page = story(
        "en",
        issuer=Label(text="Harbour Office", path="en/feeds/bodies/harbour/index.html"),
        topics=(Topic(text="Transport", path="en/feeds/topics/transport/index.html", iri=f"{SITE}topics/transport"),),
    )
    tree = shown(page)
    assert tree.xpath("//p[@class='facts']//a/@href") == ["../../../feeds/bodies/harbour/"]
    assert tree.xpath("//ul[@class='chips']//a/@href") == ["../../../feeds/topics/transport/"]


@pytest.mark.parametrize("tags", [("en",), ("en", "zh-Hant"), ("zh-Hant", "pt", "en")])
def test_each_language_is_a_section_with_its_lang_one_after_the_other(tags: tuple[str, ...]) -> None:
    tree = shown(story(*tags))
    assert tree.xpath("//section[starts-with(@class, 'version')]/@lang") == list(tags)
    assert [one.text_content() for one in tree.xpath("//section[starts-with(@class, 'version')]/p[1]")] == [
        contents.text(BODIES[tag].split("\n")[0], texts(tag).story, lambda _: None).html[3:-4] for tag in tags
    ]


@pytest.mark.parametrize(
    ("tags", "classes"),
    [
        (("en",), {"one"}),
        (("en", "zh-Hant"), {"two", "aligned"}),
        (("en", "zh-Hant", "pt"), {"three", "aligned"}),
    ],
)
def test_languages_with_as_many_blocks_are_aligned(tags: tuple[str, ...], classes: set[str]) -> None:
    assert columns(shown(story(*tags))) == classes


def test_languages_with_more_blocks_or_very_many_are_in_columns_only() -> None:
    longer = (version("en"), version("zh-Hant", BODIES["zh-Hant"] + "\n<p>查詢</p>"))
    assert columns(shown(story("en", "zh-Hant", versions=longer))) == {"two"}
    very = tuple(version(tag, "<p>x</p>\n" * 191) for tag in ("en", "zh-Hant"))
    assert columns(shown(story("en", "zh-Hant", versions=very))) == {"two"}


def test_a_story_in_one_language_says_so() -> None:
    (said,) = shown(story("en", site=("en", "zh-Hant"), only=("en",))).xpath("//p[@class='note']")
    assert said.text_content() == "Issued in English only"


def test_a_page_in_a_language_that_the_story_is_not_in_shows_what_there_is() -> None:
    tree = shown(story("zh-Hant", language="en", site=("en", "zh-Hant"), only=("zh-Hant",)))
    assert tree.get("lang") == "en"
    assert tree.xpath("//h1/@lang") == ["zh-Hant"]
    assert tree.xpath("//p[@class='note']")[0].text_content() == "Issued in 繁體中文 only"
    # It is the same page for a search engine, and is not said to be in English.
    assert tree.xpath("//link[@rel='canonical']/@href") == [f"{SITE}zh-Hant/{PATH}"]
    assert tree.xpath("//link[@rel='alternate'][not(@type)]/@hreflang") == ["zh-Hant", "x-default"]
    assert tree.xpath("//nav[@class='switch']//a/@hreflang") == ["en", "zh-Hant"]


def test_the_language_switch_keeps_the_place() -> None:
    tree = shown(story("zh-Hant", "en", site=("en", "zh-Hant")))
    assert tree.xpath("//nav[@class='switch']/a[@hreflang='en']/@href") == [f"../../../../en/{PATH}"]
    assert tree.xpath("//link[@hreflang='x-default']/@href") == [f"{SITE}en/{PATH}"]


def test_what_was_buried_is_not_for_search_engines() -> None:
    tree = shown(story("en", buried=True))
    assert tree.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert not shown(story("en")).xpath("//meta[@name='robots']")


def test_a_page_for_where_a_story_was_leads_to_where_it_is() -> None:
    site = Site(url=SITE, title={"en": "News", "zh-Hant": "新聞"}, languages=("en", "zh-Hant"))
    body = storypage.moved(
        Moved(
            site=site,
            language="en",
            path=PATH,
            target="stories/2026/11/ship-2.html",
            title="渡輪",
            title_language="zh-Hant",
        )
    ).body
    assert htmlcheck.faults(body) == []
    tree = html.fromstring(body.decode())
    assert tree.xpath("//meta[@http-equiv='refresh']/@content") == ["0; url=ship-2.html"]
    assert tree.xpath("//main//a/@href") == ["ship-2.html"]
    assert tree.xpath("//link[@rel='canonical']/@href") == [f"{SITE}en/stories/2026/11/ship-2.html"]
    assert tree.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert not tree.xpath("//link[@hreflang]")


# Photos and what stands beside


def photo(picture: Picture | None, *captions: Caption) -> Photo:
    return Photo(url="https://saltmarsh.example/p/1.jpg", captions=captions, picture=picture)


BOTH = (Caption("en", "The pier"), Caption("zh-Hant", "碼頭"))


def test_a_photo_that_is_not_shown_is_a_link_with_its_caption() -> None:
    tree = shown(story("en", "zh-Hant", photos=(photo(None, *BOTH),)))
    (link,) = tree.xpath("//ul[@class='photos']//a")
    assert (link.text_content(), link.get("href")) == ("The pier", "https://saltmarsh.example/p/1.jpg")
    assert [(one.text_content(), one.get("lang")) for one in tree.xpath("//figcaption/span")] == [("碼頭", "zh-Hant")]
    assert not tree.xpath("//img")


def test_a_photo_of_ours_is_shown_with_its_size_and_its_caption_in_every_language() -> None:
    tree = shown(story("en", "zh-Hant", photos=(photo(Picture("../../../../images/1.webp", 400, 300), *BOTH),)))
    (image,) = tree.xpath("//img")
    assert dict(image.attrib) == {
        "src": "../../../../images/1.webp",
        "alt": "The pier",
        "width": "400",
        "height": "300",
        "loading": "lazy",
    }
    assert [one.get("lang") for one in tree.xpath("//figcaption/span")] == [None, "zh-Hant"]


def test_a_remote_photo_does_not_tell_where_it_is_shown() -> None:
    (image,) = shown(story("en", photos=(photo(Picture("https://saltmarsh.example/p/1-small.jpg")),))).xpath("//img")
    assert (image.get("referrerpolicy"), image.get("loading")) == ("no-referrer", "lazy")


def test_photos_without_captions_have_a_number() -> None:
    tree = shown(story("zh-Hant", photos=(photo(None), photo(Picture("../../../../images/1.webp", 4, 3)))))
    assert tree.xpath("//ul[starts-with(@class, 'photos')]//a")[0].text_content() == "圖片1"
    assert tree.xpath("//img/@alt") == ["圖片2"]


def test_what_a_release_points_to_is_linked_in_the_language_of_its_title() -> None:
    annex = Beside(url="https://saltmarsh.example/annex.pdf", title="附件", language="zh-Hant")
    (link,) = shown(story("en", "zh-Hant", attachments=(annex,))).xpath("//section[@class='beside']//a")
    assert (link.text_content(), link.get("lang")) == ("附件", "zh-Hant")


# Corrections


def test_a_correction_says_what_came_and_what_went_also_to_those_who_see_no_colour() -> None:
    tree = shown(story("en", "zh-Hant", changes=(CHANGE,)))
    (details,) = tree.xpath("//section[@class='history']/details")
    assert details.xpath("summary")[0].text_content() == f"English {CHANGE.told}"
    assert details.xpath(".//del")[0].text_content() == "[removed: rise.]"
    assert details.xpath(".//ins")[0].text_content() == "[added: stay as they are.]"
    assert details.xpath(".//span[@class='gap']/text()") == [" … "]
    assert tree.xpath("//p[@class='facts']//a/@href") == ["#history"]


def test_a_correction_of_another_language_is_told_in_the_pages() -> None:
    tree = shown(story("zh-Hant", "en", changes=(CHANGE,)))
    assert tree.xpath("//div[@class='diff']/@lang") == ["en"]
    assert [(one.text, one.get("lang")) for one in tree.xpath("//del/span")] == [
        ("[刪去：", "zh-Hant"),
        ("]", "zh-Hant"),
    ]


def test_a_correction_without_lines_is_a_sentence() -> None:
    tree = shown(story("en", changes=(msgspec.structs.replace(CHANGE, lines=()),)))
    assert not tree.xpath("//details")
    assert tree.xpath("//p[@class='told']")[0].text_content() == CHANGE.told


# For programs


def test_programs_read_a_news_article_with_its_translations() -> None:
    page = story(
        "en",
        "zh-Hant",
        issuer=Label(text="Harbour Office"),
        topics=(Topic(text="Transport", path="en/feeds/topics/transport/index.html", iri=f"{SITE}topics/transport"),),
    )
    assert meaning(shown(page)) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": f"{SITE}en/{PATH}",
        "url": f"{SITE}en/{PATH}",
        "mainEntityOfPage": f"{SITE}en/{PATH}",
        "headline": "New ferry timetable from Monday",
        "description": "The ferries sail every hour.",
        "inLanguage": "en",
        "datePublished": "2026-11-18T09:30:00+08:00",
        "dateModified": "2026-11-18T09:30:00+08:00",
        "isBasedOn": "https://saltmarsh.example/en/ferry",
        "author": {"@type": "GovernmentOrganization", "name": "Harbour Office"},
        "publisher": {"@type": "Organization", "name": "Town of Saltmarsh"},
        "about": [{"@type": "Thing", "@id": f"{SITE}topics/transport", "name": "Transport"}],
        "workTranslation": [
            {
                "@type": "NewsArticle",
                "@id": f"{SITE}zh-Hant/{PATH}",
                "url": f"{SITE}zh-Hant/{PATH}",
                "inLanguage": "zh-Hant",
                "headline": "渡輪新時間表下星期一生效",
            },
        ],
    }


def test_the_other_languages_are_translations_of_the_first() -> None:
    found = meaning(shown(story("zh-Hant", "en", site=("en", "zh-Hant"))))
    assert found["inLanguage"] == "zh-Hant"
    assert found["translationOfWork"]["@id"] == f"{SITE}en/{PATH}"
    assert "workTranslation" not in found


def test_a_picture_is_told_to_programs_only_where_it_is_ours() -> None:
    ours = msgspec.structs.replace(photo(Picture("../../../../images/1.webp", 4, 3)), ours="images/1.webp")
    assert meaning(shown(story("en", photos=(ours, photo(None)))))["image"] == [f"{SITE}images/1.webp"]
    assert "image" not in meaning(shown(story("en", photos=(photo(None),))))


def test_a_withdrawn_story_is_no_article() -> None:
    assert not shown(story("en", versions=(version("en", withdrawn=True),))).xpath("//script[not(@src)]")


# Hostile texts


def everywhere(said: str, address: str) -> StoryPage:
    """A story with a text wherever one stands, and an address wherever the views let one through."""
    return story(
        "en",
        "zh-Hant",
        versions=tuple(
            msgspec.structs.replace(
                version(tag), title=f"Title {said}", summary=said, text=text(f"<p>{escape(said)}</p>"), url=address
            )
            for tag in ("en", "zh-Hant")
        ),
        translations=(Other("en", said), Other("zh-Hant", said)),
        issuer=Label(text=f"Body {said}"),
        topics=(Topic(text=f"Topic {said}", path="en/feeds/topics/x/index.html", iri=said),),
        photos=(
            msgspec.structs.replace(photo(None, Caption("en", f"Caption {said}")), credits=(said,)),
            photo(Picture("../../../../images/1.webp", 4, 3), Caption("en", f"Caption {said}")),
        ),
        attachments=(Beside(url="https://saltmarsh.example/a", title=f"Annex {said}", language="en"),),
        changes=(
            Change(
                language="en",
                when=ISSUED,
                told=f"Corrected {said}",
                title=(Part("added", said), Part("removed", said)),
                lines=((Part("same", said), Part("added", said)),),
            ),
        ),
        credits=(Credit(name=f"Credit {said}", rights=f"Rights {said}"),),
    )


def tags_of(page: StoryPage) -> list[str]:
    return [str(one.tag) for one in html.fromstring(storypage.page(page).body.decode()).iter()]


TAGS = tags_of(everywhere("x", "https://saltmarsh.example/"))


@pytest.mark.parametrize("name", hostile.TEXTS)
def test_whatever_a_text_holds_is_text(name: str) -> None:
    said = hostile.TEXTS[name]
    page = everywhere(said, "https://saltmarsh.example/")
    body = storypage.page(page).body
    assert htmlcheck.faults(body) == []
    tree = html.fromstring(body.decode())
    assert [str(one.tag) for one in tree.iter()] == TAGS
    assert meaning(tree)["description"] == said


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_text_brings_a_tag(said: str) -> None:
    assert tags_of(everywhere(said, "")) == TAGS
