/**
 * `oneshot doctor`: what this machine, or with `doctor-aws.ts` a deployment, has and lacks, a `Finding` each. Of a machine
 * it draws the conclusion: what can be trained and scored on it (`model-outlook.ts`), and what brings the rest
 * (`missing.ts`). Changes nothing. Imports `plan/` and what lies below.
 */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { freeSpace } from '#shared/adapters/disk/free-space.ts';
import { tryFolder } from '#shared/adapters/local/make-folder.ts';
import { checkTempFolder } from '#shared/adapters/local/temp-folder.ts';
import { messageOf } from '#shared/errors.ts';
import { workingWay } from '#shared/inference/runtime/open-session.ts';
import { ownOperators } from '#shared/inference/runtime/own-operators.ts';
import { signedBytesAreExact } from '#shared/inference/runtime/signed-bytes.ts';
import { printableJson } from '#shared/printable.ts';
import { verifierVersion, verify } from '#shared/verifier/verify.ts';
import { pi1 } from '#trainer/recipes/pi1.ts';
import { engineRequirements } from '../bootstrap/engine-requirements.ts';
import { findPython } from '../bootstrap/find-python.ts';
import { venvPython } from '../bootstrap/venv-folder.ts';
import { dataFolder } from '../data/data-folder.ts';
import { type EngineTorch, engineTorch } from '../machine/engine-torch.ts';
import { findMachine } from '../machine/find-machine.ts';
import { Machine } from '../machine/machine.ts';
import { packageVersion } from '../package/package-version.ts';
import { gib } from '../plan/gib.ts';
import { qwenShapes } from '../plan/qwen-shapes.ts';
import { type Finding, printFindings } from './finding.ts';
import { findMissing, type Missing } from './missing.ts';
import { type ModelOutlook, modelOutlook } from './model-outlook.ts';
import { renderOutlook } from './render-outlook.ts';
import { workerFinding } from './worker-finding.ts';

const GIB = 2 ** 30;

/** Threads that evaluations take by default. */
const BUSY_THREADS = 1;

/**
 * Says what of the machine oneshot needs, what is there, what can be trained and scored with it, and what to do about the
 * rest. Exits with 1 on errors.
 */
export async function doctor({
  home,
  json,
}: {
  readonly home: string;
  readonly json: boolean;
}): Promise<void> {
  const machine = await findMachine(process.env).catch((error: unknown) => error);
  const torch = engineTorch(process.env);
  const freeBytes = await freeFor(home).catch((error: unknown) => error);
  const hasData = existsSync(`${dataFolder(process.env)}/benchmarks`);
  const findings = [
    { what: 'oneshot', level: 'ok', detail: `${packageVersion} on node ${process.version}` } as const,
    machineFinding(machine),
    python(),
    await engine(torch),
    await decoder(),
    await workerFinding(process.env),
    verifier(),
    disk(home, freeBytes),
    temporary(),
    data(hasData),
  ];
  printFindings(findings, json);
  if (!isMachine(machine)) return;
  const outlooks = Object.fromEntries(
    Object.entries(qwenShapes).map(([size, shape]) => [
      size,
      modelOutlook(shape, pi1, machine, BUSY_THREADS),
    ]),
  );
  const missing = findMissing(
    machine,
    {
      hasEngine: Boolean(torch),
      python: venvPython(process.env),
      torch: (await engineRequirements(false))[0] as string, // torch comes first
      hasData,
      freeBytes: typeof freeBytes === 'number' ? freeBytes : undefined,
    },
    outlooks,
  );
  process.stdout.write(json ? jsonLines(outlooks, missing) : renderOutlook(outlooks, missing));
}

function jsonLines(outlooks: Readonly<Record<string, ModelOutlook>>, missing: readonly Missing[]): string {
  const lines = [
    ...Object.entries(outlooks).map(([size, outlook]) => ({ event: 'outlook', size, ...outlook })),
    ...missing.map((each) => ({ event: 'missing', ...each })),
  ];
  return lines.map((line) => `${printableJson(line)}\n`).join('');
}

/** What was found, or what stood in its way. */
function isMachine(found: unknown): found is Machine {
  return Machine.safeParse(found).success;
}

function machineFinding(found: unknown): Finding {
  if (!isMachine(found)) return { what: 'machine', level: 'error', detail: messageOf(found) };
  const { cores, memoryBytes, gpus, vllm } = found;
  const names = [...new Set(gpus.map(({ name }) => name))].map((name) => {
    const same = gpus.filter((gpu) => gpu.name === name);
    return `${same.length} × ${name} (${gib(same[0]?.memoryBytes ?? 0)})`;
  });
  const parts = [`${cores} ${cores === 1 ? 'core' : 'cores'}`, `${gib(memoryBytes)} memory`, ...names];
  const detail = [...parts, ...(vllm ? [`vLLM ${vllm.version}`] : [])].join(', ');
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

async function engine(torch: EngineTorch | null | undefined): Promise<Finding> {
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
    const { way, reason } = await workingWay();
    if (way === 'in place') {
      const products = (await signedBytesAreExact()) ? 'with' : 'without';
      const own = await ownOperators();
      const which =
        own.file === undefined
          ? `without operators of ours: ${own.reason}`
          : `with operators of ours, ${own.products ? 'products of bytes among them' : 'but for products of bytes'}`;
      const detail = `ONNX Runtime loads; int8 ${products} a processor's own instruction for it; ${which}`;
      return { what: 'decoder', level: 'ok', detail };
    }
    const detail = `ONNX Runtime loads, but copies the cache for every token, which is slow: ${reason}`;
    return { what: 'decoder', level: 'warning', detail };
  } catch (error) {
    const detail = `ONNX Runtime does not load (${messageOf(error)}); reinstall with ONNXRUNTIME_NODE_INSTALL=skip npm install`;
    return { what: 'decoder', level: 'error', detail };
  }
}

/** What is free where a home is or will be. @throws where it can neither be made nor written */
async function freeFor(home: string): Promise<number> {
  tryFolder(home);
  return freeSpace(home);
}

/** @param free - bytes, or why nobody knows */
function disk(home: string, free: unknown): Finding {
  if (typeof free !== 'number') return { what: 'disk', level: 'error', detail: messageOf(free) };
  const detail = `${(free / GIB).toFixed(1)} GiB free for ${home}, which can be written`;
  return { what: 'disk', level: free < GIB ? 'warning' : 'ok', detail };
}

function temporary(): Finding {
  try {
    checkTempFolder();
    return { what: 'temp', level: 'ok', detail: tmpdir() };
  } catch (error) {
    return { what: 'temp', level: 'error', detail: messageOf(error) };
  }
}

function data(hasData: boolean): Finding {
  const folder = dataFolder(process.env);
  if (hasData) return { what: 'data', level: 'ok', detail: folder };
  const detail = `no benchmarks in ${folder}; fetch them with "oneshot data pull". The microcosm needs none`;
  return { what: 'data', level: 'warning', detail };
}
