/** The functions of the evaluation plane: one folder under `functions/` each, with a `lambda.ts`. */
export const functionNames = ['plan', 'generate', 'verify', 'dead-letter', 'sweep', 'api'] as const;
export type FunctionName = (typeof functionNames)[number];
