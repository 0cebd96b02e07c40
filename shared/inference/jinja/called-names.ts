import type { Node } from './lower-template.ts';

/** Functions and methods that a template calls, by name: `strftime_now`, `.partition`. */
export function calledNames(node: unknown): Set<string> {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (value instanceof Map) for (const entry of value) entry.forEach(visit);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      if ('type' in value && value.type === 'CallExpression') add((value as Node)['callee'] as Node);
      Object.values(value).forEach(visit);
    }
  };
  const add = (callee: Node): void => {
    if (callee.type === 'Identifier') names.add(String(callee['value']));
    if (callee.type === 'MemberExpression') names.add(`.${(callee['property'] as Node)['value']}`);
  };
  visit(node);
  return names;
}
