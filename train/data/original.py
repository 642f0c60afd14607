"""The original: the model that it tuned, and the 34 authors of its data in the order of its labels."""

import json
from dataclasses import dataclass

BASE = "ai-forever/ruBert-base"


@dataclass(frozen=True, slots=True)
class OriginalAuthor:
    """An author's key in the data, and the names shown to people."""

    key: str
    name: str
    name_en: str


AUTHORS = (
    OriginalAuthor("Paustovskiy", "Паустовский", "Paustovsky"),
    OriginalAuthor("Ostrovsky", "Островский", "Ostrovsky"),
    OriginalAuthor("Gogol", "Гоголь", "Gogol"),
    OriginalAuthor("Dostoevsky", "Достоевский", "Dostoevsky"),
    OriginalAuthor("Leskov", "Лесков", "Leskov"),
    OriginalAuthor("Belyaev", "Беляев", "Belyaev"),
    OriginalAuthor("Kataev", "Катаев", "Kataev"),
    OriginalAuthor("Solzhenitsin", "Солженицын", "Solzhenitsyn"),
    OriginalAuthor("Akunin", "Акунин", "Akunin"),
    OriginalAuthor("Struhgatskie", "Стругацкие", "The Strugatskys"),
    OriginalAuthor("Lukyanenko", "Лукьяненко", "Lukyanenko"),
    OriginalAuthor("Bulgakov", "Булгаков", "Bulgakov"),
    OriginalAuthor("Kazantsev", "Казанцев", "Kazantsev"),
    OriginalAuthor("Dovlatov", "Довлатов", "Dovlatov"),
    OriginalAuthor("Goncharov", "Гончаров", "Goncharov"),
    OriginalAuthor("Pikul", "Пикуль", "Pikul"),
    OriginalAuthor("Gorky", "Горький", "Gorky"),
    OriginalAuthor("Grin", "Грин", "Grin"),
    OriginalAuthor("Chekhov", "Чехов", "Chekhov"),
    OriginalAuthor("Fray", "Фрай", "Frei"),
    OriginalAuthor("Sergeev-Thsenskiy", "Сергеев-Ценский", "Sergeyev-Tsensky"),
    OriginalAuthor("Pelevin", "Пелевин", "Pelevin"),
    OriginalAuthor("Ilf_petrov", "Ильф и Петров", "Ilf and Petrov"),
    OriginalAuthor("Gaydar", "Гайдар", "Gaidar"),
    OriginalAuthor("Serafimovich", "Серафимович", "Serafimovich"),
    OriginalAuthor("Prishvin", "Пришвин", "Prishvin"),
    OriginalAuthor("Kuprin", "Куприн", "Kuprin"),
    OriginalAuthor("Fadeev", "Фадеев", "Fadeyev"),
    OriginalAuthor("Averchenko", "Аверченко", "Averchenko"),
    OriginalAuthor("Zoschenko", "Зощенко", "Zoshchenko"),
    OriginalAuthor("Furmanov", "Фурманов", "Furmanov"),
    OriginalAuthor("Saltykov-schedrin", "Салтыков-Щедрин", "Saltykov-Shchedrin"),
    OriginalAuthor("Shukshin", "Шукшин", "Shukshin"),
    OriginalAuthor("Pasternak", "Пастернак", "Pasternak"),
)
KEYS = tuple(author.key for author in AUTHORS)


def authors_json() -> str:
    """What authors.json holds of them: key to names, in label order."""
    facts = {author.key: {"name": author.name, "name_en": author.name_en} for author in AUTHORS}
    return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
