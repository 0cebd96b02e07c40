import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaseQueue } from '#functions/api/verify/case-queue.ts';
import type { Judges } from '#functions/api/verify/judges.ts';
import { VerifyCase, type VerifyResult } from '#functions/api/verify/verify-case.ts';

const NOBODY_GONE = new AbortController().signal;

describe('CaseQueue', () => {
  it('gives each request its own results, in the order of its cases', async () => {
    const sizes = fc.array(
      fc.nat({ max: 30 }).map((n) => n + 1),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 3 }), async (requests, count) => {
        const judges = new SlowJudges(count);
        const queue = new CaseQueue(judges);
        const asked = requests.map((size, index) =>
          queue.judge(cases(size, `${index}`), `client ${index % 2}`, NOBODY_GONE),
        );
        await judges.finish();
        for (const [index, results] of (await Promise.all(asked)).entries()) {
          expect(results.map(({ id }) => id)).toEqual(
            cases(requests[index] ?? 0, `${index}`).map(({ id }) => id),
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  it('works on no more at once than there are judges', async () => {
    const judges = new SlowJudges(2);
    const asked = new CaseQueue(judges).judge(cases(100), 'a', NOBODY_GONE);
    expect(judges.waiting).toBe(2);
    await judges.finish();
    expect(judges.mostWaiting).toBe(2);
    await asked;
  });

  it('lets clients take turns, whatever number of requests one of them has', async () => {
    const judges = new SlowJudges(1);
    const queue = new CaseQueue(judges);
    const greedy = Array.from({ length: 4 }, () => queue.judge(cases(500, 'greedy'), 'greedy', NOBODY_GONE));
    const modest = queue.judge(cases(24, 'modest'), 'modest', NOBODY_GONE);
    let turns = 0;
    while (await isOpen(modest)) {
      judges.answerOne();
      turns += 1;
    }
    expect(turns).toBeLessThanOrEqual(7);
    await judges.finish();
    await Promise.all(greedy);
  });

  it('drops what a client waits for that has gone, but for the cases in work', async () => {
    const judges = new SlowJudges(1);
    const queue = new CaseQueue(judges);
    const gone = new AbortController();
    const asked = Array.from({ length: 3 }, () => queue.judge(cases(500, 'gone'), 'a', gone.signal));
    const other = queue.judge(cases(8, 'other'), 'b', NOBODY_GONE);
    gone.abort(new Error('gone'));
    for (const each of asked) await expect(each).rejects.toThrow('gone');
    await judges.finish();
    expect(judges.judged.filter(({ id }) => String(id).startsWith('gone')).length).toBeLessThanOrEqual(8);
    expect(judges.toldGone).toBe(true);
    expect(await other).toHaveLength(8);
  });

  it('refuses what is more than 4000 cases of a token, until some have their verdicts', async () => {
    const judges = new SlowJudges(1);
    const queue = new CaseQueue(judges);
    const gone = new AbortController();
    const first = queue.judge(cases(1000), 'a', gone.signal);
    const others = Array.from({ length: 3 }, () => queue.judge(cases(1000), 'a', NOBODY_GONE));
    await expect(queue.judge(cases(1), 'a', NOBODY_GONE)).rejects.toMatchObject({ code: 'too-many-cases' });
    const elsewhere = queue.judge(cases(1), 'b', NOBODY_GONE);
    gone.abort();
    await expect(first).rejects.toThrow();
    const later = queue.judge(cases(1000), 'a', NOBODY_GONE);
    await judges.finish();
    await Promise.all([...others, elsewhere, later]);
  });

  it('fails a request whose judge fails, and that one alone', async () => {
    const judges = new SlowJudges(1);
    const queue = new CaseQueue(judges);
    const [failing, fine] = [
      queue.judge(cases(9, 'fail'), 'a', NOBODY_GONE),
      queue.judge(cases(9), 'b', NOBODY_GONE),
    ];
    failing.catch(() => {});
    await judges.finish();
    await expect(failing).rejects.toThrow('cannot be judged');
    expect(await fine).toHaveLength(9);
  });

  it('gives up what takes longer than the host has patience', async () => {
    const judges = new SlowJudges(1, 1);
    const queue = new CaseQueue(judges);
    const asked = queue.judge(cases(100), 'a', NOBODY_GONE);
    await expect(asked).rejects.toMatchObject({ code: 'cases-too-hard' });
    await judges.finish();
    expect(judges.judged.length).toBeLessThanOrEqual(8);
  });
});

/** Judges that answer when they are told to. */
class SlowJudges implements Judges {
  readonly count: number;
  readonly patienceMs: number;
  readonly judged: VerifyCase[] = [];
  toldGone = false;
  mostWaiting = 0;
  readonly #asked: (() => void)[] = [];

  constructor(count: number, patienceMs = 60_000) {
    this.count = count;
    this.patienceMs = patienceMs;
  }

  get waiting(): number {
    return this.#asked.length;
  }

  judge: Judges['judge'] = (given, gone) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly VerifyResult[]>();
    this.judged.push(...given);
    this.#asked.push(() => {
      this.toldGone ||= gone.aborted;
      if (given.some(({ id }) => String(id).startsWith('fail'))) reject(new Error('cannot be judged'));
      else resolve(given.map(resultOf));
    });
    this.mostWaiting = Math.max(this.mostWaiting, this.waiting);
    return promise;
  };

  answerOne(): void {
    this.#asked.shift()?.();
  }

  /** Answers until nothing more is asked. */
  async finish(): Promise<void> {
    for (; this.waiting > 0; await sleep(0)) this.answerOne();
  }
}

function cases(count: number, name = 'case'): VerifyCase[] {
  return Array.from({ length: count }, (_, index) =>
    VerifyCase.parse({ id: `${name} ${index}`, gold: '1', answer: '1' }),
  );
}

function resultOf({ id }: VerifyCase): VerifyResult {
  return { id, correct: true, verdict: 'correct', extracted: '1', reason: 'equal-text' };
}

async function isOpen(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open');
  return (await Promise.race([promise, sleep(0, open)])) === open;
}
