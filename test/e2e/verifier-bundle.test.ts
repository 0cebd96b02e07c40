import { describe, expect, it } from 'vitest';
import { bundleCore } from '#bench/verifier/core-bundle.ts';

const LARGEST_GZIP_BYTES = 60 * 1024;

describe('the verifier without its arithmetic, units and graders of the paper, bundled for a browser', () => {
  it('imports nothing, of Node or else', async () => {
    expect((await bundleCore()).externals).toEqual([]);
  });

  it('takes 60 KB at most to load', async () => {
    expect((await bundleCore()).gzipBytes).toBeLessThanOrEqual(LARGEST_GZIP_BYTES);
  });

  it('runs where there is no Node', async () => {
    const { code } = await bundleCore();
    const source = Buffer.from(code).toString();
    expect(source).not.toMatch(/\b(process|require|Buffer|__dirname)\b[.(]/);
    const core: unknown = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
    expect(core).toHaveProperty('createVerifier');
  });
});
