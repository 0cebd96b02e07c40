const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Such as `812 B`, `1.4 MiB`, `23 GiB`. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1024;
  return `${unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}
