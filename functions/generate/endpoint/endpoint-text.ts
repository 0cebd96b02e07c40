import { readContext } from '#shared/inference/read-context.ts';
import { loadPolicyText, type PolicyText } from '../policy/load-policy-text.ts';

/** What a model server is not trusted with: prompts, text and ends of completions, as the `onnx` generator has them. */
export interface EndpointText extends PolicyText {
  /** Positions that the model was made for, prompt and completion together. */
  readonly context: number;
}

/**
 * Reads tokenizer, chat template and context of a checked model folder; its weights are not touched.
 *
 * @throws {KnownError} `model-file-missing`, `model-file-invalid` or `tokenizer-unsupported`
 */
export async function loadEndpointText(directory: string): Promise<EndpointText> {
  const [text, context] = await Promise.all([loadPolicyText(directory), readContext(directory)]);
  return { ...text, context };
}
