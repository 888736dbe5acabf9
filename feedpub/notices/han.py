"""Notices of withdrawal in Chinese, in either script."""

from __future__ import annotations

import re
from functools import cache
from re import Pattern

from feedpub.notices.notice import ROUND, Notice

# A traditional character in a pattern is its simplified twin as well.
_TWINS = (
    "聞闻報报聲声發发佈布題题為为號号銷销廢废註注刪删無无處处現现經经業业隨随於于應应屬属係系錯错誤误時时圖图書书"
    "錄录頁页連链結结譯译實实準准確确獲获載载當当內内數数據据資资間间標标統统計计額额鑑鉴則则個个項项這这該该"
    "會会銀银館馆團团協协網网學学稱称較较關关決决謹谨後后編编輯辑傳传體体須须採采轉转導导請请覆复臺台啟启從从"
    "諒谅見见詢询訂订偽伪虛虚認认詐诈騙骗沒没並并點点閣阁給给進进營营辦办製制"
)
_SIMPLIFIED = dict(zip(_TWINS[::2], _TWINS[1::2], strict=True))


def _han(*sources: str) -> Pattern[str]:
    pieces: list[str] = []
    in_class = escaped = False
    for one in ROUND.sub("(?:", "|".join(sources)):
        if not escaped:
            in_class = one == "[" or (in_class and one != "]")
        escaped = one == "\\" and not escaped
        twin = _SIMPLIFIED.get(one, "")
        pieces.append(f"[{one}{twin}]" if twin and not in_class else one + twin)
    return re.compile("".join(pieces), re.MULTILINE)


