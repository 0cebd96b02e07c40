/** Bytes as text, such as `24.0 GiB`; less than a tenth of one in MiB. */
export function gib(bytes: number): string {
  const amount = bytes / 2 ** 30;
  if (amount >= 1000) return `${(amount / 1024).toFixed(1)} TiB`;
  return amount >= 0.1 ? `${amount.toFixed(1)} GiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
