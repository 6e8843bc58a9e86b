r"""Character classes that Go's regexp has by more names than RE2: `\p{Letter}`, `\p{greek}`.

Go 1.25 takes names of categories and scripts in any case, without regard to `_`, `-` and spaces,
the long names of categories, and Any, ASCII, Assigned, Cn and LC. `translated` writes them as RE2
knows them.
"""

from __future__ import annotations

import re
from functools import cache

import re2

from pinnace.languages.errors import LanguageError

LONGEST = 100_000

_LONG_NAMES = {
    "Casedletter": "LC", "Closepunctuation": "Pe", "Combiningmark": "M",
    "Connectorpunctuation": "Pc", "Control": "Cc", "Cntrl": "Cc", "Currencysymbol": "Sc",
    "Dashpunctuation": "Pd", "Decimalnumber": "Nd", "Digit": "Nd", "Enclosingmark": "Me",
    "Finalpunctuation": "Pf", "Format": "Cf", "Initialpunctuation": "Pi", "Letter": "L",
    "Letternumber": "Nl", "Lineseparator": "Zl", "Lowercaseletter": "Ll", "Mark": "M",
    "Mathsymbol": "Sm", "Modifierletter": "Lm", "Modifiersymbol": "Sk", "Nonspacingmark": "Mn",
    "Number": "N", "Openpunctuation": "Ps", "Other": "C", "Otherletter": "Lo",
    "Othernumber": "No", "Otherpunctuation": "Po", "Othersymbol": "So",
    "Paragraphseparator": "Zp", "Privateuse": "Co", "Punctuation": "P", "Punct": "P",
    "Separator": "Z", "Spaceseparator": "Zs", "Spacingmark": "Mc", "Surrogate": "Cs",
    "Symbol": "S", "Titlecaseletter": "Lt", "Unassigned": "Cn", "Uppercaseletter": "Lu",
}  # fmt: skip
_SCRIPTS = {  # scripts whose names have more than one word
    name.replace("_", "").capitalize(): name
    for name in [
        "Anatolian_Hieroglyphs",
        "Canadian_Aboriginal",
        "Caucasian_Albanian",
        "Cypro_Minoan",
        "Dives_Akuru",
        "Egyptian_Hieroglyphs",
        "Gunjala_Gondi",
        "Hanifi_Rohingya",
        "Imperial_Aramaic",
        "Inscriptional_Pahlavi",
        "Inscriptional_Parthian",
        "Kayah_Li",
        "Khitan_Small_Script",
        "Linear_A",
        "Linear_B",
        "Masaram_Gondi",
        "Meetei_Mayek",
        "Mende_Kikakui",
        "Meroitic_Cursive",
        "Meroitic_Hieroglyphs",
        "Nag_Mundari",
        "New_Tai_Lue",
        "Nyiakeng_Puachue_Hmong",
        "Ol_Chiki",
        "Old_Hungarian",
        "Old_Italic",
        "Old_North_Arabian",
        "Old_Permic",
        "Old_Persian",
        "Old_Sogdian",
        "Old_South_Arabian",
        "Old_Turkic",
        "Old_Uyghur",
        "Pahawh_Hmong",
        "Pau_Cin_Hau",
        "Phags_Pa",
        "Psalter_Pahlavi",
        "Sora_Sompeng",
        "Syloti_Nagri",
        "Tai_Le",
        "Tai_Tham",
        "Tai_Viet",
        "Zanabazar_Square",
    ]
}
_ASSIGNED = r"\pL\pM\pN\pP\pS\pZ\p{Cc}\p{Cf}\p{Cs}\p{Co}"
_EVERYTHING = r"\x{0}-\x{10FFFF}"
_NOTHING = r"\x{D800}"  # half of a pair of UTF-16, which UTF-8 can't hold
_SETS = {  # (what the class holds, what its complement holds), as members of a bracket
    "Any": (_EVERYTHING, None),
    "Ascii": (r"\x{0}-\x{7F}", r"\x{80}-\x{10FFFF}"),
    "Assigned": (_ASSIGNED, None),
    "Cn": (None, _ASSIGNED),
    "Lc": (r"\p{Lu}\p{Ll}\p{Lt}", None),
}
_ESCAPE = re.compile(r"\\Q.*?(?:\\E|\Z)|\\[pP]\{(\^?)([^}]*)\}|\\.|\[\^?\]?|\]", re.DOTALL)


def translated(pattern: str) -> str:
    """The pattern with such class names as RE2 knows."""
    if not re.search(r"\\[pPC]", pattern):
        return pattern
    inside = False

    def one(found: re.Match[str]) -> str:
        nonlocal inside
        text = found.group()
        if text[0] == "[":
            inside, text = True, (text if not inside else text)
        elif text == "]":
            inside = False
        elif text == "\\C":  # a single byte, which RE2 knows and Go does not
            message = "error parsing regexp: invalid escape sequence: `\\C`"
            raise LanguageError("regex", pattern, found.start(), message)
        elif text[:3] in ("\\p{", "\\P{"):
            negated = (text[1] == "P") != bool(found.group(1))
            return _class(text, found.group(2), negated, inside)
        return text

    return _ESCAPE.sub(one, pattern)


def _class(text: str, name: str, negated: bool, inside: bool) -> str:
    canonical = re.sub("[_ -]", "", name)
    canonical = canonical[:1].upper() + canonical[1:].lower()
    canonical = _LONG_NAMES.get(canonical, _SCRIPTS.get(canonical, canonical))
    kind = "P" if negated else "p"
    members = _SETS.get(canonical.capitalize())
    if members is None:
        return f"\\{kind}{{{canonical}}}"
    held, other = members
    if not inside:
        return f"[{'^' if negated == (held is not None) else ''}{held or other}]"
    wanted = other if negated else held
    if wanted is None and held == _EVERYTHING:
        return _NOTHING
    if wanted is None and _ASSIGNED in (held, other):
        return _unassigned()
    return wanted or text  # RE2 refuses `[\\P{LC}]` as it is


@cache
def _unassigned() -> str:
    """What no version of Unicode has given a meaning yet, as members of a bracket."""
    text = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    runs = re2.finditer(f"[^{_ASSIGNED}]+", text)
    return "".join(f"\\x{{{ord(r[0][0]):X}}}-\\x{{{ord(r[0][-1]):X}}}" for r in runs)
