import type { Caveat, ReportSubject, RunSubject } from './report-data.ts';

/** What a reader may and may not conclude: as much a part of the result as the numbers. */
export function caveatsOf(subjects: readonly ReportSubject[]): readonly Caveat[] {
  const runs = subjects.filter((subject): subject is RunSubject => subject.kind === 'run');
  const isMicro = runs.some(({ data }) => data.recipe.startsWith('micro'));
  return [
    ...(isMicro ? MICROCOSM : [PRETRAINING]),
    ...(runs.length > 0 ? [ONE_RUN, SELECTION] : []),
    ...(runs.some(({ data }) => data.control) ? [CONTROL] : []),
    ...(subjects.some(isClaimed) ? [CLAIMED] : []),
  ];
}

function isClaimed(subject: ReportSubject): boolean {
  return subject.kind === 'evaluation' && subject.data.policy === 'claimed';
}

const ONE_RUN: Caveat = {
  title: 'One run is one run.',
  text: 'The intervals say how far a score depends on which problems and samples were drawn; they say nothing about another seed or another base model.',
};
const SELECTION: Caveat = {
  title: 'The last checkpoint counts, none was selected.',
  text: 'The highest point of a curve is picked by the score that it shows, and so flattered.',
};
const CONTROL: Caveat = {
  title: 'The control is another run.',
  text: 'Its gain is a difference of two means; whether the two runs differ beyond chance, a report on both tells.',
};
const CLAIMED: Caveat = {
  title: 'Completions came from elsewhere.',
  text: 'That the weights named here made them is what their source says; nobody checked it.',
};
const PRETRAINING: Caveat = {
  title: 'What the base model has seen is not known here.',
  text: 'Public problems may have been part of its pretraining: a rise may be of what it knew and rarely showed.',
};
const MICROCOSM: readonly Caveat[] = [
  {
    title: 'It shows elicitation.',
    text: 'The base model was taught school arithmetic twice: from careful, boxed solutions, then from text full of hasty guesses. It has the ability and rarely uses it. A reward on a single problem moves the choice between the two ways of answering, which all kinds of problems share. Nothing new is learned about arithmetic.',
  },
  {
    title: 'It is a world in miniature.',
    text: 'The model is tiny, the vocabulary a few words, a program makes the problems. The sets are named micro-… after the benchmarks whose protocol they borrow: they are not those benchmarks, and no score here says anything about them.',
  },
  {
    title: 'It differs from the paper',
    text: '(Wang et al. 2025), where the same method is applied to language models of billions of parameters. Here the late rise ends after a few dozen steps, neither length nor entropy grows late in training, and nothing is claimed about words of reflection.',
  },
];
