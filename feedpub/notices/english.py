"""Notices of withdrawal in English."""

from __future__ import annotations

import re
from functools import cache
from re import Pattern

from feedpub.notices.notice import ROUND, Notice


def _english(*sources: str) -> Pattern[str]:
    # A space is any white space.
    source = ROUND.sub("(?:", "|".join(sources)).replace(" ", r"\s+")
    return re.compile(source, re.IGNORECASE | re.MULTILINE)


@cache
def notice() -> Notice:
    """The notices of withdrawal in English."""
    # A sentence from within: a full stop is one of a number, a time or an address.
    inside = r"([^.!?\n]|\.(?=\S|\s\d))"
    press = "(press|news|media) (release|statement|notice|announcement|item|bulletin)"
    office = (
        r"(?-i:(\w[\w&,'’-]*\s+){0,8}?([Bb]ureau|[Dd]epartment|[Oo]ffice|[Gg]overnment|[Aa]uthority|[Ss]ervices?"
        r"|Secretariat|Commission|Council|Ministry|Agency|Observatory|Police|Administration|Registry|Judiciary|us)\b)"
    )
    this = (
        r"(this|the (above(-?\s?mentioned)?|captioned|afore(mentioned|said)|foregoing)) "
        r"((?!(is|was|of|in)\b)[\w-]+ ){0,2}?"
    )
    earlier = "((earlier|previous|said|original|first|last|relevant) )*"
    that = rf"(the|our|its|(today|yesterday)[’']s|{office}[’']s?) {earlier}"

    # What became of it.
    lightly = r"((now|since|hereby|today|thus|therefore|already|also|just|all|\w+ly|with \w+ effect),? )*"
    be = rf"((has|have) {lightly}been|is|are|was|were|stands) {lightly}(being )?"
    gone = (
        r"(withdrawn|retracted|rescinded|revoked|cancell?ed|recalled|annulled|unpublished|pulled|deleted"
        r"|removed(?! to\b)|taken (down|off)|(null and )?void|no longer (available|valid|in force))"
        r"(?! (out\b|from\b(?! (publication|(this|the|our) web\s?(site|page)))))\b"
    )
    issued = "(issued|published|released|sent( out)?|posted|uploaded|distributed)"
    wrongly = "(erroneously|mistakenly|inadvertently|accidentally|prematurely)"
    mistake = rf"(in error|by (mistake|error|accident)|{wrongly})"
    ignore = "(disregard|ignore|discard|delete)"
    happened = (
        rf"({be}{gone}|{be}{wrongly} {issued}|{be}{issued} ({inside}{{0,40}}?\s)?{mistake}"
        rf"|(should|must|is to) ((now|therefore|please) )?be ({ignore}e?d"
        "|(regarded|considered|treated|deemed) (as )?(withdrawn|cancelled|void))"
        "|(should|must) not be (used|published))"
    )

    # What may stand between: when, by whom and about what it was issued; why it had to go.
    verb = (
        "that|who|whose|whom|said|says?|saying|states?d?|announces?d?|reads?|if|whether|has|have|had|is|are|was|were"
        rf"|will|would|should|must|can|could|not|by (?!{office}|mistake|error|accident)"
    )
    others = "Limited|Ltd|Company|Bank|Union|Inc|plc|newspaper|importer|operator"
    theirs = rf"(of|from) (?!{office}|\w+ \d|\d|today|yesterday)"

    def about(never: str) -> str:
        words = rf"((?!\b({never})\b){inside})"
        return (
            rf"((\s*[,\(]?\s*({issued}|made|dated|(en)?titled|headed|on|of|about|with|at|in|by|to|for"
            rf"|concerning|regarding|relat(ed|ing)|no\b|number|earlier|today|yesterday|“){words}{{0,200}}?)"
            rf"| ((that|which) ((previously|originally) )?(appeared|stood|was {issued})|you \w+( \w+)?)"
            rf"{words}{{0,80}}?)?"
        )

    wrong = "(error|mistake|wrong|incorrect|inaccura|premature|confus)"
    why = (
        rf"(\s*,? which {inside}{{2,100}}?,)?"
        rf"( ({be}{issued}|contain(s|ed) {inside}{{0,60}}?{wrong}|(is|was) {wrong}){inside}{{0,100}}?,? and)?"
    )
    later = (
        rf"({inside}{{2,200}}?\. the (same|{press}|release|statement|announcement)(?= {be}{gone})"
        rf"|{inside}{{2,120}}?{wrong}{inside}{{0,60}}?\. it(?= {be}(withdrawn|retracted|removed|cancelled)\b))?"
    )
    opens = r"(^|[.:;,–—*\(\[]\s*|\b(that|and|as|because) )"
    content = "((the )?(contents?|full text|text) of )?"

    # What somebody does to it, or asks others to do.
    acts = (
        rf"\b({office}|we)( (today|yesterday))?(\s*\([^)\n]*\))? {lightly}"
        rf"((has|have) {lightly}(withdrawn|retracted|rescinded|cancelled|recalled|removed|deleted|taken down)"
        "|withdraws?|withdrew|retract(s|ed)?|rescinds?|cancels?|recalls?|(is|are) withdrawing"
        "|(wish(es)?|(has|have) decided) to (withdraw|retract|rescind|cancel|recall)"
        "|announces? the (withdrawal|retraction|cancellation) of) "
    )
    asks = (
        rf"((^|[.!?:,]\s*)(please|kindly) ({ignore}|do not (use|publish))"
        rf"|\b(editors?|(the )?media|reporters?|recipients?)\b{inside}{{0,60}}?"
        rf"\b((to|should|please) {ignore}|(not to|(do|should) not) (use|publish))) "
    )
    ends = (
        r"(?=\s*($|[.,;:)“]|\b(as|because|due|owing|since|issued|published|sent|dated|entitled|titled|on|of"
        rf"|about|which)\b)(?! {theirs}))"
    )
    when = rf"( (by (the )?{office}( (on|at)\b[^\n]{{1,40}})?|(on|at)\s[^\n]{{1,40}}))?"
    plain = "(statement|announcement|response)"
    tail = r"( (issued|published|made|dated|to)\b)"
    return Notice(
        longest=500,
        itself=_english(
            rf"{opens}{content}{this}{press}s?{about(verb)}{why}{later} {happened}",
            rf"{acts}{this}({press}|statement|announcement|release){ends}",
            rf"\b(has|have|hereby) (withdrawn|withdraws?|retracts?|retracted) this {press}{ends}",
            rf"{asks}{this}{press}{ends}",
            rf"^\W*(withdrawn|retracted|{press} (withdrawn|retracted|cancelled|rescinded)){when}\W*$",
        ),
        named=_english(
            rf"{opens}({that}|\W*(?=(?-i:[PNM]))){press}(?! {theirs}){about(f'{verb}|{others}')}{why}{later} "
            rf"{happened}",
            rf"{opens}(the (earlier )?{plain} {issued}{inside}{{0,80}}?\bby {office}|{office}[’']s? {plain} {issued}\b)"
            rf"{inside}{{0,60}}? {be}(withdrawn|retracted)\b",
            rf"{acts}{that}{press}{ends}",
            rf"{asks}{that}{press}{ends}",
            rf"^\W*(notice of )?(withdrawal|retraction|cancellation) of ({that}|a )?{press}{ends}",
        ),
        first=_english(
            rf"\A\W*{content}this (?P<paper>(notice|article|page)(?!{tail})|release|statement|announcement|bulletin"
            rf"|advisory|response|reply)({tail}{inside}{{1,80}}?)?{why}{later} ({be}{wrongly} {issued}"
            rf"|{be}{issued} {mistake}"
            rf"|{be}(withdrawn|retracted|rescinded|deleted|removed|taken down)\b(?! (from|to)\b))",
        ),
        mark=_english(r"^\W*(withdrawn|retracted)\s*[:\])–—-]+\s*", r"\s*[\[\(]\s*(withdrawn|retracted)\s*[\])]\s*$"),
        courtesy=_english(
            r"\b(we refer|further to|details|will be (issued|announced|released|made|published|sent)|apolog|regret"
            r"|sorry|inconvenience|enquir|inquir|please|attention|editors?\b|in due course|correction\b|notice\b"
            rf"|{wrong}|(new|revised|updated|corrected|amended|replacement|fresh) ({press}|version|one|statement)\b)",
        ),
        press=_english(rf"\b{press}s?\b"),
        doubt=_english(
            r"\b(fraud|fake|bogus|purport|hoax|phishing|forged|fabricat|counterfeit|impersonat|scam|circulat"
            r"|(not|never) (\w+ )?issued?|embargo|(until|before) (\d|noon|midnight))",
            rf"\b(an?|another|his|her|their) "
            rf"((?!new|revised|updated|corrected|amended|replacement|fresh)\w+ )?{press}",
        ),
    )
