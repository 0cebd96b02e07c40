/**
 * `oneshot doctor`: what this machine, or with `doctor-aws.ts` a deployment, has and lacks, a `Finding` each. Changes nothing.
 * Imports `machine/` and what lies below.
 */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { tryFolder } from '#shared/adapters/local/make-folder.ts';
import { checkTempFolder } from '#shared/adapters/local/temp-folder.ts';
import { messageOf } from '#shared/errors.ts';
import { verifierVersion, verify } from '#shared/verifier/verify.ts';
import { engineRequirements } from '../bootstrap/engine-requirements.ts';
import { findPython } from '../bootstrap/find-python.ts';
import { dataFolder } from '../data/data-folder.ts';
import { engineTorch } from '../machine/engine-torch.ts';
import { packageVersion } from '../package/package-version.ts';
import { type Finding, printFindings } from './finding.ts';

const GIB = 2 ** 30;

/** Says what of the machine oneshot needs, what is there, and what to do about the rest. Exits with 1 on errors. */
export async function doctor({
  home,
  json,
}: {
  readonly home: string;
  readonly json: boolean;
}): Promise<void> {
  const findings = [
    { what: 'oneshot', level: 'ok', detail: `${packageVersion} on node ${process.version}` } as const,
    machine(),
    python(),
    await engine(),
    await decoder(),
    verifier(),
    await disk(home),
    temporary(),
    data(),
  ];
  printFindings(findings, json);
}

function machine(): Finding {
  const detail = `${availableParallelism()} cores, ${(totalmem() / GIB).toFixed(1)} GiB memory`;
  return { what: 'machine', level: 'ok', detail };
}

function python(): Finding {
  try {
    return { what: 'python', level: 'ok', detail: findPython(process.env) };
  } catch (error) {
    return { what: 'python', level: 'error', detail: messageOf(error) };
  }
}

/** A pair that only many digits tell apart. */
function verifier(): Finding {
  const near = verify({ gold: 'e^{\\pi\\sqrt{163}}', answer: '262537412640768744', mode: 'benchmark' });
  const level = near.verdict === 'incorrect' ? 'ok' : 'error';
  const detail = `version ${verifierVersion}, ${level === 'ok' ? 'tells' : 'cannot tell'} e^(π√163) from 262537412640768744`;
  return { what: 'verifier', level, detail };
}

async function engine(): Promise<Finding> {
  const torch = engineTorch(process.env);
  if (torch === null) {
    return {
      what: 'engine',
      level: 'warning',
      detail: 'not set up yet; the first training does it, or "oneshot bootstrap"',
    };
  }
  if (torch) {
    const { version, instructionSet, cuda } = torch;
    return {
      what: 'engine',
      level: 'ok',
      detail: `torch ${version}, ${instructionSet}, CUDA ${cuda ? 'yes' : 'no'}`,
    };
  }
  const wanted = (await engineRequirements(false)).join(', ');
  const detail = `its packages do not load; run "oneshot bootstrap" (${wanted})`;
  return { what: 'engine', level: 'error', detail };
}

async function decoder(): Promise<Finding> {
  try {
    await import('onnxruntime-node');
    return { what: 'decoder', level: 'ok', detail: 'ONNX Runtime loads' };
  } catch (error) {
    const detail = `ONNX Runtime does not load (${messageOf(error)}); reinstall with ONNXRUNTIME_NODE_INSTALL=skip npm install`;
    return { what: 'decoder', level: 'error', detail };
  }
}

/** Whether the home can be made and written, and what is free where it is or will be. */
async function disk(home: string): Promise<Finding> {
  try {
    tryFolder(home);
    const { bavail, bsize } = await statfs(nearestFolder(resolve(home)));
    const free = bavail * bsize;
    const detail = `${(free / GIB).toFixed(1)} GiB free for ${home}, which can be written`;
    return { what: 'disk', level: free < GIB ? 'warning' : 'ok', detail };
  } catch (error) {
    return { what: 'disk', level: 'error', detail: messageOf(error) };
  }
}

function temporary(): Finding {
  try {
    checkTempFolder();
    return { what: 'temp', level: 'ok', detail: tmpdir() };
  } catch (error) {
    return { what: 'temp', level: 'error', detail: messageOf(error) };
  }
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

function data(): Finding {
  const folder = dataFolder(process.env);
  if (existsSync(`${folder}/benchmarks`)) return { what: 'data', level: 'ok', detail: folder };
  const detail = `no benchmarks in ${folder}; fetch them with "oneshot data pull". The microcosm needs none`;
  return { what: 'data', level: 'warning', detail };
}
