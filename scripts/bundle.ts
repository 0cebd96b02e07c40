import { build } from 'esbuild';

/** Bundles what the package runs into a folder: a file for each of its processes, for each part of the verifier, and for the client. */
export async function bundle(folder: string): Promise<void> {
  await build({
    entryPoints: {
      cli: 'cli/main.ts',
      runner: 'functions/local/main.ts',
      worker: 'functions/local/worker.ts',
      driver: 'trainer/main.ts',
      'reward-worker': 'trainer/rewards/reward-worker.ts',
      'verify-worker': 'cli/verify/worker.ts',
      'judge-worker': 'cli/serve/judge-worker.ts',
      'decoder-worker': 'cli/decoder/decoder-worker.ts',
      client: 'functions/client/create-client.ts',
      verifier: 'shared/verifier/verify.ts',
      'verifier-core': 'shared/verifier/create-verifier.ts',
      'verifier-precision': 'shared/adapters/decimal/decimal-precision.ts',
      'verifier-units': 'shared/adapters/units/exact-units.ts',
      'verifier-paper': 'shared/verifier/paper/paper-graders.ts',
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.13',
    packages: 'external',
    alias: { '@commander-js/extra-typings': 'commander' }, // the same classes with better types: the package needs none
    logLevel: 'warning',
  });
}
