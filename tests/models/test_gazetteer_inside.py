"""Names of countries inside the names of seas, of other countries and everyday words."""

from __future__ import annotations

import pytest
from babel import Locale

from models.country_names import known_codes
from models.gazetteer import load_gazetteer
from models.tagger import TaggerInput


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("Penjaga Laut China Tembakkan Meriam Air ke Kapal Filipina", "id", ["CN", "PH"]),
        ("Pasukan Penjaga Laut China menembakkan meriam air", "id", ["CN"]),
        ("Angkatan Laut Cina menggelar latihan", "id", ["CN"]),
        ("ANGKATAN LAUT TIONGKOK", "id", ["CN"]),
        ("Kapal angkatan laut China Selatan", "id", ["CN"]),
        ("Polisi Laut Tiongkok merapat", "id", ["CN"]),
        ("Badan Keamanan Laut China", "id", ["CN"]),
        ("Angkatan Laut Filipina", "id", ["PH"]),
        ("Angkatan Laut Jepang di Laut Filipina Barat", "id", ["JP"]),
        ("Tentera Laut China dikesan", "ms", ["CN"]),
        ("Jepun sekat makanan laut China", "ms", ["JP", "CN"]),
        ("កងឆ្មាំសមុទ្រចិនបាញ់ទឹកលើនាវាហ្វីលីពីន", "km", ["CN", "PH"]),
        ("កងទ័ពសមុទ្រចិន", "km", ["CN"]),
        ("កងទ័ពជើងទឹកចិន", "km", ["CN"]),
        ("ຍາມຝັ່ງທະເລຈີນສີດນ້ຳໃສ່ເຮືອຟີລິບປິນ", "lo", ["CN", "PH"]),
        ("หน่วยยามชายฝั่งทะเลจีนฉีดน้ำ", "th", ["CN"]),
        ("หน่วยยามฝั่งทะเลญี่ปุ่น", "th", ["JP"]),
        ("Cảnh sát biển Nhật Bản", "vi", ["JP"]),
        ("Sóng thần ở bờ biển Nhật Bản", "vi", ["JP"]),
        ("日本海上保安厅抗议", "zh", ["JP"]),
        ("日本海軍與日本海關", "zh", ["JP"]),
        ("日本海岸警卫队船与中国船相撞", "zh", ["JP", "CN"]),
        ("日本海上巡逻机被中国拦截", "zh", ["JP", "CN"]),
        ("日本海巡船、日本海防与日本海空军", "zh", ["JP"]),
        ("日本海陸空自衛隊", "zh", ["JP"]),
        ("日本海事协会与日本海底电缆", "zh", ["JP"]),
        ("Lực lượng Tự vệ Biển Nhật Bản tập trận với Mỹ", "vi", ["JP", "US"]),
        ("Lực lượng Phòng vệ trên biển Nhật Bản", "vi", ["JP"]),
        ("Lực lượng phòng vệ biển Nhật Bản", "vi", ["JP"]),
        ("Cảnh Sát Biển Nhật Bản", "vi", ["JP"]),
        ("กองกำลังอาสาสมัครทางทะเลจีนล้อมเรือฟิลิปปินส์", "th", ["CN", "PH"]),
        ("ตำรวจทะเลจีน", "th", ["CN"]),
        ("Milisi laut China usir nelayan Filipina", "id", ["CN", "PH"]),
        ("Pangkalan laut China di Ream Kamboja", "id", ["CN", "KH"]),
        ("Pasukan laut Tiongkok", "id", ["CN"]),
        ("យាមល្បាតឆ្នេរសមុទ្រចិន", "km", ["CN"]),
        ("Philippine Seafarers Freed as China Seafood Ban Ends", "en", ["PH", "CN"]),
    ],
)
def test_a_coast_guard_is_of_its_country_and_no_sea(
    title: str, language: str, expected: list[str]
) -> None:
    assert load_gazetteer().find(TaggerInput(title, "", language)).countries == expected


