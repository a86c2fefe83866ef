"""Who may do what reaches beyond one conversation: the one place where roles are asked.

What operators do all day is judged with the command itself (`desk.decide`); here stand the rights over the customer base as a
whole, which a leaving operator would take along.
"""

from __future__ import annotations

from enum import StrEnum

from deskterm.desk.model import Operator, Role


class Right(StrEnum):
    """Something that not everybody may."""

    EXPORT_CUSTOMER = "export_customer"
    ERASE_CUSTOMER = "erase_customer"
    EXPORT_CUSTOMERS = "export_customers"
    IMPORT_CUSTOMERS = "import_customers"


_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.SUPERVISOR: frozenset(Right),
    Role.OPERATOR: frozenset(),
    Role.VIEWER: frozenset(),
}


def may(me: Operator, right: Right) -> bool:
    """Whether an operator has a right."""
    return right in _RIGHTS[me.role]
