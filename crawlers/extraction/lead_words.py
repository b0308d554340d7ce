"""Words that introduce an author, in the languages of the region and of the big agencies.

Alternatives of regular expressions, to be used without regard to case.
"""

from __future__ import annotations

AUTHORS = (
    r"authors?|writers?|reporters?|autor(?:es|en|as?|in|i)?|autore|auteurs?|"
    r"yazar|yazan|verfasser(?:in)?|автор[ыи]?|"
    r"penulis|pewarta|wartawan|jurnalis|laporan|tác[- ]giả|"
    r"ผู้เขียน|ผู้สื่อข่าว|ရေးသားသူ|អ្នកនិពន្ធ|लेखक|كتبت?|"
    r"作者|(?:本[报報])?[记記]者|執筆|执笔|編譯|编译|기자명"
)
"""Nouns for the author: with a colon behind them they tell one anywhere on a page."""
INTERVIEWERS = r"journalists?|journaliste|jornalista|periodista|pv|기자"
"""Nouns that stand before an interview's questions, too: they tell an author in a byline only."""
TEXTS = (
    r"texto?|texte|tekst|teks|текст|words|"
    r"(?:bài|tin)(?:\s?(?:và|,|-|&)\s?(?:clip|ảnh))*|"
    r"text (?:and|und) (?:photos?|fotos?|bilder)|teks dan foto|เรื่อง(?:และภาพ)?|"
    r"文字?|[圖图]文|撰文|撰稿|采写|採寫|采访|採訪|글(?:·사진)?"
)
"""Nouns for the text: with a colon, in the author's own place, they tell the author."""
BY = r"by|oleh|por|par|von|bởi|โดย|ដោយ|ໂດຍ|بقلم"
"""'By': a space or a colon may stand behind it."""
ORDINARY_BY = r"di|ni|nina|av|af|door"
"""'By' in Italian, Filipino, Dutch and the Nordic languages: elsewhere an ordinary word or name."""
ORDINARY_BY_LANGUAGES = frozenset({"it", "tl", "fil", "nl", "sv", "da", "no", "nb", "nn"})
COLON = r"\s*[:：៖=・／/｜丨]\s*"
