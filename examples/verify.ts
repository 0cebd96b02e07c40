/**
 * The answer verifier alone: `node examples/verify.ts`. It needs no engine, no store and no network. Installed from npm the
 * import is `from 'oneshot-rlvr/verifier'`.
 */
import { explain, goldFault, verify, verifyModes } from '#shared/verifier/verify.ts';

// A whole completion: the answer is found in it. `reward` mode takes only a closed box.
const { verdict, extracted, reason } = verify({
  gold: '\\frac{1}{2}',
  completion: 'so \\boxed{0.5}',
  mode: 'reward',
});
console.log(`0.5 for ½: ${verdict}, read as ${extracted}, decided by ${reason}`);

// A bare answer, compared as the kind of value that the gold is: here a set of reals.
const union = { gold: '(-\\infty,1)\\cup(3,\\infty)', answer: 'x<1 \\text{ or } x>3' };
console.log(`two ways to write a set: ${verify({ ...union, mode: 'benchmark' }).verdict}`);

// One completion as several graders see it; extraction is shared.
const byMode = verifyModes({
  gold: '17',
  completion: 'The answer is 17.',
  modes: ['reward', 'benchmark', 'paper-eval'],
});
for (const [mode, judged] of Object.entries(byMode)) console.log(`without a box, ${mode}: ${judged.verdict}`);

// A gold that nothing could ever match is a defect of the data: look before training on it.
console.log(`\\frac{1}{2 as a gold: ${goldFault('\\frac{1}{2')}`);

// For people: how both sides were read.
const explained = explain({ gold: '0.75', answer: '\\frac{3}{4}', mode: 'benchmark' });
console.log(`3/4 for 0.75: ${explained.verdict}, a gold of type ${explained.goldType}`);
