import { InvalidArgumentError } from '@commander-js/extra-typings';
import { aws, benchmarkNames, home, json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

const pull = new StrictCommand('pull')
  .example('data pull', 'everything that the paper uses')
  .example('data pull math500 aime24', 'two benchmarks')
  .argument('[names...]', 'such as math500 or dsr_sub')
  .description("fetch benchmarks and training sets from the paper's repository; all by default")
  .option('--from <place>', 'mirror of the repository: a URL, or a folder', mirror)
  .option('--force', 'replace files of the data folder that are others', false)
  .addOption(json())
  .action(async (names, options) => (await import('../data/pull-data.ts')).pullData(names, options));

const push = new StrictCommand('push')
  .example('data push micro-aime24', 'so that the HTTP API can be asked for it')
  .argument('[benchmarks...]', 'such as micro-aime24', (name: string, before: string[] = []) => [
    ...before,
    ...benchmarkNames(name),
  ])
  .description('store the problems of benchmarks, as requests over HTTP need; all six real ones by default')
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (names, options) => (await import('../push/push-data.ts')).pushData(names, options));

export const dataCommand = new StrictCommand('data')
  .description('problem sets and training sets')
  .addCommand(pull)
  .addCommand(push);

function mirror(place: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(place)?.[1]?.toLowerCase();
  const isUrl = scheme === 'http' || scheme === 'https';
  if (place !== '' && (isUrl ? URL.canParse(place) : scheme === undefined)) return place;
  throw new InvalidArgumentError('It must be a URL that begins with http: or https:, or a folder.');
}
