import { describe, expect, it } from 'vitest';
import { LocalSessions } from '#cli/serve/local-sessions.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';

const OWNER = 'the token that was printed';
const token = { schemaVersion: 1, name: 'owner', scope: 'write', createdAt: 0 } as const;
const MINUTE = 60_000;

function world() {
  let now = 1000;
  const known = new Set([sha256Hex(OWNER)]);
  const sessions = new LocalSessions(
    sha256Hex(OWNER),
    async (sha256) => (known.has(sha256) ? token : undefined),
    { now: () => now },
  );
  return { sessions, known, pass: (ms: number) => (now += ms) };
}

describe('LocalSessions', () => {
  it('takes the code of the link once', async () => {
    const { sessions } = world();
    const session = sessions.redeem(sessions.code) ?? '';
    expect(await sessions.tokens(sha256Hex(session))).toEqual(token);
    expect(sessions.redeem(sessions.code)).toBeUndefined();
  });

  it('takes no other code, and none that is too old', () => {
    const { sessions, pass } = world();
    expect(sessions.redeem('')).toBeUndefined();
    expect(sessions.redeem(sessions.code.slice(0, -1))).toBeUndefined();
    pass(15 * MINUTE + 1);
    expect(sessions.redeem(sessions.code)).toBeUndefined();
  });

  it('never gives a browser the token itself', () => {
    const { sessions } = world();
    expect(sessions.open(OWNER)).not.toContain(OWNER);
    expect(sessions.redeem(sessions.code)).not.toContain(OWNER);
    expect(sessions.open(OWNER)).not.toBe(sessions.open(OWNER));
  });

  it('ends a session after twelve hours, and with the token that it stands for', async () => {
    const { sessions, known, pass } = world();
    const session = sha256Hex(sessions.open(OWNER));
    pass(12 * 60 * MINUTE - 1);
    expect(await sessions.tokens(session)).toEqual(token);
    pass(2);
    expect(await sessions.tokens(session)).toBeUndefined();
    const other = sha256Hex(sessions.open(OWNER));
    known.clear();
    expect(await sessions.tokens(other)).toBeUndefined();
  });

  it('still knows the tokens that programs bring', async () => {
    expect(await world().sessions.tokens(sha256Hex(OWNER))).toEqual(token);
  });
});
