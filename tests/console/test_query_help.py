"""What the registry of fields says in English is all marked for translation."""

from deskterm.desk.query import FIELDS, record_field
from deskterm.desk.query_task import TASKS
from deskterm.query_help import HELPS


def test_every_help_of_the_registry_has_its_words() -> None:
    known = (*FIELDS, *TASKS.fields())
    said = {field.help for field in known} | {choice.help for field in known for choice in field.values}
    said.add(record_field("order", "", "").help)
    assert said - {""} == HELPS
