"""Root-cause analyses: when one is owed and due, what it says, who may move it on. Pure decisions."""

from sterling.core.rca.alarms import Ring, rings
from sterling.core.rca.document import PARTS, Wrong, cleaned, empty, missing, texts
from sterling.core.rca.names import Name, Suspect, suspects
from sterling.core.rca.owed import (
    EDITIONS,
    Because,
    Edition,
    Fact,
    Owing,
    Terms,
    What,
    due,
    owing,
    terms_of,
)
from sterling.core.rca.states import (
    ALLOWED,
    EDITABLE,
    STATES,
    ActionKind,
    ActionState,
    Move,
    Standing,
    State,
    moves,
    refusal,
)

__all__ = [
    "ALLOWED", "EDITABLE", "EDITIONS", "PARTS", "STATES", "ActionKind", "ActionState", "Because",
    "Edition", "Fact", "Move", "Name", "Owing", "Ring", "Standing", "State", "Suspect", "Terms", "What", "Wrong", "cleaned",
    "due", "empty", "missing", "moves", "owing", "refusal", "rings", "suspects", "terms_of", "texts",
]  # fmt: skip
