"""Text that somebody may type into a CRM to get at whatever reads it next."""

from __future__ import annotations

from hypothesis import strategies as st

INJECTIONS = [
    "' OR Id != '",
    "\\' OR Id != \\'",
    "') OR (Name != '",
    "x' LIMIT 1 --",
    "O'Neil \\",
    'say "yes"',
    "two\nlines\r\n\ttab\b\f",
    "{id}",
    "{0.__class__}",
    "%s %(x)s",
    "'; DROP TABLE account; --",
    "../../secret?x=1#y",
    "a&after=1&b",
]

TERMINAL = [
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x1b]8;;http://example.com\x1b\\here\x1b]8;;\x1b\\",
    "\x9b31m",
    "\x1b[?1049h",
    "done\r\x1b[Knothing",
    "line\nplaymaker: all is well",
    "\u202egnp.exe",
    "\u2028",
    "\x7f\x08",
]

MARKUP = ["[red]x[/red]", "[/b]", ":smile:", "[link=http://example.com]y[/link]", r"C:\[x]"]

injections = (
    st.sampled_from(INJECTIONS) | st.text(alphabet="'\"\\\n\r\t{}%;-=! ORId", max_size=30) | st.text(max_size=30)
)

printed = st.sampled_from(TERMINAL + MARKUP) | st.text(alphabet="\x1b\x9b[]m;0\r\n\x07\u202e\u2066ab:", max_size=30)

ACTIVE = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), *"\u2028\u2029\u202a\u202b\u202c\u202d\u202e"}
ACTIVE |= set("\u2066\u2067\u2068\u2069")


def active_in(text: str) -> set[str]:
    """What a terminal would act on, line breaks between lines aside."""
    return (set(text) & ACTIVE) - {"\n"}
