import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { buildApp } from '#cdk/build-app.ts';

/** Context without which building an app takes a minute. */
export const withoutBundles = {
  'aws:cdk:bundling-stacks': [],
  '@aws-cdk/core:defaultCrossStackReferences': 'strong', // as in cdk.json
};

/** The template of a stack by its context. Nothing is bundled, which is what takes the time. */
export function synthesized(
  context: Readonly<Record<string, unknown>> = {},
  stack = 'OneshotEvaluation',
): Template {
  const app = buildApp({ context: { ...context, ...withoutBundles } });
  return Template.fromStack(app.node.findChild(stack) as Stack); // a child of that name is that stack
}

/** A resource of a template as it stands there. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's own shape, looked into by path
  readonly Properties: any;
}

/** Resources of a type, by logical id. */
export function resourcesOf(template: Template, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(template.findResources(type)) as [string, Resource][];
}
