"""format=flowed (RFC 3676): soft line ends joined within one quote depth."""

from __future__ import annotations


def unflow(text: str, *, delsp: bool = False) -> str:
    """`text` with its flowed paragraphs joined; quote marks are kept."""
    out: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        flows = bare.endswith(" ") and bare != "-- "
        if flows and delsp:
            bare = bare[:-1]
        if open_depth == depth and bare != "-- ":
            out[-1] += bare
        else:
            out.append(f"{'>' * depth} {bare}" if depth else bare)
        open_depth = depth if flows else -1
    return "\n".join(line if line == "-- " else line.rstrip(" ") for line in out)
