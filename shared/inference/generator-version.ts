/**
 * Part of an evaluation's identity: the same weights, prompts, settings and draws give the same completions as long as
 * this is the same. The first number rises with every change of the
 * graph, of how weights are rounded, of the sampler or the tokens they see.
 */
export const generatorVersion = 'onnx/5 onnxruntime/1.30.0';
