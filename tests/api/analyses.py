"""One customer's analyses by exception, one in each state that the API asks for."""

from __future__ import annotations

from dataclasses import dataclass

from sterling.accounts.models import Contact
from sterling.core.rca import Edition
from sterling.premium.rca import moving, writing
from sterling.premium.rca.models import Action, Rca
from tests import make

TUESDAY = make.TUESDAY


@dataclass(frozen=True, slots=True)
class Analyses:
    draft: Rca
    review: Rca
    published: Rca
    action: Action

    def number(self, template: str) -> int:
        """The ticket whose analysis is in the right state for it."""
        last = template.rpartition("/")[2]
        if last in {"return", "publish"}:
            return self.review.ticket.number
        if last in {"revise", "track", "close"} or "/editions/" in template:
            return self.published.ticket.number
        return self.draft.ticket.number

    @staticmethod
    def of(alice: Contact) -> Analyses:
        lea, omar = make.agent("Lea Roth", role="lead"), make.agent("Omar Diaz")
        draft, review, published = (written(alice) for _ in range(3))
        for one in (review, published):
            moving.submit(rca=one, edition=Edition.FINAL, agent=omar, at=TUESDAY, by=make.actor(omar))
        moving.publish(rca=published, agent=lea, at=TUESDAY, by=make.actor(lea))
        published.refresh_from_db()
        return Analyses(draft, review, published, draft.actions.get())


def written(alice: Contact) -> Rca:
    """Granted, with all that a final edition needs; its action is done."""
    lea = make.agent("Lea Roth", role="lead")
    told = {"agent": lea, "at": TUESDAY, "by": make.actor(lea)}
    rca = moving.grant(ticket=make.ticket(alice), reason="Their board asks", **told)
    link = {"why": "Why?", "because": "So.", "evidence": "A log"}
    parts = {
        "summary": {"text": "Exports stopped."},
        "impact": {"who": "Everyone", "functions": "Export"},
        "causes": {"trigger": "A release", "root": "No test"},
        "whys": {"links": [link]},
    }
    for name, value in parts.items():
        writing.keep_part(rca=rca, name=name, value=value, knows=0, **told)
    done = writing.Doing("Test large files", "detect", lea, None, "done", "Ran it")
    writing.add_action(rca=rca, doing=done, **told)
    return rca
