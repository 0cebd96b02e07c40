import { openPlace } from '#shared/adapters/open-place.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { offeringData } from '../data/offering-data.ts';
import { settleModel } from '../models/settle-model.ts';
import { Progress } from '../terminal/progress.ts';
import { assertCovered } from './assert-covered.ts';
import { generationHere } from './automatic-generation.ts';
import { chooseGenerator } from './choose-generator.ts';
import type { EvalOptions } from './eval-options.ts';
import { evaluate, prepareRequest } from './evaluate.ts';
import { samplesNote } from './samples-note.ts';
import { takenOverNote } from './taken-over-note.ts';
import { tellScores } from './tell-scores.ts';

/**
 * Scores a model on benchmarks. The same request again prints what is stored, and retries what failed.
 *
 * @returns the evaluation
 */
export async function evalModel(
  modelName: string,
  options: EvalOptions & {
    /** sha256 of recorded ones, instead of the decoder's. */
    readonly completions?: string | undefined;
  },
): Promise<string> {
  const workspace = await openPlace(options);
  const progress = new Progress(process.stderr, options.json);
  const {
    benchmarks = [],
    template = 'chat',
    graders = ['reward'],
    limit,
    maxTokens,
    samples,
    generator,
    precision,
  } = options;
  const { remote } = workspace;
  // Before the model is fetched.
  const name = options.completions ? 'onnx' : generator;
  const said = await chooseGenerator({ name, precision, remote }, process.env);
  const settings = { benchmarks, template, graders, limit, maxTokens, samples };
  const model = await settleModel(workspace.store, modelName, {
    templates: [template],
    env: process.env,
    progress,
    onStoring: () => progress.show({ phase: 'storing', text: `storing ${modelName}` }),
  });
  progress.clear();
  const by = said ?? (await generationHere(model, workspace, progress, process.env));
  const prepare = () => prepareRequest(workspace.store, model, settings, process.env, by);
  const prepared = await offeringData(prepare, options);
  const note = samplesNote(prepared.generation, samples);
  if (note) progress.note(note.entry, note.text);
  const request = options.completions === undefined ? prepared : ofRecording(prepared, options.completions);
  const { workers, threads } = options;
  const { evaluation, summary } = await evaluate(workspace, request, {
    workers,
    threads,
    onProgress: (entry) => progress.show(entry),
    onTakenOver: (taken) => {
      const { entry, text } = takenOverNote(taken);
      progress.note(entry, text);
    },
    onProblem: (entry) => progress.say(entry, `problem: ${String(entry['detail'] ?? entry.event)}`),
  }).finally(() => progress.clear());
  tellScores(summary, graders, options.json);
  workspace.close();
  assertCovered(summary);
  return evaluation;
}

/** The same evaluation of completions that were made elsewhere. */
function ofRecording(request: EvaluationRequest, completions: string): EvaluationRequest {
  return { ...request, generation: { ...request.generation, generator: { kind: 'recorded', completions } } };
}
