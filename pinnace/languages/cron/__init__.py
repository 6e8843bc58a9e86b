"""Cron schedules as robfig/cron v3 reads them: CronWorkflows, calendars, `conditionsReset`.

`parse(text, zone) -> Schedule` with `next` and `previous`. Five fields, `@daily` and its kind,
`@every 1h30m`, and a `TZ=`/`CRON_TZ=` prefix that beats the given zone. When the clock springs
forward a skipped time doesn't fire that day; when it falls back a repeated time fires twice, as
upstream. Its own parser because croniter fires differently there.

`parser` reads the text and `fields` its five fields; `schedules` is what comes out, `walks` finds
its times on the clock of `wall`.
"""

from pinnace.languages.cron.parser import parse
from pinnace.languages.cron.schedules import Every, Schedule, Spec, between, latest

__all__ = ["Every", "Schedule", "Spec", "between", "latest", "parse"]
