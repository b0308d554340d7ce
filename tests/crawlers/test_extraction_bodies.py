"""Bodies as content systems build them: in `<p>`, between `<br>`s, in `<div>`s; short and long.

Outlets and sentences are invented; the shapes are those that the press of the region uses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from crawlers.extraction import extract

SENTENCES = {
    "zh": (
        "北部港口的工人星期二停止工作，此前有关工资的谈判破裂。",
        "港务局表示，约有四十艘货轮正在外海等待靠泊。",
        "工会代表说，工人要求在两年内加薪百分之十二。",
        "航运公司警告，若罢工持续，运费将在下周上涨。",
        "当地商会估计，每天的损失达到三千万元。",
        "市政府呼吁双方尽快回到谈判桌前。",
        "去年同一港口也曾因夜班安排发生停工。",
        "调解员预定星期四上午与双方会面。",
        "出口商正考虑改用南部的另一座港口。",
    ),
    "ja": (
        "北部の港で火曜日、賃金交渉の決裂を受けて作業員が仕事を止めた。",
        "港湾局によると、沖合で約四十隻の貨物船が接岸を待っている。",
        "労働組合は二年間で十二パーセントの賃上げを求めている。",
        "海運会社は、ストが続けば来週にも運賃が上がると警告した。",
        "地元の商工会は一日の損失を三億円と見積もっている。",
        "市は双方に早期の交渉再開を呼びかけた。",
        "調停人は木曜日の午前に双方と会う予定だ。",
    ),
    "ko": (
        "북부 항구의 노동자들이 임금 협상이 결렬된 뒤 화요일부터 작업을 멈췄다.",
        "항만공사는 화물선 사십여 척이 먼바다에서 접안을 기다리고 있다고 밝혔다.",
        "노조는 이 년 동안 임금을 십이 퍼센트 올려 달라고 요구하고 있다.",
        "해운사들은 파업이 이어지면 다음 주부터 운임이 오를 수 있다고 경고했다.",
        "지역 상공회의소는 하루 손실이 삼십억 원에 이른다고 추산했다.",
        "시는 노사 양측에 하루빨리 협상을 다시 시작하라고 촉구했다.",
        "지난해에도 같은 항구에서 야간 근무 문제로 작업이 중단된 적이 있다.",
        "조정위원은 목요일 오전 양측과 만날 예정이라고 말했다.",
    ),
    "en": (
        "Workers at the northern port stopped work on Tuesday after talks over pay failed.",
        "The port authority said that about forty ships were waiting at anchor outside.",
        "The union wants a rise of twelve per cent over the next two years, its leader said.",
        "Shipping lines warned that freight rates would climb next week if the strike goes on.",
        "The local chamber of commerce puts the loss at four million dollars a day.",
        "The city called on both sides to return to the table as soon as they can.",
    ),
}
TEASERS = {
    "zh": "海湾大桥将于明年春天通车，市民期待出行更加便利，专家称客流将大增",
    "ja": "湾の大橋が来春に開通へ、市民は移動の便利さに期待、専門家は客の増加を見込む",
    "ko": "만을 가로지르는 다리가 내년 봄 개통, 시민들은 이동이 편해질 것으로 기대",
    "en": "The bridge over the bay opens next spring, and commuters expect an easier way to work",
}
LEGAL = (
    "<p>本网站所刊登的各种新闻、信息和专题资料，均为海湾新闻版权所有，未经协议授权禁止转载使用。</p>"
    "<p>凡注明来源为其他媒体的稿件，均转载自其他媒体，目的在于传递更多信息，并不代表本网赞同其观点。</p>"
    "<p>如因作品内容、版权和其他问题需要同本网联系的，请在三十日内进行，我们将及时予以处理答复。</p>"
    "<p>互联网新闻信息服务许可证由国家主管部门颁发，违法和不良信息举报电话二十四小时开通受理。</p>"
    "<p>海湾新闻传媒有限公司版权所有，广告服务、联系我们、网站地图、招聘信息、法律声明、隐私保护。</p>"
)


def teasers(lang: str, count: int) -> str:
    """Related stories as plain paragraphs in a box of their own."""
    items = "".join(f"<p>{TEASERS[lang]} ({n})</p>" for n in range(count))
    return f'<div class="more-news">{items}</div>'


def text_of(lang: str, body: str) -> str:
    """Extract the text of a page whose head says nothing."""
    html = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"></head><body>'
        f'<div class="nav"><a href="/">1</a> <a href="/2">2</a></div><div class="wrap">'
        f"<h1>{SENTENCES[lang][0][:16]}</h1>{body}</div></body></html>"
    )
    return extract(html.encode(), "https://www.sea.example/news/1").text


def found_of(sentences: tuple[str, ...], text: str) -> int:
    return sum(sentence in text for sentence in sentences)


SHAPES: dict[str, Callable[[Sequence[str]], str]] = {
    "br": "<br>".join,
    "two br": "<br><br>\n".join,
    "br in a span": lambda parts: f"<span>{'<br/><br/>'.join(parts)}</span>",
    "bold lead": lambda parts: f"<b>{parts[0]}</b><br>" + "<br>".join(parts[1:]),
    "divs": lambda parts: "".join(f"<div>{part}</div>" for part in parts),
    "divs of spans": lambda parts: "".join(f"<div><span>{part}</span></div>" for part in parts),
    "one p": lambda parts: f"<p>{'<br><br>'.join(parts)}</p>",
    "p": lambda parts: "".join(f"<p>{part}</p>" for part in parts),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("box", ['class="txt"', 'id="articleBody"', 'class="view_con"'])
@pytest.mark.parametrize("lang", SENTENCES)
def test_a_story_is_found_however_its_paragraphs_are_made(lang: str, box: str, shape: str) -> None:
    sentences = SENTENCES[lang]
    story = f"<div {box}>{SHAPES[shape](sentences * 3)}</div>"
    text = text_of(lang, story + teasers(lang, 8))
    assert found_of(sentences, text) == len(sentences)
    assert TEASERS[lang] not in text


@pytest.mark.parametrize("shape", sorted(SHAPES.keys() - {"p", "one p"}))
def test_the_legal_text_does_not_replace_the_story(shape: str) -> None:
    sentences = SENTENCES["zh"]
    story = f'<div class="txt">{SHAPES[shape](sentences)}</div>'
    text = text_of("zh", f'{story}<div class="copyright">{LEGAL}</div>')
    assert found_of(sentences, text) == len(sentences)
    assert "版权所有" not in text


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("lang", SENTENCES)
def test_a_short_story_stays_alone(lang: str, shape: str) -> None:
    sentences = SENTENCES[lang][:6]
    story = f"<article>{SHAPES[shape](sentences)}</article>"
    text = text_of(lang, story + teasers(lang, 10))
    assert found_of(sentences, text) == len(sentences)
    assert TEASERS[lang] not in text


def test_teasers_in_divs_are_no_story() -> None:
    rows = "".join(f'<div>{TEASERS["en"]} <a href="/{n}">read on</a></div>' for n in range(20))
    story = "".join(f"<p>{sentence * 3}</p>" for sentence in SENTENCES["en"])
    text = text_of("en", f"<article>{story}</article><div>{rows}</div>")
    assert found_of(SENTENCES["en"], text) == len(SENTENCES["en"])
    assert TEASERS["en"] not in text


def test_a_lead_that_fills_its_frame_gives_way_to_the_declared_body() -> None:
    lead, story = " ".join(SENTENCES["en"]), " ".join(SENTENCES["en"] * 4)
    script = f'{{"@type": "NewsArticle", "headline": "Port strike", "articleBody": "{story}"}}'
    text = text_of(
        "en",
        f'<script type="application/ld+json">{script}</script><article><p>{lead}</p></article>',
    )
    assert text == story
