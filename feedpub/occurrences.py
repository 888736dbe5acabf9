"""The times that a schedule comes to."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feedpub.cron import Cron

_DAY = timedelta(days=1)
_MOST_DAYS = 8 * 366 + 1
"""A 29 February comes within eight years, also around a year such as 2100."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As `date.weekday` numbers them."""


def after(schedule: Cron | timedelta, moment: datetime, zone: ZoneInfo) -> datetime:
    """The first time of a schedule after a moment, in UTC.

    A time that the clock skips is as much later, one that it has twice counts once.

    Args:
        schedule: a cron line or an interval.
        moment: for an interval, when it came last.
        zone: what a cron line is told in.
    """
    moment = moment.astimezone(UTC)
    if isinstance(schedule, timedelta):
        return moment + schedule
    local = moment.astimezone(zone)
    for number in range(_MOST_DAYS):
        day = local.date() + number * _DAY
        if not _falls_on(schedule, day):
            continue
        # An hour before counts too: the clock may have been set back since.
        hours = schedule.hour if number else [hour for hour in schedule.hour if hour >= local.hour - 1]
        times = (
            datetime.combine(day, time(hour, minute), zone).astimezone(UTC)
            for hour in hours
            for minute in schedule.minute
        )
        found = min((one for one in times if one > moment), default=None)
        if found:
            return found
    return moment + _MOST_DAYS * _DAY  # No cron line that was read gets here.


def _falls_on(cron: Cron, day: date) -> bool:
    if day.month not in cron.month:
        return False
    by_day, by_week = day.day in cron.day, _WEEKDAYS[day.weekday()] in cron.day_of_week
    return (by_day or by_week) if cron.either_day else (by_day and by_week)
