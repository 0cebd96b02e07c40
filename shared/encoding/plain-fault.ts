/** What a schema says of a value, in the words that people are told instead; whatever a schema of ours says by itself stays. */
const WORDS: readonly (readonly [found: RegExp, told: string])[] = [
  [/^Invalid input: expected .*, received undefined$/, 'it is missing'],
  [/^Invalid input: expected (\w+), received \w+$/, 'it must be of the kind $1'],
  [/^Invalid option: expected one of (.+)$/, 'it must be one of $1'],
  [/^Too small: expected \w+ to have >=(\S+) (\w+)$/, 'it must have at least $1 $2'],
  [/^Too big: expected \w+ to have <=(\S+) (\w+)$/, 'it must have at most $1 $2'],
  [/^Too small: expected \w+ to be >=(\S+)$/, 'it must be at least $1'],
  [/^Too small: expected \w+ to be >(\S+)$/, 'it must be above $1'],
  [/^Too big: expected \w+ to be <=(\S+)$/, 'it must be at most $1'],
  [/^Too big: expected \w+ to be <(\S+)$/, 'it must be below $1'],
  [/^Invalid input$/, 'it has none of the forms that it may have'],
];

/** @param message - of an issue of zod's */
export function plainFault(message: string): string {
  const [found, told] = WORDS.find(([pattern]) => pattern.test(message)) ?? [];
  return found && told ? message.replace(found, told).replaceAll('"|"', '", "') : message;
}
