import type { Machine } from './machine.ts';
import type { Reasoned } from './reasoned.ts';
import { usableVllm } from './usable-vllm.ts';

/** Below it starting a server takes longer than the decoder; the miniature world's models have half a million. */
const SERVED_PARAMETERS = 10e6;
/** Of a GPU's memory, what vLLM takes at most. */
const SERVER_SHARE = 0.9;

export interface AutomaticGenerator extends Reasoned<'vllm' | 'onnx'> {
  /** A sentence for who has a GPU that evaluations do not use. */
  readonly advice?: string;
}

/** The model to be scored, and how it is computed. */
export interface ScoredModel {
  /** `undefined`: not known, taken for large. */
  readonly parameters: number | undefined;
  /** Of a vLLM that the command starts. */
  readonly precision: 'fp32' | 'bf16';
}

/** Who makes evaluated completions on a machine where nobody says so: vLLM where it computes on a GPU, else our decoder. */
export function automaticGenerator(
  machine: Machine,
  { parameters, precision }: ScoredModel,
): AutomaticGenerator {
  const { value: vllm, reason } = usableVllm(machine);
  const [gpu] = machine.gpus;
  if (!gpu) return { value: 'onnx', reason };
  if (parameters !== undefined && parameters < SERVED_PARAMETERS)
    return { value: 'onnx', reason: 'the model is too small to gain from a GPU' };
  const idle = `${gpu.name} is here, and evaluated completions are made on CPU threads, for`;
  const weightBytes = (parameters ?? 0) * (precision === 'fp32' ? 4 : 2);
  if (weightBytes > SERVER_SHARE * gpu.memoryBytes) {
    const tooLarge = `the model's weights in ${precision} do not fit that GPU`;
    return { value: 'onnx', reason: tooLarge, advice: `${idle} ${tooLarge}.` };
  }
  if (vllm) return { value: 'vllm', reason };
  const advice = `${idle} ${reason}: "oneshot vllm install" brings one for the GPU.`;
  return { value: 'onnx', reason, advice };
}
