"""What a new desk promises: the calendar and policies that `deskterm init` writes, told so that a stranger can change them."""

from __future__ import annotations

READY_MADE = """\
# What this desk promises, and when somebody is there to keep it. `deskterm sla show` tells it in words, `deskterm sla when 4h`
# tries it out; docs/sla.md has the rules. Without any [[sla]] an answer is due after 15 minutes to 4 hours, by priority.

# Business hours, in the desk's time zone. What is counted in them stands still when the desk is closed.
[calendars.office]
weekdays = "9:00-18:00"
# A lunch break, a short Friday, a Saturday, a shift over midnight:
# mon = ["9:00-13:00", "14:00-18:00"]
# fri = "9:00-17:00"
# sat = "10:00-15:00"
# sun = "22:00-6:00"
# The public holidays of your country, with the working days it moves:
# holidays = "RU"
# Days on which you are closed anyway, and days with hours of their own:
# off = ["2026-12-31", "2027-07-01..2027-07-14"]
# on = { 2026-12-27 = "10:00-15:00" }

# Policies: who is promised what. The first whose query fits a conversation holds for it; without a query it fits all.
[[sla]]
name = "critical"
query = "priority:urgent"
# From the customer's first message to our first answer, and from any later one to the next.
first_reply = "60m"
next_reply = "60m"
# From the beginning until it is closed: four hours by the clock on the wall, also at night and on Sundays.
resolution = { within = "4h", hours = "calendar" }
# The assignee is warned when so much of the time is over, in per cent, and told when it is missed. Then:
warn = [75]
escalate = [{ after = "0m", notify = "supervisor" }, { after = "30m", notify = "owner" }]

[[sla]]
name = "general"
first_reply = "60m"
next_reply = "60m"
# 24 hours of business time: with nine hours a day that is nearly three days.
resolution = "24h"
warn = [75]
# A resolution waits while the conversation is snoozed, and while it is the customer's turn to answer.
pause = ["snoozed", "awaited"]
escalate = [{ after = "30m", notify = "supervisor" }]
"""
