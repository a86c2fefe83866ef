"""Customers, operators and tasks as a command line names them."""

from __future__ import annotations

from deskterm.desk.query import folded
from deskterm.i18n import _
from deskterm.office import Office, OfficeError

FEW = 10
"""Most customers that an unclear name is answered with."""


async def customer_id(office: Office, typed: str) -> int:
    """Return the customer whom an id or a few letters name. Raises OfficeError where that is none or several."""
    if typed.isascii() and typed.isdigit() and len(typed) < 19 and await office.customer(int(typed)) is not None:
        return int(typed)
    found = await office.customers(typed, limit=FEW)
    if len(found) == 1:
        return found[0].id
    if not found:
        raise OfficeError(
            "not_found", _("no customer is called so"), _("See: {command}").format(command="deskterm customer list")
        )
    several = ", ".join(f"{one.id} {one.name}" for one in found)
    raise OfficeError("usage", _("several customers are called so: {names}").format(names=several), _("Name one by its id."))


async def operator_id(office: Office, login: str) -> int:
    """Return the operator with a login. Raises OfficeError."""
    people = await office.operators()
    found = next((one.id for one in people if folded(one.login) == folded(login)), None)
    if found is None:
        known = ", ".join(sorted(one.login for one in people))
        raise OfficeError("unknown_operator", _("nobody here has this login"), _("Known here: {words}.").format(words=known))
    return found


async def task_id(office: Office, number: str) -> int:
    """Return the task with a number as people write it (7, T7, #T7). Raises OfficeError."""
    digits = number.removeprefix("#").upper().removeprefix("T").removeprefix("Т")
    known = digits.isascii() and digits.isdigit() and len(digits) < 19
    found = await office.task_by_number(int(digits)) if known else None
    if found is None:
        raise OfficeError("not_found", _("there is no task {number}").format(number=number), "")
    return found
