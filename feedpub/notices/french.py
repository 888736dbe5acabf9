"""Notices of withdrawal in French."""

from __future__ import annotations

from functools import cache

from feedpub.notices.notice import Notice, spaced


@cache
def notice() -> Notice:
    """How they read."""
    # A sentence from within: a full stop is one of a number or an address.
    inside = r"([^.!?\n]|\.(?=\S))"
    press = (
        "(communiqué( de presse)?|avis (aux médias|de presse)|note d’information|déclaration (aux médias|de presse))"
    )
    this = (
        rf"(((ce|cet|cette|le présent|la présente) {press})|((le|la|l’) ?{press} (ci-dessus|susmentionnée?|précité)))"
    )
    office = (
        r"((le|la|l’|du|de la|de l’) ?(ministère|ministre|agence|bureau|gouvernement|service|commission|conseil|cabinet"
        r"|bureau|secrétariat|autorité|préfecture)\b)"
    )

    # What became of it.
    lightly = r"((maintenant|désormais|depuis|donc|par conséquent|aujourd’hui|aussi|également|bien|\w+ment) )*"
    be = rf"(a {lightly}été|ont {lightly}été|est|sont|avait été) {lightly}"
    gone = (
        r"(retirée?s?|annulée?s?|supprimée?s?|révoquée?s?|rétractée?s?)\b"
        r"(?! (de(?! (publication|diffusion|(notre|ce) site))|du (?!site)|des|d’))"
    )
    issued = "(publiée?|diffusée?|émise?|envoyée?|transmise?|mise? en ligne)"
    mistake = "(par erreur|par inadvertance|prématurément|trop tôt)"
    happened = (
        rf"({be}{gone}|{be}{issued} ({inside}{{0,40}}?\s)?{mistake}|{be}{mistake} {issued}"
        r"|n’est plus (disponible|valide|valable|en vigueur)|est nul(le)? et non avenue?"
        r"|doit être (considérée? comme (nul(le)?|annulée?|retirée?)|ignorée?)|ne doit pas être (utilisée?|publiée?))"
    )

    # What may stand between: when, by whom and about what it was issued; why it had to go.
    never = (
        r"qui|que|dont|dit|déclare|affirme|annonce|selon|si|a|ont|est|sont|sera|n’|ne|version|société|entreprise|banque"
    )
    words = rf"((?!\b({never})\b){inside})"
    about = (
        rf"(\s*[,\(]?\s*({issued}|datée?|du \d|intitulée?|portant|sur|au sujet|à propos|concernant|relati(f|ve)"
        rf"|de ce (matin|jour)|d’aujourd’hui|«){words}{{0,200}}?)?"
    )
    why = rf"(\s*,? (qui|lequel|laquelle) {inside}{{2,100}}?,?)?(,? (en raison|à cause|pour) {inside}{{2,80}}?,)?"
    opens = r"(^|[.:;,–—*\(\[]\s*|\b(que|et|car) )"
    asks = (
        r"((^|[.!?:,]\s*)(veuillez|prière|merci|nous vous prions|(les )?médias sont priés) (d’|de )?"
        r"(ignorer|ne pas (tenir compte|utiliser|publier|diffuser)|ne (tenez|tenir) aucun compte)( de| du)?) "
    )
    acts = (
        rf"\b({office}|nous)( {inside}{{0,60}}?)? ((a|avons) {lightly}(retiré|annulé|supprimé|rétracté)"
        r"|(retire|annule|retirons|annulons)) "
    )
    ends = r"(?=\s*($|[.,;:)]|\b(car|parce|en raison|publié|diffusé|daté|intitulé|du \d|sur|concernant)\b))"
    named = rf"((le|notre|du) {press})"
    return Notice(
        longest=600,
        itself=spaced(
            rf"{opens}(le contenu (du présent|de ce(tte)?) {press}|{this}){about}{why} {happened}",
            rf"{acts}{this}{ends}",
            rf"{asks}(de |du )?({this}|présente? {press}){ends}",
            rf"^\W*(retirée?|annulée?|{press} (retirée?|annulée?|supprimée?))( (le|par) [^\n]{{1,40}})?\W*$",
        ),
        named=spaced(
            rf"{opens}\W*{named}{about}{why} {happened}",
            rf"{acts}{named}{about}{ends}",
            rf"{asks}(de |du )?((le|notre|son) )?{press}{about}{ends}",
            rf"^\W*(avis de )?(retrait|annulation) (du|de notre|d’un) {press}\b",
        ),
        first=spaced(
            r"\A\W*(ce|cet|cette|le présent|la présente) (?P<paper>avis|page|article|annonce|déclaration|document"
            rf"|texte|publication|réponse){why} ({be}{gone}|{be}{issued} {mistake})",
        ),
        mark=spaced(
            r"^\W*(retirée?|annulée?)\s*[:\])–—-]+\s*",
            r"\s*[\[\(]\s*(retirée?|annulée?)\s*[\])]\s*$",
        ),
        courtesy=spaced(
            r"\b(excus|regrett|désolé|inconvénient|désagrément|renseignement|information|veuillez|prière|merci|priés"
            r"|rédact|médias|correct|rectif|erreur|erroné|inexact|prématuré|remplac|communiquez|ultérieur|suivra"
            r"|avis\b|retrait|sera (publié|diffusé|transmis)|(nouve|révis|corrig)\w*|mise? à jour)",
        ),
        press=spaced(rf"\b{press}"),
        doubt=spaced(
            r"\b(fraud|faux|fausse|bidon|hameçon|falsifi|contrefa|usurp|canular|escroqu|prétend|circul"
            r"|n’(a|avons|ont) (pas|jamais) (publié|diffusé|émis)|embargo|avant (le |\d|midi)|jusqu’)",
            rf"\b(un|une|un autre|une autre|leurs?|ses) ((?!nouve)\w+ )?{press}",
        ),
    )
