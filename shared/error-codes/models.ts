import type { CodeTable } from './code-facts.ts';

/** What is wrong with a model folder, or with what is asked of a model. */
export const models = {
  'cache-too-small': {
    means:
      'The memory for keys and values does not hold even one completion of the length that is asked for.',
    advice: 'Ask for fewer tokens, or give the decoder more memory.',
    final: true,
  },
  'chat-template-failed': {
    means: "The model's chat template cannot be computed.",
    advice: 'Choose another model, or a template of fixed text.',
    final: true,
  },
  'chat-template-missing': {
    means: 'The model has no chat template, and prompts are to be chats.',
    advice: 'Name a model that was tuned for chat, or a template of fixed text.',
    final: true,
  },
  'gguf-invalid': {
    means: 'A GGUF file is truncated, or breaks its format.',
    advice: 'Fetch it again.',
    final: true,
  },
  'gguf-unsupported': {
    means:
      'A GGUF file has an architecture, a type of tensors, a tokenizer or a setting that is not imported.',
    advice: 'Take another file of the model, such as one in Q8_0, or its Hugging Face folder.',
    final: true,
  },
  'inference-failed': {
    means: 'ONNX Runtime refused a graph, or could not run it.',
    advice: 'Read the message: memory that runs out is the usual reason, else the model folder is damaged.',
    final: false,
  },
  'logits-nonfinite': {
    means: "The model's logits are not finite: its weights are damaged or its training diverged.",
    advice: 'Evaluate an earlier checkpoint, or fetch the model again.',
    final: true,
    roles: ['unfit-model'],
  },
  'model-file-invalid': {
    means: 'A file of the model folder is damaged or not of the expected form.',
    advice: 'Fetch the model folder again.',
    final: true,
  },
  'model-file-missing': {
    means: 'A file is missing that no model can do without.',
    advice: 'Name a Hugging Face model folder that has it.',
    final: true,
  },
  'model-invalid': {
    means: 'The folder is no Hugging Face model folder.',
    advice: 'Name one that has the files which the message names; weights must be safetensors.',
    final: true,
  },
  'model-load-failed': {
    means: 'ONNX Runtime cannot open the model.',
    advice: 'Copy the files themselves into one folder, without links to other folders.',
    final: true,
  },
  'model-missing': {
    means: 'The model, or a file of it, is not in the store or the folder.',
    advice: 'Push it with `oneshot model push`, then ask again.',
    final: true,
    status: 422,
    roles: ['refusal', 'damage'],
  },
  'model-name-unknown': {
    means: 'A name of a model means no folder, no model of the hub, and no run or model of the store.',
    advice: 'Name a folder, `org/name[@revision]`, or `RUN[@STEP]`.',
    final: true,
  },
  'model-too-large': {
    means: 'The model is larger than a worker can load.',
    advice: 'Ask for an endpoint generator, or evaluate it with `oneshot eval`.',
    final: true,
    status: 422,
    roles: ['refusal'],
  },
  'model-unsupported': {
    means: 'The decoder does not compute models of this kind.',
    advice: 'Choose another model, or generate through an inference server.',
    final: true,
    roles: ['unfit-model'],
  },
  'prompt-empty': {
    means: 'A prompt has no tokens.',
    advice: 'Give each problem a text.',
    final: true,
  },
  'prompt-too-long': {
    means: "A prompt leaves no room in the model's context.",
    advice: 'Shorten the problem, or choose a model with a longer context.',
    final: true,
  },
  'safetensors-invalid': {
    means: 'A file of weights is no whole safetensors file.',
    advice: 'Fetch it again.',
    final: true,
  },
  'precision-unsupported': {
    means: 'The generator that is named does not compute in the precision that is asked for.',
    advice: 'Name fp32, int8 or int4 for the decoder, fp32 or bf16 for a server.',
    final: true,
    status: 422,
    roles: ['refusal'],
  },
  'token-unknown': {
    means:
      'To the API: the token is not known, or was revoked. Of a model: a prompt holds a token beyond its vocabulary.',
    advice: 'Create a token with `oneshot token create`; fetch tokenizer and weights of one model.',
    final: true,
    status: 401,
    roles: ['unfit-model'],
  },
  'tokenizer-unfit': {
    means: "The tokenizer has tokens beyond the model's vocabulary.",
    advice: 'Fetch tokenizer and weights of one model.',
    final: true,
  },
  'tokenizer-unsupported': {
    means: 'The tokenizer cannot be used.',
    advice: 'Use a model with another tokenizer.',
    final: true,
    roles: ['unfit-model'],
  },
  'weight-contradicts': {
    means: 'config.json ties the embeddings, and the files hold two different ones.',
    advice: 'Say `tie_word_embeddings: false`, or remove the head from the file.',
    final: true,
    roles: ['unfit-model'],
  },
  'weight-missing': {
    means: 'The files lack a tensor that config.json asks for.',
    advice: 'Fetch the model folder again.',
    final: true,
    roles: ['unfit-model'],
  },
  'weight-nonfinite': {
    means: 'A tensor holds a number that is not finite.',
    advice: 'Take an earlier checkpoint, or fetch the model again.',
    final: true,
    roles: ['unfit-model'],
  },
  'weight-repeated': {
    means: 'A tensor lies in more than one file.',
    advice: 'Save the model again with `save_pretrained`.',
    final: true,
    roles: ['unfit-model'],
  },
  'weight-unfit': {
    means: 'A tensor has another shape than config.json says, or a type that cannot be read.',
    advice: 'Fetch config and weights of one model, or save it again in float32.',
    final: true,
    roles: ['unfit-model'],
  },
  'weight-unknown': {
    means: 'The files hold a tensor that no model of this config.json has.',
    advice: 'Fetch config and weights of one model, or save it again with `save_pretrained`.',
    final: true,
    roles: ['unfit-model'],
  },
} as const satisfies CodeTable;
