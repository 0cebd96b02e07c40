import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { KnownError, messageOf } from '../../errors.ts';

/** A pointer of the library's. */
export type Pointer = bigint;

/** The functions of ONNX Runtime that the decoder calls; each answers 0 or an OrtStatus. Names are those of `OrtApi`. */
export type NativeApi = Readonly<Record<keyof typeof FUNCTIONS, (...values: unknown[]) => Pointer | null>> & {
  readonly version: string;
  /** Throws what a function answered. @throws {KnownError} `inference-failed` */
  check(status: Pointer | null): void;
};

/** The version of `OrtApi` that is asked for, and the releases of ONNX Runtime that this code was tried with. */
const API_VERSION = 22;
const RELEASE = /^1\.30\./;

/**
 * Places in the table of functions that is `OrtApi`, to which releases only append, and signatures.
 * @see https://github.com/microsoft/onnxruntime/blob/v1.30.0/include/onnxruntime/core/session/onnxruntime_c_api.h
 */
const FUNCTIONS = {
  CreateEnv: [3, 'int level, const char *id, _Out_ void **env'],
  CreateSessionFromArray: [
    8,
    'void *env, const void *model, size_t size, void *options, _Out_ void **session',
  ],
  CreateSessionOptions: [10, '_Out_ void **options'],
  DisableMemPattern: [17, 'void *options'],
  SetSessionLogSeverityLevel: [22, 'void *options, int level'],
  SetIntraOpNumThreads: [24, 'void *options, int threads'],
  SetInterOpNumThreads: [25, 'void *options, int threads'],
  CreateTensorWithDataAsOrtValue: [
    49,
    'void *info, void *data, size_t bytes, const int64_t *dims, size_t rank, int type, _Out_ void **value',
  ],
  CreateCpuMemoryInfo: [69, 'int allocator, int memory, _Out_ void **info'],
  AddSessionConfigEntry: [130, 'void *options, const char *key, const char *value'],
  RunWithBinding: [133, 'void *session, void *options, void *binding'],
  CreateIoBinding: [134, 'void *session, _Out_ void **binding'],
  BindInput: [136, 'void *binding, const char *name, void *value'],
  BindOutput: [137, 'void *binding, const char *name, void *value'],
  RegisterCustomOpsLibrary_V2: [228, 'void *options, const char *file'],
  ReleaseSession: [95, 'void *session'],
  ReleaseValue: [96, 'void *value'],
  ReleaseSessionOptions: [100, 'void *options'],
  ReleaseIoBinding: [135, 'void *binding'],
} as const satisfies Record<string, readonly [place: number, parameters: string]>;

const GET_ERROR_MESSAGE = 2;
const RELEASE_STATUS = 93;
const TABLE_LENGTH = 229;

const require = createRequire(join(import.meta.dirname, 'native-library'));

let loaded: NativeApi | undefined;

/**
 * The library that onnxruntime-node brings, loaded once for a process and never unloaded.
 *
 * @throws {Error} where there is none for this system, where it is of a release that was not tried, or where native functions
 *   cannot be called from this Node
 */
export function nativeLibrary(): NativeApi {
  loaded ??= loadLibrary();
  return loaded;
}

function loadLibrary(): NativeApi {
  const koffi = require('koffi') as typeof import('koffi');
  // The handle stays reachable through the functions below: koffi unloads a library whose handle is collected.
  const library = koffi.load(libraryPath());
  const base = library.func('OrtGetApiBase', 'void *', [])() as Pointer;
  const [getApi, getVersion] = koffi.decode(base, 'void *', 2) as [Pointer, Pointer];
  const version = koffi.call(getVersion, koffi.proto('const char *GetVersionString()')) as string;
  if (!RELEASE.test(version)) throw new Error(`ONNX Runtime ${version} was not tried, 1.30 was`);
  const api = koffi.call(
    getApi,
    koffi.proto('void *GetApi(uint32_t version)'),
    API_VERSION,
  ) as Pointer | null;
  if (api === null) throw new Error(`ONNX Runtime ${version} has no interface of version ${API_VERSION}`);
  const table = koffi.decode(api, 'void *', TABLE_LENGTH) as Pointer[];
  const named = (name: string, place: number, result: string, parameters: string) =>
    koffi.decode(table[place], koffi.proto(`${result} ${name}(${parameters})`)) as NativeApi['CreateEnv'];
  const functions = Object.entries(FUNCTIONS).map(([name, [place, parameters]]) => [
    name,
    named(name, place, name.startsWith('Release') ? 'void' : 'void *', parameters),
  ]);
  const message = named('GetErrorMessage', GET_ERROR_MESSAGE, 'const char *', 'void *status');
  const release = named('ReleaseStatus', RELEASE_STATUS, 'void', 'void *status');
  return {
    ...(Object.fromEntries(functions) as Omit<NativeApi, 'version' | 'check'>),
    version,
    check: (status) => {
      if (status === null) return;
      const text = String(message(status) ?? library);
      release(status);
      throw new KnownError('inference-failed', `ONNX Runtime: ${text}`);
    },
  };
}

/**
 * The shared library of this system inside the package.
 *
 * @throws {Error} where there is none
 */
export function libraryPath(): string {
  const bin = join(dirname(require.resolve('onnxruntime-node/package.json')), 'bin');
  const { platform, arch } = process;
  try {
    const [native] = readdirSync(bin).filter((name) => name.startsWith('napi-'));
    const system = join(bin, native ?? '', platform, arch);
    const file = readdirSync(system).find((name) => /^(lib)?onnxruntime[.\d]*(so|dylib|dll)/.test(name));
    if (file !== undefined) return join(system, file);
  } catch (cause) {
    throw new Error(`onnxruntime-node has no library for ${platform} on ${arch}: ${messageOf(cause)}`);
  }
  throw new Error(`onnxruntime-node has no library for ${platform} on ${arch}`);
}
