import { json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const benchmarksCommand = new StrictCommand('benchmarks')
  .description('list the benchmarks: how each is sampled, its licence, and where its problems are')
  .addOption(json())
  .action(async (options) => (await import('../data/list-benchmarks.ts')).listBenchmarks(options));
