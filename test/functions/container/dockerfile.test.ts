import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';

const lines = readFileSync(join(packageRoot, 'Dockerfile'), 'utf8')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line));
const operands = (instruction: string) =>
  lines
    .filter((line) => line.startsWith(`${instruction} `))
    .map((line) => line.slice(instruction.length + 1));

describe('the Dockerfile', () => {
  it('copies what there is', () => {
    const sources = operands('COPY').flatMap((line) => line.split(' ').slice(0, -1));
    expect(sources).not.toHaveLength(0);
    for (const source of sources) expect(existsSync(join(packageRoot, source)), source).toBe(true);
  });

  it('starts what it copied, as a process that hears SIGTERM itself', () => {
    const [command, script = ''] = JSON.parse(operands('ENTRYPOINT')[0] ?? '[]') as string[];
    expect(command).toBe('node');
    expect(existsSync(join(packageRoot, script))).toBe(true);
    expect(operands('COPY').some((line) => script.startsWith(line.split(' ')[0] ?? ' '))).toBe(true);
  });

  it('copies all that its stages import', () => {
    const copied = operands('COPY').flatMap((line) => line.split(' ').slice(0, -1));
    expect(copied).toEqual(expect.arrayContaining(['shared/', 'functions/', 'package.json', '.npmrc']));
  });

  it('names its base by version and runs as nobody special', () => {
    expect(operands('FROM')).toEqual([expect.stringMatching(/^node:\d+-[a-z-]+$/)]);
    expect(operands('USER').at(-1)).toBe('node');
    const install = lines.findIndex((line) => line.includes('npm ci'));
    expect(lines[install]).toContain('--omit=dev');
    expect(lines.findIndex((line) => line.startsWith('USER '))).toBeGreaterThan(install);
  });
});

describe('the Dockerfile of the trainer', () => {
  const trainer = readFileSync(join(packageRoot, 'trainer/Dockerfile'), 'utf8').split('\n');
  const copied = trainer
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1));

  it('copies what there is, and all that the driver needs', () => {
    for (const source of copied) expect(existsSync(join(packageRoot, source)), source).toBe(true);
    expect(copied).toEqual(
      expect.arrayContaining(['shared/', 'trainer/', 'trainer/engine/', 'package.json']),
    );
  });

  it('starts the driver itself, as nobody special, on the torch that the engine asks for', () => {
    const entry = trainer.find((line) => line.startsWith('ENTRYPOINT ')) ?? '';
    expect(JSON.parse(entry.slice('ENTRYPOINT '.length)).slice(0, 2)).toEqual(['node', 'trainer/main.ts']);
    expect(trainer).toContain('USER 1000');
    expect(trainer.find((line) => line.startsWith('FROM '))).toMatch(/^FROM pytorch\/pytorch:2\.13\.0-/);
  });
});