@pytest.mark.parametrize(
    ("title", "language", "place"),
    [
        ("Patroli Laut China Selatan", "id", "south_china_sea"),
        ("Kapal Patroli Laut China Selatan", "id", "south_china_sea"),
        ("Keamanan Laut China Timur", "id", "east_china_sea"),
        ("Angkatan Laut Jepang berlayar di Laut China Timur", "id", "east_china_sea"),
        ("ទូកនៅសមុទ្រចិនខាងត្បូង", "km", "south_china_sea"),
        ("ຊາຍຝັ່ງທະເລຈີນໃຕ້", "lo", "south_china_sea"),
        ("ชายฝั่งทะเลจีนใต้", "th", "south_china_sea"),
        ("Tàu cá ở vùng biển Đông", "vi", "south_china_sea"),
    ],
)
def test_a_sea_stays_a_sea(title: str, language: str, place: str) -> None:
    named = load_gazetteer().find(TaggerInput(title, "", language))
    assert named.places == [place]
    assert "CN" not in named.countries


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("导弹落入日本海", "zh"),
        ("日本海军事演习", "zh"),
        ("日本海空域；日本海上空；日本海防空识别区；日本海事件", "zh"),
        ("Tên lửa rơi xuống biển Nhật Bản", "vi"),
    ],
)
def test_the_sea_of_japan_is_no_mention_of_japan(title: str, language: str) -> None:
    assert "JP" not in load_gazetteer().find(TaggerInput(title, "", language)).countries


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("ໂຈນສະຫຼັດໂຊມາລີ ຍຶດເຮືອສິນຄ້າ", "lo", ["SO"]),
        ("ນາງ ມາລີ ວົງສາ ນັກຮ້ອງລາວ", "lo", ["LA"]),
        ("ທະຫານໃນປະເທດມາລີ", "lo", ["ML"]),
        ("ໄທບ້ານ ປະທ້ວງ ບໍລິສັດຈີນ", "lo", ["CN"]),
        ("ເຜົ່າໄທດຳ ແລະ ຈີນ", "lo", ["CN"]),
        ("ໄທວັນ ຢູ່ ຢົກຢາກາຕາ", "lo", ["TW", "ID"]),
        ("ນາຍົກປະນາມຈີນ. ລາວກ່າວວ່າ ບໍ່ຍອມ", "lo", ["CN"]),
        ("ສປປ ລາວກ່າວວ່າ ຈີນ", "lo", ["LA", "CN"]),
        ("ລາວກ່າວວ່າ ຈີນຈະມາ", "lo", ["LA", "CN"]),
        ("ລັດຖະບານ ລາວກ່າວວ່າ ຈີນຈະຊ່ວຍ", "lo", ["LA", "CN"]),
        ("ທ່ານນາຍົກ ລາວກ່າວວ່າ ໄທ", "lo", ["LA", "TH"]),
        ("ທາງການ ລາວເວົ້າວ່າ ໄທ", "lo", ["LA", "TH"]),
        ("ກະຊວງການຕ່າງປະເທດ ລາວກ່າວວ່າ ຈີນ", "lo", ["LA", "CN"]),
        ("ເສດຖະກິດໄທໃຫຍ່ກວ່າ", "lo", ["TH"]),
        ("ປາປົວ ນິວກິນີ ກັບ ກິນີ", "lo", ["PG", "GN"]),
        ("ຊິລີຄອນ ຈາກ ນິວເຈີຊີ", "lo", ["US"]),
        ("ໄອແລນເໜືອ ແລະ ໄອແລນ", "lo", ["GB", "IE"]),
        ("တရုတ်စီးပွားရေး ထိုင်းမှိုင်း၊ စိုထိုင်းဆမြင့်", "my", ["CN"]),
        ("ပါပူဝါနယူးဂီနီ နှင့် ဂီနီ", "my", ["PG", "GN"]),
        ("တောင်ဆူဒန်နှင့် ဆိုမာလီ", "my", ["SS", "SO"]),
        ("နယူးဂျာစီ ပစ်ခတ်မှု", "my", ["US"]),
        ("ប៉ាពួញូហ្គីណេ និងហ្គីណេ", "km", ["PG", "GN"]),
        ("អេស៊ីប និងចិន", "km", ["EG", "CN"]),
        ("លោក ដូណាល់ ត្រាំក្នុងកិច្ចប្រជុំជាមួយចិន", "km", ["US", "CN"]),
        ("ប្រធានាធិបតី ត្រាំក្នុងឱកាសនោះ ចិន", "km", ["US", "CN"]),
        ("ត្រាំក្នុងទឹក នៅចិន", "km", ["CN"]),
        ("ថៃវ៉ាន់ និងថៃ", "km", ["TW", "TH"]),
        ("ធនាគារកណ្ដាលចិន", "km", ["CN"]),
        ("កំពង់ផែស៊ីដនី", "km", ["AU"]),
        ("ស៊ីលីកុន កាតាឡុក និងភាសាបាលីរបស់ចិន", "km", ["CN"]),
        ("ញូវម៉ិកស៊ិក និងម៉ិកស៊ិក", "km", ["US", "MX"]),
        ("សហរដ្ឋម៉ិកស៊ិក", "km", ["MX"]),
        ("โจรสลัดโซมาลี", "th", ["SO"]),
        ("ชุดบิกินีและเช็กอินในมาเลเซีย", "th", ["MY"]),
        ("กินีบิสเซากับเกาะนิวกินี", "th", ["GW"]),
        ("นิวเจอร์ซีย์ นิวเม็กซิโก และเม็กซิโก", "th", ["US", "MX"]),
        ("新墨西哥州与墨西哥", "zh", ["US", "MX"]),
        ("北爱尔兰与爱尔兰", "zh", ["GB", "IE"]),
        ("菲军在巴西兰与巴西使节", "zh", ["PH", "BR"]),
        ("巴布亞新幾內亞；新几内亚岛；几内亚湾", "zh", ["PG"]),
        ("西印度群岛队对印度队", "zh", ["IN"]),
    ],
)
def test_a_name_inside_another_is_not_counted(
    title: str, language: str, expected: list[str]
) -> None:
    assert load_gazetteer().find(TaggerInput(title, "", language)).countries == expected


@pytest.mark.parametrize("locale", ["lo", "my", "km", "th", "zh", "zh_Hant"])
def test_no_countrys_name_is_counted_as_another_inside_it(locale: str) -> None:
    # New Caledonia is counted as France, and the Coco Islands of Burmese news are Myanmar's own.
    meant = {"NC": ["FR"], "CC": ["MM"]}
    wrong = {}
    for code, name in Locale.parse(locale).territories.items():
        given = TaggerInput(name.split("(")[0], "", "zh" if locale.startswith("zh") else "en")
        found = load_gazetteer().find(given).countries
        if code in known_codes() and found not in ([], [code], meant.get(code)):
            wrong[code] = found
    assert wrong == {}
