"""Upper and lower case by words: xstrings' snake and kebab case, goutils' initials and the like."""

from __future__ import annotations

from pinnace.languages import gounicode


def title(text: str) -> str:
    """strings.Title: the first letter of each word."""
    found: list[str] = []
    before = " "
    for char in gounicode.valid(text):
        found.append(gounicode.to_title(char) if _separates(before) else char)
        before = char
    return "".join(found)


def _separates(char: str) -> bool:
    if char < "\x80":
        return not (char.isalnum() or char == "_")
    return gounicode.space(char)


def untitle(text: str) -> str:
    """goutils.Uncapitalize."""
    found: list[str] = []
    first = True
    for char in gounicode.valid(text):
        space = gounicode.space(char)
        found.append(gounicode.to_lower(char) if first and not space else char)
        first = space
    return "".join(found)


def swapcase(text: str) -> str:
    """goutils.SwapCase: lower case at the start of a word becomes title case."""
    found: list[str] = []
    white = True
    for char in gounicode.valid(text):
        if gounicode.is_upper(char) or gounicode.is_title(char):
            char, white = gounicode.to_lower(char), False
        elif gounicode.is_lower(char):
            char = gounicode.to_title(char) if white else gounicode.to_upper(char)
            white = False
        else:
            white = gounicode.space(char)
        found.append(char)
    return "".join(found)


def _bytes(text: str) -> str:
    """goutils reads some strings byte by byte, each byte as a character."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def nospace(text: str) -> str:
    """goutils.DeleteWhiteSpace: when there is none the text stays as it is."""
    data = _bytes(text)
    kept = "".join(char for char in data if not gounicode.space(char))
    return text if len(kept) == len(data) else kept


def initials(text: str) -> str:
    """goutils.Initials."""
    return "".join(word[0] for word in _split_spaces(_bytes(text)))


def _split_spaces(text: str) -> list[str]:
    blank = "".join(" " if gounicode.space(char) else char for char in text)
    return [word for word in blank.split(" ") if word]


def _connects(char: str) -> bool:
    return char in "-_" or gounicode.space(char)


def camelcase(text: str) -> str:
    """xstrings.ToPascalCase: `some_words` → `SomeWords`; connectors at the start stay."""
    text = gounicode.valid(text)
    start = next((i for i, char in enumerate(text) if not _connects(char)), len(text))
    if start == len(text):
        # of connectors alone the last one comes twice
        return text + text[-1:] if len(text) > 0 else ""
    out = [text[:start]]
    first_upper = gounicode.is_upper(text[start])
    current = gounicode.to_upper(text[start])
    if start + 1 == len(text):
        return text[:start] + current
    for char in text[start + 1 :]:
        before, current = current, char
        if _connects(current) and _connects(before):
            out.append(before)
        elif _connects(before):
            first_upper = gounicode.is_upper(current)
            current = gounicode.to_upper(current)
        else:
            if first_upper and gounicode.is_upper(current):
                current = gounicode.to_lower(current)
            elif first_upper:
                first_upper = False
            out.append(before)
    return "".join([*out, current])
