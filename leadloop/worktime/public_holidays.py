"""Public holidays by country and region: `python -m leadloop.worktime.public_holidays DE BY 2026 2028`.

What knows them takes over a second to import, so nothing imports this module: the job asks it in a process of its own.
"""

import json
import sys

import holidays


def main(country: str, region: str, first: str, last: str) -> int:
    """Print days and names as JSON; 1 where there is no such country or region."""
    try:
        found = holidays.country_holidays(country, subdiv=region or None, years=range(int(first), int(last) + 1))
    except NotImplementedError:
        return 1
    print(json.dumps({day.isoformat(): name for day, name in sorted(found.items())}))  # noqa: T201 - the answer
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
