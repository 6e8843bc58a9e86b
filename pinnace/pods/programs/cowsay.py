"""The ``cowsay`` of the image ``docker/whalesay``: a whale that says what it is told.

Like the original (Tony Monroe's cowsay with Docker's whale as its default figure): words of the
arguments, or of standard input without arguments, wrapped at 40 columns in a balloon.
"""

import sys

WIDTH = 40
#: Bars mark the ends of the lines: the figure has trailing blanks.
WHALE = r'''
    \|
     \|
      \     |
                    ##        .            |
              ## ## ##       ==            |
           ## ## ## ##      ===            |
       /""""""""""""""""___/ ===        |
  ~~~ {~~ ~~~~ ~~~ ~~~~ ~~ ~ /  ===- ~~~   |
       \______ o          __/            |
        \    \        __/             |
          \____\______/   |
'''.replace("|\n", "\n").lstrip("\n")


def wrap(text: str) -> "list[str]":
    """Fill lines with words; a word that is too long is cut."""
    lines = [""]
    for word in text.split():
        while word:
            room = WIDTH - len(lines[-1]) - (2 if lines[-1] else 1)
            if len(word) <= room:
                lines[-1] += (" " if lines[-1] else "") + word
                word = ""
            elif lines[-1]:
                lines.append("")
            else:
                lines[-1], word = word[: WIDTH - 1], word[WIDTH - 1 :]
    return lines


def balloon(lines: "list[str]") -> str:
    """Draw the lines in a speech balloon."""
    width = max(map(len, lines))
    edges = ["<>"] if len(lines) == 1 else ["/\\", *["||"] * (len(lines) - 2), "\\/"]
    rows = [f"{e[0]} {line:<{width}} {e[1]}" for e, line in zip(edges, lines, strict=True)]
    return "\n".join([" " + "_" * (width + 2) + " ", *rows, " " + "-" * (width + 2) + " "]) + "\n"


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    sys.stdout.write(balloon(wrap(" ".join(words) or sys.stdin.read())) + WHALE)
