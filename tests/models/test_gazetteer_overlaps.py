"""Names that overlap: the longest at a place wins, if it is no part of a longer word."""

from __future__ import annotations

import time

import pytest

from models.gazetteer import Named, load_gazetteer
from models.reading import LEAD_CHARACTERS
from models.tagger import TaggerInput


def named(title: str, language: str) -> Named:
    return load_gazetteer().find(TaggerInput(title, "", language))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Vietnam Warns China Over Drilling Rig", ["VN", "CN"]),
        ("China Opens New Runway on Reef", ["CN"]),
        ("US Opens Probe Into Coast Guard Ramming", ["US"]),
        ("China Presses Philippines Over Shoal", ["CN", "PH"]),
        ("China Posts Ships Near Reef", ["CN"]),
        ("China searches for missing submarine", ["CN"]),
        ("China Searches for Missing Submarine", ["CN"]),
        ("China seafood ban on Japan stays", ["CN", "JP"]),
        ("China Seafood Ban on Japan Stays", ["CN", "JP"]),
        ("China seals border with Myanmar", ["CN", "MM"]),
        ("Laos navy", ["LA"]),
        ("Laos national assembly meets", ["LA"]),
        ("Philippine Seabed Survey", ["PH"]),
        ("Washington statement on Beijing", ["US", "CN"]),
        ("Mali bans French media", ["ML", "FR"]),
        ("Korean Aircraft Carrier Sails", ["KR"]),
    ],
)
def test_a_phrase_that_is_part_of_a_longer_word_hides_no_name(
    title: str, expected: list[str]
) -> None:
    assert named(title, "en").countries == expected


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("South China Sea drill", "en", []),
        ("US Open final", "en", []),
        ("US Open Finals and a China shop", "en", []),
        ("China Daily and Korean Air", "en", []),
        ("Vietnam War veterans march", "en", []),
        ("Philippine Sea storm", "en", []),
        ("Chinese restaurants, Thai curries and Panama hats", "en", []),
        ("Latin Americans and South Americans march", "en", []),
        ("Papua New Guineans vote in Port Moresby", "en", ["PG"]),
        ("American Samoans vote", "en", ["AS"]),
        ("New Mexicans vote", "en", ["US"]),
        ("Inner Mongolian mine collapses", "en", ["CN"]),
        ("British Columbian researchers", "en", ["CA"]),
        ("ไทยรัฐรายงาน จีนประท้วง", "th", ["CN"]),
        ("กาซาวารีของมาเลเซีย", "th", ["MY"]),
        ("Laut China Selatan", "id", ["ID"]),
        ("ကွာလာလမ်ပူမှာ မြန်မာစားသောက်ဆိုင်", "my", ["MY"]),
    ],
)
def test_what_stands_in_a_phrase_stays_uncounted(
    title: str, language: str, expected: list[str]
) -> None:
    assert named(title, language).countries == expected


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("ສາຍພົວພັນມິດຕະພາບ ຫວຽດນາມ - ລາວ", "lo", ["VN", "LA"]),
        ("ຈີນ ຊ່ວຍ ລາວ", "lo", ["CN", "LA"]),
        ("Cảnh sát biển Nhật cứu tàu", "vi", ["JP"]),
        ("Tàu cảnh sát biển Nhật bị tàu Trung Quốc đâm", "vi", ["JP", "CN"]),
        ("Cảnh sát biển Nhật - Philippines tập trận", "vi", ["JP", "PH"]),
        ("di Laut Filipina", "id", ["PH"]),
    ],
)
def test_a_name_that_begins_like_a_longer_one_is_counted(
    title: str, language: str, expected: list[str]
) -> None:
    assert named(title, language).countries == expected


@pytest.mark.parametrize("name", ["China ", "ไทย", "日本海", "South China Sea ", "ລາວ "])
def test_a_text_of_one_repeated_name_takes_time_by_its_length(name: str) -> None:
    def seconds(characters: int) -> float:
        given = TaggerInput("", name * (characters // len(name)))
        return min(_timed(given) for _ in range(3))

    # Eight times the text: eight times as long, or 64 times if each name met every other.
    assert seconds(LEAD_CHARACTERS) < 30 * seconds(LEAD_CHARACTERS // 8)


def _timed(given: TaggerInput) -> float:
    gazetteer = load_gazetteer()
    began = time.process_time()
    gazetteer.find(given)
    return time.process_time() - began
