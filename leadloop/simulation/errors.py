"""What a simulation refuses."""

from leadloop.kernel.errors import NotFound, Refused


class BadAssumptions(Refused):
    """A document that says something that cannot be."""

    code, message = "bad_assumptions", "These assumptions cannot be used. {why}."


class TooMuch(Refused):
    """More work than a page or a program may ask for; the command takes any."""

    code, message = (
        "simulation_too_large",
        "That would take about {asked} minutes, and {most} is the most here. Take fewer seeds, policies, leads, people, attempts or days.",
    )


class NoSimulation(NotFound):
    """No such run, or one that was cleared away."""

    code, message = "simulation_unknown", "There is no such simulation. Only the last ones are kept."
