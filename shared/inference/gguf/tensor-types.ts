/** The types of GGUF tensors by their number: how many elements a block has, and how many bytes. */

export type GgufType = 'F32' | 'F16' | 'Q4_0' | 'Q4_1' | 'Q8_0' | 'Q4_K' | 'Q6_K' | 'BF16';

export interface BlockShape {
  readonly elements: number;
  readonly bytes: number;
}

export const BLOCKS: Readonly<Record<GgufType, BlockShape>> = {
  F32: { elements: 1, bytes: 4 },
  F16: { elements: 1, bytes: 2 },
  BF16: { elements: 1, bytes: 2 },
  Q4_0: { elements: 32, bytes: 18 },
  Q4_1: { elements: 32, bytes: 20 },
  Q8_0: { elements: 32, bytes: 34 },
  Q4_K: { elements: 256, bytes: 144 },
  Q6_K: { elements: 256, bytes: 210 },
};

/** ggml's names, in the order of its numbers; gaps are of types that it has given up. */
const NAMES: readonly (string | undefined)[] = [
  ...['F32', 'F16', 'Q4_0', 'Q4_1', undefined, undefined, 'Q5_0', 'Q5_1', 'Q8_0', 'Q8_1', 'Q2_K', 'Q3_K'],
  ...['Q4_K', 'Q5_K', 'Q6_K', 'Q8_K', 'IQ2_XXS', 'IQ2_XS', 'IQ3_XXS', 'IQ1_S', 'IQ4_NL', 'IQ3_S', 'IQ2_S'],
  ...['IQ4_XS', 'I8', 'I16', 'I32', 'I64', 'F64', 'IQ1_M', 'BF16', undefined, undefined, undefined, 'TQ1_0'],
  ...['TQ2_0', undefined, undefined, undefined, 'MXFP4', 'NVFP4'],
];

/** Such as `Q5_K`, or the number where ggml has no name for it. */
export function typeName(type: number): string {
  return NAMES[type] ?? `number ${type}`;
}

/** The type of a number, where tensors of it can be read. */
export function readableType(type: number): GgufType | undefined {
  const name = NAMES[type];
  return name !== undefined && isReadable(name) ? name : undefined;
}

function isReadable(name: string): name is GgufType {
  return name in BLOCKS;
}
