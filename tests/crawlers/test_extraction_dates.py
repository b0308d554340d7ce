"""The order of day and month, several dates in one line, and stamps that are plain numbers."""

from __future__ import annotations

import pytest

from tests.crawlers.test_extraction_metadata import TEXT, extracted, json_ld

IN = {
    "fr": "Le gouvernement a dit que les dockers du port ne sont pas au travail et que la grève va "
    "se poursuivre, car il n'y a pas eu d'accord sur les salaires. " * 20,
    "es": "El gobierno dijo que los trabajadores del puerto no están en el trabajo y que la huelga "
    "va a seguir, porque no hay un acuerdo sobre los salarios. " * 20,
}


def _day(head: str = "", shown: str = "", domain: str = "example", lang: str = "en") -> str | None:
    body = f"<h1>Port strike enters third day</h1>{shown}<p>{TEXT}</p>"
    published = extracted(head, body, f"https://harbourpost.{domain}/1", lang).published
    return published.date().isoformat() if published else None


@pytest.mark.parametrize(
    ("said", "domain", "day"),
    [
        ("05/01/2024 02:30 PM", "com.my", "2024-01-05"),
        ("05/01/2024 02:30 PM", "in", "2024-01-05"),
        ("05/01/2024 02:30 PM", "ph", "2024-05-01"),
        ("05/01/2024 02:30 PM", "example", "2024-05-01"),
        ("12/21/2023 4:30 PM", "com.my", "2023-12-21"),
        ("05/01/2024", "eg", "2024-01-05"),
        ("05/01/2024", "com.kh", "2024-01-05"),
        ("05/01/2024", "com.gh", "2024-01-05"),
        ("05/01/2024", "us", "2024-05-01"),
        ("05/01/2024", "com.ph", "2024-05-01"),
        ("05/01/2024", "example", "2024-05-01"),
        ("Fri, 01/05/2024 - 14:30", "com.my", "2024-01-05"),
        ("Submitted by editor on Fri, 01/05/2024 - 14:30", "com.my", "2024-01-05"),
        ("Friday, 05/01/2024 - 14:30", "example", "2024-01-05"),
        ("Wed, 05/01/2024 2:30 PM", "example", "2024-05-01"),
    ],
)
def test_day_and_month_in_the_countrys_order_unless_the_weekday_decides(
    said: str, domain: str, day: str
) -> None:
    assert _day(shown=f"<div>{said}</div>", domain=domain) == day


@pytest.mark.parametrize("shown", ["<div>{}</div>", '<span class="date">{}</span>'])
@pytest.mark.parametrize(
    ("line", "lang"),
    [
        ("Updated January 6, 2024 6:00pm / Published January 5, 2024 5:30pm", "en"),
        ("UPDATED January 6, 2024 6:00pm | PUBLISHED January 5, 2024 5:30pm", "en"),
        ("Updated: 2024-01-06 18:00 | Published: 2024-01-05 17:30", "en"),
        ("Published January 5, 2024 5:30pm / Updated January 6, 2024 6:00pm", "en"),
        ("5 January 2024 | Updated 6 January 2024", "en"),
        ("Publié le 5 janvier 2024 à 14h30, mis à jour le 6 janvier 2024 à 9h05", "fr"),
        ("Mis à jour le 6 janvier 2024 à 9h05. Publié le 5 janvier 2024 à 14h30", "fr"),
        ("Publicado el 5 de enero de 2024, actualizado el 6 de enero de 2024", "es"),
        ("更新时间：2024-01-06 18:00 发布时间：2024-01-05 17:30", "zh"),
        ("2024年1月5日 17:30 公開 2024年1月6日 18:00 更新", "ja"),
        ("입력 2024.01.05 17:30 수정 2024.01.06 18:00", "ko"),
    ],
)
def test_of_two_dates_in_one_line_the_published_one_counts(
    line: str, lang: str, shown: str
) -> None:
    text = f"<p>{IN.get(lang, '')}</p>"
    body = f"<h1>Port strike enters third day</h1>{shown.format(line)}{text}"
    published = extracted("", body, lang=lang).published
    assert published is not None
    assert published.date().isoformat() == "2024-01-05"


def test_the_numbers_of_an_imprint_are_no_two_dates() -> None:
    imprint = (
        "[ 등록번호 : 서울, 아02321 ] [ 등록년월일 : 2012년 11월 06일 ] " + "서울 성북구 " * 12
    )
    assert _day(shown=f'<div id="footer-info">{imprint}</div>', domain="co.kr") is None


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("20240105143000", "2024-01-05T14:30:00+00:00"),
        ("202401051430", "2024-01-05T14:30:00+00:00"),
        ("20240105", "2024-01-05T00:00:00+00:00"),
        ("1704465000", "2024-01-05T14:30:00+00:00"),
        ("1704465000000", "2024-01-05T14:30:00+00:00"),
    ],
)
def test_stamps_that_are_plain_numbers(said: str, moment: str) -> None:
    for head in (
        f'<meta name="pubdate" content="{said}">',
        json_ld(f'"datePublished": "{said}"'),
        json_ld(f'"datePublished": {said}'),
    ):
        published = extracted(head).published
        assert published is not None
        assert published.isoformat() == moment


@pytest.mark.parametrize("said", ["0812345678", "12345678", "20241305", "99999999999999"])
def test_other_numbers_are_no_dates(said: str) -> None:
    assert _day(f'<meta name="pubdate" content="{said}">') is None


def test_a_number_beside_the_headline_is_no_unix_date() -> None:
    assert _day(shown='<span class="info" content="1704465000">1704465000</span>') is None


@pytest.mark.parametrize("name", ["content_PublishedDate", "dtk:publishdate"])
def test_names_of_indonesian_outlets(name: str) -> None:
    assert _day(f'<meta name="{name}" content="2024/01/05 14:30:00">') == "2024-01-05"
