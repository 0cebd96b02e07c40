import { json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const benchmarksCommand = new StrictCommand('benchmarks')
  .example('benchmarks --json', 'with licence, limits and file of each, for a program')
  .summary('list the benchmarks and whether their problems are here')
  .description('list the benchmarks: how each is sampled, its licence, and where its problems are')
  .addOption(json())
  .action(async (options) => (await import('../data/list-benchmarks.ts')).listBenchmarks(options));
