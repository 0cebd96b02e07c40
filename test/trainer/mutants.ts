/** One edit of the trainer that makes it train wrongly. */
export interface Mutant {
  /** In `trainer`. */
  readonly file: string;
  /** Stands once in the file, exactly so. */
  readonly was: string;
  readonly becomes: string;
  /** The rule that it breaks. */
  readonly breaks: string;
  /** The tests, in `test/trainer`, of which one must fail. */
  readonly tests: string;
}

const LOSSES = 'engine/oneshot_engine/losses.py';
const OBJECTIVE = 'engine/oneshot_engine/objective.py';
const BATCHING = 'engine/oneshot_engine/batching.py';

export const mutants: readonly Mutant[] = [
  {
    file: 'advantages/group-advantages.ts',
    was: 'difference / (std + epsilon)',
    becomes: '-difference / (std + epsilon)',
    breaks: 'what is better than its group is made likelier',
    tests: 'advantages/group-advantages.test.ts',
  },
  {
    file: 'advantages/group-advantages.ts',
    was: '(n - ddof)',
    becomes: 'n',
    breaks: 'the standard deviation is that of a sample',
    tests: 'advantages/group-advantages.test.ts',
  },
  {
    file: 'advantages/group-advantages.ts',
    was: '(std + epsilon)',
    becomes: 'std',
    breaks: 'ε is added to the standard deviation',
    tests: 'advantages/group-advantages.test.ts',
  },
  {
    file: 'advantages/group-advantages.ts',
    was: 'rewards.map(() => 0)',
    becomes: 'rewards.map((reward) => reward)',
    breaks: 'a group of equal rewards has advantage 0',
    tests: 'advantages/group-advantages.test.ts',
  },
  {
    file: LOSSES,
    was: 'ratio.clamp(1 - clip_low, 1 + clip_high)',
    becomes: 'ratio.clamp(1 - clip_low, 1 + clip_low)',
    breaks: 'the ratio may rise to its own bound',
    tests: 'engine/test_losses.py',
  },
  {
    file: OBJECTIVE,
    was: 'here(streams.reference_logprobs) - logprobs',
    becomes: 'logprobs - here(streams.reference_logprobs)',
    breaks: 'the divergence is that of the policy from the reference',
    tests: 'engine/test_objective.py',
  },
  {
    file: OBJECTIVE,
    was: 'log_ratio = _sums_by_row(log_ratio, torch.from_numpy(batch.row).to(logprobs.device))',
    becomes: 'log_ratio = log_ratio + 0',
    breaks: 'the ratio of a completion is that of all its tokens',
    tests: 'engine/test_objective.py',
  },
  {
    file: BATCHING,
    was: 'targets=ids.reshape(-1)[places + 1],',
    becomes: 'targets=ids.reshape(-1)[places],',
    breaks: 'a state predicts the token after it',
    tests: 'engine/test_objective.py',
  },
  {
    file: BATCHING,
    was: `    completions = sequences.lengths - sequences.prompt_lengths
`,
    becomes: `    completions = (sequences.lengths - sequences.prompt_lengths - 1).clip(1)
`,
    breaks: 'the stop token is trained on',
    tests: 'engine/test_objective.py',
  },
  {
    file: BATCHING,
    was: `        first = np.arange(len(members)) * ids.shape[1] + sequences.prompt_lengths[members] - 1
`,
    becomes: `        first = np.arange(len(members)) * ids.shape[1] + sequences.prompt_lengths[members] - 2
`,
    breaks: 'a value is read before the token that it belongs to',
    tests: 'engine/test_value_objective.py',
  },
  {
    file: 'engine/oneshot_engine/sampler.py',
    was: 'self._row = rows[prompt_of].astype(np.uint64)',
    becomes: 'self._row = (0 * rows[prompt_of]).astype(np.uint64)',
    breaks: 'equal prompts in different rows are drawn independently',
    tests: 'engine/test_sampler.py',
  },
  {
    file: 'samplers/onnx-sampler.ts',
    was: 'draw: { seed, step, row, sample }',
    becomes: 'draw: { seed, step, row: 0, sample }',
    breaks: 'equal prompts in different rows are drawn independently by the decoder, too',
    tests: 'samplers/onnx-sampler.test.ts',
  },
  {
    file: 'samplers/onnx-sampler.ts',
    was: 'await this.#checkLongest(ask, drawn);',
    becomes: '',
    breaks: 'a decoder with the weights of another step ends the run',
    tests: 'samplers/onnx-sampler.test.ts',
  },
  {
    file: 'rollouts/score-rollouts.ts',
    was: "engine.call('forward', { slot, temperature }",
    becomes: "engine.call('forward', { slot, temperature: 1 }",
    breaks: 'old and reference log-probabilities are at the temperature of the rollout',
    tests: 'update/update.test.ts',
  },
  {
    file: 'update/update.ts',
    was: '{ temperature: sampling.temperature, loss:',
    becomes: '{ temperature: 1, loss:',
    breaks: 'new log-probabilities and entropies are at the temperature of the rollout',
    tests: 'update/update.test.ts',
  },
  {
    file: 'update/update.ts',
    was: '...(oldLogprobs && { oldLogprobs }),',
    becomes: '',
    breaks: 'old log-probabilities stay over the updates of a step',
    tests: 'update/update.test.ts',
  },
  {
    file: 'advantages/gae.ts',
    was: 'gamma * nextValue - value',
    becomes: 'gamma * value - value',
    breaks: 'an advantage looks at the value after its token',
    tests: 'advantages/gae.test.ts',
  },
  {
    file: 'advantages/assign-advantages.ts',
    was: 'Float32Array.from(estimates[b]?.returns ?? [])',
    becomes:
      'Float32Array.from([...(whitened[b] as Float64Array), 0].map((a, t) => a + (values[b]?.[t] as number)))',
    breaks: 'returns are made of advantages that are not whitened',
    tests: 'advantages/assign-advantages.test.ts',
  },
  {
    file: 'update/learning-rate.ts',
    was: 'step === 1 && zeroLrFirstStep ? 0 : learningRate',
    becomes: 'learningRate',
    breaks: 'the first step of the paper’s recipes moves only the moments',
    tests: 'update/update.test.ts',
  },
  {
    file: 'update/critic-slices.ts',
    was: 'rank.slice(j * share, (j + 1) * share)',
    becomes: 'rank.slice(0, share)',
    breaks: 'every critic update takes its own slice of each rank',
    tests: 'update/critic-slices.test.ts',
  },
  {
    file: 'update/token-weights.ts',
    was: 'batch.length / completions / tokens / ranks.length',
    becomes: '1 / rank.length / tokens / ranks.length',
    breaks: 'a micro-batch counts by its share of the completions',
    tests: 'update/token-weights.test.ts',
  },
];
