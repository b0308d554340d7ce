"""Which encoding a page is in: belief in order, and lies overruled."""

from __future__ import annotations

import unicodedata

import pytest

from crawlers.extraction.charset import decode

CHINESE = (
    "国家主席周二会见了来访的印度尼西亚总统，双方就南海局势和贸易合作交换了意见。罢工仍在继续。" * 3
)
TAIWANESE = "總統府週二表示，南海局勢仍然緊張，雙方將就貿易合作交換意見，罷工仍在持續。" * 3
THAI = "รัฐบาลประกาศมาตรการใหม่เกี่ยวกับทะเลจีนใต้และการค้าระหว่างประเทศเมื่อวันอังคาร" * 3
VIETNAMESE = (
    "Chính phủ hôm thứ Ba đã công bố các biện pháp mới về Biển Đông và thương mại, theo Bộ Ngoại "
    "giao Việt Nam. Người phát ngôn nói hai nước sẽ tiếp tục đàm phán trong tuần tới. "
) * 2
FRENCH = (
    "Le gouvernement a annoncé mardi de nouvelles mesures, déjà très critiquées à l'étranger. " * 3
)
JAPANESE = (
    "政府は火曜日、南シナ海の情勢について新たな声明を発表した。貿易協議は来週も続く見通しだ。" * 3
)
KOREAN = (
    "정부는 화요일 남중국해 정세에 대한 새로운 성명을 발표했다. 무역 협상은 다음 주에도 계속된다."
    * 3
)


def windows_1258(text: str) -> bytes:
    """Encode Vietnamese: Windows-1258 writes tones as combining marks after the letter."""
    out = bytearray()
    for letter in text:
        marks = unicodedata.normalize("NFD", letter)
        tones = "".join(m for m in marks if m in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize(
            "NFC", "".join(m for m in marks if m not in tones or not tones)
        )
        out += (base + tones).encode("cp1258")
    return bytes(out)


def page(text: bytes, declared: str) -> bytes:
    head = f'<html><head><meta charset="{declared}"><title>x</title></head><body><p>'
    return head.encode() + text + b"</p></body></html>"


def same(found: str, text: str) -> bool:
    return unicodedata.normalize("NFC", text) in unicodedata.normalize("NFC", found)


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252", "big5", "euc-jp"])
def test_gbk_mislabelled(declared: str) -> None:
    assert same(decode(page(CHINESE.encode("gbk"), declared)), CHINESE)


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "iso-8859-1"])
def test_big5_mislabelled(declared: str) -> None:
    assert same(decode(page(TAIWANESE.encode("big5"), declared)), TAIWANESE)


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252"])
def test_tis_620_mislabelled(declared: str) -> None:
    assert same(decode(page(THAI.encode("tis-620"), declared)), THAI)


@pytest.mark.parametrize("declared", ["utf-8", "windows-1252"])
def test_windows_1258_mislabelled(declared: str) -> None:
    assert same(decode(page(windows_1258(VIETNAMESE), declared)), VIETNAMESE)


@pytest.mark.parametrize("declared", ["gbk", "windows-1252", "tis-620", "shift_jis", "euc-kr"])
@pytest.mark.parametrize("text", [CHINESE, THAI, VIETNAMESE, FRENCH])
def test_utf_8_mislabelled(text: str, declared: str) -> None:
    assert same(decode(page(text.encode(), declared)), text)
    assert same(decode(page(text.encode(), declared), f"text/html; charset={declared}"), text)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(CHINESE, "gb18030"), (TAIWANESE, "big5"), (THAI, "tis-620"), (JAPANESE, "shift_jis"),
     (JAPANESE, "euc-jp"), (KOREAN, "euc-kr"), (FRENCH, "windows-1252")],
)  # fmt: skip
def test_a_true_declaration_is_believed_and_none_is_detected(text: str, encoding: str) -> None:
    raw = text.encode(encoding)
    assert same(decode(page(raw, encoding)), text)
    assert same(decode(b"<html><body><p>" + raw + b"</p></body></html>"), text)


def test_byte_order_mark_then_header_then_meta() -> None:
    assert same(decode(page(CHINESE.encode("utf-16"), "gbk").replace(b"x", b"x")), "") is True
    marked = ('<meta charset="gbk"><p>' + CHINESE).encode("utf-16")
    assert same(decode(marked, "text/html; charset=big5"), CHINESE)
    assert same(decode(page(CHINESE.encode("gbk"), "big5"), "text/html; charset=gbk"), CHINESE)


def test_a_page_cut_within_its_last_character_is_still_utf_8() -> None:
    raw = page(CHINESE.encode(), "gbk").replace(b"</p></body></html>", b"")[:-1]
    assert same(decode(raw), CHINESE[:-1])


def test_nonsense_never_raises() -> None:
    assert decode(bytes(range(256)) * 50, "text/html; charset=nonsense")
    assert decode(b"", None) == ""
    assert "\x00" not in decode(b"<p>a\x00b</p>")
