"""Series of releases in English and French that differ in one thing: a place, a person, a number, a date, a product."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.entries.pairs.read import Row

_PLACES = ("Port Marlow", "Saint-Aubin", "Harrowgate", "Lac-Clair", "Ville-Émard", "Amherst Cove")
_PEOPLE = ("Claire Bouchard-Reyes", "Daniel Okafor", "Ingrid Halvorsen", "Peter Vance", "Amélie Fontaine-Roy")
_BRANDS = ("Maple Hollow", "Belle Rive", "Northfold", "Tidewater", "Bois-Joli")
_NUMBERS = (3, 8, 14, 26, 120, 4500)
_DAYS = (2, 11, 17, 23, 28)
# English title and text, French title and text, and what they differ in.
_SERIES: tuple[tuple[str, str, str, str, tuple[str | int, ...]], ...] = (
    (
        "Boil water advisory for {0}",
        "Residents of {0} should boil their drinking water for at least one minute until further notice.",
        "Avis d’ébullition de l’eau à {0}",
        "Les résidents de {0} doivent faire bouillir l’eau potable pendant au moins une minute jusqu’à nouvel ordre.",
        _PLACES,
    ),
    (
        "Government of Norvale supports community centre in {0}",
        "The Minister of Infrastructure, Helen Strand, announced $2.5 million for the centre in {0} on March 9.",
        "Le gouvernement de Norvale appuie le centre communautaire de {0}",
        "La ministre de l’Infrastructure, Helen Strand, a annoncé le 9 mars 2,5 millions de dollars pour {0}.",
        _PLACES,
    ),
    (
        "Statement on the retirement of {0}",
        "The Prime Minister thanks {0} for many years of public service and wishes all the best.",
        "Déclaration sur le départ à la retraite de {0}",
        "La première ministre remercie {0} de ses nombreuses années de service public et lui souhaite bonne chance.",
        _PEOPLE,
    ),
    (
        "Recall of {0} brand crackers due to undeclared milk",
        "The Norvale Food Agency is recalling {0} brand crackers because they contain milk that is not declared.",
        "Rappel de craquelins de marque {0} en raison de la présence non déclarée de lait",
        "L’Agence norvalienne des aliments rappelle les craquelins de marque {0}, qui contiennent du lait non déclaré.",
        _BRANDS,
    ),
    (
        "Arrests in operation against smuggling: {0} persons",
        "Police arrested {0} persons in an operation against smuggling at the border in the morning.",
        "Arrestations dans une opération contre la contrebande : {0} personnes",
        "La police a arrêté {0} personnes dans une opération contre la contrebande menée à la frontière en matinée.",
        _NUMBERS,
    ),
    (
        "Public meeting on the harbour plan on April {0}",
        "A public meeting on the harbour plan will be held on April {0}. Everybody is welcome.",
        "Assemblée publique sur le plan du port le {0} avril",
        "Une assemblée publique sur le plan du port aura lieu le {0} avril. Tous sont les bienvenus.",
        _DAYS,
    ),
    (
        "Road closed: Route {0}",
        "Route {0} is closed in both directions because of snow. Drivers should take another way.",
        "Route fermée : route {0}",
        "La route {0} est fermée dans les deux directions en raison de la neige. Prenez un autre chemin.",
        _NUMBERS,
    ),
)


def rows(seed: int) -> list[Row]:
    """All members of all series, both languages, a few minutes apart."""
    random = Random(seed)
    return list(_rows(random))


def halved(seed: int) -> list[Row]:
    """The same, of which every second story has lost one of its languages."""
    random = Random(seed)
    found = rows(seed)
    stories = sorted({row.pair or "" for row in found})
    lost = {f"{story}-{random.choice(('en', 'fr'))}" for story in stories if random.random() < 0.5}
    return [row for row in found if row.id not in lost]


def _spelled(member: str | int, language: str) -> str:
    if isinstance(member, str):
        return member
    return f"{member:,}" if language == "en" else f"{member:,}".replace(",", "\u00a0")


def _rows(random: Random) -> Iterator[Row]:
    for number, (title, text, titre, texte, members) in enumerate(_SERIES):
        for which, member in enumerate(members):
            pair = f"s{number}m{which}"
            minute = random.randrange(60)
            for language, head, body, late in (
                ("en", title, text, 0),
                ("fr", titre, texte, random.choice((0, 0, 5, 20))),
            ):
                spelled = _spelled(member, language)
                yield Row(
                    id=f"{pair}-{language}",
                    lang=language,
                    title=head.format(spelled),
                    issued_hkt=f"2027-03-09 {10 + (minute + late) // 60}:{(minute + late) % 60:02}",
                    url=f"https://www.norvale.example/{language}/{random.randrange(10**6):06}.html",
                    pair=pair,
                    text=body.format(spelled),
                )
