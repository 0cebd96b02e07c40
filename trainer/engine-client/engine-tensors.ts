/** The tensors that travel with a verb, as tables of dtypes: from them follow types and the check of an answer. */
import type { TensorData } from './engine-frames.ts';

/** The array of each dtype that the protocol speaks. */
interface Arrays {
  readonly i32: Int32Array;
  readonly f32: Float32Array;
  readonly u8: Uint8Array;
}
type Dtype = keyof Arrays;

const ARRAYS = { i32: Int32Array, f32: Float32Array, u8: Uint8Array } as const;

/** Dtypes of flat tensors by name. */
export type OutTable = Readonly<Record<string, Dtype>>;
/** The same of a request, where a tensor that may be left out has a question mark. */
export type InTable = Readonly<Record<string, Dtype | `${Dtype}?`>>;

type ArrayOf<D> = D extends `${infer Bare extends Dtype}?`
  ? Arrays[Bare]
  : D extends Dtype
    ? Arrays[D]
    : never;

/** The arrays that a table describes. */
export type TensorsOf<T extends InTable> = {
  readonly [Name in keyof T as T[Name] extends Dtype ? Name : never]: ArrayOf<T[Name]>;
} & {
  readonly [Name in keyof T as T[Name] extends Dtype ? never : Name]?: ArrayOf<T[Name]>;
};

/** The first tensor of an answer that is not as its table says. */
export function tensorFault(
  table: OutTable,
  tensors: Readonly<Record<string, TensorData>>,
): { readonly name: string; readonly message: string } | undefined {
  for (const [name, dtype] of Object.entries(table)) {
    const tensor = tensors[name];
    if (!tensor) return { name, message: `the tensor ${name} is missing` };
    if (!(tensor instanceof ARRAYS[dtype])) return { name, message: `the tensor ${name} is not ${dtype}` };
  }
  const extra = Object.keys(tensors).find((name) => !(name in table));
  return extra === undefined ? undefined : { name: extra, message: `there is no tensor ${extra}` };
}
