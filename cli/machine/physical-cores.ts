/**
 * How many cores stand behind the processors that Linux lists: two threads of one core count once.
 *
 * @param cpuinfo - text of `/proc/cpuinfo`; where it does not tell cores, as on ARM, each processor is one
 * @param available - processors that this process may use
 */
export function physicalCores(cpuinfo: string, available: number): number {
  const cores = new Set(
    cpuinfo.split(/\n\s*\n/).flatMap((processor) => {
      const core = /^core id\s*:\s*(\d+)$/m.exec(processor)?.[1];
      return core === undefined ? [] : [`${/^physical id\s*:\s*(\d+)$/m.exec(processor)?.[1]}/${core}`];
    }),
  );
  return cores.size === 0 ? available : Math.min(cores.size, available);
}
