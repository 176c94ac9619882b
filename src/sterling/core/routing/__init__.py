"""Facts about a ticket and the engineers -> who gets it, with the reason (D13, D19, A.6)."""

from sterling.core.routing.deciding import route
from sterling.core.routing.facts import Case, Code, Decision, Engineer, Next, Passed, Reason, Why
from sterling.core.routing.words import tier_words, why_not

__all__ = [
    "Case",
    "Code",
    "Decision",
    "Engineer",
    "Next",
    "Passed",
    "Reason",
    "Why",
    "route",
    "tier_words",
    "why_not",
]
