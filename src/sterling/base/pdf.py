"""A page on paper: a typst template and plain data in, a PDF out. The fonts come along, so it reads the same anywhere."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import typst


@cache
def _fonts() -> str:
    """The folder with Noto Sans CJK, which has the Latin letters too."""
    with resources.as_file(resources.files("manimgx_fonts_cjk")) as folder:
        return str(folder)


def pdf(template: Path, data: dict[str, Any]) -> bytes:
    """The PDF of `template`, which reads `data` (JSON) from `sys.inputs.data`. The same data, the same pages."""
    made: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[_fonts()],
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return made
