"""What was read of an article: exactly the characters whose tokens the encoder saw."""

from __future__ import annotations

import pytest

from models.onnx_tagger import OnnxTagger
from models.reading import LEAD_CHARACTERS, TITLE_CHARACTERS, lead
from models.tagger import NullTagger, Read, TaggerInput

BUDGET = "The committee spent the morning on procedural questions and on the minutes. "
LONG = [
    TaggerInput("Budget session", BUDGET * 40),
    TaggerInput("", BUDGET * 40),
    TaggerInput("  Budget\x07 session ", ("\x00 \t" + BUDGET + "\u200e\r\n \u3000") * 40),
    TaggerInput(BUDGET.strip(), BUDGET * 40),  # a feed whose text opens with the title
    TaggerInput("Navy leaves Second Thomas Shoal", BUDGET * 40),  # read behind a gloss
    TaggerInput("预算会议", "委员会用了整个上午讨论程序问题和会议记录的措辞。" * 100),
    TaggerInput("ประชุมงบประมาณ", "คณะกรรมการใช้เวลาช่วงเช้าหารือเรื่องขั้นตอนและถ้อยคำในรายงาน " * 60),
    TaggerInput("កិច្ចប្រជុំថវិកា", "គណៈកម្មាធិការបានចំណាយពេលព្រឹកពិភាក្សាអំពីនីតិវិធី។ " * 80),
    TaggerInput(
        "Ｂｕｄｇｅｔ ﬁrst e\u0301",
        "Ｃｏｍｍｉｔｔｅｅ met for cafe\u0301 and ﬁnished ½ … late " * 70,
    ),
]


def ids(tagger: OnnxTagger, given: TaggerInput) -> list[int]:
    [found] = tagger.token_ids([lead(given)])
    return found


@pytest.mark.parametrize("given", LONG, ids=lambda given: given.title[:12])
def test_the_characters_read_give_the_same_tokens_and_one_fewer_does_not(
    shipped: OnnxTagger, given: TaggerInput
) -> None:
    [tagged] = shipped.verdicts([given])
    end = tagged.read.text
    assert tagged.read.title == len(given.title)
    assert 300 < end < min(len(given.text), LEAD_CHARACTERS)
    assert not given.text[end - 1].isspace()
    assert ids(shipped, TaggerInput(given.title, given.text[:end])) == ids(shipped, given)
    assert ids(shipped, TaggerInput(given.title, given.text[: end - 1])) != ids(shipped, given)


def test_a_short_article_is_read_whole(shipped: OnnxTagger) -> None:
    given = TaggerInput(" Budget\x07 session ", "The committee met.\r\n")
    [tagged] = shipped.verdicts([given])
    assert tagged.read == Read(title=len(given.title), text=len(given.text))


def test_a_title_that_fills_the_window_leaves_no_text_read(shipped: OnnxTagger) -> None:
    given = TaggerInput("预算会议" * 200, "委员会今天开会。")
    [tagged] = shipped.verdicts([given])
    assert 200 < tagged.read.title < TITLE_CHARACTERS
    assert tagged.read.text == 0


def test_nothing_is_read_of_what_is_refused_or_by_the_null_tagger(shipped: OnnxTagger) -> None:
    given = TaggerInput("مجلس الوزراء يناقش الميزانية")
    for tagger in (shipped, NullTagger()):
        [tagged] = tagger.tag([given])
        assert tagged.read == Read(title=0, text=0)
