"""Forty invented news items in eleven languages, and a maker for as many more as a test needs."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from articles.record import EMBEDDING_WIDTH, Article, Tag

FIRST_SEEN = datetime(2026, 11, 2, 6, 30, tzinfo=UTC)


def article_id(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def unit_vector(key: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big")
    vector = np.random.default_rng(seed).standard_normal(EMBEDDING_WIDTH)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def make(key: str, title: str = "A plain headline", text: str = "", **fields: Any) -> Article:
    seen = fields.pop("first_seen", FIRST_SEEN)
    published = fields.pop("published", None)
    url = f"https://{fields.get('source_id', 'outlet')}.example/{key}"
    given: dict[str, Any] = {
        "id": article_id(key),
        "url": url,
        "canonical_url": url,
        "source_id": "outlet",
        "content_hash": hashlib.sha256((title + text).encode()).hexdigest()[:16],
        "title": title,
        "text": text,
        "first_seen": seen,
        "fetched": seen,
        "published": published,
        "published_from": "none" if published is None else "json-ld",
    }
    return Article(**{**given, **fields})


# key, language, outlet, countries, categories, sentiment, title, text
_SEA, _TERROR, _POLICY = "south_china_sea", "terrorism", "policy_divergence"
# fmt: off
_ITEMS: tuple[tuple[str, str, str, str, str, str, str, str], ...] = (
    ("en-shoal", "en", "strait-herald", "PH CN", _SEA, "negative",
     "Coast guard ships meet at Scarborough Shoal",
     ("Two coast guard ships came within 200 metres of each other near Scarborough Shoal on "
     "Monday. Fishermen from Zambales said the water cannon was used twice.")),
    ("en-code", "en", "strait-herald", "ID VN", f"{_SEA} {_POLICY}", "neutral",
     "ASEAN ministers resume talks on a code of conduct",
     ("Foreign ministers met in Jakarta to resume talks on the code of conduct. No date was "
     "set.")),
    ("en-conduct", "en", "harbour-times", "SG", "", "neutral",
     "School board adopts new conduct code",
     ("The code was adopted after a year. Teachers said that good conduct cannot be "
     "decreed.")),
    ("en-strike", "en", "harbour-times", "MY", _POLICY, "negative",
     "Port workers' strike enters its third day",
     "Containers piled up at Port Klang. The union's leader said the strike would go on."),
    ("en-covid", "en", "harbour-times", "SG", "", "positive",
     "COVID-19 wards close as cases fall",
     "The last COVID-19 ward in the city closed on Friday."),
    ("en-quote", "en", "island-post", "PH", _TERROR, "negative",
     '"No deal" with bombers, governor says <script>alert("x")</script>',
     ('The governor said "no deal" & no ransom. A <b>bomb</b> was found at the market of '
     "Jolo.")),
    ("en-long", "en", "island-post", "PH", "", "neutral",
     "A long report on the reef",
     "Nothing of note happened in the harbour. " * 40
     + "At the end the survey ship Marlin found a giant clam at the reef. "
     + "Then again nothing of note happened. " * 40),
    ("en-rare", "en", "island-post", "", "", "positive",
     "Orchid festival opens",
     "Visitors came from far away for the orchid festival, and the weather held."),
    ("zh-strike", "zh", "nanhai-wanbao", "CN", _POLICY, "negative",
     "港口工人罢工进入第三天",
     "罢工工人要求加薪。市政府表示正在协调。"),
    ("zh-sea", "zh", "nanhai-wanbao", "CN PH", _SEA, "negative",
     "外交部回应黄岩岛事件",
     "发言人说，中方在南海的立场没有变化。黄岩岛附近海域情况平静。"),
    ("zh-hainan", "zh", "nanhai-wanbao", "CN", "", "positive",
     "海南旅游业恢复",
     "海南今年接待游客人数上升，三亚酒店入住率达到九成。"),
    ("zh-split", "zh", "nanhai-wanbao", "CN", "", "neutral",
     "云南，海产品进口增加",
     "来自云南，海关数据显示进口增加。"),
    ("zh-trade", "zh", "xinjiapo-bao", "SG CN", _POLICY, "neutral",
     "5G设备关税谈判2026年10月重启",
     "双方将就5G设备关税继续谈判。"),
    ("zht-sea", "zh-Hant", "gangkou-bao", "TW", _SEA, "neutral",
     "南海仲裁十週年研討會",
     "學者在研討會上討論南海仲裁的影響。"),
    ("zh-fullwidth", "zh", "xinjiapo-bao", "SG", "", "neutral",
     "ＡＳＥＡＮ峰会开幕",
     "峰会在新加坡开幕。"),
    ("id-natuna", "id", "kabar-natuna", "ID", _SEA, "negative",
     "Kapal patroli hadang kapal asing di Laut Natuna Utara",
     "TNI AL menghadang kapal asing di Laut Natuna Utara pada hari Senin."),
    ("id-bom", "id", "kabar-natuna", "ID", _TERROR, "negative",
     "Densus 88 tangkap terduga perakit bom",
     "Polisi menangkap dua orang di Poso."),
    ("id-pangan", "id", "kabar-natuna", "ID", _POLICY, "neutral",
     "Pemerintah ubah aturan impor beras",
     "Aturan impor beras berlaku mulai Januari."),
    ("ms-sabah", "ms", "suara-sabah", "MY", _SEA, "neutral",
     "Nelayan Sabah lihat kapal peronda asing",
     "Nelayan melihat kapal di Beting Patinggi Ali."),
    ("ms-cukai", "ms", "suara-sabah", "MY", _POLICY, "negative",
     "Cukai baharu ke atas minyak sawit",
     "Peladang kecil membantah cukai baharu itu."),
    ("vi-sea", "vi", "bao-bien", "VN CN", _SEA, "negative",
     "Việt Nam phản đối tàu khảo sát ở Biển Đông",
     "Bộ Ngoại giao yêu cầu tàu rời khỏi Biển Đông. Đà Nẵng cử tàu ra quần đảo Hoàng Sa."),
    ("vi-plain", "vi", "bao-bien", "VN", "", "neutral",
     "Tin van: Bien Dong yen ang",
     "Ngu dan Quang Ngai ra khoi tro lai."),
    ("vi-market", "vi", "bao-bien", "VN", _POLICY, "positive",
     "Xuất khẩu gạo tăng mạnh",
     "Gạo Việt Nam được giá. Nông dân phấn khởi."),
    ("vi-ma", "vi", "bao-bien", "VN", "", "neutral",
     "Mã số thuế mới",
     "Mã số thuế mới có hiệu lực."),
    ("th-sea", "th", "khao-ao-thai", "TH CN", _SEA, "neutral",
     "อาเซียนหารือเรื่องทะเลจีนใต้ที่กรุงเทพ",
     "รัฐมนตรีต่างประเทศหารือเรื่องทะเลจีนใต้ โดยไม่มีข้อสรุป"),
    ("th-south", "th", "khao-ao-thai", "TH", _TERROR, "negative",
     "ระเบิดที่ตลาดในปัตตานี เจ็บสามราย",
     "ตำรวจพบวัตถุระเบิดอีกหนึ่งลูกใกล้ตลาด"),
    ("th-water", "th", "khao-ao-thai", "TH", "", "neutral",
     "น้ำท่วมเชียงใหม่เริ่มลด",
     "ระดับน้ำลดลงตั้งแต่วันที่ ๑๒ พฤศจิกายน"),
    ("fil-panatag", "fil", "balita-luzon", "PH CN", _SEA, "negative",
     "Binomba ng tubig ang bangka sa Bajo de Masinloc",
     "Ayon sa mga mangingisda, binomba ng tubig ang kanilang bangka sa Panatag."),
    ("fil-sulu", "fil", "balita-luzon", "PH", _TERROR, "negative",
     "Bomba natagpuan sa pamilihan ng Jolo",
     "Ligtas na ang pamilihan, sabi ng pulisya."),
    ("fil-sahod", "fil", "balita-luzon", "PH", _POLICY, "positive",
     "Dagdag-sahod inaprubahan sa Kongreso",
     "Tataas ang sahod simula Enero."),
    ("km-border", "km", "phnom-news", "KH TH", _POLICY, "neutral",
     "កម្ពុជា\u200bនិង\u200bថៃ\u200bពិភាក្សា\u200bព្រំដែន",
     "មន្ត្រី\u200bកម្ពុជា\u200bបាន\u200bជួប\u200bមន្ត្រី\u200bថៃ\u200bនៅ\u200bប៉ោយប៉ែត។"),
    ("km-dam", "km", "phnom-news", "KH", "", "positive",
     "ទន្លេមេគង្គមានទឹកច្រើន",
     "កម្ពុជាមានត្រីច្រើននៅឆ្នាំនេះ។"),
    ("lo-rail", "lo", "vientiane-khao", "LA CN", _POLICY, "positive",
     "ລົດໄຟລາວຈີນຂົນສົ່ງສິນຄ້າເພີ່ມຂຶ້ນ",
     "ການຂົນສົ່ງສິນຄ້າຜ່ານລົດໄຟລາວຈີນເພີ່ມຂຶ້ນ."),
    ("lo-dam", "lo", "vientiane-khao", "LA", "", "neutral",
     "ເຂື່ອນໃໝ່ໃນແມ່ນ້ຳຂອງ",
     "ຊາວບ້ານຖາມກ່ຽວກັບເຂື່ອນໃໝ່."),
    ("my-trade", "my", "yangon-thadin", "MM CN", _POLICY, "neutral",
     "မြန်မာနိုင်ငံ နယ်စပ်ကုန်သွယ်ရေး ပြန်ဖွင့်",
     "မူဆယ်ဂိတ်တွင် ကုန်သွယ်ရေး ပြန်စသည်။"),
    ("my-attack", "my", "yangon-thadin", "MM", _TERROR, "negative",
     "ရန်ကုန်မြို့တွင် ဗုံးပေါက်ကွဲ",
     "ရန်ကုန်မြို့ ဈေးအနီး ဗုံးပေါက်ကွဲသည်။"),
    ("pt-timor", "pt", "dili-noticias", "TL", _POLICY, "positive",
     "Timor-Leste conclui adesão à ASEAN",
     "A adesão foi celebrada em Díli."),
    ("en-undated", "en", "strait-herald", "BN", "", "neutral",
     "Brunei spratly survey undated",
     "A page without any date mentions the survey."),
    ("en-summary", "en", "strait-herald", "KH", "", "neutral",
     "Only a summary here",
     ""),
    ("en-tuna", "en", "strait-herald", "PH", "", "neutral",
     "Tuna prices: up & away",
     "Tuna prices rose. Buyers at General Santos complained."),
)
# fmt: on


def corpus() -> list[Article]:
    """All items, published 7 hours apart from 25 October 2026 on (one is undated)."""
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    made = []
    for number, item in enumerate(_ITEMS):
        key, language, source, countries, categories, sentiment, title, text = item
        moment = start + timedelta(hours=7 * number, microseconds=number * 1234)
        made.append(
            make(
                key,
                title,
                text,
                summary="A dugong was seen off Kep." if key == "en-summary" else "",
                source_id=source,
                language=language,
                countries=tuple(countries.split()),
                tags=tuple(Tag(category=c, probability=0.9) for c in categories.split()),
                risks=dict.fromkeys(categories.split(), 0.9),
                sentiment=sentiment,
                sentiment_probability=0.8,
                published=None if key == "en-undated" else moment,
                first_seen=moment + timedelta(hours=2),
                embedding=unit_vector(key) if number % 2 == 0 else None,
            )
        )
    return made
