"""A sheet as Markdown."""

from autograd.explanation.text import in_markdown
from autograd.marking.sheets.sheet import Sheet


def to_markdown(sheet: Sheet, picture: str | None = None) -> str:
    """Format a sheet as Markdown, with a reference to a picture if there is one."""
    lines = [f"# {in_markdown(sheet.heading)}", ""]
    if sheet.source:
        lines += [f"*{in_markdown(sheet.source)}*", ""]
    lines += ["```", *sheet.program, "```", ""]
    given = ", ".join(f"{name} = {value}" for name, value in sheet.inputs)
    lines += [f"at {in_markdown(given)}", ""] if given else []
    lines += [in_markdown(f"Then {sheet.update}."), ""] if sheet.update else []
    lines += [f"![the graph of the program]({picture})", ""] if picture else []
    lines += ["| quantity | answer |", "| --- | --- |"]
    for question in sheet.questions:
        answer = question.answer if sheet.explanation else ""
        notes = f" ({'; '.join(question.notes)})" if sheet.explanation and question.notes else ""
        lines.append(f"| {in_markdown(str(question.quantity))} | {in_markdown(answer + notes)} |")
    if sheet.solution:
        lines += ["", "## By hand", "", "```", *sheet.solution.splitlines(), "```"]
    if sheet.explanation:
        lines += ["", "## Every step", "", sheet.explanation.markdown()]
        lines += ["", "### After the update", ""] if sheet.steps_after else []
        lines += [f"- {in_markdown(step)}" for step in sheet.steps_after]
    return "\n".join([*lines, ""])
