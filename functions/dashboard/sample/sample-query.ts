import { z } from 'zod';
import { SampleFilters, Show } from './sample-filters.ts';

/** What of a sample is chosen in the address: how its text is shown, and the list that it came from. */
export const SampleQuery = z.strictObject({ ...SampleFilters.shape, show: Show });
export type SampleQuery = z.infer<typeof SampleQuery>;
