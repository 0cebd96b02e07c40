import { describe, expect, it } from 'vitest';
import { Progress } from '#trainer/resume/progress.ts';

const metrics = {};
const begun = () => new Progress({ step: 4, checkpoint: 'four', steps: [] });

describe('Progress', () => {
  it('counts steps since the last checkpoint as unsaved', () => {
    const progress = begun();
    expect(progress.unsaved).toBe(false);
    progress.toStep(5, metrics);
    expect(progress.unsaved).toBe(true);
    expect(progress.saved).toBe(4);
    expect(progress.boundary).toEqual({ step: 5, checkpoint: 'four', steps: [{ step: 5, metrics }] });
  });

  it('keeps the steps that were done while a checkpoint was stored', () => {
    const progress = begun();
    for (const step of [5, 6, 7]) progress.toStep(step, metrics);
    progress.toCheckpoint(6, 'six');
    expect(progress.boundary).toEqual({ step: 7, checkpoint: 'six', steps: [{ step: 7, metrics }] });
    expect(progress.saved).toBe(6);
    expect(progress.unsaved).toBe(true);
  });

  it('takes no notice of a step whose checkpoint was committed before it ended', () => {
    const progress = begun();
    progress.toStep(5, metrics);
    progress.toCheckpoint(6, 'six');
    progress.toStep(6, metrics);
    expect(progress.boundary).toEqual({ step: 6, checkpoint: 'six', steps: [] });
    expect(progress.unsaved).toBe(false);
  });

  it('has nothing unsaved after a rescue', () => {
    const progress = begun();
    progress.toStep(5, metrics);
    progress.toRescue();
    expect(progress.saved).toBe(5);
    expect(progress.unsaved).toBe(false);
  });
});
