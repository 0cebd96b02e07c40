/**
 * `npm run verifier:score`: how well the verifier agrees with labelled cases.
 *
 *     npm run verifier:score -- [--corpus DIR] [--json] [--failures FILE]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runCommand } from '#cli/terminal/run-command.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { verify } from '#shared/verifier/verify.ts';
import { corpusFolder, readCorpus } from './verifier-score/corpus.ts';
import { judgeFiles } from './verifier-score/score.ts';
import { failureLines, scoreReport, scoreTable } from './verifier-score/score-report.ts';

await runCommand(async () => {
  const values = options();
  const files = judgeFiles(await readCorpus(values.corpus), { verify });
  const report = scoreReport(files);
  if (values.failures !== undefined) writeFileSync(values.failures, failureLines(files));
  if (values.json) console.log(JSON.stringify(report));
  else console.log(`${scoreTable(files)}\n\nslowest verdict: ${report.maxMs.toFixed(1)} ms`);
});

/** @throws {KnownError} `usage` */
function options() {
  try {
    return parseArgs({
      options: {
        corpus: { type: 'string', default: corpusFolder(process.env) },
        json: { type: 'boolean', default: false },
        failures: { type: 'string' },
      },
    }).values;
  } catch (cause) {
    const usage = 'npm run verifier:score -- [--corpus DIR] [--json] [--failures FILE]';
    throw new KnownError('usage', `${messageOf(cause)}. Use it as ${usage}.`, { cause });
  }
}
