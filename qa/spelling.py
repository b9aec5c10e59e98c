"""Wordings brought to the form the lists know: homophones typed by mistake, and turns of phrase that say what a row says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from extractor.forms import vocabulary

from . import disputes

_BOTH_STOCKS = re.compile(
    r"(?:counting |adding )?(?:the |both )?(?:backlog|carry overs?|carried over"
    r"|leftovers?)(?: ones| requests| applications)? (?:and|plus|with) (?:the )?"
    r"(?:fresh|new|newly)[a-z ]{0,24}?(?:together|combined|added up|taken together)"
)
"""What was carried in and what came in new, together."""
_CARRIED_IN_EN = re.compile(
    r"\b(?:carr(?:y|ied|ies|ying)|brought|bring|roll(?:ed)?|t[ao]ken?|took|inherit(?:ed)?)(?: \w+){0,2}? ?(?:over |forward |in )?from "
    r"(?:the )?(?:previous|prior|preceding|last) year(?: into (?:20\d\d))?"
)
_CARRIED_IN = re.compile(
    r"(?:从|由|是)?(?:前一年度?|上一?年度?|去年|往年)(?:度)?(?:那边)?(?:接着(?:办|处理)|接|带|转|移|挪|留|传|遗留|承接|滚动|延续|结转|剩|拖|压|积压|攒)(?:了)?(?:过来|下来|来|入|到今年)?(?:[、，,]?(?:带|转|接)(?:进|入|到)(?:当年|本年|今年)?)?(?:继续|接着)?(?:办)?"
    r"(?:的)?(?:没有?办完|未办结|没办结|未办完)?(?:的)?"
)
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"(?:结转|转|带|留|放|拖)(?:到|入|至|给)?(?:下一?年度?|次年|第二年)(?:再|去)?(?:接着|继续)(?:办理?|处理)"),
        "结转下年度继续办理",
    ),
    (re.compile(r"(?:依据|依照|根据)(?=《|条例|[^，。]{0,4}第[一二三四五六七八九十百\d]+条)"), "按照"),
    (
        re.compile(
            r"(?<=\D)[（(](?:这|以上)?(?:两|二)[类种]?(?:起诉|诉讼|官司|情形)?(?:合计|合并|相加|加总|加起来|合起来|都算|一起算)(?:在内)?[）)]"
        ),
        "",
    ),
    (
        re.compile(
            r"\b(?:carr(?:y|ied)|br(?:ing|ought)|roll(?:ed)?|held|t(?:ake|ook|aken))(?: over| forward)? in(?:to)? "
            r"(?P<into>20\d\d) from (?:the )?"
            r"(?:year before|(?:previous|prior|preceding|last) year)"
        ),
        "carried over from the previous year in \\g<into>",
    ),
    (
        re.compile(
            r"[，,（(]?(?:含|包括|加上|连同|算上|连)(?:了)?(?:从)?上(?:一)?年度?(?:结转|转来|遗留|留下)(?:过来|下来)?(?:的)?(?:在内)?[）)]?"
        ),
        "新收加结转",
    ),
    (
        re.compile(
            r"(?:on|under|for|citing) (?:the )?(?:ground|grounds|basis|reason|reasons)"
            r"(?: that(?: (?:they|it) (?:concerned|involved|contained|were|was|are|is))?| of)"
        ),
        " ",
    ),
    (re.compile(r"(?:以|拿|用|凭)(?P<kept>[^，。]{2,16}?)(?:作为?|当作?|为)(?:理由|由头|借口|依据|名义|由)"), "\\g<kept>"),
    (re.compile(r"(?:以|拿|用|凭)(?P<kept>[“\"][^”\"]{2,20}[”\"])(?:这[个条]?)?(?:作为?|当作?|为)?(?:理由|由头|借口|依据)?"), "\\g<kept>"),
)
"""Turns of phrase and what they say in the words of the form."""


_TURNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"占(?P<of>[^，。？?的占了到比去]{2,12}?)(?=(?:比例|比重|份额|百分比|比率)(?!占))"), "占\\g<of>的"),
    (re.compile(r"(?<=复议|诉讼|官司|公开|提供)的(?=(?:纠错|纠正|败诉|胜诉|维持|办结|撤销)率)"), ""),
    (re.compile(r"(?:过了?|超过|逾)(?:期限|期|时限)[^，。,]{0,3}(?:没有?|未|不)补正"), "逾期不补正"),
    (re.compile(r"(?:逾期|过期|超期|没有?|未|不肯|拒)[^，。,]{0,5}(?:缴|交)纳?(?:信息处理)?(?:费|钱|款)(?!用?通知)"), "逾期不缴费"),
    (
        re.compile(r"(?:逾期|过期|超期|没有?|未)[^，。,]{0,4}(?:把)?(?:材料|说明)?(?:补来|补齐|补交|补上|补正)(?:材料)?(?:来)?(?!后)"),
        "逾期不补正",
    ),
    (re.compile(r"(?:逾期|过期|超期)[^，。,]{0,2}(?:没有?|未|不)补(?![充贴正])"), "逾期不补正"),
    (re.compile(r"(?:过了?|超过)(?:期限|期|时限)[^，。,]{0,3}(?:也|都|还)?(?:没有?|未|不)补(?![充贴])正?"), "逾期不补正"),
    (re.compile(r"(?:上年)?结转的?(?:加上?|\+)(?:本年)?新收的?"), "新收加结转"),
    (re.compile(r"(?:本年|当年)?新收的?(?:申请)?(?:加上?|\+)(?:上年)?结转的?"), "新收加结转"),
    (re.compile(r"(?:逾期|过期|超期)[^，。,]{0,3}(?:没有?|未|不)(?:缴|交)(?![费纳的流办])"), "逾期不缴费"),
    (
        re.compile(
            r"(?:当年|本年)?(?:新收|收到?)的(?:申请)?[，,、]?(?:再)?加上?(?:头一年|上一?年|去年|前一年)?[^，。,]{0,4}(?:没办完|未办结|没办结|留下来|结转)[^，。,]{0,6}的?"
        ),
        "新收加结转",
    ),
    (re.compile(r"(?<![予分动])公开(?:和|加上?|与|及|跟)部分公开"), "予以公开和部分公开"),
    (re.compile(r"一[件宗起个]([^，。,]{2,8}?)(?:都|也)没有"), r"没有\1"),
    (_BOTH_STOCKS, " to be handled "),
    (re.compile(r"(?<!\d)\d[\d,]*(?:件|宗|起|份|条|个)?还是\d[\d,]*(?=件|宗|起|份|条|个|[?？]|$)"), "多少"),
    (re.compile(r"(?:要求|请求|想要?|希望)公开的?(?:政府)?信息的?(?=申请|请求)"), ""),
    (re.compile(r"(?P<of>数量|总数|件数|数|金额|总额|比例|占比|[^认以较称]率)为何(?=[?？]|$)"), "\\g<of>是多少"),
    (re.compile(r"公开率[（(，,]?(?:含|包括|包含|加上?|连|算上|连同)部分公开(?:的|在内|率)*[)）]?"), "公开与部分公开率"),
    (re.compile(r"(?P<than>比[^，。]{2,40}?)(?P<way>多|少)收了?(?=了?多少|了?几)"), "\\g<than>新收\\g<way>"),
    (re.compile(r"(?:数量?|总数|数字|件数)?(?:(?<!是)不(?:为|是|等于)|非)(?:零|0)(?:件|宗|起)?"), "超过0件"),
    (
        re.compile(
            r"在?(?:19|20)\d\d年(?:\d{1,2}月)?(?:份|初|底)?(?:对外|向社会)?(?:公布|公开|发布)[、，,]?的?(?=(?:反映|关于|针对|记载|说的是|讲的是)(?:了)?(?:19|20)\d\d)"
        ),
        "",
    ),
    (
        re.compile(
            r"(?P<which>行政复议|复议|行政诉讼|诉讼)的?(?P<one>维持率|纠错率|纠正率|败诉率|胜诉率)(?P<and>和|与|、|及|以及)(?=维持率|纠错率|纠正率|败诉率|胜诉率)"
        ),
        "\\g<which>\\g<one>\\g<and>\\g<which>",
    ),
    (
        re.compile(
            r"(?:前一年|上一?年|头一年)度?(?:的)?(?:(?:没有?|未)能?(?:办|答复|处理)(?:完|结))?的?[，、,]?(?:留|转|结转|带|拖|挪|移|剩)(?:到|至|入)"
            r"(?P<into>今年|本年|(?:19|20)\d\d年?)(?:再|来)?(?:接着|继续)?(?:办理?|处理)?(?:的)?"
        ),
        "\\g<into>上年结转的",
    ),
    (
        re.compile(r"[（(][^（）()]{0,8}(?:政府|厅|局|办|单位|机关|本身)[^（）()]{0,4}(?:也算|也算上|也包括|也计入|算在内|包括在内)[)）]"),
        "",
    ),
    (re.compile(r"(?:谁|哪)[^，。？?\d]{1,10}——(?=[^。]*(?:谁|哪))"), ""),
    (
        re.compile(
            r"(?:上一?年|前一年|去年)度?(?:剩下|留下|结转)?的?(?:没有?|未)能?(?:办|处理)(?:完|结)的?(?:旧件|申请)?(?:也|都|一并)(?:算|计|加)(?:进来|进去|上|在内|入)"
        ),
        "新收加结转",
    ),
    (re.compile(r"(?:新来|新到|新进|新收)的?(?:申请)?(?:再)?加上?(?:前一年|上一?年|去年)(?:剩下|留下|没办完|遗留)的?"), "新收加结转"),
    (re.compile(r"[^，。？—]{4,30}——(?:也就是|即|就是)(?P<meant>[^，。？—]{2,16})——"), "\\g<meant>，"),
    (re.compile(r"(?<=年报|报告)[，,](?=库(?:里|中))"), ""),
    (re.compile(r"(?:再)?(?:往前|早|往后|晚)(?:推|数)?一年[，,](?=(?:19|20)\d\d)"), ""),
    (re.compile(r"(?:请)?(?:写明|注明|标明|附上|给出)(?:具体|各自)?的?(?:比例|数字|件数|数值|数据|年份)"), ""),
    (
        re.compile(
            r"(?:考核|评估|测评|绩效|打分|扣分)(?:里|中|时)?(?:需要|要|得|用来|用于|用)?(?:核算|计算|算|核)|用于(?:扣分|考核|评分|绩效|打分)[^，。？]{0,6}"
        ),
        "",
    ),
    (
        re.compile(
            r"(?:前一年|上一?年|去年|往年|头一年)度?(?:没有?|未)能?(?:办|答复|处理)(?:完|结)的?(?:带|转|结转|留|接|移|挪|剩|积压)[了过下]?(?:来|入|到今年)?的?"
        ),
        "上年结转的",
    ),
    (
        re.compile(
            r"(?:19|20)\d\d年(?:\d{1,2}月(?:份|底|初)?)?(?P<who>[^，。,\d]{2,20}?)(?:所|对外)?(?:发布|公布|公开|刊登|挂出)的(?:那份|这份)?"
            r"(?=(?:19|20)\d\d年?度?的?(?:年度)?(?:报告|年报))"
        ),
        "\\g<who>",
    ),
    (re.compile(r"(?<=年)以来(?=(?:一直)?[到至](?:19|20)\d\d)"), ""),
)
"""Turns of phrase of outcomes and backlogs, in the order in which they are tried."""


_MISTYPED = {
    "自已": "自己", "己经": "已经", "末来": "未来", "末办": "未办", "末能": "未能", "帐号": "账号", "登陆": "登录", "其它": "其他",
    "问提": "问题", "问体": "问题", "改近": "改进", "己办结": "已办结",
    "不与公开": "不予公开", "于以公开": "予以公开", "予已公开": "予以公开",
    "合记": "合计", "和起来": "合起来", "何计": "合计", "总记": "总计", "共记": "共计", "申清": "申请", "申情": "申请",
    "公幵": "公开", "公从": "公众", "复义": "复议", "诉公": "诉讼", "结传": "结转", "结专": "结转",
}  # fmt: skip
"""Characters that look or sound alike and are typed for each other."""


def canonical(text: str) -> str:
    """A normalised question with turns of phrase put as the form puts them."""
    for wrong, right in _MISTYPED.items():
        text = text.replace(wrong, right)
    text = _CARRIED_IN.sub(
        lambda match: "上年结转" if re.search("来|入|今年|没|未|接着", match.group()) and len(match.group()) > 3 else match.group(), text
    )
    text = _CARRIED_IN_EN.sub(
        lambda match: "carried in from" + "".join(f" in {year}" for year in re.findall(r"20\d\d", match.group())), text
    )
    text = disputes.canonical(text)
    for pattern, words in (*_TURNS, *_PHRASES):
        text = pattern.sub(words, text)
    return text


@lru_cache(maxsize=8192)
def _sound(char: str) -> str:
    from pypinyin import Style, pinyin

    return str(pinyin(char, style=Style.NORMAL)[0][0])


def _sounds(text: str) -> str:
    """How a phrase sounds; from four characters on as it sounds to those who do not tell zh from z and -ng from -n."""
    spelt = [_sound(char) for char in text]
    return " ".join(_merged(sound) for sound in spelt) if len(text) > 3 else " ".join(spelt)


def _merged(sound: str) -> str:
    return re.sub("ng$", "n", re.sub("^([zcs])h", r"\1", sound))


@cache
def _terms() -> tuple[frozenset[str], dict[str, str]]:
    """Wordings of the form of three characters and more, as they are and by their sound."""
    phrases = {word.phrase for word in vocabulary() if not word.weak and re.fullmatch("[\u3400-\u9fff]{3,12}", word.phrase)}
    return frozenset(phrases), {_sounds(phrase): phrase for phrase in sorted(phrases)}


def spelt_right(text: str, names: Iterable[str] = ()) -> str:
    """The question with wordings and names that are misspelt by one or two homophones put right; anything spelt right stays."""
    known, sounds = _terms()
    text = _mended(text, known, sounds)
    own = [
        name
        for name in names
        if len(name) >= 4 and name not in text and any(text.find(name[at : at + 2]) >= 0 for at in range(len(name) - 1))
    ]
    near = [name for name in own if sum(char in text for char in name) >= len(name) - 1][:50]
    return _mended(text, frozenset(near), {_sounds(name): name for name in near}) if near else text


def _mended(text: str, known: frozenset[str], sounds: dict[str, str]) -> str:
    lengths = sorted({len(phrase) for phrase in known}, reverse=True)
    at = 0
    while at < len(text):
        for length in lengths:
            window = text[at : at + length]
            if len(window) < length or not re.fullmatch("[\u3400-\u9fff]+", window):
                continue
            if window in known:
                at += length - 1
                break
            right = sounds.get(_sounds(window))
            if right is not None and 0 < sum(a != b for a, b in zip(window, right, strict=True)) <= (1 if length < 6 else 2):
                text = text[:at] + right + text[at + length :]
                at += length - 1
                break
        at += 1
    return text
