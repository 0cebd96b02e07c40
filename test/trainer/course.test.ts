import { describe, expect, it } from 'vitest';
import { Course } from '#trainer/course.ts';

const metrics = {};
const begun = () => new Course({ step: 4, checkpoint: 'four', steps: [] });

describe('Course', () => {
  it('counts steps since the last checkpoint as unsaved', () => {
    const course = begun();
    expect(course.unsaved).toBe(false);
    course.toStep(5, metrics);
    expect(course.unsaved).toBe(true);
    expect(course.saved).toBe(4);
    expect(course.boundary).toEqual({ step: 5, checkpoint: 'four', steps: [{ step: 5, metrics }] });
  });

  it('keeps the steps that were done while a checkpoint was stored', () => {
    const course = begun();
    for (const step of [5, 6, 7]) course.toStep(step, metrics);
    course.toCheckpoint(6, 'six');
    expect(course.boundary).toEqual({ step: 7, checkpoint: 'six', steps: [{ step: 7, metrics }] });
    expect(course.saved).toBe(6);
    expect(course.unsaved).toBe(true);
  });

  it('takes no notice of a step whose checkpoint was committed before it ended', () => {
    const course = begun();
    course.toStep(5, metrics);
    course.toCheckpoint(6, 'six');
    course.toStep(6, metrics);
    expect(course.boundary).toEqual({ step: 6, checkpoint: 'six', steps: [] });
    expect(course.unsaved).toBe(false);
  });

  it('has nothing unsaved after a rescue', () => {
    const course = begun();
    course.toStep(5, metrics);
    course.toRescue();
    expect(course.saved).toBe(5);
    expect(course.unsaved).toBe(false);
  });
});
