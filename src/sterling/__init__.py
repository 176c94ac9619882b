"""Customer support in tiers: every promise exact, visible and provable."""

__version__ = "0.1.0"
