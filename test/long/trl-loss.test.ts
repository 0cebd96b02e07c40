import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { installTrl } from '#bench/trainer/trl.ts';

it('loss and gradient are those of TRL, off-policy and with tokens clipped', () => {
  const output = execFileSync(installTrl(), ['-W', 'ignore', 'test/trainer/trl_loss.py'], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: 'trainer/engine' },
  });
  const worst = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Record<string, number>;
  process.stderr.write(`${output}\n`);
  expect(worst['loss']).toBeLessThan(1e-6);
  // Both sum in fp32, in different orders.
  expect(worst['gradient']).toBeLessThan(4e-6);
  expect(worst['clipped']).toBeGreaterThan(0.1);
}, 600_000);
