import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Progress } from '#cli/terminal/progress.ts';
import { setQuiet } from '#cli/terminal/quiet.ts';
import { ProgressView } from '#cli/train/progress-view.ts';

// Other files share this process.
beforeAll(() => setQuiet(true));
afterAll(() => setQuiet(false));

function stream() {
  const out = Object.assign(new PassThrough(), { isTTY: false, columns: 80 });
  // A terminal's stream is one of those, as far as progress looks at it.
  return { out: out as unknown as WriteStream, written: () => String(out.read() ?? '') };
}

it('quiet progress tells problems alone', () => {
  const { out, written } = stream();
  const progress = new Progress(out, false);
  progress.show({ phase: 'evaluating', text: '1 of 9' });
  progress.note({ event: 'note' }, 'good to know');
  progress.say({ event: 'problem' }, 'problem: it broke');
  expect(written()).toBe('problem: it broke\n');
});

it.each([false, true])('a quiet run tells problems alone, JSON lines: %s', (json) => {
  const { out, written } = stream();
  const view = new ProgressView(out, 'run', json);
  view.onProcess('driver', 1);
  view.onStart(0, 2);
  view.onPhase('start');
  view.onStep(1, { 'reward/mean': 1 });
  view.onNoEvaluation();
  view.onProblem({ level: 'error', event: 'broke', detail: 'it broke' });
  view.end();
  const lines = written().trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('it broke');
});
