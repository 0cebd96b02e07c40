import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradePaperEval } from '#shared/verifier/paper/grade-paper-eval.ts';
import { gradePaperTrain } from '#shared/verifier/paper/grade-paper-train.ts';
import { symbolic } from './symbolic.ts';

/** Far beyond what honest work takes on a busy machine, far below what quadratic work would. */
const HANG_MS = 5000;

const ATTACKS: Readonly<Record<string, string>> = {
  'deep braces': '{'.repeat(4900) + '}'.repeat(4900),
  'deep lists': '['.repeat(4900) + ']'.repeat(4900),
  'deep fractions': '\\frac{'.repeat(1600),
  'deep roots': '\\sqrt['.repeat(1600),
  'many environments': '\\begin{pmatrix}'.repeat(600),
  'digits without end': '1'.repeat(9999),
  'zeros after points': `1.${'0'.repeat(9990)}1`,
  'commas between digits': '1,111,'.repeat(1600),
  spaces: ' '.repeat(9999),
  'spaces between digits': `1${' '.repeat(9990)}x`,
  'open texts': '\\text{'.repeat(1600),
  'unit words': 'cm m day s a . '.repeat(650),
  equations: 'x='.repeat(4900),
  carets: '^'.repeat(9999),
  'number words': 'thousand '.repeat(1100),
};

describe('both graders', () => {
  it.each(Object.entries(ATTACKS))('do not hang on %s', (_name, attack) => {
    for (const text of [attack, `\\boxed{${attack}}`, `\\boxed{${attack}`, `\\boxed{${attack}x}`]) {
      const started = performance.now();
      gradePaperTrain({ gold: '\\frac{1}{2}', completion: text, symbolic });
      gradePaperEval({ gold: '\\frac{1}{2}', completion: text, keepUnits: false, symbolic });
      gradePaperEval({ gold: '[[1]]', completion: text, keepUnits: false, symbolic });
      expect(performance.now() - started).toBeLessThan(HANG_MS);
    }
  });

  it('do not hang on a million characters', () => {
    for (const unit of ['\\boxed{', '\\boxed{1} ', '1.1,', '答案是 ', '{}', 'answer is ', '\u043a\u0438']) {
      const completion = unit.repeat(1_000_000 / unit.length);
      const started = performance.now();
      gradePaperTrain({ gold: '9', completion, symbolic });
      gradePaperEval({ gold: '9', completion, keepUnits: false, symbolic });
      gradePaperEval({ gold: 'C', completion, keepUnits: false, symbolic });
      expect(performance.now() - started).toBeLessThan(HANG_MS);
    }
  });

  it('never throw, and place what they extract', () => {
    const pieces = fc.constantFrom(...PIECES.split('|'));
    const text = fc.array(fc.oneof(pieces, pieces, fc.string({ maxLength: 3, unit: 'binary' })), {
      maxLength: 14,
    });
    fc.assert(
      fc.property(text, text, (golds, completions) => {
        const [gold, completion] = [golds.join(''), completions.join('')];
        for (const verdict of [
          gradePaperTrain({ gold, completion, symbolic }),
          gradePaperEval({ gold, completion, keepUnits: false, symbolic }),
        ]) {
          expect(verdict.span && completion.slice(...verdict.span)).toBe(verdict.extracted);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

const PIECES =
  '\\boxed{|boxed|}|{|[|]|(|)|\\frac|\\sqrt|\\sqrt[|\\text{|\\text{ |\\begin{constructor}|\\begin{pmatrix}|' +
  '\\end{pmatrix}|&|\\\\|\\(|\\[|\\]|=|/|,|.|-|1|2.0|1,000|x|A| |\n|^{|^\\circ|and|two|point|cm|__proto__|' +
  'final answer is $|$. I hope|he answer is|答案是|\\hat|\\mathbb|%|$|\u043a\u0438';
