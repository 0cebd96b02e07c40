import type { CodeFacts } from '#shared/error-codes/code-facts.ts';
import { codeAreas } from '#shared/error-codes/codes.ts';

const HEAD = `# Error codes

Every error that a user can act on has a stable code: commands print it in brackets after the message, with \`--json\` as \`error.code\`; the HTTP
API answers it as \`code\` of a problem document, logs hold it as \`code\`, and a refused round or a failed shard is stored with it. The
message beside it names the numbers involved, so read that first.

- **Status**: what the HTTP API answers. Codes without one are faults of the deployment, which the API answers with 500 and tells to its log.
- **Final**: asking again ends in the same way as long as nobody changes anything. **Passing**: it may succeed by itself later.

\`npm run docs:make\` makes this page of the tables in \`shared/error-codes/\`.
`;

/** The page about all codes, as Markdown: a section an area, a row a code. */
export function errorsPage(): string {
  const sections = Object.entries<Readonly<Record<string, CodeFacts>>>(codeAreas).map(
    ([title, codes]) =>
      `## ${title}\n\n| code | what it means | what to do | status | |\n| --- | --- | --- | --- | --- |\n${Object.entries(codes).map(row).join('')}`,
  );
  return [HEAD, ...sections].join('\n');
}

function row([code, { means, advice, status, final }]: [string, CodeFacts]): string {
  return `| \`${code}\` | ${means} | ${advice} | ${status ?? ''} | ${final ? 'final' : 'passing'} |\n`;
}
