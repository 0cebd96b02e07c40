import { type AlertRule, alertRules } from '#shared/alerts/alert-rules.ts';

/** The rules of alerts as a Markdown table, a row a rule. */
export function alertsTable(): string {
  const rows = Object.entries<AlertRule>(alertRules).map(
    ([rule, { severity, when, means, advice }]) =>
      `| \`${rule}\` | ${severity} | ${when} | ${means} | ${advice} |`,
  );
  return ['| rule | | when | means | do |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}
