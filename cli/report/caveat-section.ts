import { html, type Markup } from './markup.ts';

/** What a reader may and may not conclude: as much a part of the result as the numbers. */
export function caveatSection(): Markup {
  return html`<section class="caveats">
<h2>What this shows, and what it does not</h2>
<div class="columns">
<p><b>It shows elicitation.</b> The base model was taught school arithmetic twice: from careful, boxed solutions, then from text full of hasty guesses. It has the ability and rarely uses it. A reward on a single problem moves the choice between the two ways of answering, and that choice is shared by all kinds of problems, so scores rise on problems it never trained on. Nothing new is learned about arithmetic.</p>
<p><b>It is a world in miniature.</b> The model is tiny, the vocabulary a few words, the problems are made by a program. The sets are named <i>micro-…</i> after the benchmarks whose protocol they borrow (how many samples of each problem, at which temperature). They are not those benchmarks, and no score here says anything about them.</p>
<p><b>It differs from the paper</b> (Wang et al. 2025, arXiv:2504.20571), where the same method is applied to language models of billions of parameters. Here the late rise ends after a few dozen steps, neither length nor entropy grows late in training, and nothing is claimed about words of reflection.</p>
<p><b>One run is one run.</b> The intervals say how far a score depends on which problems and samples were drawn; they say nothing about another base model or another seed.</p>
</div>
</section>`;
}
