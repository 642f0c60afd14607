"""Numbers as Russian and English print them: 12 345, 0,62 and 62,3 %, or 12,345, 0.62 and 62.3%."""

from typing import Literal, Protocol

Language = Literal["ru", "en"]
# Russian sets thousands apart from five digits on (Milchin, Cheltsova: Spravochnik izdatelya i avtora).
_FEWEST_GROUPED = 10_000
_RUSSIAN = str.maketrans({",": "\u202f", ".": ",", "%": "\u00a0%", "-": "−"})


class Spoken(Protocol):
    """Whatever knows its language: a table of words."""

    @property
    def language(self) -> Language: ...


def localised(number: str, words: Spoken) -> str:
    """What a format such as `,.1f` or `+.1%` gave, with the language's marks and a true minus sign."""
    return number.translate(_RUSSIAN) if words.language == "ru" else number.replace("-", "−")


def decimal(value: float, digits: int, words: Spoken) -> str:
    """A number with so many decimals: 0,62 or 0.62."""
    return localised(f"{value:.{digits}f}", words)


def signed(value: float, words: Spoken) -> str:
    """A word's score or a change with its sign and two decimals; what rounds to nothing has no sign."""
    return localised("0.00" if rounds_to_nothing(value) else f"{value:+.2f}", words)


def rounds_to_nothing(value: float) -> bool:
    """Whether two decimals show nothing of a number."""
    return abs(value) < 0.005


def whole(value: int, words: Spoken) -> str:
    """A whole number, its thousands set apart as the language does: 2500 and 12 345, or 2,500 and 12,345."""
    grouped = words.language == "en" or abs(value) >= _FEWEST_GROUPED
    return localised(f"{value:,}" if grouped else f"{value}", words)


def percent(share: float, words: Spoken) -> str:
    """A share with one decimal, 62,3 % or 62.3%; 0 and 100 only where they are exact, else "< 0,1 %"."""
    sign, held = bounded(share) if 0 < share < 1 else ("", share)
    return (f"{sign}\u00a0" if sign else "") + localised(f"{held:.1%}", words)


def probability(share: float, words: Spoken) -> str:
    """A probability with one decimal, which is never 0 or 100."""
    return percent(min(max(share, 1e-9), 1 - 1e-9), words)


def rounded_percent(share: float, words: Spoken) -> str:
    """A share without decimals, for what was measured on few: 62 % or 62%."""
    return localised(f"{share:.0%}", words)


def bounded(share: float) -> tuple[str, float]:
    """A share between 0.001 and 0.999 for one decimal, and the sign "<" or ">" where it lies beyond."""
    held = min(max(share, 0.001), 0.999)
    return "" if abs(held - share) < 0.0005 else "<" if held > share else ">", held
