/** What `cdk` runs: `npm run cdk -- synth | deploy | destroy`, with settings by `-c name=value`. */
import { KnownError } from '#shared/errors.ts';
import { buildApp } from './build-app.ts';

try {
  buildApp().synth();
} catch (error) {
  if (!(error instanceof KnownError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
