import { sum } from '#shared/metrics/sum.ts';
import { printableLines } from '#shared/printable.ts';
import { describeMachine } from '../machine/describe-machine.ts';
import { durationText } from '../terminal/pace.ts';
import { diskBytes } from './disk-plan.ts';
import { gib } from './gib.ts';
import type { MemoryPlan } from './memory-plan.ts';
import type { PlannedEvaluation, RunPlan } from './run-plan.ts';

/** The plan of a run as text. @param evaluation - `null`: no benchmark is scored; `undefined`: as the run that is forked */
export function renderPlan(plan: RunPlan, evaluation: PlannedEvaluation | null | undefined): string {
  const paragraphs = [
    `Plan of ${plan.recipe}. Nothing was fetched, stored or started.`,
    describeMachine(plan.machine, plan.settled, plan.scoring),
    `Settings\n${table(plan.settings.map(({ name, value, source }) => [name, value, source]))}`,
    memoryText(plan),
    timeText(plan),
    diskText(plan),
    evaluationText(evaluation),
    ...plan.warnings,
  ];
  return `${paragraphs.map(printableLines).join('\n\n')}\n`;
}

function memoryText({ memory, model, settled }: RunPlan): string {
  if (!model) return 'Memory: not known, for no --model is named whose config.json is here.';
  const size = `${(model.parameters / 1e9).toPrecision(3)} billion parameters`;
  if (!memory) return `Memory: not known; ${size}, and no GPU is here to hold them.`;
  const { ranks } = settled.engine;
  const places = memory.place === 'gpu' ? (ranks === 1 ? ' on the GPU' : ` on each of ${ranks} GPUs`) : '';
  const rows = memory.parts.map(({ part, bytes, during }) => [part, gib(bytes), during.join(', ')]);
  return [
    `Memory${places}: ${size}`,
    table([...rows, ...totals(memory)], 1),
    ...memory.shortages.map(
      ({ what, needBytes, haveBytes }) =>
        `  DOES NOT FIT: ${what} must hold ${gib(needBytes)} and has ${gib(haveBytes)}.`,
    ),
  ].join('\n');
}

function totals({ atOnceBytes, heldBytes, loadingBytes, haveBytes, host }: MemoryPlan): string[][] {
  return [
    ['at a time, with the program itself', gib(atOnceBytes), `of ${gib(haveBytes)}`],
    ['all parts, which an allocator keeps', gib(heldBytes), 'while there is room'],
    ['while models are loaded', gib(loadingBytes), ''],
    ...(host ? [['beside the GPUs, at a resume', gib(host.needBytes), `of ${gib(host.haveBytes)}`]] : []),
  ];
}

function timeText({ step, settled }: RunPlan): string {
  if (!step) return 'Time: no figure was measured on such a machine with such a model and these settings.';
  const { mostSeconds, from, without } = step;
  const missing = without.length > 0 ? `, without ${without.join(' and ')}` : '';
  return (
    `Time, estimated: at most ${durationText(mostSeconds * 1000)} a step${missing}, and ` +
    `${durationText(mostSeconds * settled.steps * 1000)} for ${settled.steps} steps, if every completion takes ` +
    `${settled.sampling.maxTokens} tokens. Scaled by tokens from ${from}.`
  );
}

function diskText({ disk }: RunPlan): string {
  if (!disk) return "Disk: not known without the model's size.";
  const free = disk.freeBytes === undefined ? '' : `of ${gib(disk.freeBytes)} that are free`;
  const rows = disk.parts.map(({ part, bytes }) => [part, gib(bytes), '']);
  return `Disk\n${table([...rows, ['together', gib(diskBytes(disk.parts)), free]], 1)}`;
}

function evaluationText(evaluation: PlannedEvaluation | null | undefined): string {
  if (evaluation === undefined) return 'Evaluation: as the run that is forked.';
  if (evaluation === null) return 'Evaluation: none.';
  const { checkpoints, benchmarks } = evaluation;
  const rows = benchmarks.map(({ name, completions, mostTokens, usualTokens }) => [
    name,
    completions === null ? 'problems are not here' : `${completions} completions`,
    `at most ${mostTokens} tokens each, usually about ${usualTokens}`,
  ]);
  const known = benchmarks.flatMap(({ completions }) => completions ?? []);
  const all =
    known.length === benchmarks.length ? `${sum(known) * checkpoints} completions` : 'an unknown number';
  return (
    `Evaluation of ${checkpoints} checkpoints, each\n${table(rows)}\n  together ${all}; how long they take was not ` +
    'measured on such a machine.'
  );
}

/** Rows of equal columns. @param right - the column whose texts end in line */
function table(rows: readonly (readonly string[])[], right = -1): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text[column === right ? 'padStart' : 'padEnd'](widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join('\n');
}
