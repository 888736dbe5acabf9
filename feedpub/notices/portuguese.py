"""Notices of withdrawal in Portuguese, as written in Macao."""

from __future__ import annotations

from functools import cache

from feedpub.notices.notice import Notice, spaced


@cache
def notice() -> Notice:
    """How they read."""
    # A sentence from within: a full stop is one of a number or an address.
    inside = r"([^.!?\n]|\.(?=\S))"
    press = "((nota|comunicado|informação|notícia) (de|à|para a) imprensa|comunicado|nota oficial)"
    this = rf"(((esta|este|a presente|o presente) {press})|([ao] {press} (acima|supra|supracitad[ao]|em epígrafe)))"
    office = (
        r"([ao]s? (direcção|gabinete|serviços?|instituto|governo|secretaria|secretário|comissão|conselho|polícia"
        r"|autoridade|corpo)\b)"
    )

    # What became of it.
    lightly = r"((já|agora|entretanto|assim|hoje|também|\w+mente) )*"
    be = rf"({lightly}(foi|foram|é|está|encontra-se|ficou|fica)) {lightly}"
    gone = (
        r"(retirad[ao]s?|anulad[ao]s?|cancelad[ao]s?|eliminad[ao]s?|removid[ao]s?|suprimid[ao]s?|revogad[ao]s?"
        r"|sem efeito)\b(?! (d[aoe]s?(?! (publicação|divulgação|nosso s[ií]tio|nossa página))))"
    )
    issued = "(publicad[ao]|divulgad[ao]|emitid[ao]|enviad[ao]|difundid[ao])"
    mistake = "(por (lapso|erro|engano)|erradamente|indevidamente|prematuramente)"
    happened = (
        rf"({be}{gone}|{be}{issued} ({inside}{{0,40}}?\s)?{mistake}|{be}{mistake} {issued}"
        r"|(já não está|deixou de estar) (disponível|em vigor)"
        r"|deve(rá)? ser (considerad[ao] (nul[ao]|sem efeito|anulad[ao])|ignorad[ao])"
        r"|não deve(rá)? ser (utilizad[ao]|publicad[ao]))"
    )

    # What may stand between: when, by whom and about what it was issued; why it had to go.
    never = "que|cuj[ao]|disse|afirma|anuncia|segundo|se|foi|foram|é|são|será|não|versão|empresa|banco|sociedade"
    words = rf"((?!\b({never})\b){inside})"
    about = (
        rf"(\s*[,\(]?\s*({issued}|datad[ao]|de \d|intitulad[ao]|sobre|relativ[ao]|referente|respeitante|de hoje|hoje"
        rf"|n\.?º|«|“){words}{{0,200}}?)?"
    )
    why = rf"(\s*,? (que|[ao] qual) {inside}{{2,100}}?,)?(,? (devido|por motivo|em virtude) {inside}{{2,80}}?,)?"
    opens = r"(^|[.:;,–—*\(\[]\s*|\b(que|e|pois) )"
    asks = (
        r"((^|[.!?:,]\s*)(solicita-se|pede-se|agradece-se|queiram|é favor|por favor,?)"
        rf"( {inside}{{0,50}}?)? (que )?(ignorar|ignorem|desconsiderar|desconsiderem|não (utilizar|utilizem|publicar"
        r"|publiquem|divulguem|considerem)|considerem sem efeito)) "
    )
    acts = rf"{office}( {inside}{{0,60}}?)? ({lightly}(retirou|anulou|cancelou|eliminou)|retira|anula|cancela) "
    ends = r"(?=\s*($|[.,;:)]|\b(pois|porque|devido|por|publicad|divulgad|emitid|datad|intitulad|sobre|de \d)))"
    named = rf"((a|o|da|do) {press})"
    return Notice(
        longest=600,
        itself=spaced(
            rf"{opens}(o conteúdo d(esta|este|a presente|o presente) {press}|{this}){about}{why} {happened}",
            rf"{acts}{this}{ends}",
            rf"{asks}{this}{ends}",
            rf"^\W*(retirad[ao]|anulad[ao]|{press} (retirad|anulad|cancelad|eliminad)[ao])"
            r"( (em|pel[ao]) [^\n]{1,40})?\W*$",
        ),
        named=spaced(
            rf"{opens}\W*{named}{about}{why} {happened}",
            rf"{acts}{named}{about}{ends}",
            rf"{asks}{named}{about}{ends}",
            rf"^\W*(aviso de )?(retirada|anulação|cancelamento) (da|do) {press}\b",
        ),
        first=spaced(
            r"\A\W*(esta|este|a presente|o presente) (?P<paper>aviso|página|artigo|anúncio|declaração|documento"
            rf"|texto|nota|notícia|informação|resposta){why} ({be}{gone}|{be}{issued} {mistake})",
        ),
        mark=spaced(
            r"^\W*(retirad[ao]|anulad[ao])\s*[:\])–—-]+\s*",
            r"\s*[\[\(]\s*(retirad[ao]|anulad[ao])\s*[\])]\s*$",
        ),
        courtesy=spaced(
            r"\b(desculpa|lament|incómodo|inconveniente|esclareciment|informaç|contact|solicita|pede-se|agradece|favor"
            r"|queiram|redac|comunicação social|correc|rectific|erro\b|lapso|incorrect|inexact|substitu|oportunamente"
            r"|aviso\b|será (publicad|divulgad|emitid)|nova (versão|nota))",
        ),
        press=spaced(rf"\b{press}"),
        doubt=spaced(
            r"\b(fraud|fals|forjad|burla|phishing|usurp|suposta?|alegad|circul"
            r"|(não|nunca) (foi |foram )?(emitiu|publicou|divulgou|emitid|publicad)|embargo|antes d|até (às?|ao) )",
            rf"\b(uma?|outr[ao]|suas?|seus?) ((?!nov)\w+ )?{press}",
        ),
    )
