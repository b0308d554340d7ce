"""Countries and places by name, in every language of the region, ambiguous ones included."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from models.errors import GazetteerError
from models.gazetteer import COUNTRIES, SHIPPED, load_gazetteer
from models.tagger import TaggerInput


def countries(title: str, language: str | None = None) -> list[str]:
    return load_gazetteer().find(TaggerInput(title, "", language)).countries


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("Hanoi and Manila sign fisheries accord", "en", ["VN", "PH"]),
        ("中菲在黄岩岛对峙，美国表态", "zh", ["CN", "PH", "US"]),
        ("臺灣與日本舉行漁業會談", "zh", ["TW", "JP"]),
        ("Kapal China memasuki Laut Natuna Utara, AS bereaksi", "id", ["CN", "US", "ID"]),
        ("Mỹ và Trung Quốc đàm phán về thuế quan", "vi", ["US", "CN"]),
        ("ไทยและกัมพูชาเจรจาเขตแดน", "th", ["TH", "KH"]),
        ("កម្ពុជា និងថៃ ជួបពិភាក្សា", "km", ["KH", "TH"]),
        ("ຈີນ ແລະ ລາວ ລົງນາມ", "lo", ["CN", "LA"]),
        ("မြန်မာနှင့် တရုတ် ဆွေးနွေး", "my", ["MM", "CN"]),
        ("Pilipinas at Tsina, nag-usap", "fil", ["PH", "CN"]),
        ("TURKEY QUAKE TOLL RISES", "en", ["TR"]),
    ],
)
def test_countries_in_order(title: str, language: str, expected: list[str]) -> None:
    assert countries(title, language) == expected


@pytest.mark.parametrize(
    "title",
    [
        "Dinner in Chinatown: roast turkey sells out",
        "China Airlines flight turns back",
        "Singapore Airlines posts record profit",
        "Straits Times, Bangkok Post, China Daily and Phnom Penh Post win prizes",
        "Hong Kong Free Press and Times of India win prizes",
        "Panama Papers reporter eats a Brazil nut",
        "Earthquake in Indian Ocean, typhoon in Philippine Sea",
        "Georgia Tech wins; Ayam Bali recipe",
        "Documents found in a manila envelope, Jakarta Globe reports",
        "South China Sea weather bulletin",
        "A vacuum of thailandish pianos",
        "Siamese cat, Burmese python and New Guinea singing dog on show",
        "The Hong Kong flu of 1968",
        "Java developers wanted",
        "Native Indians and American Indians protest",
        "The China Sea in old charts; storm over the East China Sea and S. China Sea",
        "Malays and Chinese share a hawker centre",
        "Malays, Chinese and Indians queue at dawn",
        "An ethnic Chinese shopkeeper retires",
    ],
)
def test_names_that_name_no_country(title: str) -> None:
    assert countries(title, "en") == []


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Georgia's parliament debates in Tbilisi", ["GE"]),
        ("Protests grow in Tbilisi, Georgia", ["GE"]),
        ("Georgia signs trade deal with China", ["GE", "CN"]),
        ("Georgia runoff: Atlanta counts its votes", ["US"]),
        ("Georgia football coach thanks the Bulldogs", ["US"]),
        ("Storm hits Savannah, Georgia", ["US"]),
        ("Restoring a Georgian townhouse", []),
        ("Turkey bans poultry imports", ["TR"]),
        ("Türkiye and Japan sign pact", ["TR", "JP"]),
        ("How to roast a Turkey for Thanksgiving", []),
        ("Chad votes for president", ["TD"]),
        ("Actor Chad Smithson dies at 46", []),
        ("Jordan's king arrives in Cairo", ["JO", "EG"]),
        ("Michael Jordan sells his team", []),
        ("Striker Jordan Ayew scores late", []),
        ("Jordan Foreign Ministry condemns attack", ["JO"]),
        ("Israel Adesanya loses title", []),
        ("Israel Katz visits troops", ["IL"]),
        ("Fire in Lebanon, Pennsylvania", ["US"]),
        ("Fire in Lebanon", ["LB"]),
        ("Paris, Texas turns 140", ["US"]),
        ("New Mexico wildfire spreads", ["US"]),
        ("Guinea pig wins prize", []),
        ("Guinea junta sets date", ["GN"]),
        ("Guinea-Bissau votes", ["GW"]),
        ("Equatorial Guinea votes", ["GQ"]),
        ("Papua New Guinea votes", ["PG"]),
        ("Niger expels envoy", ["NE"]),
        ("Nigeria expels envoy", ["NG"]),
        ("Oil spill in Niger Delta", ["NG"]),
        ("Congo rebels advance", ["CD"]),
        ("Republic of Congo votes", ["CG"]),
        ("North Korean and South Korean officials meet", ["KP", "KR"]),
        ("Korean firms to invest", ["KR"]),
        ("Tension on the Korean Peninsula", ["KP", "KR"]),
        ("American Samoa votes", ["AS"]),
        ("Samoa votes", ["WS"]),
        ("Dominica hit by hurricane", ["DM"]),
        ("Dominican Republic votes", ["DO"]),
        ("Bali volcano erupts", ["ID"]),
        ("Macau casinos, Macao beaches", ["MO"]),
        ("Kremlin waits, Pentagon denies, Downing Street is silent", ["RU", "US", "GB"]),
        ("Filipino fishermen return", ["PH"]),
        ("Papua New Guinea and Java", ["PG", "ID"]),
        ("Chinese Filipinos mark an anniversary in Binondo", ["PH"]),
        ("Singaporean Chinese clans meet", ["SG"]),
        ("West Timor villagers protest against a dam", ["ID"]),
        ("Republic of China marks its day", ["TW"]),
        ("People's Republic of China marks its day", ["CN"]),
        ("Saint Petersburg forum opens", ["RU"]),
        ("Chinese, Malay and Indonesian navies meet", ["CN", "ID"]),
        ("Chinese and Malaysian officials meet", ["CN", "MY"]),
        ("Wang at the Diaoyutai State Guesthouse", ["CN"]),
    ],
)
def test_ambiguous_names(title: str, expected: list[str]) -> None:
    assert countries(title, "en") == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("中美谈判", ["CN", "US"]),
        ("美中贸易战", ["US", "CN"]),
        ("中日韩峰会", ["CN", "JP", "KR"]),
        ("日韩首脑会晤", ["JP", "KR"]),
        ("泰总理访华", ["TH", "CN"]),
        ("菲海警船与越渔船", ["PH", "VN"]),
        ("印尼火山喷发", ["ID"]),
        ("约旦河西岸冲突", ["PS"]),
        ("澳門賭場", ["MO"]),
        ("台中火災", ["TW"]),
        ("法新社、海峡时报报道", []),
        ("越来越多英雄超越自己，泰山美食节日前开幕", []),
        ("印度洋地震，马里兰州下雪", []),
        ("大陆架划界", []),
        ("中华人民共和国外交部发表声明", ["CN"]),
        ("中華民國外交部發表聲明", ["TW"]),
        ("印度尼西亞與印度簽署協議", ["ID", "IN"]),
        ("中美洲移民吃北京烤鸭、学越南语", []),
        ("上海地铁停运，海地总统遇刺", ["CN", "HT"]),
        ("习近平在中南海会见来宾", ["CN"]),
        ("泰南沙敦府水灾", ["TH"]),
        ("解放军在东中国海演习", ["CN"]),
    ],
)
def test_short_forms_in_chinese(title: str, expected: list[str]) -> None:
    assert countries(title, "zh") == expected


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("Mỹ áp thuế thép Hàn Quốc", "vi", ["US", "KR"]),
        ("Úc, Đức và Pháp họp với Nga", "vi", ["AU", "DE", "FR", "RU"]),
        ("Mỹ phẩm giả, Pháp luật và Ý kiến bạn đọc ở Malaysia", "vi", ["MY"]),
        ("Ca sĩ Nguyễn Thị Nga hát ở Malaysia", "vi", ["MY"]),
        ("Bắc Mỹ lạnh kỷ lục, Malaysia nóng", "vi", ["MY"]),
        ("Ấn Độ Dương dậy sóng, Malaysia sơ tán dân", "vi", ["MY"]),
        ("Chị Nga và ông Đức bán phở ở Malaysia", "vi", ["MY"]),
        ("Hai người đàn ông Mỹ và một phụ nữ Nga bị bắt", "vi", ["US", "RU"]),
        ("Nước Anh bầu cử", "vi", ["GB"]),
        ("จีนซ้อมรบใกล้ไต้หวัน", "th", ["CN", "TW"]),
        ("ขนมจีนกับตรุษจีนในมาเลเซีย", "th", ["MY"]),
        ("ลาวาไหลท่วมอินโดนีเซีย", "th", ["ID"]),
        ("แหล่งก๊าซกาซาวารีของมาเลเซีย", "th", ["MY"]),
        ("สภากาชาดและโซลาร์เซลล์ในญี่ปุ่น", "th", ["JP"]),
        ("RRC dan AS bertemu di Singapura", "id", ["CN", "US", "SG"]),
        ("Cuba resipi dari Indonesia", "ms", ["ID"]),
        ("Kaum Cina dan Melayu bergotong-royong di Singapura", "ms", ["SG"]),
        ("Warga Tionghoa rayakan Imlek di Singapura", "id", ["SG"]),
        ("Tsina, Hapon at Estados Unidos", "fil", ["CN", "JP", "US"]),
        ("កម្ពុជា និង\u200bចិន ជួប\u200bវៀតណាម", "km", ["KH", "CN", "VN"]),
        ("ຫວຽດນາມ ແລະ ຈີນ", "lo", ["VN", "CN"]),
        ("ປະເທດຊາດ ແລະ ຈີນ", "lo", ["CN"]),
        ("ဂျကာတာမှာ တရုတ်နဲ့ အမေရိကန် တွေ့ဆုံ", "my", ["ID", "CN", "US"]),
        ("भारत और चीन की वार्ता", "hi", ["IN", "CN"]),
        ("Índia e China assinam acordo", "pt", ["IN", "CN"]),
        ("중국과 일본 정상회담", "ko", ["CN", "JP"]),
    ],
)
def test_names_in_the_languages_of_the_region(
    title: str, language: str, expected: list[str]
) -> None:
    assert countries(title, language) == expected


def test_two_ways_to_type_the_same_lao_and_khmer() -> None:
    assert countries("ກໍາປູເຈຍ ແລະ ຈີນ", "lo") == countries("ກຳປູເຈຍ ແລະ ຈີນ", "lo") == ["KH", "CN"]
    assert countries("ភ្នំ\u200bពេញ និង ចិន", "km") == ["KH", "CN"]


def test_a_text_that_names_none_is_of_the_country_of_its_language() -> None:
    assert countries("ราคาข้าวหอมขึ้นอีก", "th") == ["TH"]
    assert countries("Rice prices rise again", "en") == []
    assert countries("Rice prices rise again") == []


def test_a_feature_adds_those_who_meet_there_behind_those_named() -> None:
    assert countries("Japan worried by clash at Second Thomas Shoal", "en") == ["JP", "PH", "CN"]


def test_the_title_is_read_before_the_text_and_its_order_kept() -> None:
    given = TaggerInput("Laos and Brunei vote", "Japan, Japan, France and Laos were there.", "en")
    assert load_gazetteer().find(given).countries == ["LA", "BN", "JP", "FR"]


def test_a_word_of_one_language_is_no_country_in_another() -> None:
    assert countries("AS DAWN BREAKS OVER THE FIELDS", "en") == []
    assert countries("Kebijakan tarif AS", "id") == ["US"]


@pytest.mark.parametrize(
    "name",
    ["Scarborough Shoal", "Bajo de Masinloc", "Panatag", "Huangyan Dao", "黄岩岛", "黃岩島"],
)
def test_every_claimants_name_finds_the_same_feature(name: str) -> None:
    named = load_gazetteer().find(TaggerInput(f"Patrol near {name}"))
    assert named.places == ["scarborough_shoal"]


@pytest.mark.parametrize(
    ("place", "names"),
    [
        (
            "spratly_islands",
            "Nansha|Nansha Islands|南沙|Truong Sa|quần đảo Trường Sa|Kalayaan Islands",
        ),
        ("paracel_islands", "Xisha|西沙|Hoang Sa|Hoàng Sa|Kepulauan Xisha"),
        ("macclesfield_bank", "Zhongsha|Macclesfield Bank|中沙大环礁|中沙群島|quần đảo Trung Sa"),
        ("sandy_cay", "Sandy Cay|Pag-asa Cay 2|铁线礁|鐵線礁|đá Hoài Ân"),
        ("thitu_island", "Thitu|Pag-asa Island|Isla ng Pag-asa|đảo Thị Tứ|中业岛|Zhongye Dao"),
        ("johnson_south_reef", "Johnson South Reef|Mabini Reef|Gạc Ma|đá Gạc Ma|赤瓜礁"),
        ("gaven_reefs", "Gaven Reefs|Gaven Reef|Burgos Reefs|Đá Ga Ven|南薰礁"),
        ("cuarteron_reef", "Cuarteron Reef|Calderon Reef|đá Châu Viên|华阳礁|華陽礁"),
        ("hughes_reef", "Hughes Reef|Đá Tư Nghĩa|东门礁|東門礁"),
        ("woody_island", "Woody Island|Yongxing Island|đảo Phú Lâm|永兴岛|永興島"),
        ("triton_island", "Triton Island|Triton island|đảo Tri Tôn|中建岛"),
        ("swallow_reef", "Swallow Reef|Pulau Layang-Layang|Layang-Layang Island|Đá Hoa Lau|弹丸礁"),
        ("louisa_reef", "Louisa Reef|Terumbu Semarang Barat Kecil|南通礁"),
        ("amboyna_cay", "Amboyna Cay|đảo An Bang|Kalantiyaw Cay|安波沙洲"),
        ("commodore_reef", "Commodore Reef|Rizal Reef|đá Công Đo|司令礁|Terumbu Laksamana"),
        ("barque_canada_reef", "Barque Canada Reef|bãi Thuyền Chài|Magsaysay Reef|柏礁"),
        ("south_china_sea", "S. China Sea|South China sea|biển Đông|laut China Selatan|西菲律宾海"),
        ("east_china_sea", "E. China Sea|东中国海|Laut Tiongkok Timur"),
    ],
)
def test_features_by_the_names_of_all_who_claim_them(place: str, names: str) -> None:
    for name in names.split("|"):
        for written in (name, name.upper()):
            assert load_gazetteer().find(TaggerInput(f"({written})")).places == [place]


@pytest.mark.parametrize(
    "title",
    [
        "PAGASA warns of floods; Pag-asa high school floods",
        "Nawalan na ng Pag-asa? Araw ng Kalayaan, ipinagdiwang; Kalayaan Avenue, sarado",
        "Panatag ang loob ng mga residente; Parola, muling inilawan",
        "Commodore Tarriela speaks; Commodore 64 turns 40",
        "Bank Swallow counted; Triton missile and Triton submarine; Hughes wins; Whitsun holiday",
        "Boris Johnson South Korea visit; Mabini and Rizal remembered; Louisa wins",
        "Festival Layang-Layang di Johor; Lawak Kampus",
        "Macclesfield stun Crystal Palace",
        "Guangzhou opens a port in Nansha; Nanshan district grows",
        "Sandy Cay in the Bahamas and Woody Island, Newfoundland",
        "Women, Peace and Security: the WPS agenda",
        "Landslide in Ren'ai Township; Josefa Llanes Escoda on a banknote",
        "HỘI CHỮ THẬP ĐỎ; Hội Chữ Thập đỏ; ĐẦU TƯ CHÍNH SÁCH; ông Ba Bình; Nguyễn Thị Tứ",
        "Kẹt xe trên đường Trường Sa và đường Hoàng Sa; vùng biển Đông Nam Bộ; núi Châu Viên",
        "香港青年到广州南沙区创业，大湾区的南沙",
        "中沙两国签署协议；台灣西南海域地震；南海トラフ",
        "东海岸铁路通车；陕西沙漠；泰南沙敦府；西沙巴水灾；中南海",
        "钓鱼台国宾馆会谈",
    ],
)
def test_words_that_are_also_a_features_name(title: str) -> None:
    given = TaggerInput(title)
    assert load_gazetteer().find(given).places == []
    assert load_gazetteer().glossed(title) == title


def test_no_disputed_feature_names_one_state_alone() -> None:
    parties = yaml.safe_load(COUNTRIES.read_text(encoding="utf-8"))["parties"]
    assert len(parties) > 15
    assert {name: states for name, states in parties.items() if len(states) < 2} == {}
    # More would be cut at four, and the cut would choose among those who claim it.
    assert {name: states for name, states in parties.items() if len(states) > 4} == {}
    assert "VN" in parties["thitu_island"]


@pytest.mark.parametrize(
    "name", ["Ta Krabei", "Ta Krabey", "Ta Kwai", "ប្រាសាទតាក្របី", "ปราสาทตาควาย"]
)
def test_a_temple_on_the_border_is_found_by_both_sides_names(name: str) -> None:
    named = load_gazetteer().find(TaggerInput(name))
    assert (named.places, named.countries) == (["ta_krabei"], ["KH", "TH"])


def test_the_title_outweighs_the_text_and_four_are_enough() -> None:
    text = "France, France and Germany watched; so did Japan, India and Australia."
    found = load_gazetteer().find(TaggerInput("Vietnam hosts summit", text))
    assert found.countries == ["VN", "FR", "DE", "JP"]


def test_no_name_stands_for_two_features() -> None:
    places = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))["places"]
    names = [name for group in places.values() for name in group]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("content", "message"),
    [("countries: [", "cannot be used"), ("colours: {}", "colours"), (None, "cannot be used")],
)
def test_a_bad_file_is_named(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "places.yml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(GazetteerError, match=message):
        load_gazetteer(path)


def test_a_code_that_is_no_country_is_refused(tmp_path: Path) -> None:
    document = yaml.safe_load(COUNTRIES.read_text(encoding="utf-8"))
    document["names"]["Q1"] = ["Nowhere"]
    path = tmp_path / "countries.yml"
    path.write_text(yaml.safe_dump(document))
    with pytest.raises(GazetteerError, match="Q1"):
        load_gazetteer(countries=path)


def test_parties_to_an_unknown_place_are_refused(tmp_path: Path) -> None:
    document = yaml.safe_load(COUNTRIES.read_text(encoding="utf-8"))
    document["parties"]["atlantis"] = ["GR"]
    path = tmp_path / "countries.yml"
    path.write_text(yaml.safe_dump(document))
    with pytest.raises(GazetteerError, match="atlantis"):
        load_gazetteer(countries=path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Boats gather at Ayungin", "South China Sea: Boats gather at Ayungin"),
        ("仙宾礁附近对峙", "South China Sea: 仙宾礁附近对峙"),
        ("Patrol near Scarborough Shoal in the South China Sea", None),
        ("黄岩岛位于南海", None),
        ("Boats moored at Whitsun", "South China Sea: Boats moored at Whitsun"),
        (
            "Nakabalik na sa Panatag ang bangka",
            "South China Sea: Nakabalik na sa Panatag ang bangka",
        ),
        ("三沙市设西沙区、南沙区", "South China Sea: 三沙市设西沙区、南沙区"),
        ("Philippine army marks Araw ng Kalayaan", None),
        ("Walrus seen in Scarborough", None),
        ("Rice prices rise", None),
    ],
)
def test_a_feature_is_glossed_by_its_sea_unless_the_text_says_it(
    text: str, expected: str | None
) -> None:
    assert load_gazetteer().glossed(text) == (expected or text)


def test_a_doubt_about_an_unknown_name_is_refused(tmp_path: Path) -> None:
    document = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    document["unless"]["Atlantis"] = ["Plato"]
    path = tmp_path / "places.yml"
    path.write_text(yaml.safe_dump(document))
    with pytest.raises(GazetteerError, match="Atlantis"):
        load_gazetteer(path)


def test_a_gloss_of_an_unknown_place_is_refused(tmp_path: Path) -> None:
    document = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    document["glosses"]["South China Sea"].append("atlantis")
    path = tmp_path / "places.yml"
    path.write_text(yaml.safe_dump(document))
    with pytest.raises(GazetteerError, match="atlantis"):
        load_gazetteer(path)
