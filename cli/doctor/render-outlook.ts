import { gib } from '../plan/gib.ts';
import { durationText } from '../terminal/pace.ts';
import { textTable } from '../terminal/text-table.ts';
import type { Missing } from './missing.ts';
import type { ModelOutlook, ScoringOutlook, TrainingOutlook } from './model-outlook.ts';

/** What a machine can do and lacks, as text. @param outlooks - by the size of the model */
export function renderOutlook(
  outlooks: Readonly<Record<string, ModelOutlook>>,
  missing: readonly Missing[],
): string {
  const table = textTable<[string, ModelOutlook]>(
    [
      { head: 'Qwen2.5', text: ([size]) => size },
      { head: 'trains as pi1', text: ([, { training }]) => trainingText(training) },
      { head: 'memory', text: ([, { needBytes, haveBytes }]) => `${gib(needBytes)} of ${gib(haveBytes)}` },
      { head: 'a step takes', text: ([, { training }]) => stepText(training) },
      { head: 'is scored by', text: ([, { scoring }]) => scoringText(scoring) },
    ],
    Object.entries(outlooks),
  );
  const options = Object.entries(outlooks).flatMap(([size, { training }]) =>
    training && training.options.length > 0 ? [`  ${size}: ${training.options.join(' ')}\n`] : [],
  );
  const lacks = missing.map(({ name, why, command }) => `  ${name} (${why}):\n    ${command}\n`);
  const parts = [
    table,
    notesOf(Object.values(outlooks))
      .map((note) => `${note}\n`)
      .join(''),
    section('Settings that make them fit', options),
    missing.length === 0 ? 'Nothing is missing.\n' : section('Missing, and what brings it', lacks),
  ];
  return parts
    .filter((part) => part !== '')
    .map((part) => `\n${part}`)
    .join('');
}

function section(head: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${head}:\n${lines.join('')}`;
}

function trainingText(training: TrainingOutlook | null): string {
  if (!training) return 'does not fit';
  const { device, precision, ranks, threads, sampler } = training;
  const place = ranks === 1 ? 'the GPU' : `${ranks} GPUs`;
  const where =
    device === 'cuda' ? `on ${place} in ${precision}` : `on ${threadsText(threads)} in ${precision}`;
  return sampler === 'vllm' ? `${where}, vLLM samples` : where;
}

function stepText(training: TrainingOutlook | null): string {
  return training?.step ? `at most ${durationText(training.step.mostSeconds * 1000)}` : 'not measured';
}

function scoringText({ generator }: ScoringOutlook): string {
  if (generator === null) return 'nobody: it does not fit';
  return generator === 'vllm' ? 'vLLM on the GPU' : 'the decoder, on CPU threads';
}

function notesOf(outlooks: readonly ModelOutlook[]): readonly string[] {
  const measured = outlooks.flatMap(({ training }) => (training?.step ? [training.step.from] : []));
  const times = [...new Set(measured)].map((from) => `Times are scaled by tokens from ${from}.`);
  const onCpu = outlooks.some(({ training }) => training?.device === 'cpu');
  return [
    ...times,
    'How long scoring takes was not measured for any of these sizes.',
    ...(onCpu
      ? [
          'What fits on CPU threads may take days a step: fewer --prompts, --samples and --max-tokens make it less.',
        ]
      : []),
  ];
}

function threadsText(threads: number): string {
  return `${threads} CPU ${threads === 1 ? 'thread' : 'threads'}`;
}
