"""The report of an evaluation: Markdown, JSON and plots in one folder."""

from pathlib import Path

from vireo_training.evaluation.markdown_tables import table_parts
from vireo_training.evaluation.plots import draw_differences, draw_figure
from vireo_training.evaluation.results import Results, to_json

RESULTS = "results.json"
ABLATIONS = "ablations.md"
TRIED = f"""
## What was tried

What each part of the models is worth, on a day before these: [ablations]({ABLATIONS}).
"""

WHAT_IS_MEASURED = """\
## What is measured

- Choices are made on the last day before a test day. Then every row, baselines too, is fitted anew on all days before
  the test day, and tested on it. Test days are pooled; seeds are averaged.
- Intervals of 95 % are percentiles of {draws:,} draws of people (Poisson weights): all rows of a person, of all days,
  come and go together. Differences are paired: both rows of a table see the same draws.
- Ranking is judged on features that were frozen by day. GAUC is the mean AUC within a group, weighted by its rows;
  nDCG@5 the mean of a person's days; groups of one class tell nothing and are left out of both.
- Calibration: the slope is that of the labels' logistic regression on the predicted logits.
- Watch time is judged where it and the length are known. XAUC is the chance that of two rows, the one watched for
  longer was predicted to be.
- The mean AUC of all tasks weighs each by its positives. New people are those whose recent list was short on the day.
- To be found by retrieval are the videos with a long view on the day by that person that they had not been shown
  before, in the whole catalogue less what they were shown. Recall@k is the share of them among the first k; nDCG@20
  discounts a hit at rank r by log2(1 + r). Both are means over people; equal scores go by video.
- Increments are compared as of each six hours, on features as of the page: GAUC is by page there. Whatever is asked,
  features, recent videos and popularity are as fresh for all; only what models have learned is older.
- Cold videos are a fifth of the catalogue, or as configured, by a hash of the id. Every event of theirs is withheld,
  from histories too, and they are ranked among themselves.
"""

WHAT_IT_DOES_NOT_SAY = """\
## What it does not say

- The log shows what an older policy chose to show. A video that it did not show can't be found, however good: recall on
  it measures agreement with that policy, and a policy that finds new things looks worse than it is.
- Rankers are judged on what was shown, and are blind beyond it.
- An interval tells the luck of who was asked, not that of the days or of training: another week can differ by more.
- With many rows and columns, some differences leave 0 by chance: one in twenty where there is nothing.
"""


def write_report(results: Results, folder: Path) -> None:
    """Writes `README.md`, `results.json` and PNG plots, in place of those of an earlier report.

    The same results give the same bytes, but for a link to ablations that are in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / RESULTS).exists():
        # Of an earlier report, whose rows may have had other names.
        for plot in folder.glob("*.png"):
            plot.unlink()
    plots: dict[str, list[tuple[str, str]]] = {}  # titles and files, by section
    for table in results.tables:
        for comparison in table.comparisons if table.plot else ():
            name = f"{table.plot}-against-{file_name(comparison.reference)}.png"
            draw_differences(table, comparison, folder / name)
            plots.setdefault(table.section, []).append((f"{table.title}: differences to {comparison.reference}", name))
    for figure in results.figures:
        draw_figure(figure, folder / f"{figure.name}.png")
        plots.setdefault(figure.section, []).append((figure.title, f"{figure.name}.png"))
    (folder / RESULTS).write_text(to_json(results), encoding="utf-8")
    text = markdown(results, plots) + (TRIED if (folder / ABLATIONS).exists() else "")
    (folder / "README.md").write_text(text, encoding="utf-8")


def markdown(results: Results, plots: dict[str, list[tuple[str, str]]]) -> str:
    sections = dict.fromkeys([*(table.section for table in results.tables), *plots])
    parts = [
        "# Quality of the models",
        f"Tested on {', '.join(results.days)}: {results.samples:,} samples of {results.people:,} people; seeds "
        f"{', '.join(map(str, results.seeds))}. Best values are bold. Made by `vireo evaluate --models`, from data "
        f"of the digest `{results.data_digest[:12]}`.",
    ]
    if results.note:
        parts.append(results.note)
    for section in sections:
        parts.append(f"## {section}")
        parts += [part for table in results.tables if table.section == section for part in table_parts(table)]
        parts += [f"![{title}]({file})" for title, file in plots.get(section, [])]
    if results.refused_for_policy_value:
        parts.append("## Value of other policies")
        parts.append(f"Not estimated: {results.refused_for_policy_value}.")
    parts.append(WHAT_IS_MEASURED.format(draws=results.draws).rstrip())
    parts.append(WHAT_IT_DOES_NOT_SAY.rstrip())
    if any(each.chosen != "null" for each in results.choices):
        parts.append("## What was chosen, for which day and seeds")
        parts.append(choices(results))
    return "\n\n".join(parts) + "\n"


def choices(results: Results) -> str:
    """A line a row of the tables and choice, with the days and seeds it was made for."""
    made: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for each in results.choices:
        if each.chosen != "null":
            made.setdefault((each.kind, each.row, each.chosen), {}).setdefault(each.day, []).append(str(each.seed))
    lines = ["| evaluation | row | chosen | for |", "| --- | --- | --- | --- |"]
    for (kind, row, chosen), days in made.items():
        told_days = "; ".join(f"{day}: {', '.join(seeds)}" for day, seeds in days.items())
        lines.append(f"| {kind} | {row} | `{chosen}` | {told_days} |")
    return "\n".join(lines)


def file_name(text: str) -> str:
    return "-".join("".join(each if each.isalnum() else " " for each in text.lower()).split())
