"""What a story's page says to programs: schema.org's NewsArticle, with its other languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedpub.site.frame import absolute, web

if TYPE_CHECKING:
    from feedpub.site.storypage import StoryPage

ARTICLE = "NewsArticle"


def article(shown: StoryPage) -> dict[str, Any] | None:
    """The version that a page is about, its own language's or the first that there is; None if it was withdrawn.

    The first language of a story has the others as its translations (`workTranslation`), and these it as theirs
    (`translationOfWork`).
    """
    own = shown.versions[0]
    if own.withdrawn:
        return None
    address = shown.address(own.language)
    credit = next((one.name for one in shown.credits if one.name), "")
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ARTICLE,
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": own.title,
        "description": own.summary,
        "inLanguage": own.language,
        "datePublished": own.published.isoformat(),
        "dateModified": own.updated.isoformat(),
        "isBasedOn": web(own.url),
        "author": _organisation("GovernmentOrganization", shown.issuer.text or credit),
        "publisher": _organisation("Organization", credit),
        "about": [{"@type": "Thing", "@id": topic.iri, "name": topic.text} for topic in shown.topics],
        "image": [absolute(shown.site, photo.ours) for photo in shown.photos if photo.ours],
    }
    first, *others = shown.translations
    if own.language == first.language:
        found["workTranslation"] = [_other(shown, other.language, other.title) for other in others]
    else:
        found["translationOfWork"] = _other(shown, first.language, first.title)
    return {key: value for key, value in found.items() if value}


def _organisation(kind: str, name: str) -> dict[str, str]:
    return {"@type": kind, "name": name} if name else {}


def _other(shown: StoryPage, language: str, title: str) -> dict[str, str]:
    address = shown.address(language)
    return {"@type": ARTICLE, "@id": address, "url": address, "inLanguage": language, "headline": title}
