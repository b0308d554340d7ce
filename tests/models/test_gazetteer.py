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
        "Documents found in a manila envelope, Jakarta Globe reports",
        "South China Sea weather bulletin",
        "A vacuum of thailandish pianos",
    ],
)
def test_names_that_name_no_country(title: str) -> None:
    assert countries(title, "en") == []


def test_georgia_the_country() -> None:
    assert countries("Georgia's parliament debates in Tbilisi", "en") == ["GE"]


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
        ("Walrus seen in Scarborough", None),
        ("Rice prices rise", None),
    ],
)
def test_a_feature_is_glossed_by_its_sea_unless_the_text_says_it(
    text: str, expected: str | None
) -> None:
    assert load_gazetteer().glossed(text) == (expected or text)


def test_a_gloss_of_an_unknown_place_is_refused(tmp_path: Path) -> None:
    document = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    document["glosses"]["South China Sea"].append("atlantis")
    path = tmp_path / "places.yml"
    path.write_text(yaml.safe_dump(document))
    with pytest.raises(GazetteerError, match="atlantis"):
        load_gazetteer(path)
