"""Fills test/golden/inference/chat-templates.json: what transformers makes of the templates in it.

Run it as `.venv/bin/python scripts/make-chat-template-golden.py`. To add a case, write its name and
template there first; `refused`, where a case has it, is by hand: a part of the message with which oneshot
refuses what transformers renders.
"""

import json
from pathlib import Path
from typing import Any

from transformers.utils.chat_template_utils import render_jinja_template

GOLDEN = Path(__file__).parent.parent / "test" / "golden" / "inference" / "chat-templates.json"


def render(template: str, golden: dict[str, Any]) -> dict[str, str]:
    """The text of a template, or the error that transformers gives."""
    try:
        rendered = render_jinja_template(
            [golden["messages"]],
            chat_template=template,
            add_generation_prompt=True,
            bos_token=golden["bos_token"],
            eos_token=golden["eos_token"],
        )
    except Exception as error:  # in whatever way a template fails
        return {"error": f"{type(error).__name__}: {error}"}
    return {"text": rendered[0][0]}


def main() -> None:
    """Renders every case anew."""
    golden = json.loads(GOLDEN.read_text())
    for case in golden["cases"]:
        for field in ("text", "error"):
            case.pop(field, None)
        case.update(render(case["template"], golden))
    GOLDEN.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
