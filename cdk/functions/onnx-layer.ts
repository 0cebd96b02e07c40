import { Architecture, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildLayer } from '#scripts/build-layer.ts';
import { builtHere } from './built-here.ts';

/** ONNX Runtime, whose native code cannot be bundled. */
export function onnxLayer(scope: Construct): LayerVersion {
  return new LayerVersion(scope, 'OnnxRuntime', {
    description: 'ONNX Runtime for Node.js',
    compatibleRuntimes: [Runtime.NODEJS_24_X],
    compatibleArchitectures: [Architecture.X86_64],
    code: builtHere('onnx-layer', (folder) => buildLayer(folder, 'x64')),
  });
}
