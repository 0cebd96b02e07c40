import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hubSettings } from '#shared/adapters/hub/hub-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'oneshot-hub-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the settings of the hub', () => {
  it('are those of Python where nothing is said', () => {
    expect(hubSettings({ HF_TOKEN_PATH: join(folder, 'none') })).toEqual({
      endpoint: 'https://huggingface.co',
      token: undefined,
      cache: join(homedir(), '.cache/huggingface/hub'),
      isOffline: false,
    });
  });

  it.each([
    [{ XDG_CACHE_HOME: '/x' }, '/x/huggingface/hub'],
    [{ XDG_CACHE_HOME: '/x', HF_HOME: '~/hf' }, join(homedir(), 'hf/hub')],
    [{ HF_HOME: '/hf', HUGGINGFACE_HUB_CACHE: '/old' }, '/old'],
    [{ HF_HOME: '/hf', HUGGINGFACE_HUB_CACHE: '/old', HF_HUB_CACHE: '/new' }, '/new'],
    [{ HF_HOME: '', HF_HUB_CACHE: '' }, join(homedir(), '.cache/huggingface/hub')],
  ])('take the cache from %o', (env, cache) => {
    expect(hubSettings({ HF_TOKEN_PATH: join(folder, 'none'), ...env }).cache).toBe(cache);
  });

  it('take the token from HF_TOKEN, else from the file of a login', () => {
    writeFileSync(join(folder, 'token'), 'hf_filed\n');
    expect(hubSettings({ HF_HOME: folder }).token).toBe('hf_filed');
    expect(hubSettings({ HF_HOME: folder, HF_TOKEN: ' hf_given\n' }).token).toBe('hf_given');
  });

  it.each([
    { HF_ENDPOINT: 'huggingface.co' },
    { HF_ENDPOINT: 'ftp://hub' },
    { HF_ENDPOINT: 'https://me:secret@hub' },
    { HF_TOKEN: 'secret two' },
    { HF_TOKEN: 'secret\u00e9' },
  ])('refuse %o without quoting it', (env) => {
    expect(() => hubSettings({ HF_HOME: '/none', ...env })).toThrow(
      expect.objectContaining({
        code: 'hub-setting-invalid',
        message: expect.not.stringContaining('secret'),
      }),
    );
  });

  it('know an endpoint with a path and a slash at its end', () => {
    expect(hubSettings({ HF_HOME: '/none', HF_ENDPOINT: 'http://mirror/hf/' }).endpoint).toBe(
      'http://mirror/hf',
    );
    expect(hubSettings({ HF_HOME: '/none', HF_HUB_OFFLINE: 'True' }).isOffline).toBe(true);
  });
});
