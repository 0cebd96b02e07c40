import { availableParallelism } from 'node:os';
import { Option } from '@commander-js/extra-typings';
import { defined } from '#shared/defined.ts';
import { choice, collect, decimals, GRADERS, headcount, json, positive } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const verifyCommand = new StrictCommand('verify')
  .example('verify --gold 7/2 --answer 3.5 --explain', 'one answer, and why')
  .example('verify --batch cases.jsonl --out verdicts.jsonl', 'a file of them')
  .summary('judge answers against reference answers')
  .description(
    'judge an answer against a reference answer: exits with 0 if it is correct, 1 if not, 2 on failure; or a file of them',
  )
  .option('--gold <answer>', 'reference answer; of several, any one counts', collect)
  .addOption(new Option('--answer <text>', 'a bare answer').conflicts('completion'))
  .option('--completion <text>', 'a whole completion, in which the answer is looked for')
  .addOption(
    new Option(
      '--batch <file>',
      'instead: JSON lines { id, gold, answer | completion }, - for standard input',
    ).conflicts(['gold', 'answer', 'completion', 'explain']),
  )
  .option('--out <file>', 'file of the results of a batch, instead of standard output')
  .option('--workers <n>', 'threads of a batch', headcount, availableParallelism())
  .addOption(choice('--mode <name>', 'how a completion is read and judged', GRADERS).default('benchmark'))
  .option(
    '--tolerance <x>',
    'absolute tolerance of numbers; a comma-separated one for each of a list',
    decimals,
  )
  .option(
    '--significant-digits <n>',
    'an answer is right that rounds to the gold in so many digits',
    positive,
  )
  .option('--unit <latex>', 'unit that stands after the gold')
  .option('--explain', 'say how the verdict came about', false)
  .addOption(json())
  .action(async ({ tolerance, significantDigits, unit, batch, gold, ...settings }, command) => {
    const options = defined({ tolerance, significantDigits, unit });
    if (batch !== undefined) {
      const { verifyCases } = await import('../verify/verify-cases.ts');
      return verifyCases({ ...settings, batch, options });
    }
    if (gold === undefined || (settings.answer ?? settings.completion) === undefined)
      return command.error('give --gold with --answer or --completion, or --batch with a file');
    const { verifyAnswer } = await import('../verify/verify-answer.ts');
    return verifyAnswer({ ...settings, gold, options });
  });
