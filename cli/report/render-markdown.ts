import type { Flip, FlipAnswer } from '#functions/dashboard/compare/read-flips.ts';
import { evaluationSentence } from '#functions/dashboard/evaluation/evaluation-view.ts';
import { runSentence } from '#functions/dashboard/run/headline.ts';
import type { RunData } from '#functions/dashboard/run/run-data.ts';
import { stepName } from '#functions/dashboard/run/run-words.ts';
import { counted, NONE, number } from '#functions/dashboard/shell/format.ts';
import { meanText, percent, points, pText, rangeText } from '#functions/results/format-score.ts';
import { alertRules } from '#shared/alerts/alert-rules.ts';
import { verdictText } from '#shared/comparison/verdict.ts';
import type { Score } from '#shared/records/summary.ts';
import { HOW_CHOSEN, sampleWords, turnedWords } from './change-section.ts';
import { fenced, inline, table } from './markdown.ts';
import { plainText } from './plain-text.ts';
import type { ReportComparison, ReportData, ReportSubject, SampleExamples } from './report-data.ts';
import { titleOf } from './report-title.ts';
import { protocolWords, scoreColumns } from './score-columns.ts';
import { stepTable } from './step-table.ts';

/** A report as Markdown, for a pull request or a wiki. Texts of models and problems are text there, too. */
export function renderMarkdown(data: ReportData): string {
  const parts = [
    `# ${inline(titleOf(data))}`,
    ...openingOf(data),
    '## Scores',
    scoreTable(data),
    ...data.comparisons.flatMap(changeParts),
    ...data.subjects.flatMap(subjectParts),
    '## What this does not show',
    ...data.caveats.map(({ title, text }) => `**${title}** ${text}`),
    '## Make it again',
    ...sourceParts(data),
  ];
  return `${parts.join('\n\n')}\n`;
}

function openingOf({ subjects, comparisons }: ReportData): readonly string[] {
  if (subjects.length > 1)
    return comparisons.map(
      ({ comparison, sides }) => `**${inline(verdictText(comparison.verdict, sides))}**`,
    );
  return subjects.map((subject) => `**${inline(sentenceOf(subject))}**`);
}

function sentenceOf(subject: ReportSubject): string {
  const said = subject.kind === 'run' ? runSentence(subject.data) : evaluationSentence(subject.data);
  return `${plainText(said)}.`;
}

function scoreTable(data: ReportData): string {
  const columns = scoreColumns(data);
  const words = protocolWords(data);
  const sets = new Map(
    columns.flatMap(({ benchmarks }) => benchmarks.map((each) => [each.benchmark, each] as const)),
  );
  const rows = [...sets].map(([name, { problems, samplesPerProblem }]) => [
    ...[name, `${problems} × ${samplesPerProblem}`, inline(words.get(name) ?? NONE)],
    ...columns.map(({ benchmarks }) => scoreText(benchmarks.find((each) => each.benchmark === name)?.score)),
  ]);
  const mean = [`Mean of the ${sets.size}`, '', '', ...columns.map(({ average }) => scoreText(average))];
  const head = ['Set', 'n × k', 'Protocol', ...columns.map(({ label }) => inline(label))];
  return `Per cent right, 95 % interval.\n\n${table([head, ...rows, ...(sets.size > 1 ? [mean] : [])])}`;
}

function scoreText(score: Score | undefined): string {
  return score ? `${meanText(score)} (${rangeText(score)})` : NONE;
}

function changeParts(compared: ReportComparison): readonly string[] {
  const { comparison, sides, examples } = compared;
  const { benchmarks, average, differences } = comparison;
  const rows = [
    ...benchmarks.map((row) => ({
      ...row,
      name: row.benchmark,
      flips: `${row.gained.length} / ${row.lost.length}`,
    })),
    ...(average && benchmarks.length > 1 ? [{ ...average, name: 'Mean', flips: '' }] : []),
  ].map((row) => [
    ...[row.name, percent(row.first), percent(row.second), points(row.difference)],
    ...[
      `${points(row.interval[0])} to ${points(row.interval[1])}`,
      pText(row.adjustedP).replace('<', '&lt;'),
      row.flips,
    ],
  ]);
  return [
    `## What changed, ${inline(sides.first)} to ${inline(sides.second)}`,
    `${inline(verdictText(comparison.verdict, sides))} A is ${inline(sides.first)}, B is ${inline(sides.second)}; verdicts of the grader ${comparison.grader}.`,
    ...differences.map(
      ({ what, first, second, benchmark }) =>
        `- ${inline(benchmark === undefined ? what : `${what} of ${benchmark}`)} differs: ${inline(first)}, then ${inline(second)}`,
    ),
    ...(rows.length > 0
      ? [table([['Set', 'A', 'B', 'B − A', '95 %', 'p, Holm', 'Gained / lost'], ...rows])]
      : []),
    `${turnedWords(compared)}${examples.length > 0 ? ` ${HOW_CHOSEN}` : ''}`,
    ...examples.flatMap((flip) => flipParts(flip, compared)),
  ];
}

