"""Chinese short forms of countries' names: one sign beside another, before a role, after a verb."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict

Names = tuple[str, ...]
MASK = "\ue000"
"""Stands where a longer name was read, so that no sign is read out of it."""
CHINESE = ("zh", "yue")
"""Languages that write so; in Japanese the same signs are other words."""
LONGEST_RUN = 4
"""Signs in a row, as in 美日印澳; an article keeps no more countries."""

_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")


class ShortForms(BaseModel):
    """The part `short` of models/countries.yml; its comments say what each field is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    signs: dict[str, str]
    alone_in_pairs_only: Names
    roles: Names
    roles_of: dict[str, dict[str, str]]
    verbs: Names
    after_verbs: dict[str, str]
    pairs: dict[str, Names]
    never: Names
    not_after: dict[str, str]
    not_before: dict[str, str]

    def codes(self) -> set[str]:
        """Return every country code the part uses."""
        pairs = (code for codes in self.pairs.values() for code in codes)
        alone = (code for signs in self.roles_of.values() for code in signs.values())
        return {*self.signs.values(), *self.after_verbs.values(), *pairs, *alone}


class ShortFormReader:
    """Finds short forms in a text whose longer names are masked.

    A sign is refused where the characters beside it make it part of an everyday word: 今日警方 is
    no police of Japan, 飞越 no Vietnam, 对美好 no United States.
    """

    def __init__(self, forms: ShortForms) -> None:
        """Compile the forms into one pattern, so that a text is read once."""
        self._forms = forms
        self._sign = re.compile(_any(forms.signs))
        self._alone = {
            sign: code for signs in forms.roles_of.values() for sign, code in signs.items()
        }
        self._pattern = re.compile(
            "|".join(
                (
                    rf"(?P<pair>{'|'.join(map(self._whole, _longest_first(forms.pairs)))})",
                    rf"(?P<run>(?:{'|'.join(self._in_run())}){{2,{LONGEST_RUN}}})",
                    rf"(?P<sign>{'|'.join(self._before_roles())})",
                    rf"(?P<object>{'|'.join(self._after_verbs())})",
                )
            )
        )

    def find(self, text: str) -> Iterator[tuple[int, int, Names]]:
        """Yield start and end of a short form and the countries it names, in their order."""
        if not _IDEOGRAPH.search(text):
            return
        for found in self._pattern.finditer(text):
            codes = self._codes(found)
            # One state twice in a row is no list of states but a word, such as 缅緬 or 泰泰.
            if len(set(codes)) == len(codes):
                yield found.start(), found.end(), codes

    def _codes(self, found: re.Match[str]) -> Names:
        form = found[0]
        match found.lastgroup:
            case "pair":
                return self._forms.pairs[form]
            case "object":
                return (self._forms.after_verbs[form[1:]],)
            case "sign":
                return (self._forms.signs.get(form) or self._alone[form],)
        return tuple(self._forms.signs[sign] for sign in self._sign.findall(form))

    def _whole(self, form: str) -> str:
        """Match a form unless what stands before or after it makes another word."""
        return f"{self._behind(form[0])}{re.escape(form)}{self._ahead(form, form[-1])}"

    def _in_run(self) -> Iterator[str]:
        for sign in _longest_first(self._forms.signs):
            never = [form[len(sign) :] for form in self._forms.never if form.startswith(sign)]
            ahead = rf"(?!{_any(never)})" if never else ""
            yield f"{self._behind(sign)}{sign}{ahead}{self._ahead(sign)}"

    def _before_roles(self) -> Iterator[str]:
        anywhere = self._forms.signs.keys() - set(self._forms.alone_in_pairs_only)
        for sign in _longest_first(anywhere | self._alone.keys()):
            roles = [role for role, signs in self._forms.roles_of.items() if sign in signs]
            roles += self._forms.roles if sign in anywhere else ()
            allowed = [role for role in roles if sign + role not in self._forms.never]
            last = "|".join(role + self._ahead(role) for role in _longest_first(allowed))
            yield f"{self._behind(sign)}{sign}{self._ahead(sign)}(?={last})"

    def _after_verbs(self) -> Iterator[str]:
        for verb in self._forms.verbs:
            for sign in _longest_first(self._forms.after_verbs):
                if verb + sign not in self._forms.never:
                    yield f"{self._behind(verb)}{verb}{sign}{self._ahead(sign)}"

    def _behind(self, sign: str) -> str:
        """Refuse a sign after what makes it part of a word; a look-behind has one width."""
        words = self._forms.not_after.get(sign, "").split()
        widths = sorted({len(word) for word in words})
        return "".join(rf"(?<!{_any(w for w in words if len(w) == width)})" for width in widths)

    def _ahead(self, *forms: str) -> str:
        words = [word for form in forms for word in self._forms.not_before.get(form, "").split()]
        return rf"(?!{_any(words)})" if words else ""


def _longest_first(forms: Iterable[str]) -> list[str]:
    return sorted(forms, key=lambda form: (-len(form), form))


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, _longest_first(words))) + ")"
