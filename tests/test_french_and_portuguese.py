"""What the rows of French and Portuguese know of their languages, as the governments of Canada and Macao write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from feedpub.collect.files.textdates import in_text
from feedpub.entries import titles
from feedpub.entries.normalise import normalise
from feedpub.entries.text import first_sentences
from feedpub.languages import LANGUAGES
from feedpub.model import Entry, Photo, Release

_TODAY = date(2026, 11, 20)
_NB = "\u00a0"


def _entry(language: str, title: str, *paragraphs: str, caption: str = "") -> Entry:
    return normalise(
        Release(
            source="norvale",
            authority="www.norvale.example",
            key="1",
            language=language,
            day=_TODAY,
            title=title,
            body="".join(f"<p>{one}</p>" for one in paragraphs),
            issued=datetime(2026, 11, 20, 9, tzinfo=UTC),
            photos=(Photo(url="https://www.norvale.example/a.jpg", caption=caption),) if caption else (),
        )
    )


@pytest.mark.parametrize(
    ("language", "title", "bare", "markers"),
    [
        ("fr", "Le port rouvre (avec photo)", "Le port rouvre", ("photos",)),
        ("fr", "Le port rouvre (Avec photos et vidéo)", "Le port rouvre", ("photos", "video")),
        ("fr", "Le port rouvre (avec photos/vidéo)", "Le port rouvre", ("photos", "video")),
        ("fr", "Le port rouvre (avec une vidéo)", "Le port rouvre", ("video",)),
        ("fr", "Le port rouvre (avec pièces jointes)", "Le port rouvre", ("attachments",)),
        ("fr", "Le port rouvre (en anglais seulement)", "Le port rouvre", ("en-only",)),
        ("fr", "Le port rouvre (en français seulement) (avec photo)", "Le port rouvre", ("fr-only", "photos")),
        ("fr", "Le port rouvre (avec modération)", "Le port rouvre (avec modération)", ()),
        ("pt", "Porto reabre (com foto)", "Porto reabre", ("photos",)),
        ("pt", "Porto reabre (Com fotos e vídeo)", "Porto reabre", ("photos", "video")),
        ("pt", "Porto reabre (com fotografias)", "Porto reabre", ("photos",)),
        ("pt", "Porto reabre (com anexo)", "Porto reabre", ("attachments",)),
        ("pt", "Porto reabre (só em português)", "Porto reabre", ("pt-only",)),
        ("pt", "Porto reabre (apenas em chinês)", "Porto reabre", ("zh-only",)),
        ("en", "Harbour opens (French only)", "Harbour opens", ("fr-only",)),
        ("zh-Hant", "海港重開（只有葡文）", "海港重開", ("pt-only",)),
    ],
)
def test_the_last_brackets_of_a_title(language: str, title: str, bare: str, markers: tuple[str, ...]) -> None:
    row = LANGUAGES[language]
    assert titles.split_markers(titles.clean(title, row), row) == (bare, markers)


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("fr", "Ottawa, le 17 novembre 2026 – Le ministre…", date(2026, 11, 17)),
        ("fr", f"le 17{_NB}novembre{_NB}2026", date(2026, 11, 17)),
        ("fr", "Fermé depuis le 1er mai.", date(2026, 5, 1)),
        ("fr", "Le 1ᵉʳ juin, puis", date(2026, 6, 1)),
        ("fr", "Le 3 juillet", date(2026, 7, 3)),
        ("fr", "Le 3 juin", date(2026, 6, 3)),
        ("fr", "le 4 févr. 2026", date(2026, 2, 4)),
        ("fr", "le 12 AOÛT 2026", date(2026, 8, 12)),
        ("fr", "le 12 aout 2026", date(2026, 8, 12)),
        ("fr", "le 25 décembre", date(2025, 12, 25)),
        ("fr", "Ouvert du 17 au 19 novembre.", date(2026, 11, 17)),
        ("fr", "Depuis le 2 mars, dit-il aujourd’hui (18 novembre)", date(2026, 11, 18)),
        ("fr", "Depuis le 2 mars, dit-il aujourd'hui, le mercredi 18 novembre", date(2026, 11, 18)),
        ("fr", "Depuis le 2 mars, ce matin (le 18 novembre)", date(2026, 11, 18)),
        ("pt", "17 de Novembro de 2026", date(2026, 11, 17)),
        ("pt", "no dia 1 de Maio", date(2026, 5, 1)),
        ("pt", "no dia 1.º de Maio", date(2026, 5, 1)),
        ("pt", "em 3 de março de 2026", date(2026, 3, 3)),
        ("pt", "De 17 a 19 de Novembro", date(2026, 11, 17)),
        ("pt", "Desde 2 de Março, disse hoje (dia 18 de Novembro)", date(2026, 11, 18)),
        ("pt", "Desde 2 de Março, disse hoje, dia 18 de Novembro", date(2026, 11, 18)),
        ("fr", "En mars, 12 marsouins", None),
        ("pt", "dia 17 deste mês", None),
    ],
)
def test_the_day_that_a_text_tells(language: str, text: str, day: date | None) -> None:
    assert in_text(text, LANGUAGES[language], _TODAY) == day


@pytest.mark.parametrize("language", ["en", "fr", "pt"])
def test_every_month_is_known_by_its_name_and_its_abbreviation(language: str) -> None:
    row = LANGUAGES[language]
    for number, name in enumerate(row.months, start=1):
        assert row.month(name) == row.month(name.title()) == row.month(name[:4]) == number
    assert row.month("brumaire") == row.month("") == 0


@pytest.mark.parametrize(
    ("language", "text", "summary"),
    [
        ("fr", "M. Roy et Mme Guy sont là. La suite attend.", "M. Roy et Mme Guy sont là."),
        ("fr", "Voir l’art. 5 du plan. La suite attend encore.", "Voir l’art. 5 du plan."),
        ("fr", f"«{_NB}Enfin{_NB}!{_NB}» a-t-il dit. La suite attend.", f"«{_NB}Enfin{_NB}!{_NB}» a-t-il dit."),
        ("fr", f"«{_NB}Enfin{_NB}!{_NB}» La suite attend encore.", f"«{_NB}Enfin{_NB}!{_NB}»"),
        ("fr", f"Pourquoi{_NB}? La suite attend encore.", f"Pourquoi{_NB}?"),
        ("fr", "Il neige... mais peu. La suite attend.", "Il neige... mais peu."),
        ("pt", "O Sr. Lei e a Dra. Wong vieram. O resto espera.", "O Sr. Lei e a Dra. Wong vieram."),
        ("pt", "«Até que enfim!» disse. O resto espera ainda.", "«Até que enfim!» disse."),
    ],
)
def test_a_summary_ends_where_a_sentence_does(language: str, text: str, summary: str) -> None:
    assert first_sentences(text, LANGUAGES[language], len(text) - 1) == summary


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Rougeole : deux cas", f"Rougeole{_NB}: deux cas"),
        (f"Rougeole{_NB}: deux cas", f"Rougeole{_NB}: deux cas"),
        ("Rougeole\u202f: deux cas", f"Rougeole{_NB}: deux cas"),
        ("Qui ? Moi ! Toi ; lui", f"Qui{_NB}? Moi{_NB}! Toi{_NB}; lui"),
        ("Le plan « Eau vive » adopté", f"Le plan «{_NB}Eau vive{_NB}» adopté"),
        ("14 000 oiseaux, 5 %, 25 M$, 30 $", f"14{_NB}000 oiseaux, 5{_NB}%, 25{_NB}M$, 30{_NB}$"),
        ("À 14 h 30 au port", f"À 14{_NB}h{_NB}30 au port"),
        ("Ouvert à 15 h", f"Ouvert à 15{_NB}h"),
        ("En 2026 100 bateaux", f"En 2026{_NB}100 bateaux"),
        ("Rougeole: 2 cas (:", "Rougeole: 2 cas (:"),
    ],
)
def test_no_line_of_french_breaks_before_a_colon_or_inside_guillemets(written: str, shown: str) -> None:
    entry = _entry("fr", written, "Voici.", caption=written)
    assert entry.title == entry.photos[0].caption == shown


def test_the_text_and_the_summary_of_a_french_release_too_but_not_its_tags() -> None:
    entry = _entry("fr", "Avis", 'Voir <a href="https://www.norvale.example/a">« ici »&nbsp;: 1 000&nbsp;$</a> !')
    assert entry.summary == f"Voir «{_NB}ici{_NB}»{_NB}: 1{_NB}000{_NB}${_NB}!"
    link = f'<a href="https://www.norvale.example/a">«{_NB}ici{_NB}»{_NB}: 1{_NB}000{_NB}$</a>'
    assert entry.content == f"<p>Voir {link}{_NB}!</p>"


@pytest.mark.parametrize("language", ["en", "pt", "zh-Hant"])
def test_other_languages_keep_their_spaces(language: str) -> None:
    assert _entry(language, "A : B ; 5 %", "« C »").title == "A : B ; 5 %"


@pytest.mark.parametrize(
    ("language", "first", "issuer"),
    [
        ("fr", "Le texte suivant est publié au nom de la Commission des ports :", "Commission des ports"),
        ("fr", "Le communiqué suivant est diffusé pour le compte du Musée de l’Eau :", "Musée de l’Eau"),
        ("fr", "Le texte suivant est publié par la Commission des ports.", ""),
        ("pt", "A nota seguinte é divulgada em nome da Capitania dos Portos:", "Capitania dos Portos"),
        ("pt", "O comunicado que se segue é emitido em nome do Museu da Água:", "Museu da Água"),
        ("pt", "A nota seguinte é divulgada pela Capitania.", ""),
    ],
)
def test_on_whose_behalf_a_release_is_issued(language: str, first: str, issuer: str) -> None:
    entry = _entry(language, "Avis", first, "Texte du communiqué.")
    assert entry.issuer == issuer
    assert entry.summary.startswith("Texte") == bool(issuer)


@pytest.mark.parametrize(
    ("language", "moment", "written"),
    [
        ("fr", datetime(2026, 11, 17, 9, 5, tzinfo=UTC), f"17 novembre 2026 à 9{_NB}h{_NB}05"),
        ("fr", datetime(2026, 5, 1, 16, 30, tzinfo=UTC), f"1er mai 2026 à 16{_NB}h{_NB}30"),
        ("pt", datetime(2026, 11, 17, 9, 5, tzinfo=UTC), "17 de Novembro de 2026, às 9h05"),
        ("pt", datetime(2026, 5, 1, 16, 30, tzinfo=UTC), "1 de Maio de 2026, às 16h30"),
    ],
)
def test_a_moment_as_the_language_writes_it(language: str, moment: datetime, written: str) -> None:
    assert LANGUAGES[language].words.moment(moment) == written


@pytest.mark.parametrize(
    ("language", "caption", "credit"),
    [
        ("fr", "Le port au matin. Photo : Jean Tremblay", "Jean Tremblay"),
        ("fr", f"Le port au matin (Photo{_NB}: Musée de l’Eau)", "Musée de l’Eau"),
        ("fr", "Le port au matin. Crédit photo : Sgt Anaïs Roy", "Sgt Anaïs Roy"),
        ("fr", "Crédits : Agence norvalienne", "Agence norvalienne"),
        ("fr", "Photo fournie par le ministère des Pêches.", "ministère des Pêches"),
        ("fr", "Le port (photo gracieuseté du Musée de l’Eau)", "Musée de l’Eau"),
        ("fr", "Le port. Photo © Musée de l’Eau", "Musée de l’Eau"),
        ("fr", "Photo : le ministre inaugure le port.", ""),
        ("fr", "La photo montre le port.", ""),
        ("fr", "Photo de groupe devant le port.", ""),
        ("pt", "O porto de manhã. Foto: Lei Ka Ian", "Lei Ka Ian"),
        ("pt", "O porto (Fotografia: Museu da Água)", "Museu da Água"),
        ("pt", "Fotos cedidas pelo Museu da Água.", "Museu da Água"),
        ("pt", "Crédito da foto: Lei Ka Ian", "Lei Ka Ian"),
        ("pt", "Foto de grupo junto ao porto.", ""),
        ("pt", "Foto: o Secretário inaugura o porto.", ""),
    ],
)
def test_who_a_caption_credits(language: str, caption: str, credit: str) -> None:
    assert _entry(language, "Avis", "Texte.", caption=caption).photos[0].credit == credit