const KINDS: Readonly<Record<Flip['kind'], string>> = {
  won: 'Gained',
  lost: 'Lost',
  neither: 'Solved by neither',
};

function flipParts(
  { kind, question, gold, first, second }: Flip,
  { sides }: ReportComparison,
): readonly string[] {
  return [
    `### ${KINDS[kind]}: ${inline(question)}`,
    `Answer ${inline([gold].flat().join(' or '))}`,
    ...answerParts(sides.first, first),
    ...answerParts(sides.second, second),
  ];
}

function answerParts(side: string, answer: FlipAnswer | null): readonly string[] {
  if (!answer) return [];
  const { verdict, reason, completion, tokens } = answer;
  return [
    `${inline(side)}, ${counted(tokens, 'token')}: **${verdict}**, ${inline(reason)}`,
    fenced(completion),
  ];
}

function subjectParts(subject: ReportSubject): readonly string[] {
  const { kind, label, data } = subject;
  if (kind === 'evaluation') return subject.examples ? exampleParts(subject.examples) : [];
  const steps = stepTable(data);
  const values = steps.rows.map((row) => row.map((value) => (value === undefined ? NONE : number(value))));
  return [
    `## Run ${inline(label)}`,
    `${inline(plainText(runSentence(data)))}\\.`,
    ...taughtParts(data),
    ...(data.alerts.length > 0 ? [data.alerts.map(alertLine).join('\n')] : []),
    ...(data.checkpoints.length > 0 ? [checkpointTable(data)] : []),
    ...(values.length > 0
      ? [`<details><summary>Steps</summary>\n\n${table([steps.columns, ...values])}\n\n</details>`]
      : []),
  ];
}

function alertLine({ rule, step, found, means, advice }: RunData['alerts'][number]): string {
  return `- **${alertRules[rule].short}**, step ${step}: ${inline([found, means, advice].join(' '))}`;
}

function taughtParts({ problems, problemCount }: RunData): readonly string[] {
  if (problemCount === 0) return [];
  return [
    `Trained on ${counted(problemCount, 'problem')}${problemCount > problems.length ? ', the first of them' : ''}:`,
    ...problems.map(
      ({ problem, answer }) =>
        `> ${inline(problem)} · answer ${answer === null ? 'drawn at random for some' : inline(answer)}`,
    ),
  ];
}

function checkpointTable({ checkpoints }: RunData): string {
  const sets = checkpoints.findLast(({ benchmarks }) => benchmarks.length > 0)?.benchmarks ?? [];
  const rows = checkpoints.map(({ step, state, average, benchmarks }) => [
    ...[stepName(step), average ? scoreText(average) : state],
    ...sets.map(({ benchmark }) => scoreText(benchmarks.find((each) => each.benchmark === benchmark)?.score)),
  ]);
  return table([['Checkpoint', 'Mean (95 %)', ...sets.map(({ benchmark }) => benchmark)], ...rows]);
}

function exampleParts({ counts, samples }: SampleExamples): readonly string[] {
  return [
    '## Examples',
    sampleWords(counts),
    ...samples.flatMap((sample) => [
      `### ${inline(sample.question)}`,
      `Answer ${inline([sample.gold].flat().join(' or '))}`,
      ...answerParts(`Sample ${sample.sample}`, { ...sample, correct: 0, samples: 1 }),
    ]),
  ];
}

function sourceParts({ subjects, command, madeAt, version }: ReportData): readonly string[] {
  const commands = subjects.flatMap((subject) =>
    subject.kind === 'run' && subject.reproduction !== null ? [subject.reproduction] : [],
  );
  return [
    fenced([...commands, command].join('\n')),
    `Made ${madeAt} by oneshot ${version}. The method is that of [Wang et al. 2025](https://arxiv.org/abs/2504.20571).`,
  ];
}
