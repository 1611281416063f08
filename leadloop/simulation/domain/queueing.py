"""Closed forms that the model is held against: Erlang's formula for M/M/c, and turns as c queues with Erlang arrivals."""


def erlang_c(servers: int, offered: float) -> float:
    """The probability of having to wait in M/M/c; `offered` is arrival rate times mean service, below `servers`."""
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = offered * blocked / (count + offered * blocked)
    rho = offered / servers
    return blocked / (1 - rho * (1 - blocked))


def pooled_wait(servers: int, rate: float, service: float) -> float:
    """The mean wait in M/M/c, in the unit of `service`."""
    return erlang_c(servers, rate * service) * service / (servers - rate * service)


def dealt_wait(servers: int, rate: float, service: float) -> float:
    """The mean wait where c servers with queues of their own are dealt to in turns: each sees Erlang-c arrivals (G/M/1)."""
    sigma, low, high = 0.5, 0.0, 1.0
    for _ in range(200):
        sigma = (low + high) / 2
        through = (rate / (rate + (1 - sigma) / service)) ** servers
        low, high = (sigma, high) if through > sigma else (low, sigma)
    return sigma * service / (1 - sigma)
