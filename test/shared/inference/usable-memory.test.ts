import { totalmem } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CACHE_SHARE } from '#shared/inference/kv-cache.ts';
import { defaultCacheBytes } from '#shared/inference/onnx-generator.ts';
import { usableMemory } from '#shared/inference/usable-memory.ts';

afterEach(() => vi.restoreAllMocks());

describe('usableMemory', () => {
  it.each([
    ['of the machine where nothing limits it', 0, 100],
    ['of the container where that has less', 40, 40],
    ['of the machine where a container may have more', 2 ** 63, 100],
  ])('is that %s', (_, limit, expected) => {
    expect(usableMemory(100, limit)).toBe(expected);
  });

  it("is what the decoder's keys and values take their share of", () => {
    vi.spyOn(process, 'constrainedMemory').mockReturnValue(totalmem() / 8);
    expect(defaultCacheBytes()).toBe((CACHE_SHARE * totalmem()) / 8);
  });
});
