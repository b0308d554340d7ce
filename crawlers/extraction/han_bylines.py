"""Names in Chinese and Japanese bylines: who stands behind 'reporter' or before 'reports'.

'記者王小明／台北報導', '政治中心／王小明報導', '本报记者 李明 北京报道': the paper, the desk and
the place stand around the names without a mark that other languages know.
"""

from __future__ import annotations

import re

MAX_REPORTERS = 12
HAN = re.compile(r"[\u4e00-\u9fff]")

_SURNAMES = (
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅"
    "沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏锺鍾钟汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江"
    "史顾顧侯邵孟龙龍万萬段钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文庞龐樊兰蘭殷施陶洪翟安颜顏倪严嚴牛温溫芦季俞章鲁魯葛"
    "伍韦韋申尤毕畢聂聶丛焦向柳邢路岳齐齊沿梅莫庄莊辛管祝左涂谷祁时時舒耿牟卜詹关關苗凌费費纪紀靳盛童欧歐甄项項曲成游阳陽"
    "裴席卫衛查屈鲍鮑位覃霍翁隋植甘景薄单單包司柏宁寧柯阮桂闵閔解强強柴华華车車冉房边邊简簡連连巫涂卓池阙闕"
)
_NAME = re.compile(r"[\u4e00-\u9fff々]{2,4}(?:·[\u4e00-\u9fff]{2,6})?")
_PERSON = re.compile(rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}")
_COMPOUND = re.compile(r"欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|皇甫|慕容|司徒|夏侯|令狐|范姜|張簡")
_ROLE = r"(?:[记記]者|通[讯訊][员員]|[实實][习習]生|編譯|编译)"
_MARK = re.compile(
    rf"(?:^|(?<=[\s、，,；;／/（(【〔\[】|｜•:：]))[\u4e00-\u9fff]{{0,14}}?{_ROLE}\s*[:：／/｜丨]?\s*"
)
_ONLY_BEFORE = re.compile(r"[记記]者\W*$")
_REPORTS = re.compile(
    r"(?:綜合|综合|即時|即时|專題|专题|連線|现场|現場|特別|獨家|独家|摄影|攝影)*"
    r"(?:報導|报导|报道|報道|編譯|编译|(?:\d{1,2}日)?外?[电電])$"
)
_DESK = re.compile(
    r"(?:^|\s)(?P<first>[\u4e00-\u9fff、]{2,16})\s?[／/]\s?(?P<second>[\u4e00-\u9fff]{0,12})$"
)
_DESK_END = re.compile(r"(?:中心|[組组部室台處处社報报網网]|新聞|新闻|日[報报])$")
_PLACE = re.compile(
    r"[台臺][北中南東东]|新北|桃園|高雄|基隆|新竹|苗栗|彰化|南投|雲林|嘉義|屏東|宜蘭|花蓮|澎湖|金門|馬祖|"
    r"香港|澳[門门]|北京|上海|天津|重[慶庆]|[廣广]州|深圳|南京|武[漢汉]|成都|西安|杭州|[華华]盛[頓顿]|"
    r"紐約|纽约|[東东]京|首[爾尔]|曼谷|河[內内]|新加坡|吉隆坡|雅加[達达]|金[邊边]|[馬马]尼拉|仰光|"
    r"[倫伦]敦|巴黎|柏林|莫斯科|[綜综]合|外[電电]|即[時时]"
)
_NO_NAME = re.compile(
    r"编辑|編輯|责编|責編|摄影|攝影|图片|圖片|制图|製圖|视频|影音|整理|校对|通讯|文字|專訪|专访|採訪|采访|发自.*|發自.*"
)
_PICTURE = re.compile(r"[摄攝]|摄影|攝影|供?[图圖]")
_GAP = re.compile(r"[\s、，,／/；;|｜]+")
_CLOSING = re.compile(r"[)）】〕\]]")


def han_names(byline: str) -> list[str] | None:
    """List the reporters that a byline in Han characters names; None where it has not this form.

    The form is 'reporter' with names behind it, or a desk or name, a slash and '… reports'; the
    list is empty where the desk alone reports.
    """
    if not HAN.search(byline) or _ONLY_BEFORE.search(byline):
        return None
    _, *behind = _MARK.split(byline)
    names = [name for part in behind for name in _names(_CLOSING.split(part, maxsplit=1)[0])]
    return names[:MAX_REPORTERS] or _before_reports(byline.strip("（(【〔[]〕】)） "))


def is_person(name: str) -> bool:
    """Tell a Chinese person's name of two or three characters by its surname; no place's."""
    return bool(_PERSON.fullmatch(name)) and not _PLACE.fullmatch(name)


def _names(part: str) -> list[str]:
    """List the names that open a part; a place, a role, or the verb ends them."""
    names: list[str] = []
    for token in _GAP.split(part.strip()):
        if _PICTURE.fullmatch(token):
            return []
        if verb := _REPORTS.search(token):
            name = _before_place(token[: verb.start()])
            return [*names, name] if name and (not names or is_person(name)) else names
        if not _NAME.fullmatch(token) or _PLACE.fullmatch(token) or _NO_NAME.fullmatch(token):
            break
        names.append(token)
    return names


def _before_place(run: str) -> str:
    """Cut the place off a name: most have three characters, and a place has two or more."""
    if len(run) <= 3 or (len(run) == 4 and _COMPOUND.match(run)):
        return run
    return run[:2] if len(run) == 4 or _PLACE.fullmatch(run[2:]) else run[:3]


def _before_reports(byline: str) -> list[str] | None:
    """Read 'desk／name reports' and 'name／place reports'."""
    match = _DESK.search(_REPORTS.sub("", byline)) if _REPORTS.search(byline) else None
    if match is None:
        return None
    firsts = [name for name in match["first"].split("、") if name]
    if all(is_person(name) and not _DESK_END.search(name) for name in firsts):
        return firsts
    return [match["second"]] if is_person(match["second"]) else []
