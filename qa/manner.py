"""How a question asks: for a cause, a judgement, advice, money, for what a report says; patterns over the normalised question."""

from __future__ import annotations

import re

ASKS = re.compile(r"多少|几|什么|怎么|哪|如何|how|what")
"""What makes a clause a question."""
OPEN_ASKS = re.compile(r"什么|哪些(?!机关|单位|部门)|怎么|如何|怎样|\b(?:what|how)\b(?! (?:many|much|share|percent|number))")
"""What lets a clause ask for more than a number."""
OPEN = re.compile(r"什么地方|为什么|为何|为啥|咋|怎么(?!样)|怎样|如何(?!$|[?？])|哪里|哪儿|哪一步|何处|\bwhy\b|\bwhere\b")
"""What asks for an explanation, not for a number."""
WHY = re.compile(r"为啥|为什么|为何|怎么会|怎么这么|咋|什么原因|何以|因何|\bwhy\b|how come|what caused|for what reason")
"""What asks for a cause; the tables have none, but for the grounds of refusals."""
APART = re.compile(r"差(?:距|别|异)?(?:在|到底在|究竟在)?(?:哪|多)[里儿些]?[?？]?$")
"""How far two agencies lie apart, not what is wrong with them."""
MOVED_OR_HIGH = re.compile(r"多|少|高|低|大|小|增|减|升|降|涨|没|\b(?:more|fewer|high|low|rise|rose|fall|fell|increase|decrease)")
"""That a number is high, low or has moved: the table does not say why."""
CAUSE = re.compile(r"为什么|因为什么|为何|为啥|什么原因|什么缘故|\bwhy\b")
"""What asks for a cause in so many words."""
SPENT = re.compile(
    r"(?:花|用|罚|付|交|赔)了?多少(?:钱|元|万元|[\u3400-\u9fff]{0,4}费)|罚款?的?(?:总额|金额|数额|总数额)|多少罚款"
    r"|\bhow much\b[^,.?]{0,60}\b(?:spen[dt]|cost|pay|paid)\b[^,.?]{0,24}"
)
"""Money asked for that the tables have only under 收费 and 采购."""
JUDGED = re.compile(
    r"做得(?:好|差)(?:一?点|一?些)|最(?:好|差|糟|棒|优秀|烂|不像话|透明|积极|认真)(?!的?(?:办法|做法|例子))|(?:谁|哪[个家])[^，。]{0,6}(?:更|比较)(?:好|差|透明)|\b(?:best|worst)\b"
)
"""A judgement that no number of the form stands for."""
SOMEBODY = re.compile(
    r"^(?:局|厅)里(?!面?(?:谁|哪|最))|(?:我们?|贵|你们?)(?:局|厅|市|区|县|单位|机关|部门)|他们家?|它们|(?:该|这个|那个"
    r"|这家|那家)(?:机关|单位|局|厅|部门|区|市|县|镇)|\b(?:this|that) (?:agency|bureau|department)\b"
)
"""Somebody spoken of before, where nobody was."""
TOLD_EN = re.compile(
    r"^(?!.*\b(?:how (?:many|much)|number|percent|percentage|share|proportion|total|most|fewest|highest|lowest)\b)"
    r".*\b(?:what|which|how)\b.*\b(?:say|said|promise|promised|admit|admitted|blame|blamed|conceded?|commit|pledged?|propose|proposed|acknowledged?|explain|explained)\b"
)
"""English questions for what a report says."""
WHEREIN = re.compile(
    r"什么地方|哪里|哪儿|何处|哪一?(?:个环节|一?类|步|方面|块|处)|哪个(?:环节|步骤|方面)|什么(?:法子|办法|原因|问题|措施|招)|靠什么"
    r"|凭什么|怎么(?!样|变)|怎么回事|为什么|为啥|什么原因|因为什么|什么缘故|咋回事|\b(?:where|why|what went wrong)\b"
)
"""What asks for the place or cause of what the numbers say."""
ADVICE = re.compile(
    r"(?:起诉状|诉状|申请书|申请表|复议书|材料|投诉信|上诉状)[^，。]{0,6}(?:怎么|如何|怎样|咋)(?:写|填|准备|交)"
    r"|(?:怎么|如何|怎样|咋)(?:写|填)(?!的|进|入)|(?:该|应该|要|可以)(?:去)?找(?:谁|哪)"
    r"|(?:我|咱|本人|老百姓|普通人)(?:们)?(?:应该|该|要|想|可以|能|怎么|如何)[^，。]{0,8}(?:起诉|打官司|告(?!知)|提交申请|申请公开|投诉|维权|写)"
    r"|(?:要不要|该不该|怎么|如何|哪里|可以|能不能)[^，。]{0,6}(?:找|请)律师|(?:怎么|如何|怎样)打赢官司(?!的)"
    r"|(?:规定|可以|应当|必须)[^，。]{0,8}(?:多少|几)(?:天|日|个?工作日)(?:之内|以内|内)|(?:多少|几)(?:天|日|个?工作日)(?:之内|以内|内)[^，。]{0,6}(?:可以|应当|必须|申请复议|起诉)"
    r"|\b(?:law firm|lawyer|attorney|solicitor)s?\b[^,.?]{0,40}?\b(?:charge|cost|fee)s?\b"
    r"|\bhow (?:do|can|should|could) (?:i|we|one|someone|citizens)\b|\bwhat should (?:i|we)\b|\bcan i\b"
)
"""What asks for advice, not for what a report says."""
UNCOMPUTED = re.compile(
    r"(?<![没无])有[^，。]{1,12}(?:但是?|却|而)(?:又|都)?(?:没|无|不)|没有?[^，。]{1,12}(?:但是?|却|而)(?:又|都)?有"
    r"|最[多高大][^，。]{0,8}比[^，。]{0,6}最[少低小]|最[少低小][^，。]{0,8}比[^，。]{0,6}最[多高大]"
    r"|占(?:库|全库|所有|各|整个|这?[两三四五六七八九十\d]+个?)[^，。占]{0,10}?(?:机关|单位|部门|机构|库|合计|总和|总量)"
    r"|(?:年均|平均每年)的?(?:增长|增幅|增速|变化率)|复合增长|中位数|标准差|方差|\bmedian\b|\b(?:compound )?annual growth rate\b"
    r"|占(?:全库|库里|整个库|(?:全部|全市|全区|全县|全省)的?(?:各个?)?(?:行政)?(?:机关|单位|部门|机构))"
    r"|(?:高于|低于|超过|不到|多于|少于|above|below|more than|less than)[^，。]{0,6}(?:平均|均值|average|mean)"
)
"""What no query computes: two tests at once, the span from most to least, a share of the library, what is above the mean, medians."""
BESIDE = re.compile(
    r"(?<!占)比(?!上|去|前|例|重|率|较|一比|起)[\u3400-\u9fff]{1,8}?的?(?:件数|数量|数)?(?:还|更|要)?(?:多|少|高|低)(?:吗|么|不|还是|[?？]|$)"
)
TOPICAL = re.compile("报告|年报|公开|申请|政务|政府|复议|诉讼|信息|report|disclos|applicat|agenc|government|website|portal|polic")
"""Words that these reports are about."""
