"""Load by wrk: a closed loop of connections that post inquiries, at full speed or held to a rate."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

SCRIPT = """
local number, step = %(start)d, 0
function request()
  number = number + 1
  local who = number
  if number %% 10 == 0 then who = number - math.random(1, 200) end
  local body = string.format('{"form":"contact-us","first_name":"Ana%%d","last_name":"Lopez%%d","email":"Ana.Lopez%%d@company%%d.com","phone":"+1 (415) %%03d-%%04d","company":"Acme %%d Inc","title":"VP Sales","country":"US","state":"CA","city":"San Francisco","employees":%%d,"budget":%%d,"source":"fair","utm_campaign":"camp-%%d","message":"Please call me about your product, we need %%d seats soon."}',
    who %% 5000, who %% 7000, who, who %% 900, 200 + math.floor(who / 10000) %% 700, who %% 10000, who %% 20000, (who * 37) %% 5000, (who * 7919) %% 100000, who %% 50, who %% 400)
  return wrk.format("POST", nil, {["Content-Type"] = "application/json", ["Authorization"] = "Bearer %(key)s"%(more)s}, body)
end
%(delay)s
function done(summary, latency, requests)
  io.write(string.format("\\nFOUND %%f %%f %%f %%d %%d\\n", summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""
_next_start = [10_000_000]


@dataclass(frozen=True, slots=True)
class Load:
    """What a run saw: answers per second, latencies in milliseconds, and answers that were no success."""

    rate: float
    p50_ms: float
    p99_ms: float
    errors: int


def post(url: str, key: str, *, connections: int, seconds: float, later: bool = False, rate: float | None = None) -> Load:
    """Post new inquiries for `seconds`; with `rate`, hold back so that about that many go out a second."""
    _next_start[0] += 3_000_000
    pause = f"function delay() return {max(0.0, connections / rate * 1000 - 2.0):.1f} * (0.5 + math.random()) end" if rate else ""
    text = SCRIPT % {"start": _next_start[0], "key": key, "more": ', ["Prefer"] = "respond-async"' if later else "", "delay": pause}
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(text)
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "10s", "-s", script.name, url]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"FOUND (\S+) (\S+) (\S+) (\d+) (\d+)", output)
    if not found:
        raise RuntimeError(f"wrk said nothing: {output[-500:]}")
    numbers = [float(part) for part in found.groups()]
    return Load(numbers[0], numbers[1], numbers[2], int(numbers[3] + numbers[4]))


def has_wrk() -> bool:
    """Whether the load tool is on this machine."""
    return any(Path(folder, "wrk").exists() for folder in ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"))
