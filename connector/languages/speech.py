"""The language in which this process speaks to the person at the terminal: one, chosen once by the command line.

It is the process's and not the thread's, since what runs on a schedule speaks from threads of its own. A text is marked
where it is written: `_` says it at once, `ngettext` in the form that goes with a number, `mark` for later. Names in
braces are filled in after the translation. Babel reads the texts out of the program by these three names.
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.languages.translation import Translator, translator_for


@dataclass
class _Voice:
    translator: Translator


_voice = _Voice(Translator())


def speak(language: str) -> None:
    """From here on, speak this language."""
    _voice.translator = translator_for(language)


def speaker() -> Translator:
    """Who speaks the language that was chosen; English before any was."""
    return _voice.translator


def _(text: str, /, **values: object) -> str:
    """A text in the language that is spoken, with its names in braces filled in."""
    return _voice.translator.say(text).format(**values)


def ngettext(one: str, several: str, count: int, /, **values: object) -> str:
    """The text that goes with a count, which fills in `{number}` as the language writes it."""
    translator = _voice.translator
    return translator.count(one, several, count).format(number=translator.number(count), **values)


def mark(text: str) -> str:
    """A text that is translated where it is said: by `_`, with the same words."""
    return text


def name_code(code: object) -> str:
    """What a code of ours is called; one that has no word is written as it is."""
    english = str(code).replace("_", " ")
    said = _voice.translator.say(english)
    return str(code) if said == english else said
