import { type RunConfig, RunSettings } from './config.ts';

/**
 * Settings that follow from the machine unless somebody says them: the recipe, the command line, or the run that is
 * forked. They may be asked for as `auto`; a run stores what they were settled to.
 */
export const AUTOMATIC = ['engine.device', 'engine.precision', 'engine.threads', 'sampler.kind'] as const;
export type AutomaticName = (typeof AUTOMATIC)[number];

/** What a machine decides. */
export interface AutomaticValues {
  readonly device: RunSettings['engine']['device'];
  readonly precision: RunSettings['engine']['precision'];
  readonly threads: number;
  readonly sampler: RunSettings['sampler'];
}

export function isAutomatic(name: string): name is AutomaticName {
  return AUTOMATIC.some((known) => known === name);
}

/** What the settings are where nothing is known of the machine: the schema's own defaults. */
export const plainValues: AutomaticValues = valuesOf(RunSettings.parse({ recipe: 'plain', steps: 1 }));

/** The values that settings hold. */
export function valuesOf({
  engine: { device, precision, threads },
  sampler,
}: Pick<RunConfig, 'engine' | 'sampler'>): AutomaticValues {
  return { device, precision, threads, sampler };
}

/** Settings, or a config, with the named ones replaced. */
export function withValues<Settings extends Pick<RunConfig, 'engine' | 'sampler'>>(
  settings: Settings,
  names: ReadonlySet<AutomaticName>,
  values: AutomaticValues,
): Settings {
  const { device, precision, threads, sampler } = values;
  return {
    ...settings,
    engine: {
      ...settings.engine,
      ...(names.has('engine.device') && { device }),
      ...(names.has('engine.precision') && { precision }),
      ...(names.has('engine.threads') && { threads }),
    },
    ...(names.has('sampler.kind') && { sampler }),
  };
}
