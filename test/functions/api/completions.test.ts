import { describe, expect, it } from 'vitest';
import { ApiWorld } from './api-world.ts';

describe('completions of a host without a decoder', () => {
  it.each(['/v1/completions', '/v1/chat/completions', '/openai/v1/completions'])(
    'are refused at %s, in the form of OpenAI',
    async (path) => {
      const api = await ApiWorld.create();
      const { status, body } = await api.post(path, { model: 'x', prompt: 'y' });
      expect(status).toBe(501);
      expect(body).toEqual({
        error: {
          code: 'completions-unavailable',
          ...{ message: expect.stringContaining('oneshot serve'), param: null, type: 'server_error' },
        },
      });
    },
  );
});
