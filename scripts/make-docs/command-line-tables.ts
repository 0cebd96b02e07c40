import { environment } from '#cli/help/environment.ts';
import { EXIT, EXIT_MEANINGS } from '#cli/terminal/exit-codes.ts';

/** Exit codes as Markdown. */
export function exitCodesTable(): string {
  // Keys of the record are those of `EXIT`.
  const rows = Object.entries(EXIT_MEANINGS).map(
    ([name, means]) => `| ${EXIT[name as keyof typeof EXIT]} | ${means} |`,
  );
  return ['| exit code | |', '| --- | --- |', ...rows].join('\n');
}

/** Variables of the environment as Markdown, with links from the guide. */
export function environmentTable(): string {
  const rows = environment.map(({ name, says, otherwise, see }) => {
    const link = see === undefined ? '' : ` ([${see[0]}](${see[1]}))`;
    return `| \`${name}\` | ${says}${link} | ${otherwise} |`;
  });
  return ['| name | says | default |', '| --- | --- | --- |', ...rows].join('\n');
}
