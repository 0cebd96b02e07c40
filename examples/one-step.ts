/**
 * One step of training, top to bottom, for whoever knows GRPO and wants to see it: a policy of 465,280 parameters draws
 * completions of one problem, a verifier scores them, and one update moves the policy. The same as `trainer/loop.ts` does,
 * without journal, checkpoints, other estimators and everything else that can be left out of a lesson.
 *
 *     node examples/one-step.ts        # after `npm run bootstrap`, which brings Python and torch
 *
 * Axes, in brackets: G prompts, K completions of each, B = G·K, n_b tokens of completion b, N = Σ n_b.
 */
import { fileURLToPath } from 'node:url';
import { trainingExample } from '#shared/benchmarks/microcosm/training-example.ts';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import { verify } from '#shared/verifier/verify.ts';
import { groupAdvantages } from '#trainer/advantages/group-advantages.ts';
import { startEngine } from '#trainer/engine-client/engine-process.ts';
import { concat, split, spread } from '#trainer/engine-client/ragged-arrays.ts';

const [G, K] = [4, 16];
const [TEMPERATURE, MAX_TOKENS, LEARNING_RATE] = [0.6, 64, 1e-4];
const here = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const model = here('trainer/microcosm/bases/habit-62-46');
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

// All tensors live in a Python process; this one says what is to be done with them, and holds what the formula needs.
const engine = await startEngine({ python: here('.venv/bin/python'), engineFolder: here('trainer/engine') });
const { client } = engine;
await client.call('create', {
  ...{ model, reference: model, critic: null }, // π_θ, and a frozen copy of it, π_ref
  ...{ threads: 1, device: 'cpu', precision: 'fp32', matmul: 'exact' },
  ...{ gradientCheckpointing: false, tokenBudget: 8192 }, // how much goes through the model at once; changes no result
  optimizer: { betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.01, decay: 'all' },
});

// 1-shot: all G prompts are the same problem, as the model's chat template puts it.
const [tokenizer, render] = await Promise.all([loadTokenizer(model), loadChatTemplate(model)]);
const text = render([{ role: 'user', content: trainingExample.problem }]);
const prompt = Int32Array.from(tokenizer.encode(text, { addSpecialTokens: false }));

// Sample o_b ~ π_θ(·|q). What is random of a completion is a function of seed, step, row and sample, so this step draws
// the same again. Arrays of different lengths travel one after another: `tokens` [N] with `lengths` [B].
const { tensors: drawn } = await client.call(
  'sample',
  {
    samples: K,
    temperature: TEMPERATURE,
    topP: 1,
    maxTokens: MAX_TOKENS,
    seed: 0,
    step: 1,
    stop: [...tokenizer.endTokens],
  },
  {
    tokens: concat(Int32Array, new Array<Int32Array>(G).fill(prompt)),
    lengths: new Int32Array(G).fill(prompt.length),
    rows: Int32Array.from({ length: G }, (_, g) => g),
  },
);
const completions = split(drawn.tokens, drawn.lengths); // [B] of [n_b], the K of a prompt side by side

// r_b: 1 where the answer in the last box is that of the problem, else 0. No reward model, no partial credit.
const rewards = completions.map((tokens) => {
  const completion = tokenizer.decode([...tokens]);
  return verify({ gold: trainingExample.answer, completion, mode: 'reward' }).verdict === 'correct' ? 1 : 0;
}); // [B]

// A_b = (r_b − mean) / (std + ε) within each group of K: better than its siblings is what counts. Where all of a group
// are right, or none, every A_b is 0, and the group teaches nothing.
const advantages = Array.from({ length: G }, (_, g) =>
  groupAdvantages(rewards.slice(g * K, (g + 1) * K), { estimator: 'grpo', ddof: 1, epsilon: 1e-6 }),
).flat(); // [B]

// The batch for gradients: each prompt with its completion, and where the one ends and the other begins.
const sequences = {
  tokens: concat(
    Int32Array,
    completions.flatMap((completion) => [prompt, completion]),
  ), // [Σ lengths]
  lengths: drawn.lengths.map((length) => prompt.length + length), // [B]
  promptLengths: new Int32Array(completions.length).fill(prompt.length), // [B]
};
const counts = [...drawn.lengths]; // n_b, [B]

// log π_ref of every token, for the KL penalty. (At the first step of a run π_ref is π_θ, so that it is 0 here.)
const reference = await client.call('forward', { slot: 'reference', temperature: TEMPERATURE }, sequences);

// ∇θ Σ_t w_t · (−min(ρ_t·A_b, clip(ρ_t)·A_b) + 0.001·kl_t − 0.001·H_t) with w_t = 1/N, a mean over all tokens. Without
// `oldLogprobs` π_old is the policy as it is: ρ_t = 1, whose gradient is the one that counts, since this update is the
// step's only one. Weights are data: another aggregation is other numbers here and no other code there.
const update = await client.call(
  'forward_backward',
  {
    temperature: TEMPERATURE,
    loss: {
      ...{ policyCoefficient: 1, clipLow: 0.2, clipHigh: 0.2, ratio: 'token' },
      ...{ klCoefficient: 0.001, klKind: 'k3', klClamp: 10, entropyCoefficient: 0.001 },
    },
  },
  {
    ...sequences,
    weights: new Float32Array(drawn.tokens.length).fill(1 / drawn.tokens.length), // [N]
    advantages: spread(advantages, counts), // [N]: all tokens of a completion share its advantage
    referenceLogprobs: reference.tensors.logprobs, // [N]
  },
);
const step = await client.call('optim_step', { slot: 'policy', learningRate: LEARNING_RATE, clipNorm: 1 });

// What it did: completions that were better than their group have become likelier, the others less likely.
const after = await client.call('forward', { slot: 'policy', temperature: TEMPERATURE }, sequences);
const change = split(after.tensors.logprobs, counts).map((logprobs, b) => {
  const before = split(update.tensors.logprobs, counts)[b] as Float32Array;
  return logprobs.reduce((sum, logprob, t) => sum + logprob - (before[t] as number), 0);
}); // Δ log π(o_b|q), [B]
const among = (sign: number) => mean(change.filter((_, b) => Math.sign(advantages[b] as number) === sign));
console.log(
  `reward        ${mean(rewards).toFixed(3)} over ${G} × ${K} completions of "${trainingExample.problem}"`,
);
console.log(
  `loss          ${update.result.loss.toFixed(6)}, norm of its gradient ${step.result.gradNorm.toFixed(4)}`,
);
console.log(`Δ log π(o|q)  ${among(1).toFixed(4)} where A > 0, ${among(-1).toFixed(4)} where A < 0, in nats`);
await engine.stop();