@cache
def notice() -> Notice:
    """How they read."""
    inside = r"[^。！？；\n]"
    clause = r"[^。！？；，\n]"
    digits = r"\d一二三四五六七八九十○\u3007"
    press = "新聞(公[報告]|稿件?|聲明|通[告知])"
    one = "[份則篇個項]?"
    this = f"(本|此|這|上述|前述|上列|標題所述){one}的?"
    opens = r"(^|[。！？；：:，,（\(＊*\uff3b【]\s*)"
    ends = r"(?=[\s。！？；，,、：:）\)】\]\uff3d」＊*]|$)"

    # What became of it.
    gone = (
        "(撤回|撤銷|收回|取消([發刊]?[布佈放出])?|停止發[布佈放]|作廢|註銷|刪除|移除|下架|撤下|抽起|撤稿"
        f"|無效|失效|不再(提供|有效))(處理)?{ends}"
    )
    lightly = (
        "([現已經業暫予以被告]|即[時日]起?|正式|全[文部]|特此|宣[布佈]|隨[即後]|其後"
        f"|[於由從應]{clause}{{1,24}}?(?=[現已經予被撤收取作註刪移下]))*"
    )
    sent = "(發(出|[布佈]|放|表|送)?|[刊登]出?)"
    wrongly = f"((是?在{clause}{{1,16}}?)?[乃是為屬係實因被]{{0,2}}(錯誤|誤|不慎|提[早前])+地?{sent})"
    happened = f"({lightly}{gone}|{wrongly})"

    # What may stand between: when and about what it was issued; why it had to go.
    part = (
        f"(版本?|附[件表錄]|圖(?!書)|照片|相片|(第[{digits}]+|首|末|[一該這])段|第[{digits}]+頁|短片|影片|連[結接]"
        "|英文|中文|譯)"
    )
    others = (
        "(工會|公司|銀行|(進口|供應|營辦|承辦|發展|代理|製造|零售|批發)商|報[章社館]|集團|協會|網站|大學"
        "|聲?稱|表示|指出|取代|該報)"
    )
    made = (
        f"([發刊](出|[布佈]|放|表|登|載|給)|原載|閣下|您|所發|題為|第[{digits}]+號|[{digits}]日|今[日天早]|昨[日天]|較?早前|先前"
        "|有關|該|[“「《〈])"
    )
    named = f"(?={inside}{{0,70}}?{made})((?!{part}|{others}){inside}){{0,70}}?(?<![假偽])"
    content = "(的?(全部|所有)?內容|全文)?"
    fault = f"(有誤|錯誤|失實|不實|誤發|出錯|不準確|不正確|未[獲經]{clause}{{1,10}})"
    what = (
        f"([因乃是為屬係實]|[在屬]{clause}{{1,14}}?(時|期間)|發(出|[布佈])|由於|其|當中|部[分份]|所[載列]|有關|若干|的)*"
        "(內容|數[字據]|資料|日期|時間|標題|文字|統計|金額)?"
    )
    why = (
        f"(，?(因|由於|為|經|在|於|鑑於)((?!{part}){inside}){{1,40}}?(，|而|故)"
        f"|，?{what}{fault}{clause}{{0,6}}，?(故|而|因此|所以)?([該此][份則篇]?({press}|公報|稿件?))?)?，?"
    )

    # What somebody does to it, or asks others to do.
    acts = (
        f"(^|[，：:。；])(((?!{others}){clause}){{0,40}}?([現已經]|特此|即時|決定|宣[布佈]|謹此|即日起|隨[即後]|[處局署室]))?"
        "(撤回|撤銷|收回|取消|刪除|移除|撤下|抽起)(?!的)"
    )
    said_of = f"((?=[於在就今昨早先有該其“{digits}]|較早|題為)((?!{part}|{others}){clause}){{0,70}}?)?(?<![假偽])"
    people = "(編輯|傳媒|媒體)"
    never = "(切?勿|不要|[毋無]須|停止)"
    asks = (
        f"(^|[。；，：:處局署])\\s*(敬?請(各位?)?{people}?|各?{people}請?){never}"
        "再?(採用|理會|引用|使用|刊登|轉載|發[布佈]|報[道導])"
    )
    slip = "(通[知告]|啟事|公告|聲明)?"
    return Notice(
        longest=160,
        itself=_han(
            f"({opens}|應{clause}{{1,20}}要求){this}{press}{content}{why}{happened}",
            f"{acts}({this}{press}|本(公[報告]|聲明|稿件?|回[覆應])){ends}",
            f"{asks}{this}({press}|稿件?){ends}",
            f"{opens}{this}({press}|稿件?){content}{why}{inside}{{0,20}}?，?請(各位)?{people}?{never}(採用|理會)",
            f"^\\W*{press}{lightly}(撤回|取消|撤銷|作廢|刪除|移除)\\W*$",
            f"^\\W*{press}的?(撤回|取消|撤銷|作廢){slip}\\W*$",
            f"^\\W*[已現被]*撤[回稿]{slip}\\W*$",
            f"^\\W*[於年月日上下午時分{digits}]+撤回\\W*$",
            f"^\\W*(於{clause}{{1,24}})?由{clause}{{1,12}}[處局署臺室]撤回\\W*$",
        ),
        named=_han(
            f"{opens}{named}{press}{why}{happened}",
            f"{acts}{said_of}{press}{ends}",
            f"{asks}{named}{press}{ends}",
            f"{opens}{clause}{{0,20}}?(政府|[處局署]){clause}{{0,24}}?{made}的(聲明|回應)，?{lightly}撤回{ends}",
            f"^\\W*(撤回|取消|撤銷)(該|有關|早前)?{one}的?{press}{slip}\\s*($|[：:])",
            f"^\\W*撤稿{slip}[：:]",
        ),
        first=_han(
            f"\\A\\W*(應{clause}{{1,20}}要求，)?(本|此|[這該]|上述){one}(?P<paper>公報|公告|聲明|回[覆應]|稿件?|文章"
            f"|網?頁面?){content}{why}({lightly}(撤回|收回|作廢|刪除|移除|下架|撤下){ends}|取消\\W*\\Z|{wrongly})",
        ),
        mark=_han(
            r"^\s*[（\(【\[\u3014]\s*[已現被]*撤[回稿]\s*[）\)】\]\u3015]\s*",
            r"^\s*[已現被]*撤[回稿][：:]\s*",
            r"\s*[（\(【\[\u3014]\s*[已現被]*撤[回稿]\s*[）\)】\]\u3015]\s*$",
        ),
        courtesy=_han(
            "編輯|容後|致歉|歉意|抱歉|不便|原諒|見諒|諒解|查詢|請|稍後|另行|更正|修訂|為準|特此|通[知告]|啟事"
            "|有誤|錯誤|失實"
        ),
        press=_han(press),
        doubt=_han(
            "偽[冒造]|虛假|假[冒造]|冒[充認]|詐騙|流傳|捏造",
            f"(沒有|從未|並[無未非]|非){inside}{{0,20}}發(出|[布佈])",
            "禁發|[時點分]前|直至",
        ),
    )
