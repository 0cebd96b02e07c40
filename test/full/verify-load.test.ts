import { expect, it } from 'vitest';
import { verifyLoad } from '#bench/verify-load.ts';

it.runIf(process.platform === 'linux')(
  'clients that ask for thousands of hard verdicts and leave take their work with them',
  async () => {
    // CPU time, since waiting times are those of whoever else uses the machine: `npm run bench -- verify-load`.
    expect((await verifyLoad()).leftSeconds).toBeLessThan(2);
  },
  120_000,
);
